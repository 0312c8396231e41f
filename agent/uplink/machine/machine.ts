import type { SpooledRecording } from '../../spool/types.ts';
import { pastOf, type UploadCursor } from './cursor.ts';
import { afterJob, dropJobs, keyless, loaded, onTheWay, takeUp, unreadable, withCursor } from './jobs.ts';
import { noShares } from './lanes.ts';
import type {
  DisconnectReason,
  Input,
  MachineLimits,
  MachineState,
  UplinkEffect,
  UplinkStep,
} from './machine-types.ts';
import { reconnectDelayMs } from './reconnect.ts';
import {
  afterAcknowledgement,
  afterConnection,
  afterDoubt,
  afterDue,
  afterReceipt,
  dueMs,
  firstCursor,
} from './schedule.ts';
import {
  afterAck,
  cutDown,
  emptyWindow,
  firstAllowance,
  hasRoom,
  nextDeadlineMs,
  withAcknowledged,
  withSent,
} from './window.ts';

// The uplink's decisions, as a pure function: it reads nothing, sends nothing and has no clock. The runner in index.ts
// performs the effects in order, and reports their results as inputs.

/** The machine before its first input: it connects as soon as it gets one. */
export function startMachine(nowMs: number, limits: MachineLimits): MachineState {
  return {
    connection: { at: 'waiting', untilMs: nowMs, failures: 0 },
    connectionNumber: 0,
    recordings: [],
    cursors: new Map(),
    unread: new Map(),
    shares: noShares,
    jobs: [],
    readingsDropped: 0,
    nextJob: 1,
    window: emptyWindow,
    allowance: firstAllowance(limits.window),
    tasks: new Map(),
    nextMessage: 1,
    challenge: undefined,
    answerFromMs: nowMs,
    doubtFromMs: nowMs,
    sessionDue: false,
    finishing: false,
    timerMs: undefined,
  };
}

/** The machine's response to an input at `nowMs`, a clock that never goes back. */
export function nextUplink(
  state: MachineState,
  input: Input,
  nowMs: number,
  limits: MachineLimits,
): UplinkStep {
  if (state.connection.at === 'stopped') return { state, effects: [] };
  const effects: UplinkEffect[] = [];
  let after = take(state, input, nowMs, limits, effects);
  if (after.connection.at === 'waiting' && nowMs >= after.connection.untilMs) after = connect(after, effects);
  if (after.connection.at === 'up') after = timeOut(after, nowMs, effects);
  if (after.connection.at === 'up')
    after = work(passDue(after, nowMs, limits, effects), nowMs, limits, effects);
  if (after.finishing) after = finish(after, effects);
  const timerMs = timerOf(after, limits);
  if (timerMs !== state.timerMs) effects.push({ kind: 'timer', atMs: timerMs });
  return { state: { ...after, timerMs }, effects };
}

function take(
  state: MachineState,
  input: Input,
  nowMs: number,
  limits: MachineLimits,
  effects: UplinkEffect[],
): MachineState {
  switch (input.kind) {
    case 'spool':
      return withRecordings(state, input.recordings, effects);
    case 'up':
      return input.connection === state.connectionNumber && state.connection.at === 'connecting'
        ? {
            ...state,
            connection: { at: 'up', sinceMs: nowMs, failures: state.connection.failures },
            sessionDue: true,
          }
        : state;
    case 'down':
      return input.connection === state.connectionNumber
        ? disconnected(state, input.jitter, nowMs, limits, effects)
        : state;
    case 'loaded':
      return loaded(state, input.job, input.sizes, nowMs, limits, effects);
    case 'unreadable':
      return unreadable(state, input.job, nowMs, limits);
    case 'keyless':
      return keyless(state, input.job);
    case 'acked':
      return acknowledged(state, input.message, nowMs, limits);
    case 'failed':
      return state.tasks.has(input.message) ? close(state, 'refused', effects) : state;
    case 'receipt':
      return receipted(state, input, nowMs, limits, effects);
    case 'challenge':
      return challenged(state, input, nowMs, limits);
    case 'time':
      return state;
    case 'finish':
      return { ...state, finishing: true };
    case 'stop': {
      const stopped = state.connection.at === 'up' ? close(state, 'stop', effects) : state;
      if (state.connection.at === 'connecting') {
        effects.push({ kind: 'disconnect', connection: state.connectionNumber, why: 'stop' });
      }
      return { ...dropJobs(stopped, effects), connection: { at: 'stopped' } };
    }
  }
}

