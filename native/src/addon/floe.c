/* Whole FLOE messages and SHA-256: for conformance tests and for verification. */
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#include "addon/key_memory.h"
#include "addon/task.h"
#include "core/floe.h"

_Static_assert(sizeof(struct sc_floe) <= SC_KEY_SLOT, "a FLOE message's keys fit a slot");

struct message {
  struct sc_piece key, aad, input;
  struct sc_floe_params params;
};

static bool read_message(napi_env env, napi_callback_info info, const char *function, const char *input,
                         struct message *message) {
  napi_value args[5];
  uint64_t length = 0, bits = 0;
  if (!sc_args(env, info, function, 5, args) ||
      !sc_read_exactly(env, args[0], "key", SC_FLOE_KEY, &message->key) ||
      !sc_read_bytes(env, args[1], "aad", &message->aad) || !sc_read_bytes(env, args[2], input, &message->input) ||
      !sc_read_whole(env, args[3], "segmentLength", SC_FLOE_OVERHEAD + 1, SC_FLOE_SEGMENT_MAX, &length) ||
      !sc_read_whole(env, args[4], "rotationBits", 0, 32, &bits)) {
    return false;
  }
  message->params = (struct sc_floe_params){(uint32_t)length, (unsigned)bits};
  return true;
}

static napi_value floe_seal(napi_env env, napi_callback_info info) {
  struct message message;
  void *out = NULL;
  napi_value result = NULL;
  if (!read_message(env, info, "floeSeal", "plaintext", &message)) return NULL;
  struct sc_floe *floe = sc_key_slot_take();
  if (floe == NULL) return sc_throw_no_slot(env);
  const size_t length = message.input.length;
  const size_t total = SC_FLOE_HEADER + length + sc_floe_segments(message.params, length) * SC_FLOE_OVERHEAD;
  enum sc_status status = SC_CRYPTO_FAILED;
  if (napi_create_buffer(env, total, &out, &result) == napi_ok) {
    ERR_set_mark();
    status = sc_floe_seal(floe, &sc_process_crypto, message.params, message.key.data, message.aad, message.input, out);
    ERR_pop_to_mark();
  }
  sc_key_slot_release(floe);
  return status == SC_OK ? result : sc_throw_status(env, status, 0);
}

/* The plaintext's bytes as a view of `buffer`, which also has room for what the format adds. */
static napi_value first_bytes(napi_env env, napi_value buffer, size_t length) {
  napi_value memory = NULL, result = NULL;
  size_t offset = 0;
  void *data = NULL;
  size_t total = 0;
  if (napi_get_typedarray_info(env, buffer, NULL, &total, &data, &memory, &offset) != napi_ok) return NULL;
  memset((uint8_t *)data + length, 0, total - length);
  return napi_create_typedarray(env, napi_uint8_array, length, memory, offset, &result) == napi_ok ? result : NULL;
}

static napi_value floe_open(napi_env env, napi_callback_info info) {
  struct message message;
  void *out = NULL;
  napi_value buffer = NULL;
  size_t written = 0;
  if (!read_message(env, info, "floeOpen", "message", &message)) return NULL;
  struct sc_floe *floe = sc_key_slot_take();
  if (floe == NULL) return sc_throw_no_slot(env);
  enum sc_status status = SC_CRYPTO_FAILED;
  if (napi_create_buffer(env, message.input.length + 1, &out, &buffer) == napi_ok) {
    ERR_set_mark();
    status = sc_floe_open(floe, &sc_process_crypto, message.params, message.key.data, message.aad, message.input, out,
                          &written);
    ERR_pop_to_mark();
  }
  sc_key_slot_release(floe);
  return status == SC_OK ? first_bytes(env, buffer, written) : sc_throw_status(env, status, 0);
}

static napi_value sha256(napi_env env, napi_callback_info info) {
  napi_value args[1], result = NULL;
  struct sc_pieces pieces;
  void *out = NULL;
  if (!sc_args(env, info, "sha256", 1, args) || !sc_read_pieces(env, args[0], "pieces", NULL, &pieces)) return NULL;
  enum sc_status status = SC_CRYPTO_FAILED;
  if (napi_create_buffer(env, SC_DIGEST, &out, &result) == napi_ok) {
    status = sc_sha256(&sc_process_crypto, pieces.piece, pieces.count, out);
  }
  sc_pieces_free(&pieces);
  return status == SC_OK ? result : sc_throw_status(env, status, 0);
}

struct hash_task {
  struct sc_task base;
  struct sc_pieces segments;
  uint8_t *digests;
  enum sc_status status;
};

static void hash_run(struct sc_task *base) {
  struct hash_task *task = (struct hash_task *)base;
  task->status = sc_hash_segments(&sc_process_crypto, task->segments.piece, task->segments.count, task->digests);
}

static bool hash_settle(napi_env env, struct sc_task *base, napi_value pins, napi_value *value) {
  struct hash_task *task = (struct hash_task *)base;
  if (task->status == SC_OK) {
    napi_value result = NULL;
    napi_get_element(env, pins, 0, &result);
    if (result != NULL) napi_get_named_property(env, result, "digests", value);
    return true;
  }
  *value = sc_status_error(env, task->status, 0);
  return false;
}

static void hash_release(struct sc_task *base) {
  struct hash_task *task = (struct hash_task *)base;
  sc_pieces_free(&task->segments);
  free(task);
}

/* hashSegments(segments, bytes up to which they are hashed at once) */
static napi_value hash_segments(napi_env env, napi_callback_info info) {
  napi_value args[2], pins = sc_array(env), result = sc_object(env);
  uint64_t at_once_max = 0;
  if (!sc_args(env, info, "hashSegments", 2, args) ||
      !sc_read_whole(env, args[1], "atOnceMax", 0, UINT32_MAX, &at_once_max)) {
    return NULL;
  }
  struct hash_task *task = calloc(1, sizeof *task);
  if (task == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory to hash segments");
  task->base = (struct sc_task){.run = hash_run, .settle = hash_settle, .release = hash_release};
  sc_append(env, pins, result);
  if (!sc_read_pieces(env, args[0], "segments", pins, &task->segments) ||
      (task->digests = sc_set_buffer(env, result, "digests", task->segments.count * SC_DIGEST)) == NULL) {
    hash_release(&task->base);
    return NULL;
  }
  return sc_task_start(env, &task->base, "hashSegments", pins, task->segments.length <= at_once_max);
}

void sc_export_floe(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {
      {"floeSeal", floe_seal}, {"floeOpen", floe_open}, {"sha256", sha256}, {"hashSegments", hash_segments}};
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
