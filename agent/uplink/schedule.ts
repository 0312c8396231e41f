import type { SpooledRecording } from '../spool/types.ts';

/** What is to be sent of a recording: one reading from the spool, one or more messages. */
export type Parcel =
  | { readonly what: 'head' }
  | { readonly what: 'keys' }
  | { readonly what: 'statements'; readonly index: number }
  /** Messages before number `from` were taken by the broker on an earlier connection. */
  | { readonly what: 'segments'; readonly index: number; readonly from: number };

/** The broker has acknowledged the first `pieces` messages of the segments of `index`. */
export interface Taken {
  readonly index: number;
  readonly pieces: number;
}

/** Whether the station has the key envelope: to be sent, on its way, or held by its own word. */
export type KeysState = 'due' | 'sent' | 'held';

/**
 * How far the sending of one recording is, on the present connection.
 * - `unasked`: Session and Opening are to be sent, which the station answers with its newest receipt; whether
 *   that answer is waited for is `waits`.
 * - `asking`: they were sent; goes on from the answer, or after `untilMs` from the newest receipt at hand.
 * - `sending`: `statements` and `segments` are the indices that are next; the station holds `held` (-1: not
 *   even the opening). `quietMs` is when the broker last took, or the station last receipted, something of it. Of
 *   the segments of `resume.index` the first messages need not go again.
 * - `resting`: what the spool could not read is left alone until `untilMs`.
 *
 * `stalls` counts how often in a row asking again brought nothing. `taken` outlives the connection: a broker's word is
 * no promise, but where the station then says that it lacks just this index, what the broker took of it is most likely
 * there, and a slow link need not bear it twice. Should it not be there, no receipt comes, and all of it is sent.
 */
export type Cursor =
  | {
      readonly at: 'unasked';
      readonly stalls: number;
      readonly waits: boolean;
      readonly taken: Taken | undefined;
    }
  | {
      readonly at: 'asking';
      readonly stalls: number;
      readonly untilMs: number;
      readonly taken: Taken | undefined;
    }
  | {
      readonly at: 'sending';
      readonly stalls: number;
      readonly keys: KeysState;
      readonly statements: number;
      readonly segments: number;
      readonly held: number;
      readonly quietMs: number;
      readonly taken: Taken | undefined;
      readonly resume: Taken | undefined;
    }
  | { readonly at: 'resting'; readonly stalls: number; readonly untilMs: number };

export type Cursors = ReadonlyMap<string, Cursor>;

/** What the schedule needs of the uplink's settings. */
export interface ScheduleLimits {
  readonly statementsAheadMax: number;
  readonly backlogMax: number;
  readonly answerTimeoutMs: number;
  readonly stallDelayMsMin: number;
  readonly stallDelayMsMax: number;
}

/** The cursor of a recording of which this process has sent nothing yet. */
export function firstCursor(recording: SpooledRecording): Cursor {
  // Nothing receipted: there is no answer worth waiting for, and live video does not wait.
  return { at: 'unasked', stalls: 0, waits: recording.receipted >= 0, taken: undefined };
}

/** What is to be sent next of `recording`, if anything is. */
export function nextParcel(
  recording: SpooledRecording,
  cursor: Cursor,
  limits: ScheduleLimits,
): Parcel | undefined {
  if (cursor.at === 'unasked') return { what: 'head' };
  if (cursor.at !== 'sending') return undefined;
  if (cursor.keys === 'due') return { what: 'keys' };
  const { durable, closed } = recording;
  const last = closed ? durable : durable - 1;
  const ahead = Math.min(last, cursor.segments + limits.statementsAheadMax);
  if (cursor.statements <= ahead) return { what: 'statements', index: cursor.statements };
  // Not before their statements: a segment of index n goes once statement n went.
  const index = cursor.segments;
  const from = cursor.resume?.index === index ? cursor.resume.pieces : 0;
  if (index < durable) return { what: 'segments', index, from };
  return undefined;
}

/** The cursor once `parcel`, which {@link nextParcel} gave, is taken up. */
export function afterParcel(cursor: Cursor, parcel: Parcel, nowMs: number): Cursor {
  switch (parcel.what) {
    case 'head': {
      if (cursor.at !== 'unasked') return cursor;
      const { stalls, taken } = cursor;
      if (!cursor.waits) return sendingFrom(0, -1, 'due', cursor, nowMs);
      return { at: 'asking', stalls, untilMs: Number.POSITIVE_INFINITY, taken };
    }
    case 'keys':
      return cursor.at === 'sending' ? { ...cursor, keys: 'sent' } : cursor;
    case 'statements':
      return cursor.at === 'sending' ? { ...cursor, statements: parcel.index + 1 } : cursor;
    case 'segments':
      return cursor.at === 'sending' ? { ...cursor, segments: parcel.index + 1 } : cursor;
  }
}

