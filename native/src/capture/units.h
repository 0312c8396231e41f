/* The NAL units of a picture: from between start codes (Annex B of H.264 and H.265) to after their lengths. */
#ifndef SEALCAM_CAPTURE_UNITS_H
#define SEALCAM_CAPTURE_UNITS_H

#include "core/bytes.h"

enum {
  SC_UNITS_MAX = 4096,  /* units of one picture */
  SC_UNIT_PREFIX = 4,   /* bytes of the length before each */
};

/*
 * Finds the units of `stream`, as views of it, without the zeros that pad them. Returns how many there are: 0 where no
 * start code has a unit after it, or there is something else before the first one; SC_UNITS_MAX + 1 where there are more
 * than `unit` has room for.
 */
size_t sc_units_find(struct sc_piece stream, struct sc_piece unit[SC_UNITS_MAX]);
/* Bytes that sc_units_copy writes. */
size_t sc_units_bytes(const struct sc_piece *unit, size_t count);
void sc_units_copy(const struct sc_piece *unit, size_t count, uint8_t *out);

#endif
