#include "addon/output_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { KEPT_MAX = 4, KEPT_BYTES_MAX = 16 << 20, ROUNDING = 256 << 10 };

struct output {
  struct output *next; /* of those that are taken */
  void *memory;        /* NULL once it was released */
  size_t bytes;
};

struct kept {
  void *memory;
  size_t bytes;
};

static struct kept kept[KEPT_MAX];
static size_t kept_count;
static struct output *taken;
static struct sc_output_pool state;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

struct sc_output_pool sc_output_pool_state(void) {
  pthread_mutex_lock(&lock);
  struct sc_output_pool now = state;
  pthread_mutex_unlock(&lock);
  return now;
}

/* Memory that is kept and large enough, but not so large that a small chunk would hold a large one's. */
static bool take_kept(size_t bytes, struct output *output) {
  for (size_t i = 0; i < kept_count; i++) {
    if (kept[i].bytes < bytes || kept[i].bytes / 4 > bytes) continue;
    *output = (struct output){.memory = kept[i].memory, .bytes = kept[i].bytes};
    state.kept -= output->bytes;
    kept[i] = kept[--kept_count];
    return true;
  }
  return false;
}

static struct output *take(size_t length) {
  const size_t bytes = (length + ROUNDING - 1) / ROUNDING * ROUNDING;
  struct output *output = calloc(1, sizeof *output);
  if (output == NULL) return NULL;
  pthread_mutex_lock(&lock);
  if (!take_kept(bytes, output)) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) *output = (struct output){.memory = memory, .bytes = bytes};
  }
  if (output->memory != NULL) {
    output->next = taken;
    taken = output;
    state.taken += output->bytes;
  }
  pthread_mutex_unlock(&lock);
  if (output->memory != NULL) return output;
  free(output);
  return NULL;
}

/* Gives back the memory of the one that `link` leads to. The lock is held. */
static void give_back(struct output **link) {
  struct output *const output = *link;
  *link = output->next;
  state.taken -= output->bytes;
  if (kept_count < KEPT_MAX && state.kept + output->bytes <= KEPT_BYTES_MAX) {
    kept[kept_count++] = (struct kept){output->memory, output->bytes};
    state.kept += output->bytes;
  } else {
    munmap(output->memory, output->bytes);
  }
  output->memory = NULL;
}

/* What leads to the one that has `memory`, which nothing else has while it is taken; to NULL where none has. */
static struct output **link_of(const void *memory) {
  struct output **link = &taken;
  while (*link != NULL && (*link)->memory != memory) link = &(*link)->next;
  return link;
}

/* The ArrayBuffer is gone: collected, or detached some time ago. */
static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)data;
  struct output *output = hint;
  pthread_mutex_lock(&lock);
  if (output->memory != NULL) give_back(link_of(output->memory));
  pthread_mutex_unlock(&lock);
  free(output);
}

uint8_t *sc_set_output(napi_env env, napi_value object, const char *name, size_t length) {
  napi_value buffer = NULL;
  struct output *output = take(length);
  if (output == NULL) {
    sc_throw(env, "ADDON_MEMORY", "no memory for %zu bytes of sealed records", length);
    return NULL;
  }
  uint8_t *const memory = output->memory;
  if (napi_create_external_buffer(env, length, memory, finalize, output, &buffer) != napi_ok) {
    finalize(env, memory, output);
    sc_throw(env, "ADDON_MEMORY", "no buffer of %zu bytes for sealed records could be made", length);
    return NULL;
  }
  sc_set(env, object, name, buffer);
  return memory;
}

void sc_output_release(napi_env env, napi_value buffer) {
  napi_value array_buffer = NULL;
  void *memory = NULL;
  size_t length = 0, offset = 0;
  if (napi_get_typedarray_info(env, buffer, NULL, &length, &memory, &array_buffer, &offset) != napi_ok || length == 0) {
    return;
  }
  pthread_mutex_lock(&lock);
  struct output **link = link_of(memory);
  /* Detached first: from here on nothing in JavaScript can see the memory. */
  if (*link != NULL && napi_detach_arraybuffer(env, array_buffer) == napi_ok) give_back(link);
  pthread_mutex_unlock(&lock);
}
