#include "addon/glue.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

bool sc_read_bytes(napi_env env, napi_value value, const char *name, struct sc_bytes *bytes) {
  bool is_array = false;
  napi_typedarray_type type;
  void *data = NULL;
  if (napi_is_typedarray(env, value, &is_array) != napi_ok || !is_array ||
      napi_get_typedarray_info(env, value, &type, &bytes->length, &data, NULL, NULL) != napi_ok ||
      type != napi_uint8_array) {
    return type_error(env, "\"%s\": expected a Uint8Array", name);
  }
  /* An empty array may have no memory at all; the core wants a pointer that it may compare and add to. */
  bytes->data = bytes->length == 0 ? (const uint8_t *)"" : data;
  return true;
}

bool sc_read_exactly(napi_env env, napi_value value, const char *name, size_t length, struct sc_bytes *bytes) {
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
  char message[320];
  va_list values;
  va_start(values, format);
  vsnprintf(message, sizeof message, format, values);
  va_end(values);
  napi_value error = sc_error(env, code, message);
  if (error != NULL) napi_throw(env, error);
  return NULL;
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
