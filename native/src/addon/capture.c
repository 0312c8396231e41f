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
  PICTURE_BYTES = 4 * 1024 * 1024, /* a chunk of the recorder holds no more */
  UNTAKEN_BYTES = 8 * 1024 * 1024, /* handed over and not taken: JavaScript's thread is busy */
  UNTAKEN_COUNT = 1024,
  POLL_MS = 1000,
  END_S = 2, /* a driver that hangs for longer is left alone */
};

const struct sc_v4l2_calls *sc_capture_calls = &sc_v4l2_system;
struct sc_capture_memory sc_capture_memory = {malloc, napi_create_external_buffer};

static const napi_type_tag capture_tag = {0x5ea1ca3000000005, 0x6f2d1f0c7a4b4e11};

enum order { SET_BITRATE = 1, REQUEST_KEY = 2, STOP = 4 };

struct session {
  struct sc_capture capture;
  struct sc_capture_wish wish;
  char path[SC_CAPTURE_PATH];
  struct sc_piece unit[SC_UNITS_MAX];
  _Atomic uint32_t shed; /* pictures that JavaScript had no room for, since the last that it got */
  pthread_t thread;
  bool started;
  int wake; /* eventfd */
  _Atomic int orders;
  _Atomic uint32_t bitrate;
  _Atomic size_t untaken_bytes, untaken_count;
  napi_threadsafe_function deliver;
  napi_ref handle, taker;
  struct message *over; /* the last message, so that no lack of memory keeps it back */
  pthread_mutex_t lock; /* of what follows, and of each call of `deliver` by the thread */
  pthread_cond_t ends;
  bool finished;  /* the thread calls `deliver` and uses the session no more */
  bool closed;    /* `deliver` must not be called any more */
  bool abandoned; /* JavaScript is over, and the thread was not: it frees the session */
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
  bool moved;
  int code, failed;
  struct sc_capture_found found; /* of OPENED: the thread's own may change meanwhile */
};

static uint64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Node frees the function at JavaScript's end, and after it said so must not be called with it: looked at under the lock. */
static bool call(struct session *session, struct message *message) {
  pthread_mutex_lock(&session->lock);
  napi_status status = napi_closing;
  if (!session->closed) status = napi_call_threadsafe_function(session->deliver, message, napi_tsfn_nonblocking);
  if (status == napi_closing) session->closed = true;
  pthread_mutex_unlock(&session->lock);
  return status == napi_ok;
}

/* Takes the message, into `message` where there is memory for it; false where it is lost. */
static bool deliver_in(struct session *session, struct message *message, struct message told) {
  if (message != NULL) {
    *message = told;
    atomic_fetch_add(&session->untaken_bytes, told.length);
    atomic_fetch_add(&session->untaken_count, 1);
    if (call(session, message)) return true;
    atomic_fetch_sub(&session->untaken_bytes, told.length);
    atomic_fetch_sub(&session->untaken_count, 1);
  }
  free(message);
  free(told.data);
  return false;
}

static bool deliver(struct session *session, struct message told) {
  return deliver_in(session, sc_capture_memory.allocate(sizeof(struct message)), told);
}

/* One picture, from the driver's buffer: copied, or counted where there is no room for it. */
static void hand_over(struct session *session, struct sc_capture_picture *picture) {
  const uint32_t shed = atomic_load(&session->shed);
  struct message told = {
      .kind = DAMAGED, .at_us = picture->at_us, .lost = picture->lost + shed, .moved = picture->time_moved};
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
    told.data = sc_capture_memory.allocate(told.length);
    if (told.data != NULL) sc_units_copy(session->unit, count, told.data);
  }
  told.code = (int)picture->damage;
  const bool lacks_memory = told.kind == PICTURE && told.data == NULL;
  if (room && !lacks_memory && deliver(session, told)) atomic_fetch_sub(&session->shed, shed);
  else atomic_fetch_add(&session->shed, picture->lost + 1);
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

static struct message opened(const struct sc_capture *capture) {
  struct message told = {.kind = OPENED};
  memcpy(told.found.card, capture->card, sizeof told.found.card);
  memcpy(told.found.driver, capture->driver, sizeof told.found.driver);
  told.found.format = capture->format;
  told.found.width = capture->width;
  told.found.height = capture->height;
  told.found.buffers = capture->count;
  return told;
}

static void free_session(struct session *session) {
  if (session->wake >= 0) close(session->wake);
  pthread_cond_destroy(&session->ends);
  pthread_mutex_destroy(&session->lock);
  free(session->over);
  free(session);
}

