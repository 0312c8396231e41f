import { equalBytes } from '../../../base/bytes.ts';
import { isSealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { agentLimits } from '../../limits.ts';
import type { GapSpan } from '../../recorder/inputs.ts';
import type { RecorderEffect } from '../../recorder/machine-types.ts';
import { withTimes } from '../../recorder/stream/gaps.ts';
import type { Moments } from '../../sealer/index.ts';
import { type Missed, type Owed, owedName } from '../../spool/journal/owed.ts';
import type { Spool } from '../../spool/spool.ts';

/** The recorder's effects of one kind. */
export type EffectOf<K extends RecorderEffect['kind']> = Extract<RecorderEffect, { kind: K }>;

/** Something that is owed and will not continue: it becomes a recording of one gap. */
export type OverOwed = Owed & { readonly missed: Missed };

/** What the camera owes in this run: what is journaled of it, and which attempts to create it are under way. */
export class OwedLedger {
  readonly #options: { readonly spool: Spool; readonly moments: Moments; readonly log: Log };
  /** The attempt to open each recording that is not open yet, by the name under which it is owed. */
  readonly #unopened = new Map<string, number>();
  /** Names that were paid, newest last: a promise for one of them may still be journaled later. */
  #paidLately: readonly string[] = [];
  #journaled: Promise<void> = Promise.resolve();

  constructor(options: { readonly spool: Spool; readonly moments: Moments; readonly log: Log }) {
    this.#options = options;
  }

  /**
   * Resolves when everything to be journaled so far is durable, or has failed. Another promise means that more was
   * added.
   */
  get journaled(): Promise<void> {
    return this.#journaled;
  }

  /** What is owed and will not continue, oldest first. */
  get over(): readonly OverOwed[] {
    return this.#options.spool.owed.flatMap((owed) =>
      owed.missed?.ended === undefined ? [] : [{ ...owed, missed: owed.missed }],
    );
  }

  /** What has been owed since `startUs` of the present boot. */
  startingAt(startUs: number): Owed | undefined {
    const { spool, moments } = this.#options;
    const { epoch } = moments.now();
    return spool.owed.find(({ start }) => start.uptimeUs === startUs && equalBytes(start.epoch, epoch));
  }

  /** Attempt number `attempt` to open the recording that is owed as `name` begins. */
  opening(name: string, attempt: number): void {
    this.#unopened.set(name, attempt);
  }

  /** The opening is durable; `paid`: everything owed of the recording is durable too. */
  opened(name: string, paid: boolean): void {
    this.#unopened.delete(name);
    if (paid) this.#isPaid(name);
  }

  /**
   * Journals that a recording is owed.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`: the entry is not durable.
   */
  owe(effect: EffectOf<'owe'>): Promise<void> {
    const { start: startKind, startUs, dwelling, muted, place, missed: gap, instead } = effect;
    const { spool, moments } = this.#options;
    const start = moments.at(startUs);
    const missed = gap && missedOf(gap, startUs, undefined);
    return this.#inOrder(async () => {
      if (this.#paidLately.includes(owedName(start))) {
        // Its recording states the gap, so the entry that it replaces is paid too.
        if (instead !== undefined) await spool.paid(instead);
        return;
      }
      const before = spool.owed.find((owed) => owedName(owed.start) === owedName(start));
      await spool.owe({ ...(before ?? { start, startKind, dwelling, muted, place }), missed }, instead);
    });
  }

  /**
   * Journals what was lost of a recording that has ended: as that recording's own gap if it could not be opened, else
   * as another's. Throws as {@link owe}.
   * @param settle called once there is a recording to create.
   */
  lost(
    { recording, opened, gap: lost, reason, dwelling, instead }: EffectOf<'lost'>,
    settle: () => void,
  ): Promise<void> {
    const { spool, moments } = this.#options;
    const gap = withTimes(lost, moments.now().uptimeUs);
    return this.#inOrder(async () => {
      const [name] = [...this.#unopened].find(([, number]) => number === recording) ?? [];
      const before = spool.owed.find(({ start }) => owedName(start) === name);
      // It has been created meanwhile.
      if (!opened && name === undefined) return;
      if (before !== undefined && before.missed?.ended === undefined) {
        await spool.owe({ ...before, missed: missedOf(gap, before.start.uptimeUs, reason) });
      }
      // If an earlier attempt to create it failed, its entry covers only that attempt's loss. A loss that no entry
      // covers gets a recording of its own.
      const now = name === undefined ? undefined : spool.owed.find(({ start }) => owedName(start) === name);
      const nothing = !opened && gap.video + gap.audio === 0 && gap.toUs <= gap.fromUs;
      if (!nothing && !covers(now, gap)) {
        const start = spool.unusedStart(moments.at(gap.fromUs));
        const missed = missedOf(gap, start.uptimeUs, reason);
        const linked = { startKind: 'linked', dwelling, muted: false, place: undefined } as const;
        await spool.owe({ start, ...linked, missed }, instead);
      }
      if (name !== undefined) this.#unopened.delete(name);
      settle();
    });
  }

  #inOrder(run: () => Promise<void>): Promise<void> {
    const result = run();
    this.#journaled = Promise.all([this.#journaled, result.catch(() => {})]).then(() => {});
    return result;
  }

  #isPaid(name: string): void {
    this.#unopened.delete(name);
    this.#paidLately = [...this.#paidLately, name].slice(-agentLimits.paidKnownMax);
  }

  /** The recording and its gap are durable. If that cannot be journaled, the recording's files still show it. */
  async paid(name: string): Promise<void> {
    this.#isPaid(name);
    try {
      await this.#options.spool.paid(name);
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      this.#options.log.warn(
        'owed-recording.not-cleared',
        'An owed recording was made, but the journal could not be told',
        {
          code: error.code,
        },
      );
    }
  }
}

/** `gap` as the first gap of a recording that begins at `startUs`. */
export function missedOf(
  { toUs, cause, video, audio, atLeast = false }: GapSpan,
  startUs: number,
  ended: Missed['ended'],
): Missed {
  const durationUs = Math.max(0, toUs - startUs);
  return { durationUs, cause, videoSamples: video, audioSamples: audio, atLeast, ended };
}

/**
 * Whether the gap that `owed` will state covers all of `gap`. A picture that was captured just before its press, but
 * arrived after it, belongs to the press's recording: its gap counts the picture although it begins with the press.
 */
function covers(owed: Owed | undefined, { fromUs, toUs }: GapSpan): boolean {
  if (owed?.missed === undefined) return false;
  const { uptimeUs } = owed.start;
  return uptimeUs - fromUs <= agentLimits.unstatedUsMax && toUs <= uptimeUs + owed.missed.durationUs;
}
