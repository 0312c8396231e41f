/*
 * The primitives, all OpenSSL's: HMAC and HKDF with SHA-384, SHA-256, and the source of randomness.
 * The core itself allocates nothing; what OpenSSL allocates for a call is cleansed and freed within it.
 */
#ifndef SEALCAM_CORE_CRYPTO_H
#define SEALCAM_CORE_CRYPTO_H

#include <openssl/evp.h>
#include <stdbool.h>

#include "arch/sha256.h"
#include "core/bytes.h"

#define SC_HASH 48   /* bytes of SHA-384, and so of every HKDF output here before it is cut */

/* Algorithms, fetched once for the process; read-only afterwards and so shared by all threads. */
struct sc_crypto {
  EVP_MAC *hmac;
  EVP_MAC_CTX *hmac384; /* without a key: every call begins as a copy, which is cheaper than naming SHA-384 again */
  EVP_CIPHER *aes256gcm;
  EVP_MD *sha256;
  /* Hashes segments in parallel; NULL for OpenSSL, one after another. A test may replace it. */
  const struct sc_sha256_level *lanes;
  /* Fills `out` with fresh random bytes; false if there are none. A test may replace it. */
  bool (*random)(uint8_t *out, size_t length);
};

/*
 * Fetches the algorithms and chooses how segments are hashed. False where OpenSSL lacks an algorithm;
 * sc_crypto_close is due in either case. Call sc_crc32c_choose first.
 */
bool sc_crypto_open(struct sc_crypto *crypto);
void sc_crypto_close(struct sc_crypto *crypto);

/* HKDF-Extract with SHA-384 (RFC 5869): HMAC under `salt` of the concatenated pieces. */
enum sc_status sc_extract(const struct sc_crypto *crypto, struct sc_piece salt, const struct sc_piece *ikm,
                          size_t count, uint8_t out[SC_HASH]);

#define SC_INFO_PIECES 3

/* One output of HKDF-Expand: up to 48 bytes, which is its first block. Shorter ones are the beginning of `out`. */
struct sc_expansion {
  struct sc_piece info[SC_INFO_PIECES]; /* taken together */
  uint8_t *out;                         /* takes SC_HASH bytes */
};

/* HKDF-Expand with SHA-384 of `count` outputs under one key, because setting up the key costs as much as an output. */
enum sc_status sc_expand(const struct sc_crypto *crypto, struct sc_piece key, const struct sc_expansion *each,
                         size_t count);

/* SHA-256 of the concatenated pieces. */
enum sc_status sc_sha256(const struct sc_crypto *crypto, const struct sc_piece *pieces, size_t count,
                         uint8_t out[SC_DIGEST]);

/*
 * SHA-256 of each segment apart, into `digests` (32 bytes each). The one place where sealed segments are
 * hashed: callers hand over several at once, so that a kernel may work on them side by side.
 */
enum sc_status sc_hash_segments(const struct sc_crypto *crypto, const struct sc_piece *segments, size_t count,
                                uint8_t *digests);

/* The same, and in the same pass each of `crcs`, the CRC-32C of what precedes the segment, continued over it. */
enum sc_status sc_hash_and_check_segments(const struct sc_crypto *crypto, const struct sc_piece *segments, size_t count,
                                          uint8_t *digests, uint32_t *crcs);

/*
 * The level for this processor: of those that give OpenSSL's digests, the one that proves fastest, as it
 * depends on the processor and on the compiler. NULL where none is faster than OpenSSL. Takes about 0.3 ms.
 */
const struct sc_sha256_level *sc_segment_hash_choose(const struct sc_crypto *crypto);

/* The name of the code that computes sc_hash_segments. */
const char *sc_hash_segments_name(const struct sc_crypto *crypto);

#endif
