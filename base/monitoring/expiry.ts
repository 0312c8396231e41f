import type { Clock, Timer } from '../clock.ts';
import { leastOf } from '../lists.ts';
import type { Log } from '../log.ts';

/** What matters here of one of our own certificates. */
export interface Expiring {
  /** Its use, e.g. `TLS`: a fixed word, never a person's or a device's name. */
  readonly what: string;
  readonly validTo: Date;
  /** When it was issued, if that is known. */
  readonly validFrom?: Date;
}

/** A time that is known from a source other than this machine's clock. */
export interface KnownTime {
  /** The source, e.g. `the newest receipt`. */
  readonly from: string;
  /** Milliseconds of UTC. */
  readonly atMs: number;
  /** Whether it is now at least this time (`false`), or close to this time (`true`). */
  readonly before: boolean | 'now';
}

/** How long before a certificate ends the alarms begin. */
export const expiryWarningMs = 30 * 86_400_000;
const dayMs = 86_400_000;
/** How far this machine's clock may be from a known time before it is doubted. */
const clockErrorMsMax = dayMs;
/** No one works for so long with a certificate that has expired: more likely the clock is ahead. */
const unlikelyMs = 365 * dayMs;

/** What a person must look at, and why. */
interface ExpiryFinding {
  readonly about: 'expired' | 'expiring' | 'clock';
  /** The certificate, if it is about one. */
  readonly what?: string;
  readonly says: string;
}

/**
 * One sentence for each certificate that has expired or soon will, by this machine's clock. If that clock
 * contradicts a known time, a sentence about that comes first: then a person must look at the clock first.
 */
export function expirySentences(
  certificates: readonly Expiring[],
  nowMs: number,
  known: readonly KnownTime[] = [],
): readonly string[] {
  return findingsOf(certificates, nowMs, known).map(({ says }) => says);
}

/**
 * One finding for each certificate that has expired or soon will, by this machine's clock, and one before them where
 * that clock contradicts what is known: then a person must look at the clock first.
 */
function findingsOf(
  certificates: readonly Expiring[],
  nowMs: number,
  known: readonly KnownTime[],
): readonly ExpiryFinding[] {
  const doubts = [...known, ...certificates.flatMap(timesOf)].filter((one) => contradicts(one, nowMs));
  const findings = certificates.flatMap(({ what, validTo }): ExpiryFinding[] => {
    const leftMs = validTo.getTime() - nowMs;
    if (leftMs > expiryWarningMs) return [];
    const until = day(validTo.getTime());
    if (leftMs > 0)
      return [{ about: 'expiring', what, says: `The ${what} certificate expires on ${until}: renew it` }];
    const says =
      doubts.length === 0
        ? `The ${what} certificate expired on ${until}: renew it`
        : `The ${what} certificate expired on ${until} by a clock that may be wrong: set the clock before you renew it`;
    return [{ about: 'expired', what, says }];
  });
  const [doubt] = doubts;
  return doubt === undefined ? findings : [{ about: 'clock', says: doubtOf(doubt, nowMs) }, ...findings];
}

/** A certificate shows that it is later than its issue, and not much later than its end. */
function timesOf({ what, validFrom, validTo }: Expiring): KnownTime[] {
  const end = { from: `the end of the ${what} certificate`, atMs: validTo.getTime(), before: true } as const;
  if (validFrom === undefined) return [end];
  return [{ from: `the issue of the ${what} certificate`, atMs: validFrom.getTime(), before: false }, end];
}

function contradicts({ atMs, before }: KnownTime, nowMs: number): boolean {
  if (before === true) return nowMs > atMs + unlikelyMs;
  return nowMs < atMs - clockErrorMsMax || (before === 'now' && nowMs > atMs + clockErrorMsMax);
}

function doubtOf({ from, atMs, before }: KnownTime, nowMs: number): string {
  const known = before === 'now' ? `by ${from} it is ${day(atMs)}` : `${from} was on ${day(atMs)}`;
  return `This machine's clock says ${day(nowMs)}, but ${known}: the clock may be wrong, so set it`;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/**
 * Raises an alarm for each certificate that has expired or soon will, and for a clock that may be wrong: at
 * once, once a day, and when one expires. Nothing else depends on it, as a clock may be wrong.
 * @param certificates those in use at the time of the call
 * @param known the times known from elsewhere at the time of the call
 */
export function watchExpiry(
  certificates: () => readonly Expiring[],
  clock: Clock,
  log: Log,
  known: () => readonly KnownTime[] = () => [],
): Timer {
  let timer: Timer;
  const look = (): void => {
    const nowMs = clock.utcUs() / 1_000;
    const present = certificates();
    for (const { about, what, says } of findingsOf(present, nowMs, known())) {
      if (about === 'clock') log.alarm('clock.doubtful', says);
      else if (about === 'expired') log.alarm('certificate.expired', says, { what });
      else log.alarm('certificate.expiring', says, { what });
    }
    const leftMs = present.map(({ validTo }) => validTo.getTime() - nowMs).filter((left) => left > 0);
    timer = clock.setTimer(Math.min(dayMs, leastOf(leftMs)), look);
  };
  timer = clock.setTimer(0, look);
  return { cancel: () => timer.cancel() };
}
