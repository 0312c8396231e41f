import { readFileSync } from 'node:fs';

/** A timer that was set. */
export type Timer = { readonly cancel: () => void };

/** Time as a port, so that code that depends on it can run with a fake clock. */
export interface Clock {
  /** Microseconds of the monotonic clock since {@link Clock.epoch} began; never goes back within one epoch. */
  uptimeUs(): number;
  /** Microseconds since 1970-01-01T00:00:00Z according to this machine; may jump either way. */
  utcUs(): number;
  /** 16 bytes that name the current run of the uptime clock: uptimes compare only within one epoch. */
  readonly epoch: Uint8Array;
  /** Calls `fire` once, no sooner than `delayMs` from now. */
  setTimer(delayMs: number, fire: () => void): Timer;
}

/** The machine's clocks. On Linux the epoch is the kernel's boot id, as the monotonic clock starts at boot. */
export function systemClock(): Clock {
  return {
    uptimeUs: () => Number(process.hrtime.bigint() / 1000n),
    // Only Date.now() follows a step of the wall clock; performance.now() would hide it.
    utcUs: () => Date.now() * 1000,
    epoch: bootId(),
    setTimer(delayMs, fire) {
      const handle = setTimeout(fire, delayMs);
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

function bootId(): Uint8Array {
  const text = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return Uint8Array.from(Buffer.from(text.replaceAll('-', ''), 'hex'));
}
