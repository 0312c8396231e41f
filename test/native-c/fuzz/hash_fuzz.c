/*
 * libFuzzer target: segments of lengths and alignments that the fuzzer chooses, hashed side by side, and their CRC, by
 * every level of this processor, against OpenSSL's one stream and the portable CRC.
 */
#include <stdlib.h>
#include <string.h>

#include "arch/crc32c.h"
#include "arch/sha256.h"
#include "core/crypto.h"

enum { SEGMENTS_MAX = 9 };

static struct sc_crypto crypto;

static void demand(int holds) {
  if (!holds) abort();
}

int LLVMFuzzerInitialize(int *count, char ***args);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***args) {
  (void)count;
  (void)args;
  sc_crc32c_choose();
  demand(sc_crypto_open(&crypto));
  return 0;
}

static void crc(const uint8_t *bytes, size_t length) {
  const struct sc_crc32c_level *portable = &sc_crc32c_levels[sc_crc32c_level_count - 1];
  for (size_t i = 0; i < sc_crc32c_level_count; i++) {
    const struct sc_crc32c_level *level = &sc_crc32c_levels[i];
    if (level->supported()) demand(level->step(0, bytes, length) == portable->step(0, bytes, length));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 + 2 * SEGMENTS_MAX) return 0;
  struct sc_piece segments[SEGMENTS_MAX];
  uint8_t digests[SEGMENTS_MAX * SC_DIGEST], expected[SC_DIGEST];
  const size_t count = data[0] % (SEGMENTS_MAX + 1);
  const uint8_t *const bytes = data + 1 + 2 * SEGMENTS_MAX;
  const size_t length = size - 1 - 2 * SEGMENTS_MAX;
  for (size_t i = 0; i < count; i++) {
    const size_t from = length == 0 ? 0 : data[1 + 2 * i] % length;
    const size_t most = length - from;
    /* Equal lengths, which is what several lanes are for, as often as others. */
    const size_t wanted = data[2 + 2 * i] < 128 ? most : (size_t)data[2 + 2 * i];
    segments[i] = sc_piece_of(bytes + from, wanted < most ? wanted : most);
  }
  for (size_t level = 0; level <= sc_sha256_level_count; level++) {
    crypto.lanes = level == sc_sha256_level_count ? NULL : &sc_sha256_levels[level];
    if (crypto.lanes != NULL && !crypto.lanes->supported()) continue;
    uint32_t crcs[SEGMENTS_MAX] = {0};
    memset(digests, 0, sizeof digests);
    demand(sc_hash_and_check_segments(&crypto, segments, count, digests, crcs) == SC_OK);
    for (size_t i = 0; i < count; i++) {
      demand(EVP_Digest(segments[i].data, segments[i].length, expected, NULL, EVP_sha256(), NULL) == 1);
      demand(memcmp(expected, digests + i * SC_DIGEST, SC_DIGEST) == 0);
      demand(crcs[i] == sc_crc32c(0, segments[i].data, segments[i].length));
      crc(segments[i].data, segments[i].length);
    }
  }
  return 0;
}
