/* Start-up of the demo: the vector table, and memory as C expects it. */
#include "handlers.h"

#include <stdint.h>
#include <string.h>

extern uint8_t data_begin[], data_end[], data_stored[], bss_begin[], bss_end[], stack_top[];

/* A fault stops the board; its watchdog, where it has one, starts it again as another run of the sensor. */
static void fault(void) {
  for (;;) {
  }
}

void reset(void) {
  memcpy(data_begin, data_stored, (size_t)(data_end - data_begin));
  memset(bss_begin, 0, (size_t)(bss_end - bss_begin));
  main();
  fault();
}

typedef void handler(void);

/* The initial stack, the system's exceptions by their numbers, and the interrupts of the board as far as they are used. */
__attribute__((section(".vectors"), used)) static const struct {
  void *stack;
  handler *exceptions[15], *interrupts[1];
} vectors = {
    .stack = stack_top,
    .exceptions =
        {
            [0] = reset, /* 1: reset */
            [1] = fault, /* 2: NMI */
            [2] = fault, /* 3: hard fault */
            [3] = fault, /* 4: memory fault */
            [4] = fault, /* 5: bus fault */
            [5] = fault, /* 6: usage fault */
            [14] = tick, /* 15: SysTick */
        },
    .interrupts = {[0] = uart_received},
};
