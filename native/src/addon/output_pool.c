#include "addon/output_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
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

static struct kept kept[KEPT_MAX]; /* the longest kept first */
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

/* Removes the one at `i` from the pool, and returns it. */
static struct kept unkeep(size_t i) {
  const struct kept one = kept[i];
  kept_count--;
  memmove(&kept[i], &kept[i + 1], (kept_count - i) * sizeof one);
  state.kept -= one.bytes;
  return one;
}

/* Pooled memory that is large enough, but not so large that a small chunk would occupy a large one's. */
static bool take_kept(size_t bytes, struct output *output) {
  for (size_t i = kept_count; i-- > 0;) {
    if (kept[i].bytes < bytes || kept[i].bytes / 4 > bytes) continue;
    const struct kept one = unkeep(i);
    *output = (struct output){.memory = one.memory, .bytes = one.bytes};
    return true;
  }
  return false;
}

/* Adds it to the pool; the oldest makes room, as chunks of its size seem to have stopped. */
static void keep(struct kept one) {
  while (kept_count == KEPT_MAX || (kept_count > 0 && state.kept + one.bytes > KEPT_BYTES_MAX)) {
    const struct kept oldest = unkeep(0);
    munmap(oldest.memory, oldest.bytes);
  }
  kept[kept_count++] = one;
  state.kept += one.bytes;
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

/* Frees the memory of the one that `link` points to. The lock is held. */
static void give_back(struct output **link) {
  struct output *const output = *link;
  *link = output->next;
  state.taken -= output->bytes;
  keep((struct kept){output->memory, output->bytes});
  output->memory = NULL;
}

/* The link to the one that owns `memory`, which is unique while it is taken; a link to NULL if none does. */
static struct output **link_of(const void *memory) {
  struct output **link = &taken;
  while (*link != NULL && (*link)->memory != memory) link = &(*link)->next;
  return link;
}

/* The ArrayBuffer is gone: garbage collected, or detached some time ago. */
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
