/*
 * One stage of a camera's work in C, as often as asked: `cost STAGE TIMES`, for scripts/bench-arm.mjs, which counts the instructions.
 * A time is 1 MiB, or one signature.
 */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "arch/crc32c.h"
#include "core/chunk.h"

enum { MIB = 1 << 20, TLS_RECORD = 16384 };

static struct sc_crypto crypto;
static uint8_t plain[MIB], out[2 * MIB], header[SC_FLOE_HEADER], digests[64 * SC_DIGEST];

/* A chunk of 1 MiB and no telemetry: keys, FLOE, records, CRC, digests. */
static bool seal(unsigned times) {
  static struct sc_recording recording;
  static uint8_t digest[SC_DIGEST], commitments[2 * 32];
  static uint8_t empty_records[1024], empty_header[SC_FLOE_HEADER], empty_digest[SC_DIGEST];
  struct sc_shares shares = {.count = 2, .filled = 2 * SC_SHARE};
  if (sc_recording_open(&recording, &crypto, &shares, digest, commitments) != SC_OK) return false;
  const struct sc_piece piece = sc_piece_of(plain, MIB), nothing = sc_piece_of(plain, 0);
  const struct sc_part media = {&piece, MIB, out, header, digests};
  const struct sc_part telemetry = {&nothing, 0, empty_records, empty_header, empty_digest};
  bool done = true;
  for (uint32_t i = 0; done && i < times; i++)
    done = sc_chunk_seal(&recording, &crypto, (uint32_t)recording.next, digest, &media, &telemetry) == SC_OK;
  return done;
}

/* What a TLS 1.3 connection does with 1 MiB: records of 16 KiB, each under a nonce of its own, with a tag. */
static bool cipher(const char *name, unsigned times) {
  static const uint8_t key[32];
  uint8_t nonce[12] = {0}, tag[16];
  EVP_CIPHER *algorithm = EVP_CIPHER_fetch(NULL, name, NULL);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  bool done = algorithm != NULL && EVP_EncryptInit_ex2(context, algorithm, key, NULL, NULL) == 1;
  for (size_t at = 0; done && at < (size_t)times * MIB; at += TLS_RECORD) {
    int written = 0;
    sc_put_be64(nonce + 4, at);
    done = EVP_EncryptInit_ex2(context, NULL, NULL, nonce, NULL) == 1 &&
           EVP_EncryptUpdate(context, NULL, &written, header, 5) == 1 &&
           EVP_EncryptUpdate(context, out, &written, plain, TLS_RECORD) == 1 &&
           EVP_EncryptFinal_ex(context, out + written, &written) == 1 &&
           EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, sizeof tag, tag) == 1;
  }
  EVP_CIPHER_CTX_free(context);
  EVP_CIPHER_free(algorithm);
  return done;
}

static bool sha256(unsigned times) {
  bool done = true;
  const struct sc_piece piece = sc_piece_of(plain, MIB);
  for (unsigned i = 0; done && i < times; i++) done = sc_sha256(&crypto, &piece, 1, digests) == SC_OK;
  return done;
}

static bool checksum(unsigned times) {
  uint32_t crc = 0;
  for (unsigned i = 0; i < times; i++) crc = sc_crc32c(crc, plain, MIB);
  header[0] = (uint8_t)crc;
  return true;
}

/* One signature of a statement of 1 KiB. */
static bool sign(const char *curve, const char *hash, unsigned times) {
  static uint8_t signature[256];
  EVP_PKEY *key = EVP_EC_gen(curve);
  bool done = key != NULL;
  for (unsigned i = 0; done && i < times; i++) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t length = sizeof signature;
    done = EVP_DigestSignInit_ex(context, NULL, hash, NULL, NULL, key, NULL) == 1 &&
           EVP_DigestSign(context, signature, &length, plain, 1024) == 1;
    EVP_MD_CTX_free(context);
  }
  EVP_PKEY_free(key);
  return done;
}

int main(int count, char **args) {
  if (count != 3) return 2;
  const char *stage = args[1];
  const unsigned times = (unsigned)strtoul(args[2], NULL, 10);
  for (size_t i = 0; i < MIB; i++) plain[i] = (uint8_t)(i * 2654435761u >> 13);
  sc_crc32c_choose();
  if (!sc_crypto_open(&crypto)) return 2;
  /* How segments are hashed is chosen by time, which means nothing here: the first level that there is. */
  crypto.lanes = NULL;
  for (size_t i = 0; i < sc_sha256_level_count && crypto.lanes == NULL; i++)
    if (sc_sha256_levels[i].supported()) crypto.lanes = &sc_sha256_levels[i];
  if (strcmp(stage, "seal") == 0) return seal(times) ? 0 : 1;
  if (strcmp(stage, "aes") == 0) return cipher("AES-256-GCM", times) ? 0 : 1;
  if (strcmp(stage, "aes128") == 0) return cipher("AES-128-GCM", times) ? 0 : 1;
  if (strcmp(stage, "chacha") == 0) return cipher("ChaCha20-Poly1305", times) ? 0 : 1;
  if (strcmp(stage, "sha256") == 0) return sha256(times) ? 0 : 1;
  if (strcmp(stage, "crc32c") == 0) return checksum(times) ? 0 : 1;
  if (strcmp(stage, "sign256") == 0) return sign("P-256", "SHA256", times) ? 0 : 1;
  if (strcmp(stage, "sign384") == 0) return sign("P-384", "SHA384", times) ? 0 : 1;
  return 2;
}
