#include "capture/units.h"

#include <string.h>

enum { CODE = 3 };

/* Where the next start code begins; the end where there is none. */
static const uint8_t *next_code(const uint8_t *from, const uint8_t *end) {
  static const uint8_t code[CODE] = {0, 0, 1};
  const uint8_t *at = memmem(from, (size_t)(end - from), code, CODE);
  return at == NULL ? end : at;
}

static bool all_zero(const uint8_t *from, const uint8_t *to) {
  while (from < to && *from == 0) from++;
  return from == to;
}

size_t sc_units_find(struct sc_piece stream, struct sc_piece unit[SC_UNITS_MAX]) {
  const uint8_t *const end = stream.data + stream.length;
  const uint8_t *code = next_code(stream.data, end);
  size_t count = 0;
  if (!all_zero(stream.data, code)) return 0;
  while (code < end) {
    const uint8_t *const from = code + CODE;
    code = next_code(from, end);
    /* Zeros before a start code are a part of it, or padding: no unit ends with one. */
    const uint8_t *to = code;
    while (to > from && to[-1] == 0) to--;
    if (to == from) continue;
    if (count == SC_UNITS_MAX) return SC_UNITS_MAX + 1;
    unit[count++] = sc_piece_of(from, (size_t)(to - from));
  }
  return count;
}

size_t sc_units_bytes(const struct sc_piece *unit, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) bytes += SC_UNIT_PREFIX + unit[i].length;
  return bytes;
}

void sc_units_copy(const struct sc_piece *unit, size_t count, uint8_t *out) {
  for (size_t i = 0; i < count; i++) {
    sc_put_be32(out, (uint32_t)unit[i].length);
    memcpy(out + SC_UNIT_PREFIX, unit[i].data, unit[i].length);
    out += SC_UNIT_PREFIX + unit[i].length;
  }
}
