import type { KeyDelivery } from './key-delivery.ts';

/** The broker has acknowledged the first `pieces` segment messages of `index`. */
export interface Taken {
  readonly index: number;
  readonly pieces: number;
}

/** What is remembered of a recording from one connection to the next. */
export interface Past {
  /** The count of the newest receipt; -1 if the station has sent none. */
  readonly held: number;
  /** The broker has accepted every index below it. */
  readonly acked: number;
  /** The part of the current index that the broker accepted. */
  readonly taken: Taken | undefined;
  readonly keys: KeyDelivery | undefined;
}

/** The fields common to all cursors. */
interface Common {
  /**
   * Incremented whenever sending goes back or begins again: an acknowledgement of an earlier pass says nothing about
   * this one.
   */
  readonly pass: number;
  /** When a receipt last said more than the one before, or when the station was first asked on this connection. */
  readonly quietMs: number | undefined;
}

/** Nothing of the recording has been sent on this connection. */
interface Before extends Common {
  readonly past: Past | undefined;
}

/**
 * How far a recording is on the present connection. Only the station's word moves it forward: an acknowledgement by the
 * broker tells when a receipt may be expected, and no more.
 * - `unasked`: Session and Opening are to be sent, which the station answers with its newest receipt; `waits` says
 *   whether to wait for that answer.
 * - `asking`: they were sent, and the answer is expected until `untilMs`.
 * - `unanswered`: no answer came; asked again at `untilMs`.
 * - `sending`: see {@link Sending}.
 * - `held`: it said that it holds all of it, so nothing is sent; it is asked again on the next connection, or once it is doubted.
 * - `resting`: the spool could not read it; it is left alone until `untilMs`.
 */
export type UploadCursor =
  | ({ readonly at: 'unasked'; readonly waits: boolean } & Before)
  | ({ readonly at: 'asking'; readonly untilMs: number } & Before)
  | ({ readonly at: 'unanswered'; readonly untilMs: number } & Before)
  | ({ readonly at: 'held' } & Before)
  | ({ readonly at: 'resting'; readonly untilMs: number } & Before)
  | Sending;

export interface Sending extends Common {
  readonly at: 'sending';
  readonly keys: KeyDelivery;
  /** The indices to be sent next. */
  readonly statements: number;
  readonly segments: number;
  /** The count of the newest receipt; -1 if the station has sent none. */
  readonly held: number;
  /**
   * How many indices above `held` may be sent. At its maximum at first; 1 after sending went back, as what is above the
   * hole may have arrived already; doubled by each receipt that says more.
   */
  readonly ahead: number;
  /**
   * The broker has accepted every index below it in this pass, including the closing's once everything before it was
   * accepted.
   */
  readonly acked: number;
  /** The closing's index, once the broker has accepted the closing in this pass. */
  readonly closing: number | undefined;
  /** Since when the broker has had something that no receipt covers; undefined if there is nothing like that. */
  readonly owedMs: number | undefined;
  readonly question: 'none' | 'due' | { readonly askedMs: number };
  /** When sending went back to `held`, if nothing has been receipted since. */
  readonly backMs: number | undefined;
  /** When it goes back there again, because the station has since said that what was sent is still missing. */
  readonly againMs: number | undefined;
  readonly taken: Taken | undefined;
  /** The first segment messages of `resume.index` need not be sent again. */
  readonly resume: Taken | undefined;
}

export type Cursors = ReadonlyMap<string, UploadCursor>;

/** The part that survives the connection. */
export function pastOf(cursor: UploadCursor): Past | undefined {
  if (cursor.at !== 'sending') return cursor.past;
  const { held, acked, taken, resume, keys } = cursor;
  return { held, acked, taken: taken ?? resume, keys };
}
