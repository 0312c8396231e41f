/*
 * Every level of native/src/arch that the processor has against plain definitions of SHA-256 and CRC-32C; it
 * needs no OpenSSL, so that it can be built for another processor and run there or under an emulator.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/crc32c.h"
#include "arch/sha256.h"

enum { PIECES_MAX = 9 };

static uint8_t data[PIECES_MAX * 700];
static unsigned long passed, failed;

static uint32_t right(uint32_t value, int by) { return value >> by | value << (32 - by); }

/* FIPS 180-4, 6.2.2. */
static void block(uint32_t state[8], const uint8_t *in) {
  uint32_t w[64], v[8];
  for (int t = 0; t < 16; t++) {
    w[t] = (uint32_t)in[4 * t] << 24 | (uint32_t)in[4 * t + 1] << 16 | (uint32_t)in[4 * t + 2] << 8 | in[4 * t + 3];
  }
  for (int t = 16; t < 64; t++) {
    const uint32_t a = w[t - 15], b = w[t - 2];
    w[t] = (right(b, 17) ^ right(b, 19) ^ b >> 10) + w[t - 7] + (right(a, 7) ^ right(a, 18) ^ a >> 3) + w[t - 16];
  }
  memcpy(v, state, sizeof v);
  for (int t = 0; t < 64; t++) {
    const uint32_t e = v[4], a = v[0];
    const uint32_t one = v[7] + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & v[5]) ^ (~e & v[6])) +
                         sc_sha256_k[t] + w[t];
    const uint32_t two = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof v[0]);
    v[4] += one;
    v[0] = one + two;
  }
  for (int i = 0; i < 8; i++) state[i] += v[i];
}

static void plain_sha256(struct sc_piece piece, uint8_t out[SC_DIGEST]) {
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t last[128] = {0};
  const size_t rest = piece.length % 64, padded = rest < 56 ? 64 : 128;
  for (size_t at = 0; at + 64 <= piece.length; at += 64) block(state, piece.data + at);
  memcpy(last, piece.data + piece.length - rest, rest);
  last[rest] = 0x80;
  sc_put_be64(last + padded - 8, (uint64_t)piece.length * 8);
  for (size_t at = 0; at < padded; at += 64) block(state, last + at);
  for (int i = 0; i < 8; i++) sc_put_be32(out + 4 * i, state[i]);
}

static uint32_t plain_crc32c(uint32_t crc, struct sc_piece piece) {
  crc = ~crc;
  for (size_t i = 0; i < piece.length; i++) {
    crc ^= piece.data[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0x82F63B78u & (0u - (crc & 1u)));
  }
  return ~crc;
}

static void check(bool holds, const char *level, const char *what, size_t count) {
  if (holds) {
    passed++;
    return;
  }
  failed++;
  printf("not ok: %s: %s, %zu pieces\n", level, what, count);
}

static void compare(const struct sc_sha256_level *level, const struct sc_piece *pieces, size_t count) {
  uint8_t digests[PIECES_MAX * SC_DIGEST], expected[SC_DIGEST];
  uint32_t crcs[PIECES_MAX];
  for (size_t i = 0; i < count; i++) crcs[i] = (uint32_t)(i * 77);
  sc_sha256_pieces(level, pieces, count, digests, crcs);
  for (size_t i = 0; i < count; i++) {
    plain_sha256(pieces[i], expected);
    check(memcmp(digests + i * SC_DIGEST, expected, SC_DIGEST) == 0, level->name, "SHA-256", count);
    check(crcs[i] == plain_crc32c((uint32_t)(i * 77), pieces[i]), level->name, "CRC-32C in the same pass", count);
  }
}

static void all_lengths(const struct sc_sha256_level *level) {
  struct sc_piece pieces[PIECES_MAX];
  for (size_t length = 0; length <= 260; length += length < 130 ? 1 : 13) {
    for (size_t count = 1; count <= PIECES_MAX; count++) {
      for (size_t i = 0; i < count; i++) pieces[i] = sc_piece_of(data + i * 700 + length % 17, length);
      compare(level, pieces, count);
      for (size_t i = 0; i < count; i++) pieces[i].length = (length * (i + 1) * 31 + i) % 600;
      compare(level, pieces, count);
    }
  }
}

int main(void) {
  uint8_t digest[SC_DIGEST], abc[SC_DIGEST] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                               0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                               0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
  for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i * 167 + (i >> 8) * 13 + 5);
  plain_sha256(SC_LITERAL("abc"), digest);
  check(memcmp(digest, abc, SC_DIGEST) == 0, "the definition here", "FIPS 180-4's example", 1);
  sc_crc32c_choose();
  printf("CRC-32C: %s\n", sc_crc32c_name());
  for (size_t length = 0; length < 300; length++) {
    const struct sc_piece piece = sc_piece_of(data + length % 9, length);
    check(sc_crc32c(1, piece.data, length) == plain_crc32c(1, piece), sc_crc32c_name(), "CRC-32C", 1);
  }
  for (size_t i = 0; i < sc_sha256_level_count; i++) {
    const bool supported = sc_sha256_levels[i].supported() != 0;
    printf("SHA-256: %s%s\n", sc_sha256_levels[i].name, supported ? "" : ": skipped, not in this processor");
    if (supported) all_lengths(&sc_sha256_levels[i]);
  }
  printf("%lu passed, %lu failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}
