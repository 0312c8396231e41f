/*
 * FLOE (C2SP): AES-256-GCM over segments, keys by HKDF-Expand with SHA-384, a 32-byte IV.
 *
 * A message is a 74-byte header, then segments: all full but the last, which says that it is the last.
 * Segment: FF FF FF FF, or in the final one its whole length || 12-byte IV || ciphertext || 16-byte tag.
 */
#ifndef SEALCAM_CORE_FLOE_H
#define SEALCAM_CORE_FLOE_H

#include "core/crypto.h"

#define SC_FLOE_KEY 32
#define SC_FLOE_HEADER 74
#define SC_FLOE_OVERHEAD 32 /* what a segment adds to its plaintext */
#define SC_FLOE_RANDOM 248  /* random bytes drawn at a time: an IV and the nonces of 18 segments */
#define SC_FLOE_SEGMENT_MAX 16777216u

struct sc_floe_params {
  uint32_t segment_length; /* of a full encrypted segment; above SC_FLOE_OVERHEAD, up to SC_FLOE_SEGMENT_MAX */
  unsigned rotation_bits;  /* the segment key changes every 2^n segments: 20 in the format, less in tests */
};

/* A message being sealed or opened. It holds keys: keep it in locked memory and always end it. */
struct sc_floe {
  const struct sc_crypto *crypto;
  struct sc_floe_params params;
  struct sc_piece aad; /* the caller's; must outlive the message */
  EVP_CIPHER_CTX *cipher;
  uint64_t next; /* number of the next segment */
  /* Drawn ahead: a request for randomness costs as much as the encryption of 4 KiB, however little it asks for. */
  uint8_t random[SC_FLOE_RANDOM];
  size_t random_left; /* the first of them; each is used once, from the end */
  uint8_t header[SC_FLOE_HEADER];       /* parameters (10) || IV (32) || tag (32) */
  uint8_t message_key[SC_HASH];
  uint8_t derived[SC_HASH]; /* the header's tag before it is compared, then the segment key */
};

/* A plaintext in pieces; sealing a segment takes its bytes from here. */
struct sc_source {
  const struct sc_piece *piece;
  size_t offset; /* within the first piece */
};

/* Starts a message under `key` with a fresh IV; its header is then in `floe->header`. */
enum sc_status sc_floe_seal_begin(struct sc_floe *floe, const struct sc_crypto *crypto, struct sc_floe_params params,
                                  const uint8_t key[SC_FLOE_KEY], struct sc_piece aad);

/* Seals the next `length` bytes of `source` into `out` (`length` + SC_FLOE_OVERHEAD bytes). */
enum sc_status sc_floe_seal_segment(struct sc_floe *floe, struct sc_source *source, size_t length, bool final,
                                    uint8_t *out);

/* Starts to open a message; SC_BAD_HEADER, before anything is decrypted, unless the whole header is correct. */
enum sc_status sc_floe_open_begin(struct sc_floe *floe, const struct sc_crypto *crypto, struct sc_floe_params params,
                                  const uint8_t key[SC_FLOE_KEY], struct sc_piece aad,
                                  const uint8_t header[SC_FLOE_HEADER]);

/*
 * Opens the next segment into `out` (its length less SC_FLOE_OVERHEAD). SC_BAD_SEGMENT leaves zeros
 * there; a length that no such segment can have is refused before `out` is touched.
 */
enum sc_status sc_floe_open_segment(struct sc_floe *floe, struct sc_piece segment, bool final, uint8_t *out);

/* Erases the message's keys. It may be called again, and on zeroed memory. */
void sc_floe_end(struct sc_floe *floe);

/* Segments of a message of `length` plaintext bytes whose final segment is empty only if the message is. */
size_t sc_floe_segments(struct sc_floe_params params, size_t length);

/* Whole messages. `out` has SC_FLOE_HEADER + length + segments * SC_FLOE_OVERHEAD bytes. */
enum sc_status sc_floe_seal(struct sc_floe *floe, const struct sc_crypto *crypto, struct sc_floe_params params,
                            const uint8_t key[SC_FLOE_KEY], struct sc_piece aad, struct sc_piece plaintext,
                            uint8_t *out);

/*
 * Opens a whole message into `out`, which has room for the message's own length. The plaintext's length
 * goes to `written`; it is 0, and `out` is erased, unless the whole message is authentic.
 */
enum sc_status sc_floe_open(struct sc_floe *floe, const struct sc_crypto *crypto, struct sc_floe_params params,
                            const uint8_t key[SC_FLOE_KEY], struct sc_piece aad, struct sc_piece message, uint8_t *out,
                            size_t *written);

#endif
