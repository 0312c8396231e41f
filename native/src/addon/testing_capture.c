/* A video device that a test drives (test/native-c/v4l2_device.h), in the place of the system's. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "addon/capture.h"
#include "addon/glue.h"
#include "v4l2_device.h"

static char path[256], formats[64];

static bool read_path(napi_env env, napi_value value) {
  char given[sizeof path];
  size_t length = 0;
  if (!sc_read_text(env, value, "path", given, sizeof given, &length)) return false;
  memcpy(path, given, sizeof path);
  return true;
}

/* makeVideoDevice(path, formats, buffers, bufferBytes, hasControls): from now on devices are those of tests alone. */
static napi_value make_device(napi_env env, napi_callback_info info) {
  napi_value args[5];
  uint64_t buffers = 0, bytes = 0, controls = 0;
  size_t length = 0;
  if (!sc_args(env, info, "makeVideoDevice", 5, args) || !read_path(env, args[0]) ||
      !sc_read_text(env, args[1], "formats", formats, sizeof formats, &length) ||
      !sc_read_whole(env, args[2], "buffers", 0, 32, &buffers) ||
      !sc_read_whole(env, args[3], "bufferBytes", 0, 1 << 26, &bytes) ||
      !sc_read_whole(env, args[4], "hasControls", 0, 1, &controls)) {
    return NULL;
  }
  sc_capture_calls = &v4l2_device_calls;
  const struct v4l2_device_traits traits = {
      .formats = formats, .buffers = (unsigned)buffers, .buffer_bytes = (unsigned)bytes, .no_controls = controls == 0};
  return sc_bool(env, v4l2_device_make(path, &traits));
}

/* plugVideoDevice(path, present) */
static napi_value plug_device(napi_env env, napi_callback_info info) {
  napi_value args[2];
  uint64_t present = 0;
  if (!sc_args(env, info, "plugVideoDevice", 2, args) || !read_path(env, args[0]) ||
      !sc_read_whole(env, args[1], "present", 0, 1, &present)) {
    return NULL;
  }
  v4l2_device_plug(path, present == 1);
  return NULL;
}

/* hangVideoDevice(path, hangs) */
static napi_value hang_device(napi_env env, napi_callback_info info) {
  napi_value args[2];
  uint64_t hangs = 0;
  if (!sc_args(env, info, "hangVideoDevice", 2, args) || !read_path(env, args[0]) ||
      !sc_read_whole(env, args[1], "hangs", 0, 1, &hangs)) {
    return NULL;
  }
  v4l2_device_hang(path, hangs == 1);
  return NULL;
}

static napi_value hanging_devices(napi_env env, napi_callback_info info) {
  (void)info;
  return sc_number(env, v4l2_device_hanging());
}

static atomic_uint lendings_to_fail;
static atomic_bool has_memory = true;

static void *allocate(size_t bytes) { return atomic_load(&has_memory) ? malloc(bytes) : NULL; }

static napi_status lend(napi_env env, size_t length, void *data, napi_finalize end, void *hint, napi_value *buffer) {
  if (atomic_load(&lendings_to_fail) == 0) return napi_create_external_buffer(env, length, data, end, hint, buffer);
  atomic_fetch_sub(&lendings_to_fail, 1);
  return napi_generic_failure;
}

/* failVideoMemory(lendings, hasMemory): so many pictures can't be lent to JavaScript; and whether a thread has memory. */
static napi_value fail_memory(napi_env env, napi_callback_info info) {
  napi_value args[2];
  uint64_t lendings = 0, has = 0;
  if (!sc_args(env, info, "failVideoMemory", 2, args) ||
      !sc_read_whole(env, args[0], "lendings", 0, 1000, &lendings) ||
      !sc_read_whole(env, args[1], "hasMemory", 0, 1, &has)) {
    return NULL;
  }
  atomic_store(&lendings_to_fail, (unsigned)lendings);
  atomic_store(&has_memory, has == 1);
  sc_capture_memory = (struct sc_capture_memory){allocate, lend};
  return NULL;
}

static napi_value change_device(napi_env env, napi_callback_info info) {
  napi_value args[1];
  if (!sc_args(env, info, "changeVideoDevice", 1, args) || !read_path(env, args[0])) return NULL;
  v4l2_device_change(path);
  return NULL;
}

