/* What tests need and the agent must not have: faults on demand, and each level of the processor. */
#include <openssl/rand.h>
#include <stdatomic.h>

#include "addon/glue.h"
#include "arch/crc32c.h"

static _Atomic int64_t before_failure = -1;

static bool failing_random(uint8_t *out, size_t length) {
  return atomic_fetch_sub(&before_failure, 1) != 0 && RAND_bytes(out, (int)length) == 1;
}

/* failRandomness(after): of the requests for randomness to come, `after` succeed, one fails, all others succeed. */
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

void sc_export_testing(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {{"failRandomness", fail_randomness},
                                                 {"crc32cLevels", crc32c_levels}};
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
