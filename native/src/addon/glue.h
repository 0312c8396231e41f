/* What the files of the N-API glue share. Every function here runs on the thread of its environment. */
#ifndef SEALCAM_ADDON_GLUE_H
#define SEALCAM_ADDON_GLUE_H

#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/crypto.h"

/* The process's algorithms, fetched when the addon is loaded. */
extern struct sc_crypto sc_process_crypto;

/* What one environment (the main thread's, or a worker's) owns. */
struct sc_environment {
  napi_ref error_class; /* SealcamError(code, message), handed over by native/index.ts */
};

/*
 * Fetches exactly `count` arguments, or throws a TypeError that names `function` and returns false.
 * The read_* functions likewise throw a TypeError that names the argument and return false.
 */
bool sc_args(napi_env env, napi_callback_info info, const char *function, size_t count, napi_value *args);
bool sc_read_bytes(napi_env env, napi_value value, const char *name, struct sc_piece *bytes);
/* Bytes of exactly `length`. */
bool sc_read_exactly(napi_env env, napi_value value, const char *name, size_t length, struct sc_piece *bytes);
/* A whole number from `least` to `most`. */
bool sc_read_whole(napi_env env, napi_value value, const char *name, uint64_t least, uint64_t most, uint64_t *out);
/* Text in UTF-8 without NUL, of `size` - 1 bytes at most. */
bool sc_read_text(napi_env env, napi_value value, const char *name, char *text, size_t size, size_t *length);

/* The pieces of an array of Uint8Arrays; see sc_pieces_free. */
struct sc_pieces {
  struct sc_piece *piece;
  size_t count;
  size_t length; /* of all pieces */
};
/*
 * Reads an array of Uint8Arrays. Where `pins` is not NULL, each is appended to that array, which keeps
 * them alive for as long as it lives itself. Throws and returns false, with nothing to free, on failure.
 */
bool sc_read_pieces(napi_env env, napi_value value, const char *name, napi_value pins, struct sc_pieces *pieces);
void sc_pieces_free(struct sc_pieces *pieces);

/*
 * An object that stands for `data`; `finalize` is due once it is gone, or the environment ends. NULL
 * after it threw; `finalize` is then not called. sc_unwrap throws and returns NULL for any other value.
 */
napi_value sc_wrap(napi_env env, void *data, napi_finalize finalize, const napi_type_tag *tag);
void *sc_unwrap(napi_env env, napi_value value, const char *name, const napi_type_tag *tag);

/* A SealcamError as a value; NULL if JavaScript can no longer run. */
napi_value sc_error(napi_env env, const char *code, const char *message);
/* Throws it. Always returns NULL, for `return sc_throw(...)`. */
napi_value sc_throw(napi_env env, const char *code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Throws one for a failed system call: `what` and the name of `failed`, an errno. */
napi_value sc_throw_errno(napi_env env, const char *code, const char *what, int failed);

/* Short forms; they return NULL or do nothing if JavaScript can no longer run. */
napi_value sc_bool(napi_env env, bool value);
napi_value sc_number(napi_env env, double value);
napi_value sc_text(napi_env env, const char *value);
napi_value sc_object(napi_env env);
napi_value sc_array(napi_env env);
void sc_append(napi_env env, napi_value array, napi_value value);
/* The memory of a new, uninitialised Buffer that is set as a property of `object`; NULL after it threw. */
uint8_t *sc_set_buffer(napi_env env, napi_value object, const char *name, size_t length);
void sc_set(napi_env env, napi_value object, const char *name, napi_value value);

struct sc_function {
  const char *name;
  napi_callback call;
};
/* Sets `count` functions as properties of `exports`. */
void sc_export(napi_env env, napi_value exports, const struct sc_function *functions, size_t count);

/* The SealcamError for a failure of the core, with its index if that is relevant. */
napi_value sc_status_error(napi_env env, enum sc_status status, uint64_t index);
napi_value sc_throw_status(napi_env env, enum sc_status status, uint64_t index);

napi_value sc_throw_no_slot(napi_env env);

void sc_export_floe(napi_env env, napi_value exports);
void sc_export_seal(napi_env env, napi_value exports);
void sc_export_shares(napi_env env, napi_value exports);
void sc_export_platform(napi_env env, napi_value exports);
void sc_export_capture(napi_env env, napi_value exports);
/* Only in the build for tests. */
void sc_export_testing(napi_env env, napi_value exports);
void sc_export_testing_capture(napi_env env, napi_value exports);

#endif
