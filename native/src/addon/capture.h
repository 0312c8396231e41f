#ifndef SEALCAM_ADDON_CAPTURE_H
#define SEALCAM_ADDON_CAPTURE_H

#include <node_api.h>

#include "capture/v4l2.h"

enum { SC_CAPTURE_PATH = 4096 };

/* What devices are opened by: the system's calls, unless a test says otherwise. Set before the first capture. */
extern const struct sc_v4l2_calls *sc_capture_calls;

/* Where memory for messages and pictures is from, and how it is lent to JavaScript; a test has them fail. */
struct sc_capture_memory {
  void *(*allocate)(size_t bytes);
  napi_status (*lend)(napi_env env, size_t length, void *data, napi_finalize end, void *hint, napi_value *buffer);
};
extern struct sc_capture_memory sc_capture_memory;

struct sc_capture_found {
  char card[sizeof((struct sc_capture *)NULL)->card], driver[sizeof((struct sc_capture *)NULL)->driver];
  uint32_t format, width, height, buffers;
};

bool sc_capture_read_wish(napi_env env, napi_value value, struct sc_capture_wish *wish);
napi_value sc_capture_object(napi_env env, const struct sc_capture_found *found);
napi_value sc_look_at_capture(napi_env env, napi_callback_info info);

#endif
