/* How segments are hashed: both ways, and the choice between them. */
#include <string.h>
#include <time.h>

#include "arch/crc32c.h"
#include "core/crypto.h"

/* OpenSSL, one segment after another: the reference, and the fallback. */
static enum sc_status one_by_one(const struct sc_crypto *crypto, const struct sc_piece *segments, size_t count,
                                 uint8_t *digests, uint32_t *crcs) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool done = context != NULL;
  for (size_t i = 0; done && i < count; i++) {
    done = EVP_DigestInit_ex2(context, crypto->sha256, NULL) == 1 &&
           EVP_DigestUpdate(context, segments[i].data, segments[i].length) == 1 &&
           EVP_DigestFinal_ex(context, digests + i * SC_DIGEST, NULL) == 1;
    if (done && crcs != NULL) crcs[i] = sc_crc32c(crcs[i], segments[i].data, segments[i].length);
  }
  EVP_MD_CTX_free(context);
  return done ? SC_OK : SC_CRYPTO_FAILED;
}

enum sc_status sc_hash_and_check_segments(const struct sc_crypto *crypto, const struct sc_piece *segments, size_t count,
                                          uint8_t *digests, uint32_t *crcs) {
  if (crypto->lanes == NULL) return one_by_one(crypto, segments, count, digests, crcs);
  sc_sha256_pieces(crypto->lanes, segments, count, digests, crcs);
  return SC_OK;
}

enum sc_status sc_hash_segments(const struct sc_crypto *crypto, const struct sc_piece *segments, size_t count,
                                uint8_t *digests) {
  return sc_hash_and_check_segments(crypto, segments, count, digests, NULL);
}

const char *sc_hash_segments_name(const struct sc_crypto *crypto) {
  return crypto->lanes == NULL ? "openssl" : crypto->lanes->name;
}

/* Lengths around the block and its padding, unequal in every group of lanes. */
static const size_t trial_lengths[] = {0, 1, 55, 56, 64, 63, 119, 120, 128, 1000, 127, 640};
enum { TRIALS = sizeof trial_lengths / sizeof trial_lengths[0] };
enum { RACE_PIECES = 4, RACE_BYTES = 4096, RACE_ROUNDS = 16, RUNNERS_MAX = 4 };

static bool self_test(const struct sc_crypto *crypto, const struct sc_sha256_level *level, const uint8_t *data) {
  struct sc_piece pieces[TRIALS];
  uint8_t digests[TRIALS * SC_DIGEST], expected[TRIALS * SC_DIGEST];
  for (size_t i = 0; i < TRIALS; i++) pieces[i] = sc_piece_of(data + i, trial_lengths[i]);
  for (size_t count = 1; count <= TRIALS; count++) {
    uint32_t crcs[TRIALS] = {1, 2, 3}, expected_crcs[TRIALS] = {1, 2, 3};
    sc_sha256_pieces(level, pieces, count, digests, crcs);
    if (one_by_one(crypto, pieces, count, expected, expected_crcs) != SC_OK ||
        memcmp(digests, expected, count * SC_DIGEST) != 0 || memcmp(crcs, expected_crcs, sizeof crcs) != 0) {
      return false;
    }
  }
  return true;
}

/* Nanoseconds of hashing a few pieces once; INT64_MAX if that fails. */
static int64_t time_once(const struct sc_crypto *crypto, const struct sc_sha256_level *level, const uint8_t *data) {
  const struct sc_crypto racing = {.sha256 = crypto->sha256, .lanes = level};
  struct sc_piece pieces[RACE_PIECES];
  uint8_t digests[RACE_PIECES * SC_DIGEST];
  uint32_t crcs[RACE_PIECES] = {0};
  struct timespec from, to;
  for (size_t i = 0; i < RACE_PIECES; i++) pieces[i] = sc_piece_of(data, RACE_BYTES);
  clock_gettime(CLOCK_MONOTONIC, &from);
  if (sc_hash_and_check_segments(&racing, pieces, RACE_PIECES, digests, crcs) != SC_OK) return INT64_MAX;
  clock_gettime(CLOCK_MONOTONIC, &to);
  return (int64_t)(to.tv_sec - from.tv_sec) * 1000000000 + (to.tv_nsec - from.tv_nsec);
}

const struct sc_sha256_level *sc_segment_hash_choose(const struct sc_crypto *crypto) {
  const struct sc_sha256_level *runners[RUNNERS_MAX] = {NULL}; /* OpenSSL is the first */
  int64_t best[RUNNERS_MAX];
  size_t count = 1, chosen = 0;
  uint8_t data[RACE_BYTES];
  for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i * 167 + (i >> 8) * 13);
  for (size_t i = 0; i < sc_sha256_level_count && count < RUNNERS_MAX; i++) {
    const struct sc_sha256_level *const level = &sc_sha256_levels[i];
    if (level->supported() && self_test(crypto, level, data)) runners[count++] = level;
  }
  /* In turns, so that any disturbance of the machine affects all of them; each one's best time counts. */
  for (int round = 0; count > 1 && round < RACE_ROUNDS; round++) {
    for (size_t i = 0; i < count; i++) {
      const int64_t time = time_once(crypto, runners[i], data);
      if (round == 0 || time < best[i]) best[i] = time;
    }
  }
  for (size_t i = 1; i < count; i++) {
    if (best[i] <= best[chosen] - best[chosen] / 5) chosen = i; /* a smaller difference may be chance */
  }
  return runners[chosen];
}