function receipted(
  state: MachineState,
  { recording: id, count: held, keys, complete = false, late = false }: Input & { kind: 'receipt' },
  nowMs: number,
  limits: MachineLimits,
  effects: UplinkEffect[],
): MachineState {
  const cursor = state.cursors.get(id);
  const recording = state.recordings.find((one) => one.id === id);
  if (cursor === undefined || recording === undefined) return state;
  // A camera whose storage was put back holds less than the station: it has nothing to send above its own end.
  const count = Math.min(held, recording.durable);
  const after = moved(
    state,
    id,
    afterReceipt(cursor, { count, keys, complete, late }, nowMs, limits),
    effects,
  );
  const saysMore = count > (pastOf(cursor)?.held ?? -1);
  if (!saysMore) return after;
  // The way to the station is open: what ends this connection is another fault than what ended those before it.
  const { connection } = after;
  const proved = connection.at === 'up' ? { ...connection, failures: 0 } : connection;
  return { ...after, connection: proved, unread: without(after.unread, id) };
}

/**
 * The station asks for the newest recording: when the camera connects, and later after each complete receipt, after silence, and
 * after a start of its own, perhaps over an older state of its store. As these look alike, it is asked what it holds, but seldom.
 */
function challenged(
  state: MachineState,
  { connection: number, nonce }: Input & { kind: 'challenge' },
  nowMs: number,
  limits: MachineLimits,
): MachineState {
  const { connection } = state;
  if (number !== state.connectionNumber || connection.at !== 'up') return state;
  const isLater = nowMs - connection.sinceMs >= limits.stableConnectionMs && nowMs >= state.answerFromMs;
  if (!isLater || nowMs < state.doubtFromMs) return { ...state, challenge: nonce };
  const cursors = mapValues(state.cursors, afterDoubt);
  return { ...state, cursors, doubtFromMs: nowMs + limits.doubtIntervalMs, challenge: nonce };
}

function mapValues<T>(map: ReadonlyMap<string, T>, change: (value: T) => T): ReadonlyMap<string, T> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

function without(unread: ReadonlyMap<string, number>, id: string): ReadonlyMap<string, number> {
  return unread.has(id) ? new Map([...unread].filter(([other]) => other !== id)) : unread;
}

/** The state with a cursor that may have gone back: what was chosen before would be sent twice, and too early. */
function moved(state: MachineState, id: string, cursor: UploadCursor, effects: UplinkEffect[]): MachineState {
  const after = withCursor(state, id, cursor);
  return cursor.pass === state.cursors.get(id)?.pass
    ? after
    : dropJobs(after, effects, ({ task }) => 'index' in task && task.recording === id);
}

function withRecordings(
  state: MachineState,
  all: readonly SpooledRecording[],
  effects: UplinkEffect[],
): MachineState {
  const recordings = all.filter(({ complete }) => !complete);
  const journals = new Set(state.recordings.filter(({ journal }) => journal).map(({ id }) => id));
  const held = new Set(state.recordings.filter((one) => one.held).map(({ id }) => id));
  const cursors = new Map<string, UploadCursor>();
  const turned = new Set<string>();
  for (const recording of recordings) {
    const { id, journal = false } = recording;
    const cursor = state.cursors.get(id);
    if (cursor !== undefined && journals.has(id) === journal)
      cursors.set(id, held.has(id) && recording.held === false ? afterDoubt(cursor) : cursor);
    else cursors.set(id, { ...firstCursor(recording), pass: (cursor?.pass ?? -1) + 1 });
    // A recording whose files are gone has become one of which the station is to be told.
    if (cursor !== undefined && journals.has(id) !== journal) turned.add(id);
  }
  const unread = [...state.unread].filter(([id]) => cursors.has(id));
  const after = { ...state, recordings, cursors, unread: new Map(unread) };
  return turned.size === 0
    ? after
    : dropJobs(after, effects, ({ task }) => 'recording' in task && turned.has(task.recording));
}

function connect(state: MachineState, effects: UplinkEffect[]): MachineState {
  if (state.connection.at !== 'waiting') return state;
  const connectionNumber = state.connectionNumber + 1;
  effects.push({ kind: 'connect', connection: connectionNumber });
  return {
    ...state,
    connectionNumber,
    connection: { at: 'connecting', failures: state.connection.failures },
  };
}

/** Begins to end the connection; `down` says when it has ended. */
function close(state: MachineState, why: DisconnectReason, effects: UplinkEffect[]): MachineState {
  if (state.connection.at !== 'up') return state;
  effects.push({ kind: 'disconnect', connection: state.connectionNumber, why });
  return { ...state, connection: { ...state.connection, at: 'closing' } };
}

