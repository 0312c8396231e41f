/* The interrupts of the demo, as the vector table has them. */
#ifndef HANDLERS_H
#define HANDLERS_H

void reset(void);
void tick(void);
void uart_received(void);

int main(void);

#endif
