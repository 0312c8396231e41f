/* FLOE: published vectors, every boundary against the reference, and each single alteration. */
#include "core/floe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "reference.h"

static uint8_t *read_hex(const char *folder, const char *name, const char *kind, size_t *length) {
  char path[1024], text[40000];
  snprintf(path, sizeof path, "%s/%s_%s.txt", folder, name, kind);
  FILE *file = fopen(path, "r");
  CHECK(file != NULL, "%s", path);
  if (file == NULL) exit(2);
  const size_t read = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[read] = 0;
  uint8_t *bytes = malloc(read / 2 + 1);
  unsigned value = 0;
  for (*length = 0; sscanf(text + 2 * *length, "%2x", &value) == 1 && 2 * *length + 1 < read; (*length)++) {
    bytes[*length] = (uint8_t)value;
  }
  return bytes;
}

static const uint8_t zeros[SC_FLOE_KEY];

static void published(const char *folder) {
  static const struct {
    const char *name;
    struct sc_floe_params params;
  } vectors[] = {{"go_GCM256_IV256_64", {64, 20}},   {"go_GCM256_IV256_4K", {4096, 20}},
                 {"go_rotation", {40, 2}},           {"java_GCM256_IV256_64", {64, 20}},
                 {"java_lastSegAligned", {40, 20}}, {"java_lastSegEmpty", {40, 20}}};
  for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
    size_t length = 0, expected_length = 0, written = 0;
    uint8_t *message = read_hex(folder, vectors[i].name, "ct", &length);
    uint8_t *expected = read_hex(folder, vectors[i].name, "pt", &expected_length);
    uint8_t *out = malloc(length);
    struct sc_floe floe;
    enum sc_status status = sc_floe_open(&floe, &crypto, vectors[i].params, zeros, SC_LITERAL("This is AAD"),
                                         sc_piece_of(message, length), out, &written);
    CHECK(status == SC_OK && written == expected_length && memcmp(out, expected, written) == 0, "%s", vectors[i].name);
    free(out);
    free(expected);
    free(message);
  }
}

struct sealed {
  struct ref_floe reference;
  struct sc_floe_params params;
  struct sc_piece aad;
  size_t length;
  uint8_t *plaintext, *message;
  size_t message_length;
};

static const uint8_t aad[] = "associated";

static struct sealed seal(struct sc_floe_params params, size_t length) {
  struct sealed made = {.params = params, .aad = sc_piece_of(aad, sizeof aad), .length = length};
  struct sc_floe floe;
  made.reference = (struct ref_floe){.aad = aad,
                                     .aad_length = sizeof aad,
                                     .segment_length = params.segment_length,
                                     .rotation_bits = params.rotation_bits};
  seeded_bytes(made.reference.key, SC_FLOE_KEY);
  made.plaintext = malloc(length + 1);
  seeded_bytes(made.plaintext, length);
  made.message_length = SC_FLOE_HEADER + length + sc_floe_segments(params, length) * SC_FLOE_OVERHEAD;
  made.message = malloc(made.message_length);
  CHECK(sc_floe_seal(&floe, &crypto, params, made.reference.key, made.aad, sc_piece_of(made.plaintext, length),
                     made.message) == SC_OK,
        "%zu bytes in segments of %u", length, params.segment_length);
  CHECK(all_zero(&floe, sizeof floe), "the keys of a sealed message are erased");
  return made;
}

static void discard(struct sealed *made) {
  free(made->plaintext);
  free(made->message);
}

static enum sc_status open(const struct sealed *made, const uint8_t *message, size_t length, uint8_t *out,
                           size_t *written) {
  struct sc_floe floe;
  enum sc_status status = sc_floe_open(&floe, &crypto, made->params, made->reference.key, made->aad,
                                       sc_piece_of(message, length), out, written);
  CHECK(all_zero(&floe, sizeof floe) || length < SC_FLOE_HEADER, "the keys of an opened message are erased");
  return status;
}

static void round_trip(struct sc_floe_params params, size_t length) {
  struct sealed made = seal(params, length);
  uint8_t *out = malloc(made.message_length + 1);
  size_t written = 0;
  CHECK(open(&made, made.message, made.message_length, out, &written) == SC_OK && written == length &&
            memcmp(out, made.plaintext, length) == 0,
        "%zu bytes in segments of %u come back", length, params.segment_length);
  const uint8_t *at = made.message + SC_FLOE_HEADER;
  size_t left = made.message_length - SC_FLOE_HEADER, done = 0;
  for (uint64_t number = 0; left > 0; number++) {
    const bool final = left <= params.segment_length;
    const size_t now = final ? left : params.segment_length;
    if (!ref_open_segment(&made.reference, made.message, number, final, at, now, out + done)) {
      CHECK(false, "segment %llu of %zu bytes by the reference", (unsigned long long)number, length);
      break;
    }
    done += now - SC_FLOE_OVERHEAD;
    at += now;
    left -= now;
  }
  CHECK(done == length && memcmp(out, made.plaintext, length) == 0, "%zu bytes by the reference", length);
  free(out);
  discard(&made);
}

