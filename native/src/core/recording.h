/*
 * A recording's key chain: from the shares to one media key and one telemetry key for each index, with
 * nothing left that could go back. All of this lies in locked memory, which the caller provides.
 */
#ifndef SEALCAM_CORE_RECORDING_H
#define SEALCAM_CORE_RECORDING_H

#include "core/floe.h"

#define SC_SHARE 32
#define SC_SHARES_MAX 16

/* The shares of one recording, filled from outside. */
struct sc_shares {
  size_t count;  /* how many there are to be, 1 to SC_SHARES_MAX */
  size_t filled; /* bytes that are there */
  uint8_t bytes[SC_SHARES_MAX * SC_SHARE];
  uint8_t excess; /* takes the byte that must not follow */
};

struct sc_recording {
  bool open;      /* false once erased: nothing works any more */
  uint64_t next;  /* the index that comes next */
  uint8_t chain[SC_HASH];     /* CK of the next index */
  uint8_t media[SC_HASH];     /* MK, its first 32 bytes, while that part is sealed */
  uint8_t telemetry[SC_HASH]; /* TK, likewise */
  uint8_t scratch[SC_HASH];
  struct sc_floe floe;
};

/*
 * Starts the chain: PRK, the share commitments (32 bytes each, public) and CK_0, for the digest of the
 * opening's core. The shares are erased in every case, the recording too unless it succeeds.
 */
enum sc_status sc_recording_open(struct sc_recording *recording, const struct sc_crypto *crypto,
                                 struct sc_shares *shares, const uint8_t core_digest[SC_DIGEST], uint8_t *commitments);

/* Whether `index` may be sealed or skipped now: SC_OK, SC_ERASED or SC_NOT_NEXT. */
enum sc_status sc_recording_ready(const struct sc_recording *recording, uint64_t index);

/*
 * Steps: derives the keys of the present index (not for sc_recording_skip), replaces CK by the next one.
 * On failure the recording is erased.
 */
enum sc_status sc_recording_step(struct sc_recording *recording, const struct sc_crypto *crypto);
enum sc_status sc_recording_skip(struct sc_recording *recording, const struct sc_crypto *crypto, uint64_t index);

void sc_recording_erase(struct sc_recording *recording);
void sc_shares_erase(struct sc_shares *shares);

#endif
