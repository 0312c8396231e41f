/*
 * Video devices, each read by a thread of its own: a driver that waits, as those of USB do while they begin, keeps no
 * one else waiting. The bytes of a picture are copied once, out of the driver's buffer into the memory that JavaScript gets.
 */
#include "addon/capture.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "addon/glue.h"
#include "capture/units.h"
#include "capture/v4l2.h"

enum {
  PATH_BYTES = 4096,
  PICTURE_BYTES = 4 * 1024 * 1024, /* a chunk of the recorder holds no more */
  UNTAKEN_BYTES = 8 * 1024 * 1024, /* handed over and not taken: JavaScript's thread is busy */
  UNTAKEN_COUNT = 1024,
  POLL_MS = 1000,
  JOIN_S = 2, /* a driver that hangs for longer is left alone */
};

const struct sc_v4l2_calls *sc_capture_calls = &sc_v4l2_system;

static const napi_type_tag capture_tag = {0x5ea1ca3000000005, 0x6f2d1f0c7a4b4e11};

enum order { SET_BITRATE = 1, REQUEST_KEY = 2, STOP = 4 };

struct session {
  struct sc_capture capture;
  struct sc_capture_wish wish;
  char path[PATH_BYTES];
  struct sc_piece unit[SC_UNITS_MAX];
  uint32_t shed; /* pictures that JavaScript had no room for, since the last that it got */
  pthread_t thread;
  bool started;
  int wake; /* eventfd */
  _Atomic int orders;
  _Atomic uint32_t bitrate;
  _Atomic size_t untaken_bytes, untaken_count;
  napi_threadsafe_function deliver;
  napi_ref handle, taker;
};

/* What JavaScript holds of a session; `session` is NULL once that is over. */
struct handle {
  struct session *session;
};

enum kind { OPENED, PICTURE, DAMAGED, REFUSED, OVER };

struct message {
  enum kind kind;
  uint8_t *data;
  size_t length;
  uint64_t at_us;
  uint32_t lost;
  int code, failed;
};

static uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Takes the message; false where JavaScript is over. */
static bool deliver(struct session *session, struct message told) {
  struct message *message = malloc(sizeof *message);
  if (message != NULL) {
    *message = told;
    atomic_fetch_add(&session->untaken_bytes, told.length);
    atomic_fetch_add(&session->untaken_count, 1);
    if (napi_call_threadsafe_function(session->deliver, message, napi_tsfn_nonblocking) == napi_ok) return true;
    atomic_fetch_sub(&session->untaken_bytes, told.length);
    atomic_fetch_sub(&session->untaken_count, 1);
  }
  free(message);
  free(told.data);
  return false;
}

/* One picture, from the driver's buffer: copied, or counted where there is no room for it. */
static void hand_over(struct session *session, struct sc_capture_picture *picture) {
  struct message told = {.kind = DAMAGED, .at_us = picture->at_us, .lost = picture->lost + session->shed};
  size_t count = 0;
  if (picture->damage == SC_UNDAMAGED) {
    count = sc_units_find(picture->bytes, session->unit);
    if (count == 0 || count > SC_UNITS_MAX) picture->damage = SC_DAMAGE_UNITS;
  }
  if (picture->damage == SC_UNDAMAGED) {
    told.length = sc_units_bytes(session->unit, count);
    if (told.length > PICTURE_BYTES) {
      picture->damage = SC_DAMAGE_LARGE;
      told.length = 0;
    }
  }
  const bool room = atomic_load(&session->untaken_bytes) + told.length <= UNTAKEN_BYTES &&
                    atomic_load(&session->untaken_count) < UNTAKEN_COUNT;
  if (room && picture->damage == SC_UNDAMAGED) {
    told.kind = PICTURE;
    told.data = malloc(told.length);
    if (told.data != NULL) sc_units_copy(session->unit, count, told.data);
  }
  told.code = (int)picture->damage;
  const bool lacks_memory = told.kind == PICTURE && told.data == NULL;
  if (room && !lacks_memory && deliver(session, told)) session->shed = 0;
  else session->shed = told.lost + 1;
}

static void follow_orders(struct session *session) {
  const int orders = atomic_fetch_and(&session->orders, STOP);
  int failed = 0;
  if (orders & SET_BITRATE) failed = sc_capture_set_bitrate(&session->capture, atomic_load(&session->bitrate));
  if (failed != 0) deliver(session, (struct message){.kind = REFUSED, .code = SET_BITRATE, .failed = failed});
  failed = orders & REQUEST_KEY ? sc_capture_request_key(&session->capture) : 0;
  if (failed != 0) deliver(session, (struct message){.kind = REFUSED, .code = REQUEST_KEY, .failed = failed});
}

