import type { SpooledRecording } from '../../spool/types.ts';
import { type Past, pastOf, type Sending, type Taken, type UploadCursor } from './cursor.ts';
import { type KeyDelivery, keysAcknowledged, keysAfterReceipt, keysAgain, keysSent } from './key-delivery.ts';
import { type WaitLimits, waitMs } from './waits.ts';

/** What is to be sent of a recording: one read from the spool, one or more messages. */
export type Parcel =
  | { readonly what: 'head' }
  | { readonly what: 'keys' }
  | { readonly what: 'statements'; readonly index: number }
  /** The broker accepted messages before number `from` on an earlier connection. */
  | { readonly what: 'segments'; readonly index: number; readonly from: number };

/** What the schedule needs of the uplink's settings. */
export interface ScheduleLimits extends WaitLimits {
  readonly statementsAheadMax: number;
  /** How many indices above the newest receipt may be sent. */
  readonly unreceiptedMax: number;
  readonly backlogMax: number;
  readonly answerTimeoutMs: number;
}

/** The cursor of a recording of which this process has sent nothing yet. */
export function firstCursor(recording: SpooledRecording): UploadCursor {
  // A recording under way that was never receipted: the station has no answer worth waiting for.
  const waits = recording.closed || recording.receipted >= 0;
  return { at: 'unasked', waits, pass: 0, quietMs: undefined, past: undefined };
}

/** Nothing is added to a journal of an earlier boot either, but it has no closing. */
function hasClosing({ closed, journal }: SpooledRecording): boolean {
  return closed && journal === undefined;
}

/** What to send next of `recording`, if anything. */
export function nextParcel(
  recording: SpooledRecording,
  cursor: UploadCursor,
  limits: ScheduleLimits,
): Parcel | undefined {
  if (cursor.at === 'unasked') return { what: 'head' };
  if (cursor.at !== 'sending') return undefined;
  if (cursor.question === 'due') return { what: 'head' };
  if (cursor.keys.at === 'due' && recording.keyEnvelopeHash !== undefined) return { what: 'keys' };
  const { durable } = recording;
  const end = Math.max(0, cursor.held) + cursor.ahead;
  const last = Math.min(hasClosing(recording) ? durable : durable - 1, end);
  const ahead = Math.min(last, cursor.segments + limits.statementsAheadMax);
  if (cursor.statements <= ahead) return { what: 'statements', index: cursor.statements };
  // Not before their statements: a segment of index n may be sent once statement n was.
  const index = cursor.segments;
  const from = cursor.resume?.index === index ? cursor.resume.pieces : 0;
  if (index < Math.min(durable, end)) return { what: 'segments', index, from };
  return undefined;
}

/** The cursor once `parcel`, which {@link nextParcel} returned, is started. */
export function afterParcel(
  cursor: UploadCursor,
  parcel: Parcel,
  nowMs: number,
  limits: ScheduleLimits,
): UploadCursor {
  if (cursor.at === 'unasked' && parcel.what === 'head') {
    const { pass, past } = cursor;
    const quietMs = cursor.quietMs ?? nowMs;
    if (!cursor.waits) return sendingFrom(0, -1, keysAgain(past?.keys), { ...cursor, quietMs }, limits);
    return { at: 'asking', untilMs: Number.POSITIVE_INFINITY, pass, quietMs, past };
  }
  if (cursor.at !== 'sending') return cursor;
  switch (parcel.what) {
    case 'head':
      return { ...cursor, question: { askedMs: nowMs } };
    case 'keys':
      return { ...cursor, keys: keysSent(cursor.keys, cursor.segments, nowMs) };
    case 'statements':
      return { ...cursor, statements: parcel.index + 1 };
    case 'segments':
      return { ...cursor, segments: parcel.index + 1 };
  }
}

/** A message that the broker has acknowledged. */
export interface Acknowledged {
  readonly parcel: Parcel;
  /** Which of the parcel's messages it is, from 0, and whether it is the last. */
  readonly piece: number;
  readonly last: boolean;
}

