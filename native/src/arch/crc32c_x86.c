#include "arch/crc32c.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <string.h>

int sc_crc32c_x86_supported(void) { return __builtin_cpu_supports("sse4.2") != 0; }

__attribute__((target("sse4.2"))) uint32_t sc_crc32c_x86_step(uint32_t state, const uint8_t *data, size_t length) {
  uint64_t crc = state;
  for (; length >= 8; data += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, data, 8);
    crc = _mm_crc32_u64(crc, word);
  }
  for (; length > 0; data++, length--) crc = _mm_crc32_u8((uint32_t)crc, *data);
  return (uint32_t)crc;
}
#else
typedef int sc_crc32c_x86_is_empty;
#endif
