#include "arch/crc32c.h"

static uint32_t table[256];

static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0x82F63B78u & (0u - (crc & 1u)));
    table[byte] = crc;
  }
}

static uint32_t portable_step(uint32_t state, const uint8_t *data, size_t length) {
  for (size_t i = 0; i < length; i++) state = (state >> 8) ^ table[(state ^ data[i]) & 0xFFu];
  return state;
}

static int always(void) { return 1; }

const struct sc_crc32c_level sc_crc32c_levels[] = {
#if defined(__x86_64__)
    {"sse4.2", sc_crc32c_x86_step, sc_crc32c_x86_supported},
#elif defined(__aarch64__)
    {"armv8-crc", sc_crc32c_arm_step, sc_crc32c_arm_supported},
#endif
    {"portable", portable_step, always},
};
const size_t sc_crc32c_level_count = sizeof sc_crc32c_levels / sizeof sc_crc32c_levels[0];

static const struct sc_crc32c_level *chosen = &sc_crc32c_levels[sizeof sc_crc32c_levels / sizeof sc_crc32c_levels[0] - 1];

/* Compares with the portable level at every alignment and at lengths around the unrolled steps. */
static int self_test(sc_crc32c_step step) {
  uint8_t data[160];
  for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i * 167 + 13);
  for (size_t from = 0; from < 9; from++) {
    for (size_t length = 0; from + length <= sizeof data; length++) {
      if (step(0x89ABCDEFu, data + from, length) != portable_step(0x89ABCDEFu, data + from, length)) return 0;
    }
  }
  return 1;
}

void sc_crc32c_choose(void) {
  fill_table();
  for (size_t i = 0; i < sc_crc32c_level_count; i++) {
    if (!sc_crc32c_levels[i].supported() || !self_test(sc_crc32c_levels[i].step)) continue;
    chosen = &sc_crc32c_levels[i];
    return;
  }
}

const char *sc_crc32c_name(void) { return chosen->name; }

uint32_t sc_crc32c(uint32_t seed, const uint8_t *data, size_t length) {
  return ~chosen->step(~seed, data, length);
}
