import { agentLimits } from '../limits.ts';
import type { Remembered } from '../recorder/remembered.ts';
import type { RecorderRunner } from '../recorder/runner.ts';
import type { RememberedPresses } from '../recorder/unstated-presses.ts';
import type { Continuation } from './archive/continuation.ts';

type NoteWords = Parameters<Continuation['note']>;

/** Keeps the note of what the recorder must still know if the agent is killed, and says what hangs on it. */
export class RecorderNote {
  readonly #continuation: Continuation;
  /** The note says when recording ends. Until then the sensor must keep the stop, and all after it. */
  #endNoted: boolean;
  /** The note has each press that no durable statement has. Until then the sensor must keep it. */
  #pressesNoted = true;
  /** The last note of a moment at which all that was promised was durable. */
  #noted: NoteWords | undefined;

  /** @param endNoted whether the note of the run before says when recording ends. */
  constructor(continuation: Continuation, endNoted: boolean) {
    this.#continuation = continuation;
    this.#endNoted = endNoted;
  }

  /** Notes what is true now. @param writing the statement that is being stored. */
  write(
    { remembered, promising, rememberedNext: after }: RecorderRunner,
    writing: { readonly recording: string; readonly index: number } | undefined,
  ): void {
    const { presses, runOn } = remembered;
    if (!promising) this.#noted = [remembered, writing && after && { ...writing, after }];
    if (this.#noted === undefined) return;
    // While it is not, the next run has to know what was true before, and what was pressed since.
    const isNoted = this.#continuation.note(...(promising ? since(this.#noted, presses) : this.#noted));
    if (!promising) this.#endNoted = runOn !== undefined && (isNoted || this.#endNoted);
    this.#pressesNoted = isNoted || !presses?.unstated.length;
  }

  /** Whether the sensor may forget what is durable: what it would no longer repeat is noted. */
  allowsRelease({ remembered }: RecorderRunner): boolean {
    return this.#pressesNoted && (this.#endNoted || remembered.runOn === undefined);
  }
}

/** A note, with the presses since then. */
function since([now, writing]: NoteWords, presses: RememberedPresses | undefined): NoteWords {
  const { unstated = [] } = now.presses ?? {};
  const before = new Set(unstated.map(({ kind, atUs }) => `${kind} ${atUs}`));
  const added = presses?.unstated.filter(({ kind, atUs }) => !before.has(`${kind} ${atUs}`)) ?? [];
  if (presses === undefined || added.length === 0) return [now, writing];
  const plus = (one: Remembered): Remembered => ({
    ...one,
    presses: {
      ...presses,
      stated: [],
      ...one.presses,
      unstated: [...(one.presses?.unstated ?? []), ...added].slice(-agentLimits.notedPressesMax),
    },
  });
  return [plus(now), writing && { ...writing, after: plus(writing.after) }];
}
