/* All that the demo knows of its board: a UART, a clock and a source of randomness. Port this file's functions. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

void board_start(void);
/* Microseconds since the start. */
uint64_t board_now_us(void);
/* Writes what the transmitter takes at once. Returns how many bytes that was. */
size_t board_write(const uint8_t *bytes, size_t length);
/* Reads what has come, up to `size` bytes. */
size_t board_read(uint8_t *bytes, size_t size);
/* Bytes that no other run gets. */
void board_random(uint8_t *bytes, size_t length);
/* Sleeps until something happens: at most a millisecond. */
void board_wait(void);

#endif
