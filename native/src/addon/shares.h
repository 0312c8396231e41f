/* Shares as JavaScript holds them: a handle on memory that it cannot read. */
#ifndef SEALCAM_ADDON_SHARES_H
#define SEALCAM_ADDON_SHARES_H

#include "addon/glue.h"
#include "core/recording.h"

struct sc_shares_handle {
  struct sc_shares *shares; /* NULL once erased */
  bool busy;                /* being read, off the thread */
  bool erase_wanted;        /* as soon as that ends */
};

/* The handle of `value`, or NULL after it threw. */
struct sc_shares_handle *sc_shares_of(napi_env env, napi_value value);
/* Erases them now, or as soon as they are no longer being read. */
void sc_shares_drop(struct sc_shares_handle *handle);

#endif
