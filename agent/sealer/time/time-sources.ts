import { toHex } from '../../../base/bytes.ts';
import type { Clock } from '../../../base/clock.ts';
import { timeLimits } from '../../limits.ts';
import type { ClockClaim, ClockQuality } from './moments.ts';

/** What the kernel says of its wall clock (adjtimex). */
export interface KernelClock {
  /** A time service has set it, and it was not left alone for too long since. */
  readonly synchronised: boolean;
  /** How far off it may be at most, in microseconds. */
  readonly maxErrorUs: number;
}

export interface TimeSourcesOptions {
  readonly clock: Clock;
  /** Undefined: nothing is known. */
  readonly kernel: () => KernelClock | undefined;
  /** A hardware clock, which ran while the camera was off, set the wall clock at boot. */
  readonly hasHardwareClock: boolean;
}

/** UTC less uptime by a source, and how exact that was when it was learnt. */
interface Learnt {
  readonly state: 'gnss' | 'station';
  readonly offsetUs: number;
  readonly errorUs: number;
  readonly atUs: number;
}

/**
 * Who says what time it is, best first: the kernel, if a time service keeps its clock; GNSS or a station's receipts, of these
 * the more exact one, by the uptime that has passed since; the hardware clock; a clock of which nothing is known. A time of
 * before this software was made, or of after 2200, counts as unset. Decides nothing but the claim in statements: uptime is the order.
 */
export class TimeSources implements ClockQuality {
  readonly #options: TimeSourcesOptions;
  readonly #learnt: Partial<Record<Learnt['state'], Learnt>> = {};
  /** A single reading that contradicts what is known: it counts once another agrees with it. */
  readonly #doubted: { [state in Learnt['state']]?: Learnt | undefined } = {};
  /** When the newest statements were made, by the hexadecimal digits of D. */
  readonly #made = new Map<string, number>();

  constructor(options: TimeSourcesOptions) {
    this.#options = options;
  }

  now(): ClockClaim {
    const { clock, kernel, hasHardwareClock } = this.#options;
    const known = kernel();
    if (known?.synchronised) return { clockState: 'ntp', errorUs: known.maxErrorUs };
    const nowUs = clock.uptimeUs();
    const [best] = Object.values(this.#learnt)
      .filter(({ atUs }) => nowUs - atUs <= timeLimits.learntUsMax)
      .sort((a, b) => errorNow(a, nowUs) - errorNow(b, nowUs));
    if (best !== undefined)
      return { clockState: best.state, errorUs: errorNow(best, nowUs), offsetUs: best.offsetUs };
    if (!isPlausible(clock.utcUs())) return { clockState: 'unset', errorUs: 0 };
    return { clockState: hasHardwareClock ? 'rtc' : 'free-running', errorUs: 0 };
  }

  /** A receiver said that it was `utcUs`, at the latest at the uptime `atUs`. */
  heardGnss(utcUs: number, atUs: number): void {
    this.#learn({ state: 'gnss', offsetUs: utcUs - atUs, errorUs: timeLimits.gnssErrorUs, atUs }, utcUs);
  }

  /** A statement was made; its receipt will say that a station's clock showed its time after that. */
  made(digest: Uint8Array, atUs: number): void {
    this.#made.set(toHex(digest), atUs);
    const [oldest] = this.#made.keys();
    if (this.#made.size > timeLimits.statementsKept && oldest !== undefined) this.#made.delete(oldest);
  }

  /** A station's receipt of the time `utcUs` for the statement `digest` came at the uptime `atUs`. */
  receipted(digest: Uint8Array, utcUs: number, atUs: number): void {
    const madeUs = this.#made.get(toHex(digest));
    if (madeUs === undefined || madeUs > atUs) return;
    // The receipt was signed at some time between the two.
    const halfUs = Math.ceil((atUs - madeUs) / 2);
    if (halfUs > timeLimits.stationErrorUsMax) return;
    this.#learn({ state: 'station', offsetUs: utcUs - madeUs - halfUs, errorUs: halfUs, atUs }, utcUs);
  }

  /** Keeps what is known as long as nothing contradicts or betters it: a claim that jitters would say less. */
  #learn(learnt: Learnt, utcUs: number): void {
    if (!isPlausible(utcUs)) return;
    const { state } = learnt;
    const [before, doubted] = [this.#learnt[state], this.#doubted[state]];
    if (before !== undefined && agree(before, learnt)) {
      this.#doubted[state] = undefined;
      if (errorNow(before, learnt.atUs) <= learnt.errorUs + timeLimits.slackUs) return;
    } else if (before !== undefined && !(doubted !== undefined && agree(doubted, learnt))) {
      this.#doubted[state] = learnt;
      return;
    }
    this.#learnt[state] = learnt;
  }
}

function isPlausible(utcUs: number): boolean {
  return utcUs >= timeLimits.earliestUtcUs && utcUs <= timeLimits.latestUtcUs;
}

function agree(before: Learnt, now: Learnt): boolean {
  return Math.abs(before.offsetUs - now.offsetUs) <= errorNow(before, now.atUs) + now.errorUs;
}

/** How far off `learnt` may be by now: the uptime's clock drifts. */
function errorNow({ errorUs, atUs }: Learnt, nowUs: number): number {
  return errorUs + Math.ceil(((nowUs - atUs) * timeLimits.driftPpm) / 1e6);
}