static bool read_number(napi_env env, napi_value object, const char *name, long long *out) {
  napi_value field = NULL;
  napi_valuetype type;
  if (napi_get_named_property(env, object, name, &field) != napi_ok || napi_typeof(env, field, &type) != napi_ok) {
    return false;
  }
  double number = 0;
  if (type == napi_undefined) return true;
  if (napi_get_value_double(env, field, &number) != napi_ok) return false;
  *out = (long long)number;
  return true;
}

/* giveVideo(path, bytes, {failed, flags, foreignTime, atUs, sequence, used, index}) */
static napi_value give_video(napi_env env, napi_callback_info info) {
  napi_value args[3];
  struct sc_piece bytes;
  long long failed = 0, flags = 0, foreign = 0;
  struct v4l2_device_answer answer = {.at_us = -1, .sequence = -1, .used = -1, .index = -1};
  if (!sc_args(env, info, "giveVideo", 3, args) || !read_path(env, args[0]) ||
      !sc_read_bytes(env, args[1], "bytes", &bytes) || !read_number(env, args[2], "failed", &failed) ||
      !read_number(env, args[2], "flags", &flags) || !read_number(env, args[2], "foreignTime", &foreign) ||
      !read_number(env, args[2], "atUs", &answer.at_us) || !read_number(env, args[2], "sequence", &answer.sequence) ||
      !read_number(env, args[2], "used", &answer.used) || !read_number(env, args[2], "index", &answer.index)) {
    return NULL;
  }
  answer.failed = (int)failed;
  answer.flags = (unsigned)flags;
  answer.foreign_time = foreign != 0;
  return sc_bool(env, v4l2_device_give(path, bytes.data, bytes.length, &answer));
}

/* runVideo(path, perSecond, key, picture): it gives these by itself, as long as the process lives. */
static napi_value run_video(napi_env env, napi_callback_info info) {
  napi_value args[4];
  struct sc_piece piece[2];
  uint64_t rate = 0;
  if (!sc_args(env, info, "runVideo", 4, args) || !read_path(env, args[0]) ||
      !sc_read_whole(env, args[1], "perSecond", 1, 1000, &rate) || !sc_read_bytes(env, args[2], "key", &piece[0]) ||
      !sc_read_bytes(env, args[3], "picture", &piece[1])) {
    return NULL;
  }
  static uint8_t *kept[2];
  for (size_t i = 0; i < 2; i++) {
    free(kept[i]);
    kept[i] = malloc(piece[i].length + 1);
    if (kept[i] == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory for a test's pictures");
    memcpy(kept[i], piece[i].data, piece[i].length);
  }
  v4l2_device_run(path, (unsigned)rate, kept[0], piece[0].length, kept[1], piece[1].length);
  return NULL;
}

/* videoOrders(path): what it was asked since the last call, a line each. */
static napi_value video_orders(napi_env env, napi_callback_info info) {
  napi_value args[1];
  char text[4096];
  if (!sc_args(env, info, "videoOrders", 1, args) || !read_path(env, args[0])) return NULL;
  v4l2_device_orders(path, text, sizeof text);
  return sc_text(env, text);
}

/* videoWaiting(path): whether something that it has was not taken yet, or not given back. */
static napi_value video_waiting(napi_env env, napi_callback_info info) {
  napi_value args[1];
  if (!sc_args(env, info, "videoWaiting", 1, args) || !read_path(env, args[0])) return NULL;
  return sc_bool(env, v4l2_device_waiting(path) > 0);
}

/* videoHeld(): descriptors that are open and buffers that are mapped, together. */
static napi_value video_held(napi_env env, napi_callback_info info) {
  (void)info;
  return sc_number(env, v4l2_device_opened() + v4l2_device_mapped());
}

void sc_export_testing_capture(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {
      {"makeVideoDevice", make_device},     {"plugVideoDevice", plug_device}, {"changeVideoDevice", change_device},
      {"giveVideo", give_video},            {"runVideo", run_video},          {"videoOrders", video_orders},
      {"videoWaiting", video_waiting},      {"videoHeld", video_held},
      {"hangVideoDevice", hang_device},     {"videoHanging", hanging_devices}, {"failVideoMemory", fail_memory},
  };
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