/* The last that the thread does. */
static void finish(struct session *session) {
  pthread_mutex_lock(&session->lock);
  const bool abandoned = session->abandoned;
  session->finished = true;
  if (!session->closed) napi_release_threadsafe_function(session->deliver, napi_tsfn_release);
  pthread_cond_signal(&session->ends);
  pthread_mutex_unlock(&session->lock);
  if (abandoned) free_session(session);
}

static void *run(void *data) {
  struct session *session = data;
  pthread_setname_np(pthread_self(), "sealcam-video");
  enum sc_capture_status status = sc_capture_open(&session->capture, sc_capture_calls, session->path, &session->wish);
  if (status == SC_CAPTURE_OK) deliver(session, opened(&session->capture));
  while ((status == SC_CAPTURE_OK || status == SC_CAPTURE_AGAIN) && (atomic_load(&session->orders) & STOP) == 0) {
    status = wait_for(session);
    if (status != SC_CAPTURE_OK) break;
    follow_orders(session);
    status = take_all(session);
  }
  sc_capture_close(&session->capture);
  struct message *over = session->over;
  session->over = NULL;
  deliver_in(session, over, (struct message){.kind = OVER, .code = (int)status, .failed = session->capture.failed});
  finish(session);
  return NULL;
}

static void free_data(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

/* On JavaScript's thread: taker(kind, data, atUs, lost, code, errno, moved); `env` is NULL while it ends. */
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
    if (message->kind == OPENED) content = sc_capture_object(env, &message->found);
    else if (message->data == NULL) napi_get_undefined(env, &content);
    else if (sc_capture_memory.lend(env, message->length, message->data, free_data, NULL, &content) == napi_ok) {
      message->data = NULL;
    } else atomic_fetch_add(&session->shed, message->lost + 1);
    napi_value args[] = {sc_number(env, message->kind), content,
                         sc_number(env, (double)message->at_us), sc_number(env, message->lost),
                         sc_number(env, message->code), sc_number(env, message->failed),
                         sc_bool(env, message->moved)};
    if (content != NULL) napi_call_function(env, global, taker, sizeof args / sizeof args[0], args, NULL);
  }
  free(message->data);
  free(message);
}

/* Whether the thread is over. One that hangs in a driver keeps the session, and frees it if the driver ever returns. */
static bool ended(struct session *session) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += END_S;
  pthread_mutex_lock(&session->lock);
  while (!session->finished && pthread_cond_timedwait(&session->ends, &session->lock, &until) == 0) {
  }
  const bool finished = session->finished;
  if (!finished) session->closed = session->abandoned = true;
  pthread_mutex_unlock(&session->lock);
  if (finished) pthread_join(session->thread, NULL);
  else pthread_detach(session->thread);
  return finished;
}

/* The last that happens to a session: the thread has let go of the function, or JavaScript ends. */
static void end_session(napi_env env, void *data, void *hint) {
  (void)hint;
  struct session *session = data;
  napi_value object = NULL;
  struct handle *handle = NULL;
  if (napi_get_reference_value(env, session->handle, &object) == napi_ok && object != NULL &&
      napi_unwrap(env, object, (void **)&handle) == napi_ok) {
    handle->session = NULL;
  }
  napi_delete_reference(env, session->handle);
  napi_delete_reference(env, session->taker);
  atomic_fetch_or(&session->orders, STOP);
  const uint64_t one = 1;
  if (write(session->wake, &one, sizeof one) < 0) { /* it is awake */
  }
  if (!session->started || ended(session)) free_session(session);
}

static void free_handle(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free(data);
}

static struct session *make_session(void) {
  struct session *session = calloc(1, sizeof *session);
  if (session == NULL) return NULL;
  pthread_condattr_t steady;
  pthread_condattr_init(&steady);
  pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
  pthread_cond_init(&session->ends, &steady);
  pthread_condattr_destroy(&steady);
  pthread_mutex_init(&session->lock, NULL);
  session->capture.fd = session->wake = -1;
  session->over = malloc(sizeof *session->over);
  if (session->over != NULL) return session;
  free_session(session);
  return NULL;
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
    free_session(session);
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
  struct session *session = make_session();
  if (session == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory to read a video device");
  size_t length = 0;
  if (!sc_read_text(env, args[0], "path", session->path, sizeof session->path, &length) ||
      !sc_capture_read_wish(env, args[1], &session->wish)) {
    free_session(session);
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

void sc_export_capture(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {{"openCapture", open_capture},
                                                 {"orderCapture", order_capture},
                                                 {"lookAtCapture", sc_look_at_capture}};
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
