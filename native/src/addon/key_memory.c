#include "addon/key_memory.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 32 };

#ifdef SEALCAM_TESTING
enum { SLOTS_MAX = 4096 };

/* A bench plays many cameras in one process: its environment says how many slots they need. */
static size_t slots_wanted(void) {
  const char *text = getenv("SEALCAM_KEY_SLOTS");
  const unsigned long wanted = text == NULL ? 0 : strtoul(text, NULL, 10);
  return wanted > SLOTS && wanted <= SLOTS_MAX ? (size_t)wanted : SLOTS;
}
#else
enum { SLOTS_MAX = SLOTS };

static size_t slots_wanted(void) { return SLOTS; }
#endif

static struct sc_key_memory state = {.slots = SLOTS};
static uint8_t *slots;
static bool taken[SLOTS_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void sc_key_memory_open(void) {
  state.slots = slots_wanted();
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t bytes = (state.slots * SC_KEY_SLOT + page - 1) / page * page;
  /* An inaccessible page on either side stops any read past an end. */
  uint8_t *all = mmap(NULL, bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED) return;
  if (mprotect(all + page, bytes, PROT_READ | PROT_WRITE) != 0) {
    munmap(all, bytes + 2 * page);
    return;
  }
  slots = all + page;
  state.bytes = bytes;
  state.locked = mlock(slots, bytes) == 0;
  state.not_dumped = madvise(slots, bytes, MADV_DONTDUMP) == 0;
  /* A forked process that touches a key crashes instead of using one state of the chain twice. */
  state.not_forked = madvise(slots, bytes, MADV_DONTFORK) == 0;
}

struct sc_key_memory sc_key_memory_state(void) {
  pthread_mutex_lock(&lock);
  struct sc_key_memory now = state;
  pthread_mutex_unlock(&lock);
  return now;
}

void *sc_key_slot_take(void) {
  void *slot = NULL;
  pthread_mutex_lock(&lock);
  for (size_t i = 0; slots != NULL && slot == NULL && i < state.slots; i++) {
    if (taken[i]) continue;
    taken[i] = true;
    state.slots_taken++;
    slot = slots + i * SC_KEY_SLOT;
  }
  pthread_mutex_unlock(&lock);
  return slot;
}

void sc_key_slot_release(void *slot) {
  if (slot == NULL) return;
  OPENSSL_cleanse(slot, SC_KEY_SLOT);
  pthread_mutex_lock(&lock);
  taken[(size_t)((uint8_t *)slot - slots) / SC_KEY_SLOT] = false;
  state.slots_taken--;
  pthread_mutex_unlock(&lock);
}

/* The memory that an exiting process leaves must not contain a key either. */
__attribute__((destructor)) static void erase_all(void) {
  if (slots != NULL) OPENSSL_cleanse(slots, state.slots * SC_KEY_SLOT);
}
