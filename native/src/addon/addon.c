/* The addon's entry point: initialises the process once, then each environment. */
#include "addon/glue.h"

#include <pthread.h>
#include <stdlib.h>

#include "addon/key_memory.h"
#include "arch/crc32c.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;

struct sc_crypto sc_process_crypto;
static bool has_crypto;

static void set_up_process(void) {
  sc_crc32c_choose();
  sc_key_memory_open();
  has_crypto = sc_crypto_open(&sc_process_crypto);
}

static void free_environment(napi_env env, void *data, void *hint) {
  (void)hint;
  struct sc_environment *own = data;
  if (own->error_class != NULL) napi_delete_reference(env, own->error_class);
  free(own);
}

static napi_value set_error_class(napi_env env, napi_callback_info info) {
  napi_value args[1];
  napi_valuetype type;
  struct sc_environment *own = NULL;
  if (!sc_args(env, info, "setErrorClass", 1, args)) return NULL;
  if (napi_typeof(env, args[0], &type) != napi_ok || type != napi_function) {
    napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", "\"errorClass\": expected a class");
    return NULL;
  }
  if (napi_get_instance_data(env, (void **)&own) != napi_ok) return NULL;
  if (own->error_class != NULL) napi_delete_reference(env, own->error_class);
  own->error_class = NULL;
  napi_create_reference(env, args[0], 1, &own->error_class);
  return NULL;
}

NAPI_MODULE_INIT() {
  static const struct sc_function functions[] = {{"setErrorClass", set_error_class}};
  pthread_once(&once, set_up_process);
  if (!has_crypto) {
    napi_throw_error(env, "ADDON_OPENSSL", "the OpenSSL of this Node.js lacks AES-256-GCM, HMAC or SHA-2");
    return NULL;
  }
  struct sc_environment *own = calloc(1, sizeof *own);
  if (own == NULL || napi_set_instance_data(env, own, free_environment, NULL) != napi_ok) {
    free(own);
    napi_throw_error(env, "ADDON_MEMORY", "no memory for the addon's state");
    return NULL;
  }
  sc_export(env, exports, functions, 1);
  sc_export_floe(env, exports);
  sc_export_seal(env, exports);
  sc_export_shares(env, exports);
  sc_export_platform(env, exports);
  sc_export_capture(env, exports);
#ifdef SEALCAM_TESTING
  sc_export_testing_capture(env, exports);
  sc_export_testing(env, exports);
#endif
  return exports;
}
