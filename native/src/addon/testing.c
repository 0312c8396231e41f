/* What only tests need: faults on demand, and each level of the processor. */
#include <openssl/rand.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "addon/glue.h"
#include "addon/output_pool.h"
#include "arch/crc32c.h"
#include "arch/sha256.h"

static _Atomic int64_t before_failure = -1;

static bool failing_random(uint8_t *out, size_t length) {
  return atomic_fetch_sub(&before_failure, 1) != 0 && RAND_bytes(out, (int)length) == 1;
}

/* failRandomness(after): of the coming requests for randomness, `after` succeed, one fails, all others succeed. */
static napi_value fail_randomness(napi_env env, napi_callback_info info) {
  napi_value args[1];
  uint64_t after = 0;
  if (!sc_args(env, info, "failRandomness", 1, args) ||
      !sc_read_whole(env, args[0], "after", 0, UINT32_MAX, &after)) {
    return NULL;
  }
  atomic_store(&before_failure, (int64_t)after);
  sc_process_crypto.random = failing_random;
  return NULL;
}

/* crc32cLevels(bytes, seed): the CRC by every level that this processor has, as {name: crc}. */
static napi_value crc32c_levels(napi_env env, napi_callback_info info) {
  napi_value args[2], result = sc_object(env);
  struct sc_piece bytes;
  uint64_t seed = 0;
  if (!sc_args(env, info, "crc32cLevels", 2, args) || !sc_read_bytes(env, args[0], "bytes", &bytes) ||
      !sc_read_whole(env, args[1], "seed", 0, UINT32_MAX, &seed)) {
    return NULL;
  }
  for (size_t i = 0; i < sc_crc32c_level_count; i++) {
    const struct sc_crc32c_level *level = &sc_crc32c_levels[i];
    if (!level->supported()) continue;
    sc_set(env, result, level->name, sc_number(env, ~level->step(~(uint32_t)seed, bytes.data, bytes.length)));
  }
  return result;
}

/*
 * hashLevels(segments): {name: [digests, CRCs]} by OpenSSL and by every level that this processor has, with
 * each segment's CRC-32C big-endian.
 */
static napi_value hash_levels(napi_env env, napi_callback_info info) {
  napi_value args[1], result = sc_object(env);
  struct sc_pieces segments;
  if (!sc_args(env, info, "hashLevels", 1, args) || !sc_read_pieces(env, args[0], "segments", NULL, &segments)) {
    return NULL;
  }
  for (size_t i = 0; i <= sc_sha256_level_count; i++) {
    struct sc_crypto forced = sc_process_crypto;
    forced.lanes = i == 0 ? NULL : &sc_sha256_levels[i - 1];
    if (i > 0 && !forced.lanes->supported()) continue;
    napi_value level = sc_object(env);
    uint8_t *digests = sc_set_buffer(env, level, "digests", segments.count * SC_DIGEST);
    uint8_t *out = sc_set_buffer(env, level, "crcs", segments.count * 4);
    uint32_t *crcs = calloc(segments.count + 1, sizeof *crcs);
    if (digests != NULL && out != NULL && crcs != NULL &&
        sc_hash_and_check_segments(&forced, segments.piece, segments.count, digests, crcs) == SC_OK) {
      for (size_t c = 0; c < segments.count; c++) sc_put_be32(out + c * 4, crcs[c]);
      sc_set(env, result, sc_hash_segments_name(&forced), level);
    }
    free(crcs);
  }
  sc_pieces_free(&segments);
  return result;
}

/* hashBy(level name): from now on segments are hashed with this level; true if this processor can. */
static napi_value hash_by(napi_env env, napi_callback_info info) {
  napi_value args[1];
  char name[32];
  size_t length = 0;
  if (!sc_args(env, info, "hashBy", 1, args) ||
      !sc_read_text(env, args[0], "level", name, sizeof name, &length)) {
    return NULL;
  }
  for (size_t i = 0; i <= sc_sha256_level_count; i++) {
    const struct sc_sha256_level *level = i == 0 ? NULL : &sc_sha256_levels[i - 1];
    if (strcmp(name, level == NULL ? "openssl" : level->name) != 0) continue;
    if (level != NULL && !level->supported()) continue;
    sc_process_crypto.lanes = level;
    return sc_bool(env, true);
  }
  return sc_bool(env, false);
}

static double nanoseconds(const struct timespec *from) {
  struct timespec to;
  clock_gettime(CLOCK_MONOTONIC, &to);
  return (double)(to.tv_sec - from->tv_sec) * 1e9 + (double)(to.tv_nsec - from->tv_nsec);
}

/* Only OpenSSL's AES-256-GCM over `bytes`, as for the segments of a part. */
static bool encrypt_alone(EVP_CIPHER_CTX *context, struct sc_piece bytes, uint8_t *out) {
  static const uint8_t key[32], nonce[12];
  bool done = EVP_CipherInit_ex2(context, sc_process_crypto.aes256gcm, key, nonce, 1, NULL) == 1;
  for (size_t at = 0; done && at < bytes.length; at += 65504) {
    const size_t left = bytes.length - at, now = left < 65504 ? left : 65504;
    int written = 0;
    done = EVP_EncryptUpdate(context, out + at, &written, bytes.data + at, (int)now) == 1;
  }
  return done;
}

