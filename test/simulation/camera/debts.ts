import { type Owed, owedName } from '../../../agent/spool/journal/owed.ts';
import type { Spool } from '../../../agent/spool/spool.ts';
import type { Moment } from '../../../evidence/statements.ts';
import type { ProcessClock } from '../../../scenario/fast/sim-time.ts';
import { type TrueRecording, Violation } from '../judge/truth.ts';

/** Presses while the camera has no keys, which its journal must keep until a recording says what became of them. */
export class Debts {
  readonly counts = { presses: 0, keysAway: 0, stopsBeforeDurable: 0, debtsPaid: 0, paidByLaterBoot: 0 };
  /** Presses that were acknowledged, by what names them, and the recordings that begin with each. */
  readonly #begun: { readonly name: string; readonly recording: TrueRecording; readonly gap: boolean }[] = [];
  readonly #pressed = new Map<string, { readonly epoch: Uint8Array; readonly by: TrueRecording[] }>();

  /** Start is pressed, whether keys are there or not. Throws as the spool does: then it was not acknowledged. */
  async press(spool: Spool, moment: Moment): Promise<Owed> {
    this.counts.presses += 1;
    const start = spool.unusedStart(moment);
    const owed: Owed = {
      ...{ start, startKind: 'button', dwelling: false, muted: false, place: undefined, missed: undefined },
    };
    await spool.owe(owed);
    this.#pressed.set(owedName(start), { epoch: start.epoch, by: [] });
    return owed;
  }

  /** Stop is pressed before the recording is durable. Throws as {@link press}. */
  async stop(spool: Spool, clock: ProcessClock, owed: Owed): Promise<Owed> {
    const { start } = owed;
    const missed: Owed['missed'] = {
      ...{ durationUs: Math.max(1, clock.uptimeUs() - start.uptimeUs), cause: 'fault' },
      ...{ videoSamples: 30, audioSamples: 0, atLeast: true, ended: 'button' },
    };
    const over = { ...owed, missed };
    await spool.owe(over);
    this.counts.stopsBeforeDurable += 1;
    return over;
  }

  /** A recording is about to be opened for what is owed: a crash may leave it durable before anybody is told. */
  begins({ start, missed }: Owed, recording: TrueRecording): void {
    this.#begun.push({ name: owedName(start), recording, gap: missed !== undefined });
  }

  /** A recording that begins when what is owed does is durable. */
  opens({ start }: Owed, recording: TrueRecording, epoch: Uint8Array): void {
    const pressed = this.#pressed.get(owedName(start));
    // What a kill kept from being acknowledged may be in the journal all the same.
    if (pressed === undefined) return;
    pressed.by.push(recording);
    this.counts.debtsPaid += 1;
    if (Buffer.compare(epoch, pressed.epoch) !== 0) this.counts.paidByLaterBoot += 1;
  }

  /** The journal is lost, and with it each press that no recording tells of: nothing else knew of it. */
  forget(): void {
    for (const [name, { by }] of this.#pressed) if (by.length === 0) this.#pressed.delete(name);
  }

  /** Each press is in the journal, or in a recording. @throws Violation */
  check(spool: Spool): void {
    const owed = new Set(spool.owed.map(({ start }) => owedName(start)));
    for (const [name, { by }] of this.#pressed) {
      if (!owed.has(name) && by.length === 0 && !this.#isBegun(name, spool))
        throw new Violation(`the press ${name} is forgotten`);
    }
  }

  #isBegun(name: string, spool: Spool): boolean {
    return this.#begun.some(({ name: one, recording, gap }) => {
      if (one !== name) return false;
      const tally = spool.tallyOf(recording.id);
      return gap
        ? (tally?.gaps ?? 0) > 0 || recording.complete.size > 0
        : tally !== undefined || recording.opened;
    });
  }
}
