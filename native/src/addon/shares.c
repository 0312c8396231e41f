/* The pipe by which a child process hands over shares, straight into locked memory. */
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

static napi_value create_pipe(napi_env env, napi_callback_info info) {
  (void)info;
  int ends[2];
  /* Close-on-exec also where the child writes: its copy is made by the duplication onto its own number. */
  if (pipe2(ends, O_CLOEXEC) != 0) return sc_throw_errno(env, "SHARES_PIPE", "making a pipe", errno);
  if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    int failed = errno;
    close(ends[0]);
    close(ends[1]);
    return sc_throw_errno(env, "SHARES_PIPE", "setting up a pipe", failed);
  }
  napi_value result = sc_object(env);
  sc_set(env, result, "readFd", sc_number(env, ends[0]));
  sc_set(env, result, "writeFd", sc_number(env, ends[1]));
  return result;
}

enum outcome { WAITING, COMPLETE, SHORT, EXCESS, BROKEN };

struct read_task {
  struct sc_task base;
  struct sc_shares_handle *handle;
  int fd;
  int wait_ms;
  enum outcome outcome;
  int failed; /* errno of BROKEN */
};

/* Reads what there is; WAITING when there is no more for now. */
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
  struct pollfd wait = {.fd = task->fd, .events = POLLIN};
  poll(&wait, 1, task->wait_ms);
  task->outcome = read_some(task->handle->shares, task->fd, &task->failed);
}

static bool read_settle(napi_env env, struct sc_task *base, napi_value pins, napi_value *value) {
  (void)pins;
  struct read_task *task = (struct read_task *)base;
  const size_t filled = task->handle->shares->filled, count = task->handle->shares->count;
  char message[160];
  task->handle->busy = false;
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

/* readShares(shares, fd, waitMs): true when all and the end were read, false when more is to come. */
static napi_value read_shares(napi_env env, napi_callback_info info) {
  napi_value args[3], pins = sc_array(env);
  uint64_t fd = 0, wait_ms = 0;
  if (!sc_args(env, info, "readShares", 3, args)) return NULL;
  struct sc_shares_handle *handle = sc_shares_of(env, args[0]);
  if (handle == NULL || !sc_read_whole(env, args[1], "fd", 0, INT32_MAX, &fd) ||
      !sc_read_whole(env, args[2], "waitMs", 0, 1000, &wait_ms)) {
    return NULL;
  }
  if (handle->shares == NULL || handle->busy) {
    return sc_throw(env, "SHARES_ERASED", "these shares are erased, or being read: read others");
  }
  struct read_task *task = calloc(1, sizeof *task);
  if (task == NULL) return sc_throw(env, "ADDON_MEMORY", "no memory to read shares");
  task->base = (struct sc_task){.run = read_run, .settle = read_settle, .release = read_release};
  task->handle = handle;
  task->fd = (int)fd;
  task->wait_ms = (int)wait_ms;
  sc_append(env, pins, args[0]);
  handle->busy = true;
  napi_value promise = sc_task_start(env, &task->base, "readShares", pins);
  if (promise == NULL) handle->busy = false;
  return promise;
}

void sc_export_shares(napi_env env, napi_value exports) {
  static const struct sc_function functions[] = {{"createShares", create_shares},
                                                 {"eraseShares", erase_shares},
                                                 {"createPipe", create_pipe},
                                                 {"readShares", read_shares}};
  sc_export(env, exports, functions, sizeof functions / sizeof functions[0]);
}
