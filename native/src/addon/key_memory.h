/* The pages that hold keys: one mapping for the process, locked, left out of core files and of forks. */
#ifndef SEALCAM_ADDON_KEY_MEMORY_H
#define SEALCAM_ADDON_KEY_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#define SC_KEY_SLOT 1024

struct sc_key_memory {
  size_t bytes; /* 0 where the mapping failed: no key can be held */
  bool locked;  /* never swapped; false where RLIMIT_MEMLOCK is too low */
  bool not_dumped;
  bool not_forked;
  size_t slots;
  size_t slots_taken;
};

/*
 * Maps the pages for 32 slots, more than a camera uses. Call once, before any other function here. The build for tests and
 * benches takes as many as the environment's SEALCAM_KEY_SLOTS says, up to 4096.
 */
void sc_key_memory_open(void);
struct sc_key_memory sc_key_memory_state(void);

/* A slot of SC_KEY_SLOT zero bytes, or NULL if all are taken. Any thread may call both functions. */
void *sc_key_slot_take(void);
/* Erases the slot and returns it; NULL is allowed. */
void sc_key_slot_release(void *slot);

#endif
