/* The pages that hold keys: locked, out of core files and of forks, bounded, and zero when given back. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "addon/key_memory.h"
#include "check.h"

/* Under AddressSanitizer mlock() does nothing. */
#if defined(__SANITIZE_ADDRESS__)
#define LOCKS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOCKS false
#endif
#endif
#ifndef LOCKS
#define LOCKS true
#endif

/* The VmFlags of the mapping that holds `address`, from /proc/self/smaps. */
static bool flags_of(const void *address, char *flags, size_t size) {
  FILE *file = fopen("/proc/self/smaps", "r");
  char line[512];
  bool inside = false, found = false;
  while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
    unsigned long from = 0, to = 0;
    if (sscanf(line, "%lx-%lx ", &from, &to) == 2) {
      inside = from <= (unsigned long)(uintptr_t)address && (unsigned long)(uintptr_t)address < to;
    } else if (inside && strncmp(line, "VmFlags:", 8) == 0) {
      snprintf(flags, size, "%s", line + 8);
      found = true;
    }
  }
  if (file != NULL) fclose(file);
  return found;
}

static void pages(const uint8_t *slot) {
  char flags[512] = "";
  const struct sc_key_memory state = sc_key_memory_state();
  CHECK(state.not_dumped && state.not_forked, "left out of core files and of forks");
  if (!flags_of(slot, flags, sizeof flags)) {
    skipped("the kernel does not say in /proc/self/smaps what holds for these pages");
    return;
  }
  CHECK(strstr(flags, " dd") != NULL, "not dumped: %s", flags);
  CHECK(strstr(flags, " dc") != NULL, "not copied on fork: %s", flags);
  if (!LOCKS) skipped("AddressSanitizer locks no memory");
  else if (state.locked) CHECK(strstr(flags, " lo") != NULL, "locked: %s", flags);
  else skipped("RLIMIT_MEMLOCK is too low here to lock the pages of the keys");
}

/* How a child ends that reads the slot. */
static int child_that_reads(const volatile uint8_t *slot) {
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    _exit(slot[0] == 0x5A ? 1 : 2);
  }
  int status = 0;
  CHECK(child > 0 && waitpid(child, &status, 0) == child, "a child");
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

void test_key_memory(void) {
  sc_key_memory_open();
  const struct sc_key_memory state = sc_key_memory_state();
  CHECK(state.bytes >= state.slots * SC_KEY_SLOT && state.slots_taken == 0, "mapped");
  uint8_t **held = calloc(state.slots, sizeof *held);
  for (size_t i = 0; i < state.slots; i++) {
    held[i] = sc_key_slot_take();
    CHECK(held[i] != NULL && all_zero(held[i], SC_KEY_SLOT), "slot %zu is there and empty", i);
    if (held[i] == NULL) return;
    memset(held[i], 0x5A, SC_KEY_SLOT);
    for (size_t k = 0; k < i; k++) CHECK(held[k] != held[i], "two slots are one");
  }
  CHECK(sc_key_slot_take() == NULL && sc_key_memory_state().slots_taken == state.slots, "no slot beyond the last");
  pages(held[0]);
  CHECK(child_that_reads(held[0]) == -SIGSEGV, "a forked process has no keys");
  for (size_t i = 0; i < state.slots; i++) {
    sc_key_slot_release(held[i]);
    CHECK(all_zero(held[i], SC_KEY_SLOT), "slot %zu is erased when it is given back", i);
  }
  sc_key_slot_release(NULL);
  CHECK(sc_key_memory_state().slots_taken == 0, "all are given back");
  uint8_t *again = sc_key_slot_take();
  CHECK(again == held[0], "and are taken again");
  sc_key_slot_release(again);
  free(held);
}
