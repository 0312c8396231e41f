import type { Clock, Timer } from './clock.ts';
import type { Log } from './log.ts';

/** A certificate of ours, as far as its time matters. */
export interface Expiring {
  /** What it is for, e.g. `TLS`: a word of ours, never a person's or a device's name. */
  readonly what: string;
  readonly validTo: Date;
  /** When it was issued, where that is known. */
  readonly validFrom?: Date;
}

/** A time that is known from somewhere else than this machine's clock. */
export interface KnownTime {
  /** Where from, e.g. `the newest receipt`. */
  readonly from: string;
  /** Milliseconds of UTC. */
  readonly atMs: number;
  /** Whether the time now is that, or that or later (`false`), or hardly much later (`true`). */
  readonly before: boolean | 'now';
}

/** From how long before its end a certificate is alarmed about. */
export const expiryWarningMs = 30 * 86_400_000;
const dayMs = 86_400_000;
/** How far this machine's clock may be from a time that is known before it is doubted. */
const clockErrorMsMax = dayMs;
/** Nobody works for so long with a certificate that has expired: it is likelier that the clock is ahead. */
const unlikelyMs = 365 * dayMs;

/** What a person must look at, and why. */
interface Finding {
  readonly about: 'expired' | 'expiring' | 'clock';
  /** Which certificate, where it is about one. */
  readonly what?: string;
  readonly says: string;
}

/** A sentence for each certificate that has expired or soon will, and for a clock that contradicts what is known. */
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
): readonly Finding[] {
  const doubts = [...known, ...certificates.flatMap(timesOf)].filter((one) => contradicts(one, nowMs));
  const findings = certificates.flatMap(({ what, validTo }): Finding[] => {
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

/** A certificate says that it is later than its issue, and hardly much later than its end. */
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
 * Raises an alarm for each certificate that has expired or soon will, and for a clock that may be wrong: at once, once a
 * day, and when one expires. Nothing else follows from it, as a clock may be wrong.
 * @param certificates what is in use when it is asked
 * @param known the times that are known from elsewhere when it is asked
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
    timer = clock.setTimer(Math.min(dayMs, ...leftMs), look);
  };
  timer = clock.setTimer(0, look);
  return { cancel: () => timer.cancel() };
}
