import { pastOf, type UploadCursor } from './cursor.ts';
import { keysAbsent } from './key-delivery.ts';
import { charged, choose, type Lane } from './lanes.ts';
import type { Job, MachineLimits, MachineState, OnTheWay, Task, UplinkEffect } from './machine-types.ts';
import { afterNothing, afterParcel } from './schedule.ts';

// A job is one task from the moment it is taken up: its messages are read from the spool, then published in order. Pure,
// as the machine is.

/** What is noted of the next message of a job, until it is acknowledged. */
export function onTheWay({ task, pass, sent, sizes }: Job): OnTheWay {
  return { task, pass, piece: sent, last: sent + 1 === sizes?.length };
}

/** A gap has no segments, so no acknowledgement reports them. */
export function afterJob(state: MachineState, { task, pass, sizes }: Job, nowMs: number): MachineState {
  if (task.what !== 'segments' || sizes === undefined || sizes.length > task.from) return state;
  const cursor = state.cursors.get(task.recording);
  if (cursor?.pass !== pass) return state;
  return withCursor(state, task.recording, afterNothing(cursor, task.index, nowMs));
}

/** Takes tasks up as jobs, as many as may be open at once. */
export function takeUp(
  state: MachineState,
  nowMs: number,
  limits: MachineLimits,
  effects: UplinkEffect[],
): MachineState {
  let after = state;
  if (state.finishing) return after;
  while (after.jobs.length + after.readingsDropped < limits.jobsMax) {
    const taken = nextTask(after, nowMs, limits);
    if (taken === undefined) break;
    const segmentJobs = after.jobs.filter((one) => one.task.what === 'segments').length;
    if (taken.task.what === 'segments' && segmentJobs >= limits.segmentJobsMax) break;
    const id = after.nextJob;
    effects.push({ kind: 'load', job: id, task: taken.task });
    const { task, lane } = taken;
    const sent = task.what === 'segments' ? task.from : 0;
    const cursor = 'recording' in task ? taken.state.cursors.get(task.recording) : undefined;
    const job: Job = { id, task, pass: cursor?.pass ?? 0, lane, sizes: undefined, sent };
    after = { ...taken.state, nextJob: id + 1, jobs: [...after.jobs, job] };
  }
  return after;
}

function nextTask(
  state: MachineState,
  nowMs: number,
  limits: MachineLimits,
): { readonly task: Task; readonly lane: Lane | undefined; readonly state: MachineState } | undefined {
  if (state.sessionDue) {
    return { task: { what: 'session' }, lane: undefined, state: { ...state, sessionDue: false } };
  }
  if (state.challenge !== undefined && nowMs >= state.answerFromMs) {
    const answerFromMs = nowMs + limits.challengeIntervalMs;
    const task: Task = { what: 'answer', nonce: state.challenge };
    return { task, lane: undefined, state: { ...state, challenge: undefined, answerFromMs } };
  }
  const choice = choose(state.recordings, state.cursors, state.shares, limits, journalsMay(state, limits));
  if (choice === undefined) return undefined;
  const { recording, parcel, lane, shares } = choice;
  const cursor = state.cursors.get(recording.id);
  if (cursor === undefined) throw new RangeError('a recording without a cursor was chosen');
  const after = withCursor(state, recording.id, afterParcel(cursor, parcel, nowMs, limits));
  const task: Task = { ...parcel, recording: recording.id, ...(recording.journal && { journal: true }) };
  return { task, lane, state: { ...after, shares } };
}

/** Whether more of journals may be read and sent. */
function journalsMay({ jobs, tasks }: MachineState, { journalMessagesMax }: MachineLimits): boolean {
  const busy = [...jobs, ...tasks.values()].filter(({ task }) => 'journal' in task);
  return busy.length < journalMessagesMax;
}

/** The state without the jobs that `drop` names, of which none is sent any more. */
export function dropJobs(
  state: MachineState,
  effects: UplinkEffect[],
  drop: (job: Job) => boolean = () => true,
): MachineState {
  const dropped = state.jobs.filter(drop);
  for (const job of dropped) effects.push({ kind: 'release', job: job.id });
  const reading = dropped.filter(({ sizes }) => sizes === undefined).length;
  return {
    ...state,
    jobs: state.jobs.filter((job) => !dropped.includes(job)),
    readingsDropped: state.readingsDropped + reading,
  };
}

function droppedReadingEnded(state: MachineState): MachineState {
  return { ...state, readingsDropped: Math.max(0, state.readingsDropped - 1) };
}

/** What is read for a job is in memory, as messages of these sizes. */
export function loaded(
  state: MachineState,
  id: number,
  sizes: readonly number[],
  nowMs: number,
  limits: MachineLimits,
  effects: UplinkEffect[],
): MachineState {
  // The job was dropped meanwhile, with its connection: its messages need not be kept.
  if (!state.jobs.some((job) => job.id === id)) {
    effects.push({ kind: 'release', job: id });
    return droppedReadingEnded(state);
  }
  if (sizes.some((size) => size > limits.messageBytesMax)) {
    effects.push({ kind: 'release', job: id });
    return unreadable(state, id, nowMs, limits);
  }
  const lane = state.jobs.find((job) => job.id === id)?.lane;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return {
    ...state,
    jobs: state.jobs.map((job) => (job.id === id ? { ...job, sizes } : job)),
    shares: lane === undefined ? state.shares : charged(state.shares, lane, bytes),
  };
}

/** What a job was to send cannot be read from the spool. */
export function unreadable(
  state: MachineState,
  id: number,
  nowMs: number,
  limits: MachineLimits,
): MachineState {
  const task = state.jobs.find((job) => job.id === id)?.task;
  if (task === undefined) return droppedReadingEnded(state);
  const without = { ...state, jobs: state.jobs.filter((job) => job.id !== id) };
  // Everything else of the recording is sent without these segments, which the station will miss. All that follows
  // needs the other parcels.
  if (!('recording' in task) || task.what === 'segments') return without;
  const cursor = state.cursors.get(task.recording);
  if (cursor === undefined) return without;
  const times = state.unread.get(task.recording) ?? 0;
  const untilMs = nowMs + Math.min(limits.unreadableDelayMsMax, limits.unreadableDelayMsMin * 2 ** times);
  const { pass, quietMs } = cursor;
  const rest: UploadCursor = { at: 'resting', pass: pass + 1, quietMs, past: pastOf(cursor), untilMs };
  const unread = new Map(state.unread).set(task.recording, times + 1);
  return { ...withCursor(without, task.recording, rest), unread };
}

/** None of the keys that a job was to send are sealed to this station's vault: the media go without them. */
export function keyless(state: MachineState, id: number): MachineState {
  const task = state.jobs.find((job) => job.id === id)?.task;
  if (task === undefined) return droppedReadingEnded(state);
  const without = { ...state, jobs: state.jobs.filter((job) => job.id !== id) };
  const cursor = 'recording' in task ? state.cursors.get(task.recording) : undefined;
  if (!('recording' in task) || cursor?.at !== 'sending') return without;
  return withCursor(without, task.recording, { ...cursor, keys: keysAbsent(cursor.keys) });
}

/** The state with another cursor for a recording. */
export function withCursor(state: MachineState, id: string, cursor: UploadCursor): MachineState {
  return { ...state, cursors: new Map(state.cursors).set(id, cursor) };
}