/** The cursor once the broker has acknowledged a message of its present pass. */
export function afterAcknowledgement(
  recording: SpooledRecording,
  cursor: UploadCursor,
  { parcel, piece, last }: Acknowledged,
  nowMs: number,
  limits: ScheduleLimits,
): UploadCursor {
  if (cursor.at === 'asking' && parcel.what === 'head' && last) {
    return { ...cursor, untilMs: nowMs + limits.answerTimeoutMs };
  }
  if (cursor.at !== 'sending') return cursor;
  switch (parcel.what) {
    case 'head':
      return last ? owing({ ...cursor, acked: Math.max(0, cursor.acked) }, nowMs) : cursor;
    case 'keys':
      return owing({ ...cursor, keys: keysAcknowledged(cursor.keys, nowMs) }, nowMs);
    case 'statements': {
      const closing = hasClosing(recording) && parcel.index === recording.durable;
      return closing && last ? owing({ ...cursor, closing: parcel.index }, nowMs) : cursor;
    }
    case 'segments': {
      const taken = withPiece(cursor.taken, parcel, piece);
      const acked = last ? Math.max(cursor.acked, parcel.index + 1) : cursor.acked;
      return owing({ ...cursor, taken, acked }, nowMs);
    }
  }
}

/** The cursor once it turned out that `index`, a gap's, has no segments: its statement was sent before. */
export function afterNothing(cursor: UploadCursor, index: number, nowMs: number): UploadCursor {
  if (cursor.at !== 'sending') return cursor;
  return owing({ ...cursor, acked: Math.max(cursor.acked, index + 1) }, nowMs);
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

function owing(cursor: Sending, nowMs: number): Sending {
  const { held, keys, closing } = cursor;
  // A station without the keys never says that it holds all, so it owes nothing for the closing.
  const isDue = cursor.acked === closing && keys.at !== 'absent';
  const acked = isDue ? closing + 1 : cursor.acked;
  const owes = acked > held || (keys.at === 'sent' && keys.ackedMs !== undefined);
  return { ...cursor, acked, owedMs: owes ? (cursor.owedMs ?? nowMs) : undefined };
}

/** The cursor after the connection has ended: the station is asked again on the next one. */
export function afterConnection(cursor: UploadCursor): UploadCursor {
  return { at: 'unasked', waits: true, pass: cursor.pass + 1, quietMs: undefined, past: pastOf(cursor) };
}

/** What a station says it holds of a recording. */
export interface StationHolding {
  readonly count: number;
  readonly keys: boolean;
  /** All of it, closing and keys included. */
  readonly complete: boolean;
  /** The station has signed a newer receipt for it, which arrived before this one. */
  readonly late: boolean;
}

/**
 * The cursor after a receipt. A receipt that answers a question is taken at its word, even if it says less than
 * receipts before: a station that was restored from a backup is sent what it has lost. While sending, one that says
 * more moves the cursor forward; one that says less, or repeats an old count though the broker has long had more, sends
 * it back to what is missing, once, and again only after a wait.
 */
export function afterReceipt(
  cursor: UploadCursor,
  receipt: StationHolding,
  nowMs: number,
  limits: ScheduleLimits,
): UploadCursor {
  switch (cursor.at) {
    case 'unasked':
    case 'resting':
      return cursor;
    case 'held':
    case 'asking':
    case 'unanswered': {
      if (receipt.complete) return cursor.at === 'held' ? cursor : heldBy(receipt, cursor);
      if (cursor.at === 'held' && receipt.late) return cursor;
      const { count, keys } = receipt;
      const delivery: KeyDelivery = keys ? { at: 'held' } : keysAgain(cursor.past?.keys);
      return sendingFrom(count, count, delivery, { ...cursor, quietMs: nowMs }, limits);
    }
    case 'sending':
      if (receipt.complete && !receipt.late) return heldBy(receipt, cursor);
      return sendingAfterReceipt(cursor, receipt, nowMs, limits);
  }
}

/** Nothing of it is sent any more on this connection. */
function heldBy({ count }: StationHolding, { pass }: UploadCursor): UploadCursor {
  const past: Past = { held: count, acked: count, taken: undefined, keys: { at: 'held' } };
  return { at: 'held', pass: pass + 1, quietMs: undefined, past };
}

/** The station is asked again: it has started again, or what it signed counts no more. */
export function afterDoubt(cursor: UploadCursor): UploadCursor {
  return cursor.at === 'held' ? afterConnection(cursor) : cursor;
}

function sendingAfterReceipt(
  cursor: Sending,
  { count, keys: held, late }: StationHolding,
  nowMs: number,
  limits: ScheduleLimits,
): Sending {
  const grows = count > cursor.held;
  if (late && !grows) return cursor;
  const settledMs = nowMs - limits.settleMs;
  const keys = late
    ? cursor.keys
    : keysAfterReceipt(cursor.keys, { held, count, grows }, settledMs, nowMs, limits);
  // The station no longer holds what it held.
  if (count < cursor.held) return backTo(count, { ...cursor, keys }, nowMs);
  if (grows || (keys.at === 'held' && cursor.keys.at !== 'held')) {
    const on = {
      ...cursor,
      keys,
      held: count,
      ahead: grows ? Math.min(limits.unreceiptedMax, 2 * cursor.ahead) : cursor.ahead,
      statements: Math.max(cursor.statements, count),
      segments: Math.max(cursor.segments, count),
      acked: Math.max(cursor.acked, count),
      quietMs: nowMs,
      backMs: grows ? undefined : cursor.backMs,
      againMs: grows ? undefined : cursor.againMs,
      question: 'none',
      // The rest may be on its way.
      owedMs: undefined,
    } as const;
    return owing(on, nowMs);
  }
  const { owedMs, acked, backMs } = cursor;
  if (acked <= count || owedMs === undefined || owedMs > settledMs) return owing({ ...cursor, keys }, nowMs);
  if (backMs === undefined) return backTo(count, { ...cursor, keys }, nowMs);
  const againMs = backMs + retryMs(backMs - (cursor.quietMs ?? backMs), limits);
  return owing({ ...cursor, keys, againMs }, nowMs);
}

function retryMs(quietForMs: number, { retryDelayMsMin, retryDelayMsMax }: WaitLimits): number {
  return waitMs(quietForMs / 3, retryDelayMsMin, retryDelayMsMax);
}

/** Goes back to what is missing at `count`, and sends no more than that until a receipt says more. */
function backTo(count: number, cursor: Sending, nowMs: number): Sending {
  const back = {
    ...cursor,
    pass: cursor.pass + 1,
    held: count,
    statements: count,
    segments: count,
    acked: count,
    closing: undefined,
    ahead: 1,
    backMs: nowMs,
    againMs: undefined,
    question: 'none',
    owedMs: undefined,
    taken: undefined,
    resume: undefined,
  } as const;
  return owing(back, nowMs);
}

function sendingFrom(
  index: number,
  held: number,
  keys: KeyDelivery,
  before: Exclude<UploadCursor, Sending>,
  limits: ScheduleLimits,
): Sending {
  const taken = before.past?.taken;
  return {
    at: 'sending',
    pass: before.pass + 1,
    quietMs: before.quietMs,
    keys,
    statements: index,
    segments: index,
    held,
    ahead: limits.unreceiptedMax,
    acked: held,
    closing: undefined,
    owedMs: undefined,
    question: 'none',
    backMs: undefined,
    againMs: undefined,
    taken: undefined,
    // A station that is missing more than that has lost what it had: nothing is skipped.
    resume: taken?.index === index ? taken : undefined,
  };
}

/**
 * When something is to be done with this cursor although nothing happens: send the keys again, ask, go on without an
 * answer, end a rest. Infinity if nothing is awaited.
 */
export function dueMs(cursor: UploadCursor, limits: ScheduleLimits): number {
  if (cursor.at === 'unasked' || cursor.at === 'held') return Number.POSITIVE_INFINITY;
  if (cursor.at !== 'sending') return cursor.untilMs;
  const keysMs = cursor.keys.at === 'refused' ? cursor.keys.untilMs : Number.POSITIVE_INFINITY;
  return Math.min(keysMs, questionMs(cursor, limits), cursor.againMs ?? Number.POSITIVE_INFINITY);
}

function questionMs({ owedMs, quietMs, question }: Sending, limits: ScheduleLimits): number {
  if (owedMs === undefined || question === 'due') return Number.POSITIVE_INFINITY;
  const atMs = owedMs + limits.receiptDelayMs;
  if (question === 'none') return atMs;
  return Math.max(atMs, question.askedMs + askMs(question.askedMs - (quietMs ?? question.askedMs), limits));
}

function askMs(quietForMs: number, { askDelayMsMin, askDelayMsMax }: WaitLimits): number {
  return waitMs(quietForMs / 8, askDelayMsMin, askDelayMsMax);
}

/** The cursor when its {@link dueMs} has come. */
export function afterDue(
  recording: SpooledRecording,
  cursor: UploadCursor,
  nowMs: number,
  limits: ScheduleLimits,
): UploadCursor {
  switch (cursor.at) {
    case 'unasked':
    case 'held':
      return cursor;
    case 'asking':
      return recording.closed
        ? unanswered(cursor, nowMs, limits)
        : withoutAnswer(recording, cursor, nowMs, limits);
    case 'unanswered':
    case 'resting': {
      const { pass, quietMs, past } = cursor;
      return { at: 'unasked', waits: true, pass, quietMs, past };
    }
    case 'sending': {
      const keys =
        cursor.keys.at === 'refused' && nowMs >= cursor.keys.untilMs
          ? ({ at: 'due', sinceMs: cursor.keys.sinceMs } as const)
          : cursor.keys;
      if (cursor.againMs !== undefined && nowMs >= cursor.againMs) {
        return backTo(cursor.held, { ...cursor, keys }, nowMs);
      }
      const asks = nowMs >= questionMs(cursor, limits);
      return { ...cursor, keys, question: asks ? 'due' : cursor.question };
    }
  }
}

function unanswered(
  { pass, quietMs, past }: UploadCursor & { at: 'asking' },
  nowMs: number,
  limits: ScheduleLimits,
): UploadCursor {
  const untilMs = nowMs + askMs(nowMs - (quietMs ?? nowMs), limits);
  return { at: 'unanswered', untilMs, pass, quietMs, past };
}

/**
 * What is being recorded is sent to the broker although the station is silent, from where the broker had it: if the
 * camera is destroyed now, that copy may be all there is. Nothing is sent twice for it.
 */
function withoutAnswer(
  recording: SpooledRecording,
  cursor: UploadCursor & { at: 'asking' },
  nowMs: number,
  limits: ScheduleLimits,
): UploadCursor {
  const past: Partial<Past> = cursor.past ?? {};
  const held = Math.max(past.held ?? -1, recording.receipted);
  const acked = Math.min(recording.durable, Math.max(held, past.acked ?? -1));
  const from = sendingFrom(Math.max(0, acked), held, keysAgain(past.keys), cursor, limits);
  return owing({ ...from, acked, question: { askedMs: nowMs } }, nowMs);
}

/** Since when the station has owed a receipt; undefined if none is late. */
export function lateSinceMs(cursor: UploadCursor): number | undefined {
  if (cursor.at === 'asking' || cursor.at === 'unanswered') return cursor.quietMs;
  if (cursor.at !== 'sending') return undefined;
  return cursor.owedMs !== undefined || cursor.backMs !== undefined ? cursor.quietMs : undefined;
}

/** Whether no key envelope of the recording is sealed to the station's vault: it cannot complete it. */
export function lacksKeys(cursor: UploadCursor): boolean {
  const keys = cursor.at === 'sending' ? cursor.keys : cursor.past?.keys;
  return keys?.at === 'absent';
}

/** Since when the recording's key envelope has been sent without being held. */
export function keysMissingSinceMs(cursor: UploadCursor): number | undefined {
  const keys = cursor.at === 'sending' ? cursor.keys : cursor.past?.keys;
  return keys === undefined || keys.at === 'held' ? undefined : keys.sinceMs;
}
