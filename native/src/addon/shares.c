/* The pipe through which a child process hands over shares, straight into locked memory. */
#include "addon/shares.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "addon/key_memory.h"
#include "addon/task.h"

_Static_assert(sizeof(struct sc_shares) <= SC_KEY_SLOT, "a recording's shares fit a slot");

static const napi_type_tag tag = {0x5ea1ca3d51a2e500, 0x9f0c6d5e41b7a832};

void sc_shares_drop(struct sc_shares_handle *handle) {
  handle->erase_wanted = handle->busy;
  if (handle->busy) return;
  sc_key_slot_release(handle->shares);
  handle->shares = NULL;
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  sc_shares_drop(data);
  free(data);
}

struct sc_shares_handle *sc_shares_of(napi_env env, napi_value value) { return sc_unwrap(env, value, "shares", &tag); }

static napi_value create_shares(napi_env env, napi_callback_info info) {
  napi_value args[1];
  uint64_t count = 0;
  if (!sc_args(env, info, "createShares", 1, args) ||
      !sc_read_whole(env, args[0], "count", 1, SC_SHARES_MAX, &count)) {
    return NULL;
  }
  struct sc_shares_handle *handle = calloc(1, sizeof *handle);
  if (handle == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory for a handle");
  handle->shares = sc_key_slot_take();
  napi_value result = handle->shares == NULL ? sc_throw_no_slot(env) : sc_wrap(env, handle, finalize, &tag);
  if (result == NULL) finalize(env, handle, NULL);
  else handle->shares->count = (size_t)count;
  return result;
}

static napi_value erase_shares(napi_env env, napi_callback_info info) {
  napi_value args[1];
  if (!sc_args(env, info, "eraseShares", 1, args)) return NULL;
  struct sc_shares_handle *handle = sc_shares_of(env, args[0]);
  if (handle != NULL) sc_shares_drop(handle);
  return NULL;
}

/* The addon owns both ends, so that neither outlives the environment. */
struct pipe {
  int read_end;
  int write_end;
  bool busy;         /* being read, off the thread */
  bool close_wanted; /* as soon as that ends */
};

static const napi_type_tag pipe_tag = {0x5ea1ca3d9b9e0f42, 0x27d4c1f08e6b53a9};

static void close_end(int *end) {
  if (*end >= 0) close(*end);
  *end = -1;
}

static void drop_pipe(struct pipe *pipe) {
  close_end(&pipe->write_end);
  pipe->close_wanted = pipe->busy;
  if (!pipe->busy) close_end(&pipe->read_end);
}

static void finalize_pipe(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  drop_pipe(data);
  free(data);
}

static napi_value create_pipe(napi_env env, napi_callback_info info) {
  (void)info;
  int ends[2];
  struct pipe *pipe = calloc(1, sizeof *pipe);
  if (pipe == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory for a pipe");
  /* Close-on-exec for both: the child's own copy is made when its standard streams are set up. */
  if (pipe2(ends, O_CLOEXEC) != 0) {
    free(pipe);
    return sc_throw_errno(env, "SHARES_PIPE", "making a pipe", errno);
  }
  *pipe = (struct pipe){.read_end = ends[0], .write_end = ends[1]};
  int failed = fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 ? 0 : errno;
  napi_value handle = failed == 0 ? sc_wrap(env, pipe, finalize_pipe, &pipe_tag)
                                  : sc_throw_errno(env, "SHARES_PIPE", "setting up a pipe", failed);
  if (handle == NULL) {
    finalize_pipe(env, pipe, NULL);
    return NULL;
  }
  napi_value result = sc_object(env);
  sc_set(env, result, "handle", handle);
  sc_set(env, result, "writeFd", sc_number(env, ends[1]));
  return result;
}

static struct pipe *read_pipe(napi_env env, napi_callback_info info, const char *function) {
  napi_value args[1];
  return sc_args(env, info, function, 1, args) ? sc_unwrap(env, args[0], "pipe", &pipe_tag) : NULL;
}

static napi_value close_write_end(napi_env env, napi_callback_info info) {
  struct pipe *pipe = read_pipe(env, info, "closeWriteEnd");
  if (pipe != NULL) close_end(&pipe->write_end);
  return NULL;
}

static napi_value close_pipe(napi_env env, napi_callback_info info) {
  struct pipe *pipe = read_pipe(env, info, "closePipe");
  if (pipe != NULL) drop_pipe(pipe);
  return NULL;
}

enum outcome { WAITING, COMPLETE, SHORT, EXCESS, BROKEN };

struct read_task {
  struct sc_task base;
  struct sc_shares_handle *handle;
  struct pipe *pipe;
  int wait_ms;
  enum outcome outcome;
  int failed; /* errno of BROKEN */
};

/* Reads what is available; WAITING if there is no more for now. */
static enum outcome read_some(struct sc_shares *shares, int fd, int *failed) {
  const size_t total = shares->count * SC_SHARE;
  for (;;) {
    const bool full = shares->filled == total;
    ssize_t got = full ? read(fd, &shares->excess, 1) : read(fd, shares->bytes + shares->filled, total - shares->filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return WAITING;
    if (got < 0) {
      *failed = errno;
      return BROKEN;
    }
    if (got == 0) return full ? COMPLETE : SHORT;
    if (full) return EXCESS;
    shares->filled += (size_t)got;
  }
}

static void read_run(struct sc_task *base) {
  struct read_task *task = (struct read_task *)base;
  struct pollfd wait = {.fd = task->pipe->read_end, .events = POLLIN};
  poll(&wait, 1, task->wait_ms);
  task->outcome = read_some(task->handle->shares, task->pipe->read_end, &task->failed);
}

static bool read_settle(napi_env env, struct sc_task *base, napi_value pins, napi_value *value) {
  (void)pins;
  struct read_task *task = (struct read_task *)base;
  const size_t filled = task->handle->shares->filled, count = task->handle->shares->count;
  char message[160];
  task->handle->busy = false;
  task->pipe->busy = false;
  if (task->pipe->close_wanted) drop_pipe(task->pipe);
  const bool good = task->outcome == WAITING || task->outcome == COMPLETE;
  if (task->handle->erase_wanted || !good) sc_shares_drop(task->handle);
  if (good) {
    *value = sc_bool(env, task->outcome == COMPLETE);
    return true;
  }
  if (task->outcome == SHORT) {
    snprintf(message, sizeof message, "the process that makes the shares ended after %zu of %zu bytes: start it again",
             filled, count * SC_SHARE);
    *value = sc_error(env, "SHARES_SHORT", message);
  } else if (task->outcome == EXCESS) {
    snprintf(message, sizeof message, "the process that makes the shares wrote more than %zu bytes", count * SC_SHARE);
    *value = sc_error(env, "SHARES_EXCESS", message);
  } else {
    snprintf(message, sizeof message, "reading the shares failed (errno %d)", task->failed);
    *value = sc_error(env, "SHARES_PIPE", message);
  }
  return false;
}

static void read_release(struct sc_task *base) { free(base); }

/* readShares(shares, pipe, waitMs): true when all shares and the end were read, false when more is to come. */
static napi_value read_shares(napi_env env, napi_callback_info info) {
  napi_value args[3], pins = sc_array(env);
  uint64_t wait_ms = 0;
  if (!sc_args(env, info, "readShares", 3, args)) return NULL;
  struct sc_shares_handle *handle = sc_shares_of(env, args[0]);
  struct pipe *pipe = handle == NULL ? NULL : sc_unwrap(env, args[1], "pipe", &pipe_tag);
  if (pipe == NULL || !sc_read_whole(env, args[2], "waitMs", 0, 1000, &wait_ms)) return NULL;
  if (handle->shares == NULL || handle->busy || pipe->read_end < 0 || pipe->busy) {
    return sc_throw(env, "SHARES_ERASED", "these shares are erased, their pipe is closed, or they are being read");
  }
  struct read_task *task = calloc(1, sizeof *task);
  if (task == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory to read shares");
  task->base = (struct sc_task){.run = read_run, .settle = read_settle, .release = read_release};
  task->handle = handle;
  task->pipe = pipe;
  task->wait_ms = (int)wait_ms;
  sc_append(env, pins, args[0]);
  sc_append(env, pins, args[1]);
  handle->busy = pipe->busy = true;
  napi_value promise = sc_task_start(env, &task->base, "readShares", pins, false);
  if (promise == NULL) handle->busy = pipe->busy = false;
  return promise;
}

void sc_export_shares(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {{"createShares", create_shares},
                                                 {"eraseShares", erase_shares},
                                                 {"createPipe", create_pipe},
                                                 {"closeWriteEnd", close_write_end},
                                                 {"closePipe", close_pipe},
                                                 {"readShares", read_shares}};
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
