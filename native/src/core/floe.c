#include "core/floe.h"

#include <openssl/crypto.h>
#include <string.h>

enum { PARAMETERS = 10, IV = 32, HEADER_TAG = 32, CONTEXT = PARAMETERS + IV, PREFIX = 4, NONCE = 12, TAG = 16 };

static const uint8_t not_final[PREFIX] = {0xFF, 0xFF, 0xFF, 0xFF};

static size_t full_plaintext(struct sc_floe_params params) { return params.segment_length - SC_FLOE_OVERHEAD; }

/* AEAD AES-256-GCM (0), KDF HKDF-Expand-SHA384 (0), segment length, IV length. */
static void put_parameters(uint8_t out[PARAMETERS], struct sc_floe_params params) {
  out[0] = 0;
  out[1] = 0;
  sc_put_be32(out + 2, params.segment_length);
  sc_put_be32(out + 6, IV);
}

/* KDF(key, iv, aad, purpose): info = parameters || IV || purpose || aad. */
static struct sc_expansion derivation(const struct sc_floe *floe, struct sc_piece purpose, uint8_t out[SC_HASH]) {
  return (struct sc_expansion){{sc_piece_of(floe->header, CONTEXT), purpose, floe->aad}, out};
}

/* Common to both directions, with parameters and IV in the header: its tag to `derived`, the message key. */
static enum sc_status begin(struct sc_floe *floe, const uint8_t key[SC_FLOE_KEY]) {
  const struct sc_expansion both[] = {derivation(floe, SC_LITERAL("HEADER_TAG:"), floe->derived),
                                      derivation(floe, SC_LITERAL("MESSAGE_KEY:"), floe->message_key)};
  enum sc_status status = sc_expand(floe->crypto, sc_piece_of(key, SC_FLOE_KEY), both, 2);
  if (status != SC_OK) return status;
  floe->cipher = EVP_CIPHER_CTX_new();
  return floe->cipher == NULL ? SC_CRYPTO_FAILED : SC_OK;
}

static void set_up(struct sc_floe *floe, const struct sc_crypto *crypto, struct sc_floe_params params,
                   struct sc_piece aad) {
  *floe = (struct sc_floe){.crypto = crypto, .params = params, .aad = aad};
  put_parameters(floe->header, params);
}

/* Random bytes that are used nowhere else. */
static bool take_random(struct sc_floe *floe, uint8_t *out, size_t length) {
  if (floe->random_left < length) {
    if (!floe->crypto->random(floe->random, sizeof floe->random)) return false;
    floe->random_left = sizeof floe->random;
  }
  floe->random_left -= length;
  memcpy(out, floe->random + floe->random_left, length);
  return true;
}

enum sc_status sc_floe_seal_begin(struct sc_floe *floe, const struct sc_crypto *crypto, struct sc_floe_params params,
                                  const uint8_t key[SC_FLOE_KEY], struct sc_piece aad) {
  set_up(floe, crypto, params, aad);
  if (!take_random(floe, floe->header + PARAMETERS, IV)) return SC_RANDOM_FAILED;
  enum sc_status status = begin(floe, key);
  if (status == SC_OK) memcpy(floe->header + CONTEXT, floe->derived, HEADER_TAG);
  return status;
}

enum sc_status sc_floe_open_begin(struct sc_floe *floe, const struct sc_crypto *crypto, struct sc_floe_params params,
                                  const uint8_t key[SC_FLOE_KEY], struct sc_piece aad,
                                  const uint8_t header[SC_FLOE_HEADER]) {
  set_up(floe, crypto, params, aad);
  if (memcmp(floe->header, header, PARAMETERS) != 0) return SC_BAD_HEADER;
  memcpy(floe->header, header, SC_FLOE_HEADER);
  enum sc_status status = begin(floe, key);
  if (status != SC_OK) return status;
  return CRYPTO_memcmp(floe->derived, header + CONTEXT, HEADER_TAG) == 0 ? SC_OK : SC_BAD_HEADER;
}

/* Sets the cipher's key for the segment, if it changes, its IV and its additional data. */
static enum sc_status begin_segment(struct sc_floe *floe, const uint8_t nonce[NONCE], bool final, bool seal) {
  const uint64_t number = floe->next++;
  const uint8_t *key = NULL;
  if ((number & ((UINT64_C(1) << floe->params.rotation_bits) - 1)) == 0) {
    uint8_t purpose[12] = "DEK:";
    sc_put_be64(purpose + 4, number);
    const struct sc_expansion segment_key = derivation(floe, sc_piece_of(purpose, 12), floe->derived);
    enum sc_status status = sc_expand(floe->crypto, sc_piece_of(floe->message_key, SC_HASH), &segment_key, 1);
    if (status != SC_OK) return status;
    key = floe->derived;
  }
  uint8_t additional[9];
  sc_put_be64(additional, number);
  additional[8] = final ? 1 : 0;
  int taken = 0;
  bool done =
      EVP_CipherInit_ex2(floe->cipher, key == NULL ? NULL : floe->crypto->aes256gcm, key, nonce, seal ? 1 : 0, NULL) == 1 &&
      EVP_CipherUpdate(floe->cipher, NULL, &taken, additional, sizeof additional) == 1;
  return done ? SC_OK : SC_CRYPTO_FAILED;
}

