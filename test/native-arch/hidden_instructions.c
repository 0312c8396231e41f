/*
 * Preloaded into a program for ARM, tells it that the processor has no instructions for AES, SHA or polynomial
 * multiplication, as on a Raspberry Pi Zero 2 W, 3, 4 or Compute Module 4: OpenSSL and native/src/arch ask by getauxval.
 */
#include <dlfcn.h>
#include <elf.h>
#include <stddef.h>

/* Bits of AT_HWCAP on arm64 (Linux, asm/hwcap.h): AES, PMULL, SHA1, SHA2; SHA3, SM3, SM4, SHA512. CRC32 is bit 7. */
#define HIDDEN (0xFul << 3 | 0x1ul << 17 | 0xFul << 18)

unsigned long getauxval(unsigned long type);

unsigned long getauxval(unsigned long type) {
  static unsigned long (*real)(unsigned long);
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "getauxval");
  const unsigned long value = real(type);
  return type == AT_HWCAP ? value & ~HIDDEN : value;
}
