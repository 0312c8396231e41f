#include "arch/crc32c.h"

#if defined(__aarch64__)
#include <string.h>
#include <sys/auxv.h>

/* Bit 7 of AT_HWCAP on arm64: the CRC32 instructions (Linux, asm/hwcap.h). */
int sc_crc32c_arm_supported(void) { return (getauxval(AT_HWCAP) & (1ul << 7)) != 0; }

/* Written as assembly because arm_acle.h declares the intrinsics only where the whole file is built for them. */
static inline uint32_t step8(uint32_t crc, uint64_t word) {
  __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(word));
  return crc;
}

static inline uint32_t step1(uint32_t crc, uint8_t byte) {
  __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"((uint32_t)byte));
  return crc;
}

uint32_t sc_crc32c_arm_step(uint32_t state, const uint8_t *data, size_t length) {
  for (; length >= 8; data += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, data, 8);
    state = step8(state, word);
  }
  for (; length > 0; data++, length--) state = step1(state, *data);
  return state;
}
#else
typedef int sc_crc32c_arm_is_empty;
#endif
