/* Views of memory, big-endian numbers and the outcomes that every part of the core shares. */
#ifndef SEALCAM_CORE_BYTES_H
#define SEALCAM_CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sc_status {
  SC_OK,
  SC_RANDOM_FAILED, /* no randomness */
  SC_CRYPTO_FAILED, /* OpenSSL refused: no memory, or an algorithm that it does not have */
  SC_BAD_HEADER,    /* a FLOE header of other parameters, another key, or other associated data */
  SC_BAD_SEGMENT,   /* a FLOE segment that was altered, moved or cut */
  SC_ERASED,        /* the keys are gone */
  SC_NOT_NEXT,      /* an index out of order */
  SC_TOO_LARGE,     /* a part above its bound */
};

#define SC_DIGEST 32 /* bytes of SHA-256 */

/* `length` bytes that someone else owns. */
struct sc_piece {
  const uint8_t *data;
  size_t length;
};

static inline struct sc_piece sc_piece_of(const void *data, size_t length) {
  return (struct sc_piece){(const uint8_t *)data, length};
}

/* The bytes of a string literal without its NUL. */
#define SC_LITERAL(text) sc_piece_of((text), sizeof(text) - 1)

static inline void sc_put_be16(uint8_t *out, uint16_t value) {
  out[0] = (uint8_t)(value >> 8);
  out[1] = (uint8_t)value;
}

static inline void sc_put_be32(uint8_t *out, uint32_t value) {
  sc_put_be16(out, (uint16_t)(value >> 16));
  sc_put_be16(out + 2, (uint16_t)value);
}

static inline void sc_put_be64(uint8_t *out, uint64_t value) {
  sc_put_be32(out, (uint32_t)(value >> 32));
  sc_put_be32(out + 4, (uint32_t)value);
}

#endif
