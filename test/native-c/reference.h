/* FLOE, the key chain and the records once more, from the format's text over OpenSSL's one-shot functions. */
#ifndef SEALCAM_TEST_REFERENCE_H
#define SEALCAM_TEST_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void ref_hmac384(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t out[48]);
/* HKDF-Expand's first block for `label` followed by `more`. */
void ref_expand(const uint8_t *key, size_t key_length, const char *label, const uint8_t *more, size_t more_length,
                uint8_t out[48]);
void ref_sha256(const uint8_t *data, size_t length, uint8_t out[32]);
uint32_t ref_crc32c(const uint8_t *data, size_t length);

struct ref_chain {
  uint8_t prk[48];
  uint8_t chain[48];
  uint8_t media[48];
  uint8_t telemetry[48];
};
void ref_chain_begin(struct ref_chain *chain, const uint8_t core_digest[32], const uint8_t *shares, size_t count);
void ref_commitment(const uint8_t core_digest[32], const uint8_t share[32], uint8_t role, uint8_t out[32]);
/* The keys of the present index to `media` and `telemetry`; `chain` becomes that of the next. */
void ref_chain_step(struct ref_chain *chain);

struct ref_floe {
  uint8_t key[32];
  const uint8_t *aad;
  size_t aad_length;
  uint32_t segment_length;
  unsigned rotation_bits;
};
/* The key of the segment `number`; false where the header is not one under this key. */
bool ref_segment_key(const struct ref_floe *floe, const uint8_t header[74], uint64_t number, uint8_t out[32]);
/* Opens one segment into `out`; false where any part of it is not as it should be. */
bool ref_open_segment(const struct ref_floe *floe, const uint8_t header[74], uint64_t number, bool final,
                      const uint8_t *segment, size_t length, uint8_t *out);

#endif
