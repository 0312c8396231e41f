/* Work off JavaScript's thread that settles one promise, once, and frees everything on every path. */
#ifndef SEALCAM_ADDON_TASK_H
#define SEALCAM_ADDON_TASK_H

#include "addon/glue.h"

struct sc_task {
  napi_async_work work;
  napi_deferred deferred;
  napi_ref pins; /* an array of all values that the work reads or writes */
  /* Off the thread: no napi_env here. */
  void (*run)(struct sc_task *task);
  /*
   * On the thread again, also while the environment is torn down, when every napi call may fail: undoes
   * what the start has marked, and gives the value. True to resolve, false to reject with it.
   */
  bool (*settle)(napi_env env, struct sc_task *task, napi_value pins, napi_value *value);
  /* Frees the whole task; called last, even if it could not be started. */
  void (*release)(struct sc_task *task);
};

/*
 * Starts `task`, pins the array `pins` and gives the promise; with `at_once` the work is done on this thread and
 * the promise is settled already. On failure it throws, releases the task and returns NULL; `settle` is then
 * not called.
 */
napi_value sc_task_start(napi_env env, struct sc_task *task, const char *name, napi_value pins, bool at_once);

#endif
