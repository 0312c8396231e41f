#include "core/crypto.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rand.h>

static bool system_random(uint8_t *out, size_t length) { return RAND_bytes(out, (int)length) == 1; }

static EVP_MAC_CTX *new_hmac384(EVP_MAC *hmac) {
  char sha384[] = "SHA2-384";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha384, 0),
                               OSSL_PARAM_construct_end()};
  EVP_MAC_CTX *context = hmac == NULL ? NULL : EVP_MAC_CTX_new(hmac);
  if (context != NULL && EVP_MAC_CTX_set_params(context, params) == 1) return context;
  EVP_MAC_CTX_free(context);
  return NULL;
}

bool sc_crypto_open(struct sc_crypto *crypto) {
  crypto->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
  crypto->hmac384 = new_hmac384(crypto->hmac);
  crypto->aes256gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
  crypto->sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
  crypto->random = system_random;
  crypto->lanes = NULL;
  if (crypto->hmac384 == NULL || crypto->aes256gcm == NULL || crypto->sha256 == NULL) return false;
  crypto->lanes = sc_segment_hash_choose(crypto);
  return true;
}

void sc_crypto_close(struct sc_crypto *crypto) {
  EVP_MAC_CTX_free(crypto->hmac384);
  EVP_MAC_free(crypto->hmac);
  EVP_CIPHER_free(crypto->aes256gcm);
  EVP_MD_free(crypto->sha256);
}

/* A context for each key, because freeing the context is what cleanses its key. */
static EVP_MAC_CTX *begin(const struct sc_crypto *crypto, struct sc_piece key) {
  EVP_MAC_CTX *mac = EVP_MAC_CTX_dup(crypto->hmac384);
  if (mac != NULL && EVP_MAC_init(mac, key.data, key.length, NULL) == 1) return mac;
  EVP_MAC_CTX_free(mac);
  return NULL;
}

static bool hmac384(EVP_MAC_CTX *mac, const struct sc_piece *pieces, size_t count, struct sc_piece last,
                    uint8_t out[SC_HASH]) {
  size_t written = 0;
  bool done = true;
  for (size_t i = 0; done && i < count; i++) done = EVP_MAC_update(mac, pieces[i].data, pieces[i].length) == 1;
  done = done && EVP_MAC_update(mac, last.data, last.length) == 1;
  return done && EVP_MAC_final(mac, out, &written, SC_HASH) == 1 && written == SC_HASH;
}

static enum sc_status finish(EVP_MAC_CTX *mac, bool done) {
  EVP_MAC_CTX_free(mac);
  return done ? SC_OK : SC_CRYPTO_FAILED;
}

enum sc_status sc_extract(const struct sc_crypto *crypto, struct sc_piece salt, const struct sc_piece *ikm,
                          size_t count, uint8_t out[SC_HASH]) {
  EVP_MAC_CTX *mac = begin(crypto, salt);
  return finish(mac, mac != NULL && hmac384(mac, ikm, count, SC_LITERAL(""), out));
}

enum sc_status sc_expand(const struct sc_crypto *crypto, struct sc_piece key, const struct sc_expansion *each,
                         size_t count) {
  EVP_MAC_CTX *mac = begin(crypto, key);
  bool done = mac != NULL;
  for (size_t i = 0; done && i < count; i++) {
    done = (i == 0 || EVP_MAC_init(mac, NULL, 0, NULL) == 1) &&
           hmac384(mac, each[i].info, SC_INFO_PIECES, SC_LITERAL("\x01"), each[i].out);
  }
  return finish(mac, done);
}

static bool digest(const struct sc_crypto *crypto, EVP_MD_CTX *context, const struct sc_piece *pieces, size_t count,
                   uint8_t out[SC_DIGEST]) {
  bool done = EVP_DigestInit_ex2(context, crypto->sha256, NULL) == 1;
  for (size_t i = 0; done && i < count; i++) {
    done = EVP_DigestUpdate(context, pieces[i].data, pieces[i].length) == 1;
  }
  return done && EVP_DigestFinal_ex(context, out, NULL) == 1;
}

enum sc_status sc_sha256(const struct sc_crypto *crypto, const struct sc_piece *pieces, size_t count,
                         uint8_t out[SC_DIGEST]) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool done = context != NULL && digest(crypto, context, pieces, count, out);
  EVP_MD_CTX_free(context);
  return done ? SC_OK : SC_CRYPTO_FAILED;
}
