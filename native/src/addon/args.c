#include "addon/glue.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SC_PIECES_MAX = 65536 };

static bool type_error(napi_env env, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool type_error(napi_env env, const char *format, ...) {
  char message[256];
  va_list values;
  va_start(values, format);
  vsnprintf(message, sizeof message, format, values);
  va_end(values);
  napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
  return false;
}

bool sc_args(napi_env env, napi_callback_info info, const char *function, size_t count, napi_value *args) {
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, args, NULL, NULL) != napi_ok) return false;
  if (given >= count) return true;
  return type_error(env, "%s: expected %zu arguments, got %zu", function, count, given);
}

bool sc_read_bytes(napi_env env, napi_value value, const char *name, struct sc_piece *bytes) {
  bool is_array = false;
  napi_typedarray_type type;
  void *data = NULL;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array ||
      napi_get_typedarray_info(env, value, &type, &bytes->length, &data, NULL, NULL) != napi_ok ||
      type != napi_uint8_array) {
    return type_error(env, "\"%s\": expected a Uint8Array", name);
  }
  /* An empty array may have no memory at all; the core needs a pointer that it can compare and add to. */
  bytes->data = bytes->length == 0 ? (const uint8_t *)"" : data;
  return true;
}

bool sc_read_exactly(napi_env env, napi_value value, const char *name, size_t length, struct sc_piece *bytes) {
  if (!sc_read_bytes(env, value, name, bytes)) return false;
  if (bytes->length == length) return true;
  return type_error(env, "\"%s\": expected %zu bytes, got %zu", name, length, bytes->length);
}

bool sc_read_whole(napi_env env, napi_value value, const char *name, uint64_t least, uint64_t most, uint64_t *out) {
  double number = NAN;
  if (napi_get_value_double(env, value, &number) != napi_ok || !(number >= (double)least) ||
      !(number <= (double)most) || number != floor(number)) {
    return type_error(env, "\"%s\": expected a whole number from %llu to %llu", name, (unsigned long long)least,
                      (unsigned long long)most);
  }
  *out = (uint64_t)number;
  return true;
}

bool sc_read_text(napi_env env, napi_value value, const char *name, char *text, size_t size, size_t *length) {
  size_t needed = 0;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &needed) != napi_ok) {
    return type_error(env, "\"%s\": expected a string", name);
  }
  if (needed >= size) return type_error(env, "\"%s\": expected %zu bytes at most, got %zu", name, size - 1, needed);
  if (napi_get_value_string_utf8(env, value, text, size, length) != napi_ok) return false;
  if (memchr(text, 0, *length) != NULL) return type_error(env, "\"%s\": expected text without NUL", name);
  return true;
}

/* Getters of an unusual array run here, so that no pointer is taken before the last of them has returned. */
static bool read_elements(napi_env env, napi_value array, napi_value *elements, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    if (napi_get_element(env, array, i, &elements[i]) != napi_ok) return false;
  }
  return true;
}

bool sc_read_pieces(napi_env env, napi_value value, const char *name, napi_value pins, struct sc_pieces *pieces) {
  uint32_t count = 0;
  *pieces = (struct sc_pieces){NULL, 0, 0};
  if (napi_get_array_length(env, value, &count) != napi_ok || count > SC_PIECES_MAX) {
    return type_error(env, "\"%s\": expected an array of %d Uint8Arrays at most", name, SC_PIECES_MAX);
  }
  napi_value *elements = calloc((size_t)count + 1, sizeof(napi_value));
  pieces->piece = calloc((size_t)count + 1, sizeof *pieces->piece);
  bool done = elements != NULL && pieces->piece != NULL;
  if (!done) sc_throw(env, "ADDON_MEMORY", "no memory for a list of %u pieces", count);
  done = done && read_elements(env, value, elements, count);
  for (; done && pieces->count < count; pieces->count++) {
    struct sc_piece *piece = &pieces->piece[pieces->count];
    done = sc_read_bytes(env, elements[pieces->count], name, piece);
    if (!done) break;
    sc_append(env, pins, elements[pieces->count]);
    pieces->length += piece->length;
  }
  free(elements);
  if (!done) sc_pieces_free(pieces);
  return done;
}

void sc_pieces_free(struct sc_pieces *pieces) {
  free(pieces->piece);
  *pieces = (struct sc_pieces){NULL, 0, 0};
}

napi_value sc_wrap(napi_env env, void *data, napi_finalize finalize, const napi_type_tag *tag) {
  napi_value object = sc_object(env);
  void *removed = NULL;
  if (object != NULL && napi_wrap(env, object, data, finalize, NULL, NULL) == napi_ok) {
    if (napi_type_tag_object(env, object, tag) == napi_ok) return object;
    napi_remove_wrap(env, object, &removed);
  }
  return sc_throw(env, "ADDON_MEMORY", "no memory for a handle");
}

