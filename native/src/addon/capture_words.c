/* What is asked of a video device and what is found of it, as JavaScript says it. */
#include <linux/videodev2.h>

#include "addon/capture.h"
#include "addon/glue.h"

bool sc_capture_read_wish(napi_env env, napi_value value, struct sc_capture_wish *wish) {
  static const char *const names[] = {"format", "width", "height", "pictures", "seconds", "bitrate", "keyEvery"};
  uint32_t *const fields[] = {&wish->format,  &wish->width,   &wish->height,   &wish->pictures,
                              &wish->seconds, &wish->bitrate, &wish->key_every};
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    napi_value field = NULL;
    uint64_t number = 0;
    if (napi_get_named_property(env, value, names[i], &field) != napi_ok ||
        !sc_read_whole(env, field, names[i], 0, INT32_MAX, &number)) {
      return false;
    }
    *fields[i] = (uint32_t)number;
  }
  if (wish->format != 0) wish->format = wish->format == 265 ? V4L2_PIX_FMT_HEVC : V4L2_PIX_FMT_H264;
  return true;
}

napi_value sc_capture_object(napi_env env, const struct sc_capture_found *found) {
  napi_value object = sc_object(env);
  sc_set(env, object, "card", sc_text(env, found->card));
  sc_set(env, object, "driver", sc_text(env, found->driver));
  sc_set(env, object, "format", sc_text(env, found->format == V4L2_PIX_FMT_HEVC ? "h265" : "h264"));
  sc_set(env, object, "width", sc_number(env, found->width));
  sc_set(env, object, "height", sc_number(env, found->height));
  sc_set(env, object, "buffers", sc_number(env, found->buffers));
  return object;
}

/* lookAtCapture(path): {code, h264, h265}, without changing anything of the device. */
napi_value sc_look_at_capture(napi_env env, napi_callback_info info) {
  napi_value args[1];
  char path[SC_CAPTURE_PATH];
  size_t length = 0;
  bool h264 = false, hevc = false;
  if (!sc_args(env, info, "lookAtCapture", 1, args) ||
      !sc_read_text(env, args[0], "path", path, sizeof path, &length)) {
    return NULL;
  }
  napi_value found = sc_object(env);
  sc_set(env, found, "code", sc_number(env, sc_capture_look(sc_capture_calls, path, &h264, &hevc)));
  sc_set(env, found, "h264", sc_bool(env, h264));
  sc_set(env, found, "h265", sc_bool(env, hevc));
  return found;
}