/* Waits until the device has something, or there are orders. */
static enum sc_capture_status wait_for(struct session *session) {
  struct pollfd fds[2] = {{.fd = session->capture.fd, .events = POLLIN | POLLPRI}, {.fd = session->wake, .events = POLLIN}};
  const int count = sc_capture_calls->poll(fds, 2, POLL_MS);
  if (count < 0 && errno != EINTR) {
    session->capture.failed = errno;
    return SC_CAPTURE_FAILING;
  }
  if (count <= 0) return SC_CAPTURE_OK;
  uint64_t woken = 0;
  if (fds[1].revents != 0 && read(session->wake, &woken, sizeof woken) < 0) woken = 0;
  return fds[0].revents & POLLPRI ? sc_capture_events(&session->capture) : SC_CAPTURE_OK;
}

static enum sc_capture_status take_all(struct session *session) {
  for (uint32_t i = 0; i <= session->capture.count; i++) {
    struct sc_capture_picture picture;
    enum sc_capture_status status = sc_capture_take(&session->capture, now_us(), &picture);
    if (status != SC_CAPTURE_OK) return status;
    hand_over(session, &picture);
    status = sc_capture_give_back(&session->capture, &picture);
    if (status != SC_CAPTURE_OK) return status;
  }
  return SC_CAPTURE_OK;
}

static void *run(void *data) {
  struct session *session = data;
  enum sc_capture_status status = sc_capture_open(&session->capture, sc_capture_calls, session->path, &session->wish);
  if (status == SC_CAPTURE_OK) deliver(session, (struct message){.kind = OPENED});
  while ((status == SC_CAPTURE_OK || status == SC_CAPTURE_AGAIN) && (atomic_load(&session->orders) & STOP) == 0) {
    status = wait_for(session);
    if (status != SC_CAPTURE_OK) break;
    follow_orders(session);
    status = take_all(session);
  }
  sc_capture_close(&session->capture);
  deliver(session, (struct message){.kind = OVER, .code = (int)status, .failed = session->capture.failed});
  napi_release_threadsafe_function(session->deliver, napi_tsfn_release);
  return NULL;
}

static napi_value opened(napi_env env, const struct session *session) {
  napi_value found = sc_object(env);
  sc_set(env, found, "card", sc_text(env, session->capture.card));
  sc_set(env, found, "driver", sc_text(env, session->capture.driver));
  sc_set(env, found, "format", sc_text(env, session->capture.format == V4L2_PIX_FMT_HEVC ? "h265" : "h264"));
  sc_set(env, found, "width", sc_number(env, session->capture.width));
  sc_set(env, found, "height", sc_number(env, session->capture.height));
  sc_set(env, found, "buffers", sc_number(env, session->capture.count));
  return found;
}

