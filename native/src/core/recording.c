#include "core/recording.h"

#include <openssl/crypto.h>
#include <string.h>

static struct sc_piece whole(const uint8_t key[SC_HASH]) { return sc_piece_of(key, SC_HASH); }

/* HKDF-Expand(HKDF-Extract(salt = H(core), ikm = share), label || role, 32) */
static enum sc_status commit(struct sc_recording *recording, const struct sc_crypto *crypto, struct sc_piece salt,
                             struct sc_piece share, uint8_t role, uint8_t *out) {
  const struct sc_expansion commitment = {{SC_LITERAL("sealcam/v1/share-commitment"), sc_piece_of(&role, 1)},
                                          recording->media};
  enum sc_status status = sc_extract(crypto, salt, &share, 1, recording->scratch);
  if (status == SC_OK) status = sc_expand(crypto, whole(recording->scratch), &commitment, 1);
  if (status == SC_OK) memcpy(out, recording->media, 32);
  return status;
}

static enum sc_status start_chain(struct sc_recording *recording, const struct sc_crypto *crypto, struct sc_piece salt,
                                  const struct sc_shares *shares, uint8_t *commitments) {
  enum sc_status status = SC_OK;
  for (size_t role = 0; status == SC_OK && role < shares->count; role++) {
    struct sc_piece share = sc_piece_of(shares->bytes + role * SC_SHARE, SC_SHARE);
    status = commit(recording, crypto, salt, share, (uint8_t)role, commitments + role * 32);
  }
  if (status != SC_OK) return status;
  struct sc_piece all = sc_piece_of(shares->bytes, shares->count * SC_SHARE);
  status = sc_extract(crypto, salt, &all, 1, recording->scratch); /* PRK */
  const struct sc_expansion chain = {{SC_LITERAL("sealcam/v1/chain")}, recording->chain};
  return status == SC_OK ? sc_expand(crypto, whole(recording->scratch), &chain, 1) : status;
}

enum sc_status sc_recording_open(struct sc_recording *recording, const struct sc_crypto *crypto,
                                 struct sc_shares *shares, const uint8_t core_digest[SC_DIGEST], uint8_t *commitments) {
  *recording = (struct sc_recording){.open = false};
  enum sc_status status = SC_ERASED;
  if (shares->count > 0 && shares->filled == shares->count * SC_SHARE) {
    status = start_chain(recording, crypto, sc_piece_of(core_digest, SC_DIGEST), shares, commitments);
  }
  sc_shares_erase(shares);
  OPENSSL_cleanse(recording->scratch, SC_HASH);
  OPENSSL_cleanse(recording->media, SC_HASH);
  if (status == SC_OK) recording->open = true;
  else sc_recording_erase(recording);
  return status;
}

enum sc_status sc_recording_ready(const struct sc_recording *recording, uint64_t index) {
  if (!recording->open) return SC_ERASED;
  return index == recording->next ? SC_OK : SC_NOT_NEXT;
}

/* CK becomes the next CK, and the old one is erased; with `keys`, both parts' keys are derived from it first. */
static enum sc_status advance(struct sc_recording *recording, const struct sc_crypto *crypto, bool keys) {
  const struct sc_expansion each[] = {{{SC_LITERAL("sealcam/v1/next")}, recording->scratch},
                                      {{SC_LITERAL("sealcam/v1/media")}, recording->media},
                                      {{SC_LITERAL("sealcam/v1/telemetry")}, recording->telemetry}};
  enum sc_status status = sc_expand(crypto, whole(recording->chain), each, keys ? 3 : 1);
  memcpy(recording->chain, recording->scratch, SC_HASH);
  OPENSSL_cleanse(recording->scratch, SC_HASH);
  recording->next++;
  if (status != SC_OK) sc_recording_erase(recording);
  return status;
}

enum sc_status sc_recording_step(struct sc_recording *recording, const struct sc_crypto *crypto) {
  return advance(recording, crypto, true);
}

enum sc_status sc_recording_skip(struct sc_recording *recording, const struct sc_crypto *crypto, uint64_t index) {
  enum sc_status status = sc_recording_ready(recording, index);
  return status == SC_OK ? advance(recording, crypto, false) : status;
}

void sc_recording_erase(struct sc_recording *recording) {
  sc_floe_end(&recording->floe);
  OPENSSL_cleanse(recording, sizeof *recording);
}

void sc_shares_erase(struct sc_shares *shares) { OPENSSL_cleanse(shares, sizeof *shares); }
