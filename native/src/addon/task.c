#include "addon/task.h"

#include <openssl/err.h>

static void execute(napi_env env, void *data) {
  (void)env;
  struct sc_task *task = data;
  /* node:crypto on this thread must not find our errors in OpenSSL's queue. */
  ERR_set_mark();
  task->run(task);
  ERR_pop_to_mark();
}

static void drop(napi_env env, struct sc_task *task) {
  if (task->pins != NULL) napi_delete_reference(env, task->pins);
  if (task->work != NULL) napi_delete_async_work(env, task->work);
  task->release(task);
}

static void settle(napi_env env, struct sc_task *task, napi_value pins) {
  napi_value value = NULL;
  bool resolve = task->settle(env, task, pins, &value);
  if (value == NULL) napi_get_undefined(env, &value);
  if (resolve) napi_resolve_deferred(env, task->deferred, value);
  else napi_reject_deferred(env, task->deferred, value);
  drop(env, task);
}

static void complete(napi_env env, napi_status ignored, void *data) {
  (void)ignored; /* nothing here cancels work */
  struct sc_task *task = data;
  napi_value pins = NULL;
  napi_get_reference_value(env, task->pins, &pins);
  settle(env, task, pins);
}

napi_value sc_task_start(napi_env env, struct sc_task *task, const char *name, napi_value pins, bool at_once) {
  napi_value promise = NULL;
  if (at_once && napi_create_promise(env, &task->deferred, &promise) == napi_ok) {
    execute(env, task);
    settle(env, task, pins);
    return promise;
  }
  if (napi_create_reference(env, pins, 1, &task->pins) == napi_ok &&
      napi_create_async_work(env, NULL, sc_text(env, name), execute, complete, task, &task->work) == napi_ok &&
      napi_create_promise(env, &task->deferred, &promise) == napi_ok &&
      napi_queue_async_work(env, task->work) == napi_ok) {
    return promise;
  }
  drop(env, task);
  return sc_throw(env, "ADDON_MEMORY", "%s could not be started: no memory, or the thread is ending", name);
}