static void boundaries(void) {
  static const uint32_t lengths[] = {33, 40, 64, 4096, 65536};
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    const struct sc_floe_params params = {lengths[i], i % 2 == 0 ? 1 : 20};
    const size_t full = lengths[i] - SC_FLOE_OVERHEAD;
    const size_t around[] = {0, 1, full - 1, full, full + 1, 2 * full, 4 * full - 1, 4 * full, 4 * full + 1, 5 * full};
    for (size_t k = 0; k < sizeof around / sizeof around[0]; k++) round_trip(params, around[k]);
    for (int k = 0; k < 12; k++) round_trip(params, seeded_below((uint32_t)(full < 5000 ? full * 9 : full * 2)));
  }
}

/* Refuses it for what is wrong, and gives out nothing of it. */
static void refuses(const struct sealed *made, const uint8_t *message, size_t length, enum sc_status expected,
                    const char *what, size_t where) {
  uint8_t out[2048];
  size_t written = 1;
  memset(out, 0, sizeof out);
  enum sc_status status = open(made, message, length, out, &written);
  CHECK(status == expected, "%s at %zu: status %d", what, where, status);
  CHECK(written == 0 && all_zero(out, sizeof out), "%s at %zu gives out bytes", what, where);
}

static void alterations(void) {
  const struct sc_floe_params params = {64, 1};
  struct sealed made = seal(params, 130);
  uint8_t copy[1024];
  CHECK(made.message_length + 64 < sizeof copy, "room");
  for (size_t bit = 0; bit < 8 * made.message_length; bit++) {
    memcpy(copy, made.message, made.message_length);
    copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
    refuses(&made, copy, made.message_length, bit < 8 * SC_FLOE_HEADER ? SC_BAD_HEADER : SC_BAD_SEGMENT, "a flipped bit", bit);
  }
  for (size_t length = 0; length < made.message_length; length++) {
    refuses(&made, made.message, length, length < SC_FLOE_HEADER ? SC_BAD_HEADER : SC_BAD_SEGMENT, "a cut", length);
  }
  memcpy(copy, made.message, made.message_length);
  memset(copy + made.message_length, 0, 64);
  for (size_t more = 1; more <= 64; more++) refuses(&made, copy, made.message_length + more, SC_BAD_SEGMENT, "bytes behind it", more);
  uint8_t *const first = copy + SC_FLOE_HEADER;
  memcpy(first, made.message + SC_FLOE_HEADER + 64, 64);
  memcpy(first + 64, made.message + SC_FLOE_HEADER, 64);
  refuses(&made, copy, made.message_length, SC_BAD_SEGMENT, "swapped segments", 0);
  memcpy(copy, made.message, made.message_length);
  memcpy(first + 64, made.message + SC_FLOE_HEADER, 64);
  refuses(&made, copy, made.message_length, SC_BAD_SEGMENT, "a repeated segment", 1);
  struct sealed other = made;
  other.reference.key[31] ^= 1;
  refuses(&other, made.message, made.message_length, SC_BAD_HEADER, "another key", 31);
  other = made;
  other.aad.length--;
  refuses(&other, made.message, made.message_length, SC_BAD_HEADER, "other associated data", 0);
  other = made;
  other.params.segment_length = 63;
  refuses(&other, made.message, made.message_length, SC_BAD_HEADER, "other parameters", 0);
  discard(&made);
}

/* Lengths that no such segment can have are refused by the functions themselves, for any caller. */
static void lengths(void) {
  const struct sc_floe_params params = {64, 20};
  uint8_t text[64] = {0}, out[128], opened[64];
  struct sc_floe floe;
  struct sc_piece piece = sc_piece_of(text, sizeof text);
  CHECK(sc_floe_seal_begin(&floe, &crypto, params, zeros, SC_LITERAL("")) == SC_OK, "begun");
  for (size_t length = 0; length <= 40; length++) {
    struct sc_source source = {&piece, 0};
    memset(out, 0xA5, sizeof out);
    const enum sc_status status = sc_floe_seal_segment(&floe, &source, length, false, out);
    CHECK((status == SC_OK) == (length == 32), "a segment of %zu bytes that is not the last", length);
    if (status != SC_OK) CHECK(out[0] == 0xA5 && out[4] == 0xA5, "it is refused before it is written");
    source = (struct sc_source){&piece, 0};
    CHECK((sc_floe_seal_segment(&floe, &source, length, true, out) == SC_OK) == (length <= 32), "the last, %zu", length);
  }
  sc_floe_end(&floe);
  struct sealed made = seal(params, 100);
  for (size_t length = 0; length <= 64; length++) {
    for (int final = 0; final < 2; final++) {
      CHECK(sc_floe_open_begin(&floe, &crypto, params, made.reference.key, made.aad, made.message) == SC_OK, "begun");
      const enum sc_status status =
          sc_floe_open_segment(&floe, sc_piece_of(made.message + SC_FLOE_HEADER, length), final == 1, opened);
      CHECK((status == SC_OK) == (length == 64 && final == 0), "%zu bytes as a segment, final %d", length, final);
      sc_floe_end(&floe);
    }
  }
  discard(&made);
}

void test_floe(const char *folder) {
  if (folder == NULL) skipped("the published FLOE vectors are not on this machine");
  else published(folder);
  boundaries();
  alterations();
  lengths();
}