/* Encrypts `length` bytes of the source, piece by piece, so that they need not be joined first. */
static bool encrypt(EVP_CIPHER_CTX *cipher, struct sc_source *source, size_t length, uint8_t *out) {
  while (length > 0) {
    const size_t left = source->piece->length - source->offset;
    const size_t now = left < length ? left : length;
    int written = 0;
    if (now > 0 && (EVP_EncryptUpdate(cipher, out, &written, source->piece->data + source->offset, (int)now) != 1 ||
                    (size_t)written != now)) {
      return false;
    }
    out += now;
    length -= now;
    source->offset += now;
    if (source->offset == source->piece->length) *source = (struct sc_source){source->piece + 1, 0};
  }
  return true;
}

enum sc_status sc_floe_seal_segment(struct sc_floe *floe, struct sc_source *source, size_t length, bool final,
                                    uint8_t *out) {
  const size_t full = full_plaintext(floe->params);
  if (final ? length > full : length != full) return SC_TOO_LARGE;
  uint8_t *const nonce = out + PREFIX, *const text = nonce + NONCE, *const tag = text + length;
  int written = 0;
  sc_put_be32(out, final ? (uint32_t)(length + SC_FLOE_OVERHEAD) : UINT32_MAX);
  if (!take_random(floe, nonce, NONCE)) return SC_RANDOM_FAILED;
  enum sc_status status = begin_segment(floe, nonce, final, true);
  if (status != SC_OK) return status;
  bool done = encrypt(floe->cipher, source, length, text) && EVP_EncryptFinal_ex(floe->cipher, tag, &written) == 1 &&
              EVP_CIPHER_CTX_ctrl(floe->cipher, EVP_CTRL_AEAD_GET_TAG, TAG, tag) == 1;
  return done ? SC_OK : SC_CRYPTO_FAILED;
}

enum sc_status sc_floe_open_segment(struct sc_floe *floe, struct sc_piece segment, bool final, uint8_t *out) {
  const size_t full = floe->params.segment_length;
  if (final ? segment.length > full || segment.length < SC_FLOE_OVERHEAD : segment.length != full) return SC_BAD_SEGMENT;
  uint8_t prefix[PREFIX];
  sc_put_be32(prefix, (uint32_t)segment.length);
  if (memcmp(segment.data, final ? prefix : not_final, PREFIX) != 0) return SC_BAD_SEGMENT;

  const uint8_t *const nonce = segment.data + PREFIX, *const text = nonce + NONCE;
  const size_t length = segment.length - SC_FLOE_OVERHEAD;
  uint8_t tag[TAG], rest[TAG];
  int written = 0;
  memcpy(tag, text + length, TAG);
  enum sc_status status = begin_segment(floe, nonce, final, false);
  if (status != SC_OK) return status;
  bool done = EVP_CIPHER_CTX_ctrl(floe->cipher, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1 &&
              (length == 0 || EVP_DecryptUpdate(floe->cipher, out, &written, text, (int)length) == 1);
  /* The tag is compared here, by OpenSSL, in constant time. */
  if (done && EVP_DecryptFinal_ex(floe->cipher, rest, &written) == 1) return SC_OK;
  OPENSSL_cleanse(out, length);
  return done ? SC_BAD_SEGMENT : SC_CRYPTO_FAILED;
}

void sc_floe_end(struct sc_floe *floe) {
  EVP_CIPHER_CTX_free(floe->cipher);
  OPENSSL_cleanse(floe, sizeof *floe);
}

size_t sc_floe_segments(struct sc_floe_params params, size_t length) {
  const size_t full = full_plaintext(params);
  return length == 0 ? 1 : (length - 1) / full + 1;
}

enum sc_status sc_floe_seal(struct sc_floe *floe, const struct sc_crypto *crypto, struct sc_floe_params params,
                            const uint8_t key[SC_FLOE_KEY], struct sc_piece aad, struct sc_piece plaintext,
                            uint8_t *out) {
  struct sc_source source = {&plaintext, 0};
  const size_t full = full_plaintext(params);
  enum sc_status status = sc_floe_seal_begin(floe, crypto, params, key, aad);
  memcpy(out, floe->header, SC_FLOE_HEADER);
  out += SC_FLOE_HEADER;
  size_t left = plaintext.length;
  for (size_t segments = sc_floe_segments(params, left); status == SC_OK && segments > 0; segments--) {
    const size_t length = left < full ? left : full;
    status = sc_floe_seal_segment(floe, &source, length, segments == 1, out);
    out += length + SC_FLOE_OVERHEAD;
    left -= length;
  }
  sc_floe_end(floe);
  return status;
}

enum sc_status sc_floe_open(struct sc_floe *floe, const struct sc_crypto *crypto, struct sc_floe_params params,
                            const uint8_t key[SC_FLOE_KEY], struct sc_piece aad, struct sc_piece message, uint8_t *out,
                            size_t *written) {
  *written = 0;
  if (message.length < SC_FLOE_HEADER) return SC_BAD_HEADER;
  enum sc_status status = sc_floe_open_begin(floe, crypto, params, key, aad, message.data);
  const uint8_t *at = message.data + SC_FLOE_HEADER;
  size_t left = message.length - SC_FLOE_HEADER, done = 0;
  bool final = false;
  while (status == SC_OK && !final) {
    final = left <= params.segment_length;
    const size_t length = final ? left : params.segment_length;
    status = sc_floe_open_segment(floe, sc_piece_of(at, length), final, out + done);
    if (status != SC_OK) break;
    at += length;
    left -= length;
    done += length - SC_FLOE_OVERHEAD;
  }
  sc_floe_end(floe);
  if (status == SC_OK) *written = done;
  else OPENSSL_cleanse(out, done);
  return status;
}
