#include "arch/sha256.h"

#include <string.h>

#include "arch/crc32c.h"

_Alignas(64) const uint32_t sc_sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* How many lanes are best differs with the processor and the compiler: sc_crypto_open tries. */
const struct sc_sha256_level sc_sha256_levels[] = {
#if defined(__x86_64__)
    {"sha-ni x4", 4, sc_sha256_x86_advance, sc_sha256_x86_supported},
    {"sha-ni x2", 2, sc_sha256_x86_advance, sc_sha256_x86_supported},
#elif defined(__aarch64__)
    {"armv8-sha2 x4", 4, sc_sha256_arm_advance, sc_sha256_arm_supported},
    {"armv8-sha2 x2", 2, sc_sha256_arm_advance, sc_sha256_arm_supported},
#else
    {"none", 0, NULL, NULL},
#endif
};
#if defined(__x86_64__) || defined(__aarch64__)
const size_t sc_sha256_level_count = sizeof sc_sha256_levels / sizeof sc_sha256_levels[0];
#else
const size_t sc_sha256_level_count = 0;
#endif

/* A piece in a lane: its whole blocks first, then the tail that the padding makes. */
struct work {
  struct sc_sha256_lane lane;
  size_t blocks; /* left of the present stretch */
  size_t index, length;
  bool in_tail;
  uint8_t tail[2 * SC_SHA256_BLOCK];
};

static void take(struct work *work, const struct sc_piece *piece, size_t index, uint32_t crc) {
  work->lane = (struct sc_sha256_lane){
      .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
      .crc = ~crc,
      .data = piece->data,
  };
  work->blocks = piece->length / SC_SHA256_BLOCK;
  work->index = index;
  work->length = piece->length;
  work->in_tail = false;
}

/* FIPS 180-4, 5.1.1: the rest of the piece, a bit that is set, zeros, the length in bits. */
static void take_tail(struct work *work, uint32_t *crcs) {
  const size_t rest = work->length % SC_SHA256_BLOCK;
  if (crcs != NULL) crcs[work->index] = sc_crc32c(~work->lane.crc, work->lane.data, rest);
  work->in_tail = true;
  work->blocks = rest < SC_SHA256_BLOCK - 8 ? 1 : 2;
  memset(work->tail, 0, sizeof work->tail);
  memcpy(work->tail, work->lane.data, rest);
  work->tail[rest] = 0x80;
  sc_put_be64(work->tail + work->blocks * SC_SHA256_BLOCK - 8, (uint64_t)work->length * 8);
  work->lane.data = work->tail;
}

static void put_digest(const struct work *work, uint8_t *digests) {
  uint8_t *const out = digests + work->index * SC_DIGEST;
  for (size_t i = 0; i < 8; i++) sc_put_be32(out + i * 4, work->lane.state[i]);
}

void sc_sha256_pieces(const struct sc_sha256_level *level, const struct sc_piece *pieces, size_t count,
                      uint8_t *digests, uint32_t *crcs) {
  struct work works[SC_SHA256_LANES_MAX], *active[SC_SHA256_LANES_MAX];
  struct sc_sha256_lane *lanes[SC_SHA256_LANES_MAX];
  size_t taken = 0, busy = 0;
  for (; busy < level->lanes && taken < count; busy++, taken++) {
    active[busy] = &works[busy];
    take(active[busy], &pieces[taken], taken, crcs == NULL ? 0 : crcs[taken]);
  }
  while (busy > 0) {
    size_t blocks = SIZE_MAX;
    for (size_t i = 0; i < busy; i++) {
      if (active[i]->blocks == 0) take_tail(active[i], crcs);
      if (active[i]->blocks < blocks) blocks = active[i]->blocks;
      lanes[i] = &active[i]->lane;
    }
    level->advance(lanes, busy, blocks);
    for (size_t i = busy; i-- > 0;) {
      active[i]->blocks -= blocks;
      if (active[i]->blocks > 0 || !active[i]->in_tail) continue;
      put_digest(active[i], digests);
      if (taken < count) {
        take(active[i], &pieces[taken], taken, crcs == NULL ? 0 : crcs[taken]);
        taken++;
      } else {
        active[i] = active[--busy];
      }
    }
  }
}
