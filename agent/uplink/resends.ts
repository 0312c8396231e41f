import { keepOnly } from './keep-only.ts';
import type { Task } from './machine/machine-types.ts';

/** How far the segments of a recording were sent: every message before this place. */
interface Reached {
  readonly index: number;
  readonly piece: number;
}

/** Tells which segment messages were sent before, with one pair of numbers per recording. */
export class Resends {
  readonly #reached = new Map<string, Reached>();
  messages = 0;
  bytes = 0;

  /** Called when a message is sent. Statements and heads are small, and sent again by design: only segments count. */
  sent(task: Task, piece: number, bytes: number): void {
    if (task.what !== 'segments') return;
    const { recording, index } = task;
    const reached = this.#reached.get(recording);
    if (
      reached !== undefined &&
      (index < reached.index || (index === reached.index && piece < reached.piece))
    ) {
      this.messages += 1;
      this.bytes += bytes;
      return;
    }
    this.#reached.set(recording, { index, piece: piece + 1 });
  }

  /** Forgets recordings that are no longer in the spool. */
  keepOnly(recordings: readonly { readonly id: string }[]): void {
    keepOnly(this.#reached, recordings);
  }
}
