import type { Clock, Timer } from './clock.ts';
import type { Log } from './log.ts';

/** A certificate of ours, as far as its end matters. */
export interface Expiring {
  /** What it is for, e.g. `TLS`: a word of ours, never a person's or a device's name. */
  readonly what: string;
  readonly validTo: Date;
}

/** From how long before its end a certificate is alarmed about. */
export const expiryWarningMs = 30 * 86_400_000;
const dayMs = 86_400_000;

/** One sentence for each certificate that has expired or soon will, by this machine's clock. */
export function expirySentences(certificates: readonly Expiring[], nowMs: number): readonly string[] {
  return certificates.flatMap(({ what, validTo }) => {
    const leftMs = validTo.getTime() - nowMs;
    if (leftMs > expiryWarningMs) return [];
    const day = validTo.toISOString().slice(0, 10);
    return leftMs <= 0
      ? [`the ${what} certificate expired on ${day}: renew it`]
      : [`the ${what} certificate expires on ${day}: renew it`];
  });
}

/**
 * Raises an alarm for each certificate that has expired or soon will: at once, once a day, and when one expires.
 * Nothing else follows from it, as a clock may be wrong.
 * @param certificates what is in use when it is asked
 */
export function watchExpiry(certificates: () => readonly Expiring[], clock: Clock, log: Log): Timer {
  let timer: Timer;
  const look = (): void => {
    const nowMs = clock.utcUs() / 1_000;
    const present = certificates();
    for (const sentence of expirySentences(present, nowMs)) log.alarm(sentence);
    const leftMs = present.map(({ validTo }) => validTo.getTime() - nowMs).filter((left) => left > 0);
    timer = clock.setTimer(Math.min(dayMs, ...leftMs), look);
  };
  timer = clock.setTimer(0, look);
  return { cancel: () => timer.cancel() };
}
