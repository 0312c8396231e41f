/* MPS2 AN385 (Cortex-M3), as QEMU has it: UART 0 of the CMSDK and SysTick. */
#include "board.h"

#include "handlers.h"

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))

/* CMSDK APB UART 0. */
#define UART_DATA REGISTER(0x40004000)
#define UART_STATE REGISTER(0x40004004) /* bit 0: transmitter full; bit 1: a byte has come */
#define UART_CONTROL REGISTER(0x40004008)
#define UART_INTERRUPT REGISTER(0x4000400C)
#define UART_DIVISOR REGISTER(0x40004010)

/* Interrupt controller: the receiver of UART 0 is interrupt 0. */
#define INTERRUPTS_ON REGISTER(0xE000E100)

/* System timer of the Cortex-M. */
#define SYSTICK_CONTROL REGISTER(0xE000E010)
#define SYSTICK_RELOAD REGISTER(0xE000E014)
#define SYSTICK_VALUE REGISTER(0xE000E018)

/* What the longest pause of the main loop lets come: at 1,000,000 baud, 5 ms. A power of two. */
enum { RECEIVED_BYTES = 512 };

enum { CLOCK_HZ = 25000000, TICK_HZ = 1000, TICK_CYCLES = CLOCK_HZ / TICK_HZ, BAUD_RATE = 1000000 };

static volatile uint32_t milliseconds;
static volatile uint8_t received[RECEIVED_BYTES];
static volatile uint32_t received_to, received_from;

void tick(void) { milliseconds++; }

/* The transmitter and the receiver have no queue: what is not read at once is lost, and the agent sends it again. */
void uart_received(void) {
  /* First of all: a byte that comes after the last look at the status must interrupt again. */
  UART_INTERRUPT = 2;
  while ((UART_STATE & 2) != 0) {
    const uint8_t byte = (uint8_t)UART_DATA;
    if (received_to - received_from < RECEIVED_BYTES) received[received_to++ % RECEIVED_BYTES] = byte;
  }
}

void board_start(void) {
  UART_DIVISOR = CLOCK_HZ / BAUD_RATE;
  UART_CONTROL = 1 | 2 | 8; /* transmitter and receiver on, with the receiver's interrupt */
  INTERRUPTS_ON = 1;
  SYSTICK_RELOAD = TICK_CYCLES - 1;
  SYSTICK_VALUE = 0;
  SYSTICK_CONTROL = 7; /* on, with its interrupt, at the processor's clock */
}

uint64_t board_now_us(void) {
  static uint32_t before, wraps;
  uint32_t now, cycles;
  do {
    now = milliseconds;
    cycles = TICK_CYCLES - 1 - SYSTICK_VALUE;
  } while (now != milliseconds);
  if (now < before) wraps++;
  before = now;
  return (((uint64_t)wraps << 32 | now) * TICK_CYCLES + cycles) / (CLOCK_HZ / 1000000);
}

size_t board_write(const uint8_t *bytes, size_t length) {
  size_t written = 0;
  while (written < length && (UART_STATE & 1) == 0) UART_DATA = bytes[written++];
  return written;
}

size_t board_read(uint8_t *bytes, size_t size) {
  size_t got = 0;
  while (got < size && received_from != received_to) bytes[got++] = received[received_from++ % RECEIVED_BYTES];
  return got;
}

void board_random(uint8_t *bytes, size_t length) {
  /*
   * This board has no source of randomness. QEMU sets the words below from its command line (-device loader), so that
   * each start is another run. A product reads its random number generator here.
   */
  const volatile uint32_t *seed = (const volatile uint32_t *)(uintptr_t)0x20300000;
  for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t)(seed[i / 4 % 4] >> (8 * (i % 4)));
}

void board_wait(void) { __asm__ volatile("wfi"); }
