#include "reference.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "check.h"

void ref_hmac384(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t out[48]) {
  unsigned written = 0;
  CHECK(HMAC(EVP_sha384(), key, (int)key_length, data, length, out, &written) != NULL && written == 48, "HMAC");
}

void ref_expand(const uint8_t *key, size_t key_length, const char *label, const uint8_t *more, size_t more_length,
                uint8_t out[48]) {
  uint8_t info[512];
  const size_t length = strlen(label);
  memcpy(info, label, length);
  memcpy(info + length, more, more_length);
  info[length + more_length] = 1;
  ref_hmac384(key, key_length, info, length + more_length + 1, out);
}

void ref_sha256(const uint8_t *data, size_t length, uint8_t out[32]) {
  CHECK(EVP_Digest(data, length, out, NULL, EVP_sha256(), NULL) == 1, "SHA-256");
}

uint32_t ref_crc32c(const uint8_t *data, size_t length) {
  uint32_t crc = UINT32_MAX;
  for (size_t i = 0; i < length; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
  }
  return ~crc;
}

static const uint8_t nothing[1];

void ref_chain_begin(struct ref_chain *chain, const uint8_t core_digest[32], const uint8_t *shares, size_t count) {
  ref_hmac384(core_digest, 32, shares, count * 32, chain->prk);
  ref_expand(chain->prk, 48, "sealcam/v1/chain", nothing, 0, chain->chain);
}

void ref_commitment(const uint8_t core_digest[32], const uint8_t share[32], uint8_t role, uint8_t out[32]) {
  uint8_t extracted[48], whole[48];
  ref_hmac384(core_digest, 32, share, 32, extracted);
  ref_expand(extracted, 48, "sealcam/v1/share-commitment", &role, 1, whole);
  memcpy(out, whole, 32);
}

void ref_chain_step(struct ref_chain *chain) {
  uint8_t next[48];
  ref_expand(chain->chain, 48, "sealcam/v1/media", nothing, 0, chain->media);
  ref_expand(chain->chain, 48, "sealcam/v1/telemetry", nothing, 0, chain->telemetry);
  ref_expand(chain->chain, 48, "sealcam/v1/next", nothing, 0, next);
  memcpy(chain->chain, next, 48);
}

static void put(uint8_t *out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) out[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

/* KDF(key, iv, aad, purpose) of FLOE. */
static void kdf(const struct ref_floe *floe, const uint8_t *key, size_t key_length, const uint8_t iv[32],
                const char *purpose, const uint8_t *more, size_t more_length, uint8_t out[48]) {
  uint8_t info[512];
  size_t at = 0;
  put(info, 0, 2);
  put(info + 2, floe->segment_length, 4);
  put(info + 6, 32, 4);
  memcpy(info + 10, iv, 32);
  at = 42;
  memcpy(info + at, purpose, strlen(purpose));
  at += strlen(purpose);
  memcpy(info + at, more, more_length);
  at += more_length;
  memcpy(info + at, floe->aad, floe->aad_length);
  at += floe->aad_length;
  info[at++] = 1;
  ref_hmac384(key, key_length, info, at, out);
}

bool ref_segment_key(const struct ref_floe *floe, const uint8_t header[74], uint64_t number, uint8_t out[32]) {
  uint8_t expected[10], tag[48], message_key[48], whole[48], epoch[8];
  put(expected, 0, 2);
  put(expected + 2, floe->segment_length, 4);
  put(expected + 6, 32, 4);
  const uint8_t *const iv = header + 10;
  kdf(floe, floe->key, 32, iv, "HEADER_TAG:", nothing, 0, tag);
  kdf(floe, floe->key, 32, iv, "MESSAGE_KEY:", nothing, 0, message_key);
  put(epoch, number >> floe->rotation_bits << floe->rotation_bits, 8);
  kdf(floe, message_key, 48, iv, "DEK:", epoch, 8, whole);
  memcpy(out, whole, 32);
  return memcmp(header, expected, 10) == 0 && memcmp(header + 42, tag, 32) == 0;
}

bool ref_open_segment(const struct ref_floe *floe, const uint8_t header[74], uint64_t number, bool final,
                      const uint8_t *segment, size_t length, uint8_t *out) {
  uint8_t key[32], prefix[4], additional[9], rest[16];
  if (!ref_segment_key(floe, header, number, key)) return false;
  if (length < 32 || length > floe->segment_length || (!final && length != floe->segment_length)) return false;
  put(prefix, final ? length : UINT32_MAX, 4);
  put(additional, number, 8);
  additional[8] = final;
  if (memcmp(segment, prefix, 4) != 0) return false;
  EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
  int written = 0;
  const bool done = EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, segment + 4) == 1 &&
                    EVP_DecryptUpdate(cipher, NULL, &written, additional, 9) == 1 &&
                    EVP_DecryptUpdate(cipher, out, &written, segment + 16, (int)(length - 32)) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, 16, (void *)(uintptr_t)(segment + length - 16)) == 1 &&
                    EVP_DecryptFinal_ex(cipher, rest, &written) == 1;
  EVP_CIPHER_CTX_free(cipher);
  return done;
}

/* RFC 4231, test case 1, and RFC 3720 B.4: the reference is no second opinion unless it is right itself. */
void test_reference(void) {
  uint8_t key[20], mac[48], digest[32], zeros[32] = {0};
  static const uint8_t expected[8] = {0xaf, 0xd0, 0x39, 0x44, 0xd8, 0x48, 0x95, 0x62};
  static const uint8_t abc[8] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea};
  memset(key, 0x0b, sizeof key);
  ref_hmac384(key, sizeof key, (const uint8_t *)"Hi There", 8, mac);
  CHECK(memcmp(mac, expected, 8) == 0, "HMAC-SHA-384 of RFC 4231");
  ref_sha256((const uint8_t *)"abc", 3, digest);
  CHECK(memcmp(digest, abc, 8) == 0, "SHA-256 of abc");
  CHECK(ref_crc32c(zeros, 32) == 0x8a9136aau, "CRC-32C of 32 zeros");
}