/* The core's cycles per nanosecond, measured with a chain of operations that take one cycle each. */
static double cycles_per_nanosecond(void) {
  uint64_t value = 1;
  struct timespec from;
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (int i = 0; i < 20000; i++) {
#if defined(__x86_64__)
    __asm__ volatile("rol $1, %0\n\trol $1, %0\n\trol $1, %0\n\trol $1, %0\n\trol $1, %0" : "+r"(value));
#elif defined(__aarch64__)
    __asm__ volatile("ror %0, %0, #1\n\tror %0, %0, #1\n\tror %0, %0, #1\n\tror %0, %0, #1\n\tror %0, %0, #1"
                     : "+r"(value));
#else
    /* 32-bit ARM, where a chain of additions of 64 bits would take two instructions each. */
    __asm__ volatile("" : "+r"(value));
#endif
  }
  return 5 * 20000 / nanoseconds(&from);
}

#if defined(__x86_64__)
/*
 * The SHA instructions of `blocks` blocks and nothing else, none of which waits for another: no kernel that uses them is
 * faster. How much faster than one stream it can be at all differs much between processors.
 */
__attribute__((target("sha,sse4.2"))) static void sha_units(size_t blocks) {
  for (size_t i = 0; i < blocks * 4; i++) {
    __asm__ volatile("sha256rnds2 %%xmm0, %%xmm1, %%xmm2\n\tsha256rnds2 %%xmm0, %%xmm1, %%xmm3\n\t"
                     "sha256msg1 %%xmm1, %%xmm6\n\tsha256msg2 %%xmm1, %%xmm7\n\t"
                     "sha256rnds2 %%xmm0, %%xmm1, %%xmm4\n\tsha256rnds2 %%xmm0, %%xmm1, %%xmm5\n\t"
                     "sha256msg1 %%xmm1, %%xmm8\n\tsha256msg2 %%xmm1, %%xmm9\n\t"
                     "sha256rnds2 %%xmm0, %%xmm1, %%xmm2\n\tsha256rnds2 %%xmm0, %%xmm1, %%xmm3\n\t"
                     "sha256msg1 %%xmm1, %%xmm10\n\tsha256msg2 %%xmm1, %%xmm11\n\t"
                     "sha256rnds2 %%xmm0, %%xmm1, %%xmm4\n\tsha256rnds2 %%xmm0, %%xmm1, %%xmm5"
                     :
                     :
                     : "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11");
  }
}
#define HAS_SHA_UNITS (sc_sha256_x86_supported() != 0)
#else
static void sha_units(size_t blocks) { (void)blocks; }
#define HAS_SHA_UNITS false
#endif

/*
 * kernels(bytes, rounds): what sealing is made of, each alone over memory that is there already, in
 * nanoseconds for one of `rounds`: {encrypt, hash, shaUnits, cyclesPerNanosecond}; shaUnits, the instructions that a
 * hash cannot do without, is 0 where they were not measured.
 */
static napi_value kernels(napi_env env, napi_callback_info info) {
  napi_value args[2], result = sc_object(env);
  struct sc_piece bytes, segments[80];
  uint64_t rounds = 0;
  if (!sc_args(env, info, "kernels", 2, args) || !sc_read_bytes(env, args[0], "bytes", &bytes) ||
      !sc_read_whole(env, args[1], "rounds", 1, 1000, &rounds)) {
    return NULL;
  }
  size_t count = 0;
  for (size_t at = 0; at < bytes.length && count < 80; at += 65536) {
    const size_t left = bytes.length - at;
    segments[count++] = sc_piece_of(bytes.data + at, left < 65536 ? left : 65536);
  }
  uint8_t *out = malloc(bytes.length + 1), digests[80 * SC_DIGEST];
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  struct timespec from;
  bool done = out != NULL && context != NULL && encrypt_alone(context, bytes, out);
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (uint64_t i = 0; done && i < rounds; i++) done = encrypt_alone(context, bytes, out);
  sc_set(env, result, "encrypt", sc_number(env, nanoseconds(&from) / (double)rounds));
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (uint64_t i = 0; done && i < rounds; i++) {
    done = sc_hash_segments(&sc_process_crypto, segments, count, digests) == SC_OK;
  }
  sc_set(env, result, "hash", sc_number(env, nanoseconds(&from) / (double)rounds));
  clock_gettime(CLOCK_MONOTONIC, &from);
  for (uint64_t i = 0; HAS_SHA_UNITS && i < rounds; i++) sha_units(bytes.length / SC_SHA256_BLOCK);
  sc_set(env, result, "shaUnits", sc_number(env, HAS_SHA_UNITS ? nanoseconds(&from) / (double)rounds : 0));
  sc_set(env, result, "cyclesPerNanosecond", sc_number(env, cycles_per_nanosecond()));
  EVP_CIPHER_CTX_free(context);
  free(out);
  return done ? result : sc_throw_status(env, SC_CRYPTO_FAILED, 0);
}

/* outputPool(): {kept, taken}, bytes of the memory for records. */
static napi_value output_pool(napi_env env, napi_callback_info info) {
  (void)info;
  const struct sc_output_pool state = sc_output_pool_state();
  napi_value result = sc_object(env);
  sc_set(env, result, "kept", sc_number(env, (double)state.kept));
  sc_set(env, result, "taken", sc_number(env, (double)state.taken));
  return result;
}

void sc_export_testing(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {{"failRandomness", fail_randomness},
                                                 {"crc32cLevels", crc32c_levels},
                                                 {"hashLevels", hash_levels},
                                                 {"hashBy", hash_by},
                                                 {"kernels", kernels},
                                                 {"outputPool", output_pool}};
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
