/* CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), the check of records and link frames. */
#ifndef SEALCAM_ARCH_CRC32C_H
#define SEALCAM_ARCH_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* One level: advances the raw register (no inversions) over `length` bytes. */
typedef uint32_t (*sc_crc32c_step)(uint32_t state, const uint8_t *data, size_t length);

struct sc_crc32c_level {
  const char *name;
  sc_crc32c_step step;
  int (*supported)(void);
};

/* Levels in this build, fastest first; the last is portable and always supported. */
extern const struct sc_crc32c_level sc_crc32c_levels[];
extern const size_t sc_crc32c_level_count;

/*
 * Chooses the fastest level that the processor has and that passes the self-test against the portable
 * one. Call once, before any other thread computes; until then the portable level is in use.
 */
void sc_crc32c_choose(void);

/* The chosen level's name. */
const char *sc_crc32c_name(void);

/* CRC-32C of `data` that continues `seed`, the CRC of what came before (0 at the beginning). */
uint32_t sc_crc32c(uint32_t seed, const uint8_t *data, size_t length);

/* Defined if the target has the instructions, otherwise not in the list above. */
uint32_t sc_crc32c_x86_step(uint32_t state, const uint8_t *data, size_t length);
int sc_crc32c_x86_supported(void);
uint32_t sc_crc32c_arm_step(uint32_t state, const uint8_t *data, size_t length);
int sc_crc32c_arm_supported(void);

#endif
