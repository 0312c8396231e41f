import type { SpooledRecording } from '../spool/types.ts';

/** What is to be sent of a recording: one reading from the spool, one or more messages. */
export type Parcel =
  | { readonly what: 'head' }
  | { readonly what: 'keys' }
  | { readonly what: 'statements'; readonly index: number }
  | { readonly what: 'segments'; readonly index: number };

/** Whether the station has the key envelope: to be sent, on its way, or held by its own word. */
export type KeysState = 'due' | 'sent' | 'held';

/**
 * How far the sending of one recording is, on the present connection.
 * - `unasked`: Session and Opening are to be sent, which the station answers with its newest receipt; whether
 *   that answer is waited for is `waits`.
 * - `asking`: they were sent; goes on from the answer, or after `untilMs` from the newest receipt at hand.
 * - `sending`: `statements` and `segments` are the indices that are next; the station holds `held` (-1: not
 *   even the opening). `quietMs` is when the broker last took, or the station last receipted, something of it.
 * - `resting`: what the spool could not read is left alone until `untilMs`.
 *
 * `stalls` counts how often in a row asking again brought nothing.
 */
export type Cursor =
  | { readonly at: 'unasked'; readonly stalls: number; readonly waits: boolean }
  | { readonly at: 'asking'; readonly stalls: number; readonly untilMs: number }
  | {
      readonly at: 'sending';
      readonly stalls: number;
      readonly keys: KeysState;
      readonly statements: number;
      readonly segments: number;
      readonly held: number;
      readonly quietMs: number;
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
  return { at: 'unasked', stalls: 0, waits: recording.receipted >= 0 };
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
  if (cursor.segments < durable) return { what: 'segments', index: cursor.segments };
  return undefined;
}

/** The cursor once `parcel`, which {@link nextParcel} gave, is taken up. */
export function afterParcel(cursor: Cursor, parcel: Parcel, nowMs: number): Cursor {
  switch (parcel.what) {
    case 'head': {
      const { stalls } = cursor;
      if (cursor.at === 'unasked' && !cursor.waits) return sendingFrom(0, -1, 'due', stalls, nowMs);
      return { at: 'asking', stalls, untilMs: Number.POSITIVE_INFINITY };
    }
    case 'keys':
      return cursor.at === 'sending' ? { ...cursor, keys: 'sent' } : cursor;
    case 'statements':
      return cursor.at === 'sending' ? { ...cursor, statements: parcel.index + 1 } : cursor;
    case 'segments':
      return cursor.at === 'sending' ? { ...cursor, segments: parcel.index + 1 } : cursor;
  }
}

/** The cursor once the broker has acknowledged a message of `what`. */
export function afterAcknowledgement(
  cursor: Cursor,
  what: Parcel['what'],
  nowMs: number,
  limits: ScheduleLimits,
): Cursor {
  if (cursor.at === 'sending') return { ...cursor, quietMs: nowMs };
  if (cursor.at === 'asking' && what === 'head')
    return { ...cursor, untilMs: nowMs + limits.answerTimeoutMs };
  return cursor;
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
      at: 'sending',
      stalls: goesOn ? 0 : cursor.stalls,
      keys: keys ? 'held' : cursor.keys,
      statements: Math.max(cursor.statements, count),
      segments: Math.max(cursor.segments, count),
      held: Math.max(cursor.held, count),
      quietMs: goesOn ? nowMs : cursor.quietMs,
    };
  }
  return sendingFrom(count, count, keys ? 'held' : 'due', cursor.stalls, nowMs);
}

function sendingFrom(
  index: number,
  held: number,
  keys: KeysState,
  stalls: number,
  nowMs: number,
): Cursor & { at: 'sending' } {
  return { at: 'sending', stalls, keys, statements: index, segments: index, held, quietMs: nowMs };
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
      return sendingFrom(Math.max(0, recording.receipted), recording.receipted, 'due', cursor.stalls, nowMs);
    case 'sending':
      return { at: 'unasked', stalls: cursor.stalls + 1, waits: true };
    case 'resting':
      return { at: 'unasked', stalls: cursor.stalls, waits: true };
  }
}

/** Which of the two lanes had its turn last. */
export type Lane = 'newest' | 'backlog';

/** The next parcel over all recordings. */
export interface Choice {
  readonly recording: SpooledRecording;
  readonly parcel: Parcel;
  readonly lane: Lane;
}

/**
 * Chooses what is read and sent next: the newest recording and the older ones, these by number, take turns, so
 * that neither starves the other.
 * @param recordings those that are not complete, by ascending number.
 */
export function choose(
  recordings: readonly SpooledRecording[],
  cursors: Cursors,
  lastLane: Lane,
  limits: ScheduleLimits,
): Choice | undefined {
  const newest = recordings.at(-1);
  if (newest === undefined) return undefined;
  const fromNewest = choiceOf(newest, 'newest', cursors, limits);
  if (fromNewest !== undefined && lastLane === 'backlog') return fromNewest;
  return fromBacklog(recordings, cursors, limits) ?? fromNewest;
}

function fromBacklog(
  recordings: readonly SpooledRecording[],
  cursors: Cursors,
  limits: ScheduleLimits,
): Choice | undefined {
  let busy = 0;
  for (const recording of recordings.slice(0, -1)) {
    const choice = choiceOf(recording, 'backlog', cursors, limits);
    if (choice !== undefined) return choice;
    // Questions to the station are bounded too; one that rests or waits for its receipts takes no place.
    if (cursors.get(recording.id)?.at === 'asking') busy += 1;
    if (busy >= limits.backlogMax) return undefined;
  }
  return undefined;
}

function choiceOf(
  recording: SpooledRecording,
  lane: Lane,
  cursors: Cursors,
  limits: ScheduleLimits,
): Choice | undefined {
  const cursor = cursors.get(recording.id);
  const parcel = cursor === undefined ? undefined : nextParcel(recording, cursor, limits);
  return parcel === undefined ? undefined : { recording, parcel, lane };
}
