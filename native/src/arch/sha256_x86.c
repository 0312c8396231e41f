#include "arch/sha256.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <string.h>

/* AVX only for its three-operand instructions, which save one copy for every six other instructions. */
#define WITH_SHA __attribute__((target("sha,avx,sse4.2")))
#define STEP_OF_LANE WITH_SHA static inline __attribute__((always_inline)) void

int sc_sha256_x86_supported(void) {
  unsigned a, b, c, d;
  const unsigned sha = 1u << 29; /* leaf 7, EBX */
  return __builtin_cpu_supports("avx") && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & sha) != 0;
}

/*
 * Four rounds, whose words, with their constants added, are in `wk`. Volatile, because compilers otherwise move the
 * rounds of one lane together: volatile statements keep their order among themselves, and everything else may be
 * scheduled around them. One statement, so that the words need no register but the one that the instruction demands.
 */
#define FOUR_ROUNDS(abef, cdgh, wk)                                                               \
  __asm__ volatile("sha256rnds2 %2, %1, %0\n\tvpshufd $0x0e, %2, %2\n\tsha256rnds2 %2, %0, %1" \
                   : "+x"(cdgh), "+x"(abef), "+Yz"(wk))

struct lane {
  __m128i abef, cdgh, abef_before, cdgh_before;
  __m128i message[4];
  uint64_t crc;
  const uint8_t *data;
};

STEP_OF_LANE load(struct lane *lane, const struct sc_sha256_lane *from) {
  const __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)from->state), 0xB1);
  const __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(from->state + 4)), 0x1B);
  lane->abef = _mm_alignr_epi8(low, high, 8);
  lane->cdgh = _mm_blend_epi16(high, low, 0xF0);
  lane->crc = from->crc;
  lane->data = from->data;
}

STEP_OF_LANE store(const struct lane *lane, struct sc_sha256_lane *to) {
  const __m128i low = _mm_shuffle_epi32(lane->abef, 0x1B), high = _mm_shuffle_epi32(lane->cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)to->state, _mm_blend_epi16(low, high, 0xF0));
  _mm_storeu_si128((__m128i *)(to->state + 4), _mm_alignr_epi8(high, low, 8));
  to->crc = (uint32_t)lane->crc;
  to->data = lane->data;
}

/* The words of step `i`, one of the first four. */
STEP_OF_LANE read_words(struct lane *lane, const int i) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  lane->message[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(lane->data + 16 * i)), big_endian);
}

STEP_OF_LANE begin_block(struct lane *lane) {
  lane->abef_before = lane->abef;
  lane->cdgh_before = lane->cdgh;
  read_words(lane, 0);
}

STEP_OF_LANE end_block(struct lane *lane) {
  lane->abef = _mm_add_epi32(lane->abef, lane->abef_before);
  lane->cdgh = _mm_add_epi32(lane->cdgh, lane->cdgh_before);
  lane->data += SC_SHA256_BLOCK;
}

/* The words of step `i` + 1, a step ahead of their use: read, or finished from what `rounds` began. */
STEP_OF_LANE next_words(struct lane *lane, const int i) {
  if (i < 3) read_words(lane, i + 1);
  if (i < 3 || i == 15) return;
  __m128i *const m = lane->message;
  const __m128i seven_before = _mm_alignr_epi8(m[i & 3], m[(i - 1) & 3], 4);
  m[(i + 1) & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(m[(i + 1) & 3], seven_before), m[i & 3]);
}

/* The rounds of step `i` and a beginning of the words of step `i` + 3; during eight steps, the CRC of eight bytes. */
STEP_OF_LANE rounds(struct lane *lane, const int i) {
  __m128i *const m = lane->message;
  __m128i wk = _mm_add_epi32(m[i & 3], _mm_load_si128((const __m128i *)(sc_sha256_k + 4 * i)));
  FOUR_ROUNDS(lane->abef, lane->cdgh, wk);
  if (i >= 1 && i <= 12) m[(i - 1) & 3] = _mm_sha256msg1_epu32(m[(i - 1) & 3], m[i & 3]);
  if (i >= 8) return;
  uint64_t word;
  memcpy(&word, lane->data + 8 * i, 8);
  lane->crc = _mm_crc32_u64(lane->crc, word);
}

/* A lane's whole step at a time: its words are in registers then, and the next lane's rounds wait for none of it. */
STEP_OF_LANE step(struct lane *lane, const int i) {
  next_words(lane, i);
  rounds(lane, i);
}

/* Written out rather than as loops over lanes and steps, which not every compiler unrolls to registers. */
#define EACH(function, ...)                   \
  function(&a, ##__VA_ARGS__);                \
  if (count > 1) function(&b, ##__VA_ARGS__); \
  if (count > 2) function(&c, ##__VA_ARGS__); \
  if (count > 3) function(&d, ##__VA_ARGS__);
#define STEP(i) EACH(step, i)

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

WITH_SHA void sc_sha256_x86_advance(struct sc_sha256_lane *const *lanes, size_t count, size_t blocks) {
  /* Upper halves left dirty by earlier AVX code make each of the SSE instructions here wait. */
  _mm256_zeroupper();
  if (count == 1) advance(lanes, 1, blocks);
  else if (count == 2) advance(lanes, 2, blocks);
  else if (count == 3) advance(lanes, 3, blocks);
  else advance(lanes, 4, blocks);
}
#else
typedef int sc_sha256_x86_is_empty;
#endif