static void free_data(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

/* On JavaScript's thread: taker(kind, data, atUs, lost, code, errno); `env` is NULL while it ends. */
static void take(napi_env env, napi_value ignored, void *context, void *data) {
  (void)ignored;
  struct session *session = context;
  struct message *message = data;
  napi_value taker = NULL, content = NULL, global = NULL;
  /* What is left when JavaScript ends comes after the end of its session. */
  if (env != NULL) {
    atomic_fetch_sub(&session->untaken_bytes, message->length);
    atomic_fetch_sub(&session->untaken_count, 1);
  }
  if (env != NULL && napi_get_reference_value(env, session->taker, &taker) == napi_ok && taker != NULL &&
      napi_get_global(env, &global) == napi_ok) {
    if (message->kind == OPENED) content = opened(env, session);
    else if (message->data == NULL) napi_get_undefined(env, &content);
    else if (napi_create_external_buffer(env, message->length, message->data, free_data, NULL, &content) == napi_ok) {
      message->data = NULL;
    }
    napi_value args[] = {sc_number(env, message->kind), content,
                         sc_number(env, (double)message->at_us), sc_number(env, message->lost),
                         sc_number(env, message->code), sc_number(env, message->failed)};
    if (content != NULL) napi_call_function(env, global, taker, sizeof args / sizeof args[0], args, NULL);
  }
  free(message->data);
  free(message);
}

/* The last that happens to a session: the thread has let go of the function, or JavaScript ends. */
static void end_session(napi_env env, void *data, void *hint) {
  (void)hint;
  struct session *session = data;
  atomic_fetch_or(&session->orders, STOP);
  const uint64_t one = 1;
  if (write(session->wake, &one, sizeof one) < 0) { /* it is awake */
  }
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += JOIN_S;
  /* A thread that hangs in a driver keeps its memory. */
  if (session->started && pthread_timedjoin_np(session->thread, NULL, &until) != 0) return;
  napi_value object = NULL;
  struct handle *handle = NULL;
  if (napi_get_reference_value(env, session->handle, &object) == napi_ok && object != NULL &&
      napi_unwrap(env, object, (void **)&handle) == napi_ok) {
    handle->session = NULL;
  }
  napi_delete_reference(env, session->handle);
  napi_delete_reference(env, session->taker);
  close(session->wake);
  free(session);
}

static void free_handle(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

static bool read_wish(napi_env env, napi_value value, struct sc_capture_wish *wish) {
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

/* Starts the thread of `session`, which the function's end frees. */
static napi_value begin(napi_env env, struct session *session, napi_value taker) {
  struct handle *handle = calloc(1, sizeof *handle);
  napi_value object = handle == NULL ? NULL : sc_wrap(env, handle, free_handle, &capture_tag);
  if (object == NULL) free(handle);
  session->wake = object == NULL ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (session->wake < 0 || napi_create_reference(env, object, 1, &session->handle) != napi_ok ||
      napi_create_reference(env, taker, 1, &session->taker) != napi_ok ||
      napi_create_threadsafe_function(env, NULL, NULL, sc_text(env, "openCapture"), 0, 1, session, end_session, session,
                                      take, &session->deliver) != napi_ok) {
    if (session->handle != NULL) napi_delete_reference(env, session->handle);
    if (session->taker != NULL) napi_delete_reference(env, session->taker);
    if (session->wake >= 0) close(session->wake);
    free(session);
    return sc_throw(env, "ADDON_MEMORY", "no memory to read a video device");
  }
  handle->session = session;
  session->started = pthread_create(&session->thread, NULL, run, session) == 0;
  if (session->started) return object;
  napi_release_threadsafe_function(session->deliver, napi_tsfn_abort);
  return sc_throw(env, "ADDON_MEMORY", "no thread to read a video device");
}

/* openCapture(path, wish, taker): a handle. `taker` is called until the capture is over, which comes last. */
static napi_value open_capture(napi_env env, napi_callback_info info) {
  napi_value args[3];
  if (!sc_args(env, info, "openCapture", 3, args)) return NULL;
  struct session *session = calloc(1, sizeof *session);
  if (session == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory to read a video device");
  size_t length = 0;
  session->capture.fd = -1;
  if (!sc_read_text(env, args[0], "path", session->path, sizeof session->path, &length) ||
      !read_wish(env, args[1], &session->wish)) {
    free(session);
    return NULL;
  }
  return begin(env, session, args[2]);
}

/* orderCapture(handle, order, value): 1 sets the bitrate, 2 requests a key picture, 4 stops. Once it is over: nothing. */
static napi_value order_capture(napi_env env, napi_callback_info info) {
  napi_value args[3];
  uint64_t order = 0, value = 0;
  if (!sc_args(env, info, "orderCapture", 3, args)) return NULL;
  struct handle *handle = sc_unwrap(env, args[0], "capture", &capture_tag);
  if (handle == NULL || !sc_read_whole(env, args[1], "order", SET_BITRATE, STOP, &order) ||
      !sc_read_whole(env, args[2], "value", 0, UINT32_MAX, &value)) {
    return NULL;
  }
  struct session *session = handle->session;
  if (session == NULL) return NULL;
  if (order == SET_BITRATE) atomic_store(&session->bitrate, (uint32_t)value);
  atomic_fetch_or(&session->orders, (int)order);
  const uint64_t one = 1;
  if (write(session->wake, &one, sizeof one) < 0) { /* it is awake */
  }
  return NULL;
}

/* lookAtCapture(path): {code, h264, h265}, without changing anything of the device. */
static napi_value look_at_capture(napi_env env, napi_callback_info info) {
  napi_value args[1];
  char path[PATH_BYTES];
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

void sc_export_capture(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {{"openCapture", open_capture},
                                                 {"orderCapture", order_capture},
                                                 {"lookAtCapture", look_at_capture}};
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
