import type { KeyDelivery } from './key-delivery.ts';

/** The broker has acknowledged the first `pieces` messages of the segments of `index`. */
export interface Taken {
  readonly index: number;
  readonly pieces: number;
}

/** What is remembered of a recording from one connection to the next. */
export interface Past {
  /** The count of the newest receipt; -1 where the station has shown none. */
  readonly held: number;
  /** The broker has taken every index below it. */
  readonly acked: number;
  /** What it took of the index under way. */
  readonly taken: Taken | undefined;
  readonly keys: KeyDelivery | undefined;
}

/** What every cursor has. */
interface Common {
  /**
   * Grows each time that sending goes back, or begins again: an acknowledgement of an earlier pass says nothing of this
   * one.
   */
  readonly pass: number;
  /** When a receipt last said more than the one before, or the station was first asked on this connection. */
  readonly quietMs: number | undefined;
}

/** Nothing of the recording has gone out on this connection. */
interface Before extends Common {
  readonly past: Past | undefined;
}

/**
 * How far a recording is on the present connection. What moves it forward is the station's word alone: an
 * acknowledgement by the broker says when a receipt may be expected, and no more.
 * - `unasked`: Session and Opening are to be sent, which the station answers with its newest receipt; whether
 *   that answer is waited for is `waits`.
 * - `asking`: they were sent, and the answer is expected until `untilMs`.
 * - `unanswered`: no answer came; asked again at `untilMs`.
 * - `sending`: see {@link Sending}.
 * - `resting`: the spool could not read it, and is left alone until `untilMs`.
 */
export type UploadCursor =
  | ({ readonly at: 'unasked'; readonly waits: boolean } & Before)
  | ({ readonly at: 'asking'; readonly untilMs: number } & Before)
  | ({ readonly at: 'unanswered'; readonly untilMs: number } & Before)
  | ({ readonly at: 'resting'; readonly untilMs: number } & Before)
  | Sending;

export interface Sending extends Common {
  readonly at: 'sending';
  readonly keys: KeyDelivery;
  /** The indices that are sent next. */
  readonly statements: number;
  readonly segments: number;
  /** The count of the newest receipt; -1 where the station has shown none. */
  readonly held: number;
  /**
   * How many indices above `held` may be sent. Full at first; 1 after sending went back, as what is above the hole may
   * be there already; doubled with each receipt that says more.
   */
  readonly ahead: number;
  /** The broker has taken every index below it in this pass, the closing's too once it has all before it. */
  readonly acked: number;
  /** The closing's index, once the broker has taken the closing in this pass. */
  readonly closing: number | undefined;
  /** Since when the broker has had what no receipt covers; undefined where there is nothing of the kind. */
  readonly owedMs: number | undefined;
  readonly question: 'none' | 'due' | { readonly askedMs: number };
  /** When sending went back to `held`, if nothing was receipted since. */
  readonly backMs: number | undefined;
  /** When it goes back there again, as the station has said since that it still lacks what was sent. */
  readonly againMs: number | undefined;
  readonly taken: Taken | undefined;
  /** The first messages of the segments of `resume.index` need not go again. */
  readonly resume: Taken | undefined;
}

export type Cursors = ReadonlyMap<string, UploadCursor>;

/** What outlives the connection. */
export function pastOf(cursor: UploadCursor): Past | undefined {
  if (cursor.at !== 'sending') return cursor.past;
  const { held, acked, taken, resume, keys } = cursor;
  return { held, acked, taken: taken ?? resume, keys };
}
