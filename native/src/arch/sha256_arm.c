#include "arch/sha256.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>
#include <sys/auxv.h>

#define STEP_OF_LANE static inline __attribute__((always_inline)) void

/* Bits 6 and 7 of AT_HWCAP on arm64: the SHA-256 and the CRC32 instructions (Linux, asm/hwcap.h). */
int sc_sha256_arm_supported(void) {
  const unsigned long both = 1ul << 6 | 1ul << 7;
  return (getauxval(AT_HWCAP) & both) == both;
}

/*
 * Written as assembly because arm_neon.h declares these intrinsics only where the whole file is built for
 * them, and volatile because compilers otherwise move the rounds of one lane together again: volatile
 * statements keep their order among themselves, and everything else may be scheduled around them.
 */
#define WITH_SHA ".arch_extension sha2\n\t"
#define HALF_ROUNDS(name, to, other, wk) \
  __asm__ volatile(WITH_SHA name " %q0, %q1, %2.4s" : "+w"(to) : "w"(other), "w"(wk))

struct lane {
  uint32x4_t abcd, efgh, abcd_before, efgh_before;
  uint32x4_t message[4];
  uint32_t crc;
  const uint8_t *data;
};

STEP_OF_LANE load(struct lane *lane, const struct sc_sha256_lane *from) {
  lane->abcd = vld1q_u32(from->state);
  lane->efgh = vld1q_u32(from->state + 4);
  lane->crc = from->crc;
  lane->data = from->data;
}

STEP_OF_LANE store(const struct lane *lane, struct sc_sha256_lane *to) {
  vst1q_u32(to->state, lane->abcd);
  vst1q_u32(to->state + 4, lane->efgh);
  to->crc = lane->crc;
  to->data = lane->data;
}

STEP_OF_LANE begin_block(struct lane *lane) {
  lane->abcd_before = lane->abcd;
  lane->efgh_before = lane->efgh;
  for (int i = 0; i < 4; i++) {
    lane->message[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(lane->data + 16 * i)));
  }
}

STEP_OF_LANE end_block(struct lane *lane) {
  lane->abcd = vaddq_u32(lane->abcd, lane->abcd_before);
  lane->efgh = vaddq_u32(lane->efgh, lane->efgh_before);
  lane->data += SC_SHA256_BLOCK;
}

/* Four rounds; the words of step `i` + 4 take the place of those used; and the CRC of eight bytes. */
STEP_OF_LANE rounds(struct lane *lane, const int i) {
  uint32x4_t *const m = lane->message;
  const uint32x4_t wk = vaddq_u32(m[i & 3], vld1q_u32(sc_sha256_k + 4 * i));
  const uint32x4_t abcd = lane->abcd;
  HALF_ROUNDS("sha256h", lane->abcd, lane->efgh, wk);
  HALF_ROUNDS("sha256h2", lane->efgh, abcd, wk);
  if (i < 12) {
    __asm__(WITH_SHA "sha256su0 %0.4s, %1.4s" : "+w"(m[i & 3]) : "w"(m[(i + 1) & 3]));
    __asm__(WITH_SHA "sha256su1 %0.4s, %1.4s, %2.4s" : "+w"(m[i & 3]) : "w"(m[(i + 2) & 3]), "w"(m[(i + 3) & 3]));
  }
  if (i >= 8) return;
  uint64_t word;
  memcpy(&word, lane->data + 8 * i, 8);
  __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(lane->crc) : "r"(word));
}

/* Written out rather than as loops over lanes and steps, which not every compiler unrolls to registers. */
#define EACH(step, ...)                   \
  step(&a, ##__VA_ARGS__);                \
  if (count > 1) step(&b, ##__VA_ARGS__); \
  if (count > 2) step(&c, ##__VA_ARGS__); \
  if (count > 3) step(&d, ##__VA_ARGS__);
#define STEP(i) EACH(rounds, i)

STEP_OF_LANE advance(struct sc_sha256_lane *const *lanes, const size_t count, size_t blocks) {
  struct lane a, b, c, d;
  load(&a, lanes[0]);
  if (count > 1) load(&b, lanes[1]);
  if (count > 2) load(&c, lanes[2]);
  if (count > 3) load(&d, lanes[3]);
  for (; blocks > 0; blocks--) {
    EACH(begin_block)
    STEP(0) STEP(1) STEP(2) STEP(3) STEP(4) STEP(5) STEP(6) STEP(7)
    STEP(8) STEP(9) STEP(10) STEP(11) STEP(12) STEP(13) STEP(14) STEP(15)
    EACH(end_block)
  }
  store(&a, lanes[0]);
  if (count > 1) store(&b, lanes[1]);
  if (count > 2) store(&c, lanes[2]);
  if (count > 3) store(&d, lanes[3]);
}

void sc_sha256_arm_advance(struct sc_sha256_lane *const *lanes, size_t count, size_t blocks) {
  if (count == 1) advance(lanes, 1, blocks);
  else if (count == 2) advance(lanes, 2, blocks);
  else if (count == 3) advance(lanes, 3, blocks);
  else advance(lanes, 4, blocks);
}
#else
typedef int sc_sha256_arm_is_empty;
#endif