/** The cursor once the broker has acknowledged message number `piece` of `parcel`. */
export function afterAcknowledgement(
  cursor: Cursor,
  parcel: Parcel,
  piece: number,
  nowMs: number,
  limits: ScheduleLimits,
): Cursor {
  if (cursor.at === 'sending') {
    const taken = parcel.what === 'segments' ? withPiece(cursor.taken, parcel, piece) : cursor.taken;
    return { ...cursor, quietMs: nowMs, taken };
  }
  if (cursor.at === 'asking' && parcel.what === 'head')
    return { ...cursor, untilMs: nowMs + limits.answerTimeoutMs };
  return cursor;
}

/** Only what was acknowledged without a hole counts. */
function withPiece(
  taken: Taken | undefined,
  { index, from }: Parcel & { what: 'segments' },
  piece: number,
): Taken | undefined {
  const before = taken?.index === index ? taken.pieces : from;
  return piece === before ? { index, pieces: piece + 1 } : taken;
}

/** The cursor when the connection has ended: the station is asked again on the next one. */
export function afterConnection(cursor: Cursor): Cursor {
  const taken = 'taken' in cursor ? cursor.taken : undefined;
  return { at: 'unasked', stalls: cursor.stalls, waits: true, taken };
}

/** What a station says it holds of a recording. */
export interface Held {
  readonly count: number;
  readonly keys: boolean;
}

/**
 * The cursor after a receipt. As the answer to a question it is taken at its word, also where it says less than
 * receipts before: a station that was restored from a backup is sent what it lacks. Otherwise it only goes on.
 */
export function afterReceipt(cursor: Cursor, { count, keys }: Held, nowMs: number): Cursor {
  if (cursor.at === 'sending') {
    const goesOn = count > cursor.held || (keys && cursor.keys !== 'held');
    return {
      ...cursor,
      stalls: goesOn ? 0 : cursor.stalls,
      keys: keys ? 'held' : cursor.keys,
      statements: Math.max(cursor.statements, count),
      segments: Math.max(cursor.segments, count),
      held: Math.max(cursor.held, count),
      quietMs: goesOn ? nowMs : cursor.quietMs,
    };
  }
  return sendingFrom(count, count, keys ? 'held' : 'due', cursor, nowMs);
}

function sendingFrom(
  index: number,
  held: number,
  keys: KeysState,
  before: Cursor,
  nowMs: number,
): Cursor & { at: 'sending' } {
  const taken = 'taken' in before ? before.taken : undefined;
  return {
    at: 'sending',
    stalls: before.stalls,
    keys,
    statements: index,
    segments: index,
    held,
    quietMs: nowMs,
    taken: undefined,
    // A station that lacks more than that has lost what it had: nothing is left out.
    resume: taken?.index === index ? taken : undefined,
  };
}

/**
 * When something is to be done with this cursor though nothing happens: go on without an answer, ask again, end
 * a rest. Infinity where nothing is awaited.
 */
export function dueMs(recording: SpooledRecording, cursor: Cursor, limits: ScheduleLimits): number {
  if (cursor.at === 'unasked') return Number.POSITIVE_INFINITY;
  if (cursor.at !== 'sending') return cursor.untilMs;
  const outstanding = nextParcel(recording, cursor, limits) === undefined && lacks(recording, cursor);
  if (!outstanding) return Number.POSITIVE_INFINITY;
  return cursor.quietMs + Math.min(limits.stallDelayMsMax, limits.stallDelayMsMin * 2 ** cursor.stalls);
}

function lacks(recording: SpooledRecording, cursor: Cursor & { at: 'sending' }): boolean {
  return cursor.keys !== 'held' || cursor.held < recording.durable || recording.closed;
}

/** The cursor when its {@link dueMs} has come. */
export function afterDue(recording: SpooledRecording, cursor: Cursor, nowMs: number): Cursor {
  switch (cursor.at) {
    case 'unasked':
      return cursor;
    case 'asking':
      return sendingFrom(Math.max(0, recording.receipted), recording.receipted, 'due', cursor, nowMs);
    case 'sending':
      return { at: 'unasked', stalls: cursor.stalls + 1, waits: true, taken: undefined };
    case 'resting':
      return { at: 'unasked', stalls: cursor.stalls, waits: true, taken: undefined };
  }
}