function disconnected(
  state: MachineState,
  jitter: number,
  nowMs: number,
  limits: MachineLimits,
  effects: UplinkEffect[],
): MachineState {
  const { connection } = state;
  if (connection.at === 'stopped' || connection.at === 'waiting') return state;
  const wasStable = 'sinceMs' in connection && nowMs - connection.sinceMs >= limits.stableConnectionMs;
  const failures = wasStable ? 0 : connection.failures;
  const untilMs = nowMs + reconnectDelayMs(failures, limits) * (1 - jitter / 2);
  const cursors = mapValues(state.cursors, afterConnection);
  const broke = state.window.length > 0;
  return {
    ...dropJobs(state, effects),
    connection: { at: 'waiting', untilMs, failures: failures + 1 },
    cursors,
    window: emptyWindow,
    allowance: broke ? cutDown(state.allowance, nowMs, limits.window) : state.allowance,
    tasks: new Map(),
    challenge: undefined,
    sessionDue: false,
  };
}

function acknowledged(
  state: MachineState,
  message: number,
  nowMs: number,
  limits: MachineLimits,
): MachineState {
  const acked = state.tasks.get(message);
  const inFlight = state.window.find((one) => one.message === message);
  if (acked === undefined || inFlight === undefined) return state;
  const { task, pass, piece, last } = acked;
  const tasks = new Map(state.tasks);
  tasks.delete(message);
  const after = {
    ...state,
    tasks,
    window: withAcknowledged(state.window, message),
    allowance: afterAck(state.allowance, state.window, inFlight, nowMs, limits.window),
  };
  if (!('recording' in task)) return after;
  const recording = state.recordings.find(({ id }) => id === task.recording);
  const cursor = state.cursors.get(task.recording);
  // Only one key delivery and one question at a time, whatever the pass.
  if (recording === undefined || cursor === undefined || ('index' in task && pass !== cursor.pass))
    return after;
  const one = { parcel: task, piece, last };
  return withCursor(after, task.recording, afterAcknowledgement(recording, cursor, one, nowMs, limits));
}

/** Ends it all once nothing is on its way. */
function finish(state: MachineState, effects: UplinkEffect[]): MachineState {
  if (state.connection.at === 'up' && (state.window.length > 0 || state.jobs.length > 0)) return state;
  const over = state.connection.at === 'up' ? close(state, 'finished', effects) : state;
  if (state.connection.at === 'connecting') {
    effects.push({ kind: 'disconnect', connection: state.connectionNumber, why: 'finished' });
  }
  return { ...dropJobs(over, effects), connection: { at: 'stopped' } };
}

/** Ends a connection on which the broker left a message unacknowledged for too long. */
function timeOut(state: MachineState, nowMs: number, effects: UplinkEffect[]): MachineState {
  const late = state.window.find(({ deadlineMs }) => nowMs >= deadlineMs);
  return late === undefined ? state : close(state, { unacknowledged: late }, effects);
}

function passDue(
  state: MachineState,
  nowMs: number,
  limits: MachineLimits,
  effects: UplinkEffect[],
): MachineState {
  let after = state;
  for (const recording of state.recordings) {
    const cursor = state.cursors.get(recording.id);
    if (cursor === undefined || nowMs < dueMs(cursor, limits)) continue;
    after = moved(after, recording.id, afterDue(recording, cursor, nowMs, limits), effects);
  }
  return after;
}

/** Starts jobs and publishes their messages, in the order of the jobs, as far as the window allows. */
function work(
  state: MachineState,
  nowMs: number,
  limits: MachineLimits,
  effects: UplinkEffect[],
): MachineState {
  let after = takeUp(state, nowMs, limits, effects);
  for (;;) {
    const [job] = after.jobs;
    if (job?.sizes === undefined) return after;
    const size = job.sizes[job.sent];
    if (size === undefined) {
      effects.push({ kind: 'release', job: job.id });
      const ended = afterJob(after, job, nowMs);
      after = takeUp({ ...ended, jobs: after.jobs.slice(1) }, nowMs, limits, effects);
      continue;
    }
    if (!hasRoom(after.window, size, after.allowance, limits.window)) return after;
    const message = after.nextMessage;
    effects.push({ kind: 'publish', message, job: job.id, piece: job.sent });
    after = {
      ...after,
      nextMessage: message + 1,
      jobs: [{ ...job, sent: job.sent + 1 }, ...after.jobs.slice(1)],
      tasks: new Map(after.tasks).set(message, onTheWay(job)),
      window: withSent(after.window, message, size, nowMs, limits.window),
    };
  }
}

function timerOf(state: MachineState, limits: MachineLimits): number | undefined {
  const { connection } = state;
  if (connection.at === 'waiting') return connection.untilMs;
  if (connection.at !== 'up') return undefined;
  let least = nextDeadlineMs(state.window) ?? Number.POSITIVE_INFINITY;
  if (state.challenge !== undefined) least = Math.min(least, state.answerFromMs);
  for (const cursor of state.cursors.values()) least = Math.min(least, dueMs(cursor, limits));
  return least === Number.POSITIVE_INFINITY ? undefined : least;
}
