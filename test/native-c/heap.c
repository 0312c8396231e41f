/* OpenSSL's heap, watched: which allocation fails, and whether a key is left in what is freed. */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* In front of each block, so that its length is known when it is freed. */
union head {
  size_t length;
  max_align_t aligned;
};

enum { WATCHED = 64 };

static struct {
  const uint8_t *bytes;
  size_t length;
} watched[WATCHED];
static size_t watching, leaks;
static int64_t left = -1, allocations;

static void look(const void *block, size_t length) {
  for (size_t i = 0; i < watching; i++) {
    if (memmem(block, length, watched[i].bytes, watched[i].length) != NULL) leaks++;
  }
}

static bool fails(void) {
  allocations++;
  if (left < 0) return false;
  return left-- == 0;
}

static void *take(size_t length, const char *file, int line) {
  (void)file;
  (void)line;
  if (length == 0 || fails()) return NULL;
  /* Defined bytes, or valgrind would complain of the search through them when they are freed. */
  union head *head = calloc(1, sizeof *head + length);
  if (head == NULL) return NULL;
  head->length = length;
  return head + 1;
}

static void give_back(void *block, const char *file, int line) {
  (void)file;
  (void)line;
  if (block == NULL) return;
  union head *head = (union head *)block - 1;
  look(block, head->length);
  free(head);
}

static void *resize(void *block, size_t length, const char *file, int line) {
  if (block == NULL) return take(length, file, line);
  void *other = take(length, file, line);
  if (other == NULL) return NULL;
  const size_t before = ((union head *)block - 1)->length;
  memcpy(other, block, before < length ? before : length);
  give_back(block, file, line);
  return other;
}

bool heap_install(void) { return CRYPTO_set_mem_functions(take, resize, give_back) == 1; }

void heap_fails_after(int64_t after) {
  left = after;
  allocations = 0;
}

int64_t heap_allocations(void) { return allocations; }

void heap_watch(const uint8_t *secret, size_t length) {
  if (watching == WATCHED || length < 16) abort();
  watched[watching].bytes = secret;
  watched[watching++].length = length;
}

void heap_forget(void) { watching = 0; }

size_t heap_leaks(void) { return leaks; }

void heap_expect_leak(void) { leaks--; }