void *sc_unwrap(napi_env env, napi_value value, const char *name, const napi_type_tag *tag) {
  napi_valuetype type;
  bool ours = false;
  void *data = NULL;
  if (napi_typeof(env, value, &type) == napi_ok && type == napi_object &&
      napi_check_object_type_tag(env, value, tag, &ours) == napi_ok && ours &&
      napi_unwrap(env, value, &data) == napi_ok) {
    return data;
  }
  type_error(env, "\"%s\": expected a handle of this addon", name);
  return NULL;
}

napi_value sc_error(napi_env env, const char *code, const char *message) {
  struct sc_environment *own = NULL;
  napi_value class = NULL, error = NULL, args[2] = {sc_text(env, code), sc_text(env, message)};
  if (napi_get_instance_data(env, (void **)&own) != napi_ok || own == NULL) return NULL;
  if (own->error_class != NULL && napi_get_reference_value(env, own->error_class, &class) == napi_ok &&
      class != NULL && napi_new_instance(env, class, 2, args, &error) == napi_ok) {
    return error;
  }
  return napi_create_error(env, args[0], args[1], &error) == napi_ok ? error : NULL;
}

napi_value sc_throw(napi_env env, const char *code, const char *format, ...) {
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending) return NULL;
  char message[320];
  va_list values;
  va_start(values, format);
  vsnprintf(message, sizeof message, format, values);
  va_end(values);
  napi_value error = sc_error(env, code, message);
  if (error != NULL) napi_throw(env, error);
  return NULL;
}

napi_value sc_status_error(napi_env env, enum sc_status status, uint64_t index) {
  char message[160];
  switch (status) {
    case SC_BAD_HEADER:
      return sc_error(env, "FLOE_HEADER", "the FLOE header has other parameters, or is of another key or place");
    case SC_BAD_SEGMENT:
      return sc_error(env, "FLOE_SEGMENT", "a FLOE segment was altered, moved, cut or added: nothing was opened");
    case SC_ERASED:
      return sc_error(env, "SEAL_ERASED", "the keys of this recording are erased: open another recording");
    case SC_NOT_NEXT:
      snprintf(message, sizeof message, "index %llu is not the next one of this recording: seal or skip each once",
               (unsigned long long)index);
      return sc_error(env, "SEAL_ORDER", message);
    case SC_TOO_LARGE:
      return sc_error(env, "SEAL_SIZE", "a part of the chunk is above its bound: cut the chunk sooner");
    case SC_RANDOM_FAILED:
      return sc_error(env, "SEAL_FAILED", "no randomness: the keys of this recording were erased, open another");
    default:
      return sc_error(env, "SEAL_FAILED", "OpenSSL refused to work: the keys of this recording were erased");
  }
}

napi_value sc_throw_status(napi_env env, enum sc_status status, uint64_t index) {
  napi_value error = sc_status_error(env, status, index);
  if (error != NULL) napi_throw(env, error);
  return NULL;
}

napi_value sc_throw_no_slot(napi_env env) {
  return sc_throw(env, "KEY_MEMORY", "no memory for keys is left: erase recordings and shares that are done with");
}

napi_value sc_throw_errno(napi_env env, const char *code, const char *what, int failed) {
  return sc_throw(env, code, "%s failed: %s (errno %d)", what, strerror(failed), failed);
}

napi_value sc_bool(napi_env env, bool value) {
  napi_value result = NULL;
  return napi_get_boolean(env, value, &result) == napi_ok ? result : NULL;
}

napi_value sc_number(napi_env env, double value) {
  napi_value result = NULL;
  return napi_create_double(env, value, &result) == napi_ok ? result : NULL;
}

napi_value sc_text(napi_env env, const char *value) {
  napi_value result = NULL;
  return napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result) == napi_ok ? result : NULL;
}

napi_value sc_object(napi_env env) {
  napi_value result = NULL;
  return napi_create_object(env, &result) == napi_ok ? result : NULL;
}

napi_value sc_array(napi_env env) {
  napi_value result = NULL;
  return napi_create_array(env, &result) == napi_ok ? result : NULL;
}

void sc_append(napi_env env, napi_value array, napi_value value) {
  uint32_t length = 0;
  if (array == NULL || value == NULL || napi_get_array_length(env, array, &length) != napi_ok) return;
  napi_set_element(env, array, length, value);
}

uint8_t *sc_set_buffer(napi_env env, napi_value object, const char *name, size_t length) {
  static uint8_t none[1];
  napi_value buffer = NULL;
  void *data = NULL;
  if (napi_create_buffer(env, length, &data, &buffer) != napi_ok) {
    sc_throw(env, "ADDON_MEMORY", "no memory for a buffer of %zu bytes", length);
    return NULL;
  }
  sc_set(env, object, name, buffer);
  return length == 0 ? none : data;
}

void sc_set(napi_env env, napi_value object, const char *name, napi_value value) {
  if (object != NULL && value != NULL) napi_set_named_property(env, object, name, value);
}

void sc_export(napi_env env, napi_value exports, const struct sc_function *functions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    napi_value call = NULL;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &call) == napi_ok) {
      sc_set(env, exports, functions[i].name, call);
    }
  }
}
