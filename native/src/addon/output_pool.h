/*
 * Memory that sealed records are written to, used again and again: touching fresh pages for each chunk
 * costs as much as a third of the sealing. It holds ciphertext alone, and so is not erased.
 */
#ifndef SEALCAM_ADDON_OUTPUT_POOL_H
#define SEALCAM_ADDON_OUTPUT_POOL_H

#include "addon/glue.h"

struct sc_output_pool {
  size_t kept;  /* bytes that wait to be used again */
  size_t taken; /* bytes that JavaScript holds */
};
struct sc_output_pool sc_output_pool_state(void);

/*
 * The memory of a new Buffer over the pool's memory, set as a property of `object`; NULL after it threw.
 * The memory comes back when JavaScript cannot see it any more: by sc_output_release, or when the Buffer is
 * collected. So what JavaScript can still see is never written again.
 */
uint8_t *sc_set_output(napi_env env, napi_value object, const char *name, size_t length);

/* Detaches the ArrayBuffer of `buffer`, so that every view of it is empty. Does nothing for other memory. */
void sc_output_release(napi_env env, napi_value buffer);

#endif
