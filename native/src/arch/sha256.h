/*
 * SHA-256 and CRC-32C of several byte strings side by side.
 *
 * One stream of SHA-256 is bound by the latency of the processor's SHA instructions, so the rounds of
 * several strings are interleaved in one stream of instructions. The CRC of the same bytes runs in units
 * that the rounds leave idle, and so costs next to nothing.
 */
#ifndef SEALCAM_ARCH_SHA256_H
#define SEALCAM_ARCH_SHA256_H

#include "core/bytes.h"

#define SC_SHA256_LANES_MAX 4
#define SC_SHA256_BLOCK 64

/* A string being hashed, at a whole number of blocks. */
struct sc_sha256_lane {
  uint32_t state[8];
  uint32_t crc; /* the raw register, without inversions */
  const uint8_t *data;
};

/* Advances `count` lanes (1 to SC_SHA256_LANES_MAX) by `blocks` blocks each. */
typedef void (*sc_sha256_advance)(struct sc_sha256_lane *const *lanes, size_t count, size_t blocks);

struct sc_sha256_level {
  const char *name;
  size_t lanes; /* how many strings are worked on at once, 2 or 4 */
  sc_sha256_advance advance;
  int (*supported)(void);
};

/* Levels in this build; none on other processors, and possibly none that is supported. */
extern const struct sc_sha256_level sc_sha256_levels[];
extern const size_t sc_sha256_level_count;

/*
 * SHA-256 of each of `count` pieces, 32 bytes each to `digests`. Where `crcs` is not NULL, each of them,
 * the CRC-32C of what came before the piece, is continued over it. Lengths may differ: a lane whose piece
 * ends takes the next piece. Call sc_crc32c_choose first.
 */
void sc_sha256_pieces(const struct sc_sha256_level *level, const struct sc_piece *pieces, size_t count,
                      uint8_t *digests, uint32_t *crcs);

/* The round constants of FIPS 180-4, for the levels. */
extern const uint32_t sc_sha256_k[64];

/* Defined if the target has the instructions, otherwise not in the list above. */
void sc_sha256_x86_advance(struct sc_sha256_lane *const *lanes, size_t count, size_t blocks);
int sc_sha256_x86_supported(void);
void sc_sha256_arm_advance(struct sc_sha256_lane *const *lanes, size_t count, size_t blocks);
int sc_sha256_arm_supported(void);

#endif
