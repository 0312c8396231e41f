import type { SpooledRecording } from '../../../agent/spool/types.ts';
import { nextUplink, startMachine } from '../../../agent/uplink/machine/machine.ts';
import type {
  Input,
  MachineLimits,
  MachineState,
  Task,
  UplinkEffect,
} from '../../../agent/uplink/machine/machine-types.ts';
import { bytesInFlight } from '../../../agent/uplink/machine/window.ts';

/** Small bounds, so that a short run reaches each of them. */
export const modelLimits: MachineLimits = {
  window: {
    messagesMax: 8,
    bytesMax: 2 * 1024 * 1024,
    bytesAtFirst: 2 * 1024 * 1024,
    bytesMin: 130_013,
    ackDelayMsTarget: 2_500,
    timeoutMs: 30_000,
  },
  messageBytesMax: 130_013,
  jobsMax: 2,
  segmentJobsMax: 2,
  journalMessagesMax: 2,
  statementsAheadMax: 3,
  backlogMax: 2,
  answerTimeoutMs: 3_000,
  receiptDelayMs: 1_500,
  askDelayMsMin: 1_500,
  askDelayMsMax: 40_000,
  retryDelayMsMin: 2_000,
  retryDelayMsMax: 40_000,
  settleMs: 500,
  unreceiptedMax: 32,
  reconnectDelayMsMin: 500,
  reconnectDelayMsSoon: 4_000,
  reconnectDelayMsMax: 60_000,
  stableConnectionMs: 10_000,
  doubtIntervalMs: 3_600_000,
  challengeIntervalMs: 1_000,
  unreadableDelayMsMin: 1_000,
  unreadableDelayMsMax: 60_000,
};

/** A recording of the model: segments of each index (none for a gap), and how far it is durable. */
export interface ModelRecording {
  readonly number: number;
  readonly segments: readonly (readonly number[])[];
  durable: number;
  closed: boolean;
  receipted: number;
  complete: boolean;
  held?: boolean;
  readonly marked?: boolean;
}

type Stored = { head: boolean; keys: boolean; statements: Set<number>; segments: Set<string> };

/** A message that the machine has published, as the model knows it. */
export interface ModelMessage {
  readonly message: number;
  readonly task: Task;
  readonly piece: number;
  readonly bytes: number;
}

/** The machine among a spool, a broker and a station that are values, and a clock that does not move by itself. */
export class UplinkModel {
  nowMs = 0;
  state: MachineState;
  readonly recordings: ModelRecording[];
  /** The connection that is being made or is up, and whether it is up. */
  connection = 0;
  link: 'none' | 'connecting' | 'up' | 'closing' = 'none';
  timerMs: number | undefined;
  readonly loads: { job: number; task: Task }[] = [];
  readonly loaded = new Map<number, { task: Task; sizes: readonly number[] }>();
  /** Published and neither acknowledged nor lost. */
  flight: ModelMessage[] = [];
  /** Every task of which a message was published, in order. */
  readonly sent: ModelMessage[] = [];
  readonly station = new Map<number, Stored>();
  /** What went wrong that must never go wrong. */
  readonly violations: string[] = [];
  readonly limits: MachineLimits;

  constructor(recordings: ModelRecording[], limits: MachineLimits = modelLimits) {
    this.recordings = recordings;
    this.limits = limits;
    this.state = startMachine(0, limits);
  }

  snapshot(): SpooledRecording[] {
    return this.recordings.map((one) => ({
      id: idOf(one.number),
      number: one.number,
      openingDigest: new Uint8Array(32),
      keyEnvelopeHash: new Uint8Array(32),
      durable: one.durable,
      closed: one.closed,
      receipted: one.receipted,
      held: one.held ?? false,
      complete: one.complete,
      marked: one.marked ?? false,
    }));
  }

  input(input: Input): void {
    const { state, effects } = nextUplink(this.state, input, this.nowMs, this.limits);
    this.state = state;
    for (const effect of effects) this.perform(effect);
    const { window, limits } = { window: this.state.window, limits: this.limits.window };
    if (window.length > limits.messagesMax || bytesInFlight(window) > limits.bytesMax) {
      this.violations.push(`${window.length} messages of ${bytesInFlight(window)} bytes in flight`);
    }
    if (this.loads.length + this.loaded.size > this.limits.jobsMax + 1)
      this.violations.push('too much is loaded');
  }

  changed(): void {
    this.input({ kind: 'spool', recordings: this.snapshot() });
  }

  private perform(effect: UplinkEffect): void {
    switch (effect.kind) {
      case 'connect':
        if (this.link !== 'none') this.violations.push(`connect while ${this.link}`);
        this.connection = effect.connection;
        this.link = 'connecting';
        return;
      case 'disconnect':
        this.link = 'closing';
        return;
      case 'load':
        this.checkDurable(effect.task);
        this.loads.push(effect);
        return;
      case 'publish': {
        const job = this.loaded.get(effect.job);
        const bytes = job?.sizes[effect.piece];
        if (job === undefined || bytes === undefined || this.link !== 'up') {
          this.violations.push(`published what is not there, or without a connection (${this.link})`);
          return;
        }
        const message = { message: effect.message, task: job.task, piece: effect.piece, bytes };
        this.flight.push(message);
        this.sent.push(message);
        return;
      }
      case 'release':
        this.loaded.delete(effect.job);
        return;
      case 'timer':
        this.timerMs = effect.atMs;
        return;
    }
  }

  private checkDurable(task: Task): void {
    if (!('recording' in task)) return;
    const recording = this.recordingOf(task);
    const ends = recording.durable + (recording.closed ? 1 : 0);
    if (task.what === 'statements' && task.index >= ends)
      this.violations.push(`statement ${task.index} of ${ends}`);
    if (task.what === 'segments' && task.index >= recording.durable) {
      this.violations.push(`segments ${task.index} of ${recording.durable}`);
    }
  }

  recordingOf(task: Task): ModelRecording {
    const found = this.recordings.find((one) => 'recording' in task && idOf(one.number) === task.recording);
    if (found === undefined) throw new RangeError('a task of no recording');
    return found;
  }

  sizesOf(task: Task): readonly number[] {
    switch (task.what) {
      case 'segments':
        return this.recordingOf(task).segments[task.index] ?? [];
      case 'head':
        return [900, 1_200];
      case 'keys':
        return [9_000];
      default:
        return [700];
    }
  }

  /** The spool answers the oldest reading. */
  load(readable = true): void {
    const load = this.loads.shift();
    if (load === undefined) return;
    if (!readable) {
      this.input({ kind: 'unreadable', job: load.job });
      return;
    }
    const sizes = this.sizesOf(load.task);
    this.loaded.set(load.job, { task: load.task, sizes });
    this.input({ kind: 'loaded', job: load.job, sizes });
  }

  connected(): void {
    if (this.link !== 'connecting') return;
    this.link = 'up';
    this.input({ kind: 'up', connection: this.connection });
  }

  cut(jitter = 0): void {
    if (this.link === 'none') return;
    this.link = 'none';
    this.flight = [];
    this.input({ kind: 'down', connection: this.connection, jitter });
  }

  /** The broker takes a message in flight; the station gets it, unless it is lost after the broker. */
  ack(at = 0, lost = false): void {
    const [message] = this.flight.splice(at, 1);
    if (message === undefined) return;
    this.input({ kind: 'acked', message: message.message });
    if (!lost) this.deliver(message);
  }

  private deliver({ task, piece }: ModelMessage): void {
    if (!('recording' in task)) return;
    const recording = this.recordingOf(task);
    const stored: Stored = this.station.get(recording.number) ?? {
      head: false,
      keys: false,
      statements: new Set(),
      segments: new Set(),
    };
    this.station.set(recording.number, stored);
    if (task.what === 'head') stored.head = true;
    if (task.what === 'keys') stored.keys = true;
    // A station keeps nothing of a recording whose opening it has not.
    if (!stored.head) return;
    if (task.what === 'statements') stored.statements.add(task.index);
    if (task.what === 'segments') stored.segments.add(`${task.index}/${piece}`);
  }

  /** What the station would receipt of a recording; undefined before it has the opening. */
  held(recording: ModelRecording): { count: number; keys: boolean; complete: boolean } | undefined {
    const stored = this.station.get(recording.number);
    if (stored?.head !== true) return undefined;
    let count = 0;
    const has = (index: number): boolean =>
      stored.statements.has(index) &&
      (recording.segments[index] ?? []).every((_, piece) => stored.segments.has(`${index}/${piece}`));
    while (count < recording.durable && has(count)) count += 1;
    const complete =
      recording.closed && count === recording.durable && stored.statements.has(count) && stored.keys;
    return { count, keys: stored.keys, complete };
  }

  /** The station's receipt of a recording comes, the spool journals it, and the machine hears of it. */
  receipt(recording: ModelRecording): void {
    const held = this.held(recording);
    if (held === undefined || this.link !== 'up') return;
    recording.receipted = Math.max(recording.receipted, held.count);
    recording.complete ||= held.complete;
    this.changed();
    this.input({ kind: 'receipt', recording: idOf(recording.number), count: held.count, keys: held.keys });
  }

  pass(ms: number): void {
    this.nowMs += ms;
    if (this.timerMs !== undefined && this.nowMs >= this.timerMs) this.input({ kind: 'time' });
  }

  /** Lets everything go well until all is complete, or nothing more happens; true when all is complete. */
  settle(stepsMax = 20_000): boolean {
    for (let step = 0; step < stepsMax; step += 1) {
      const open = this.recordings.filter(({ complete }) => !complete);
      if (open.length === 0) return true;
      if (this.link === 'closing') this.cut();
      else if (this.link === 'connecting') this.connected();
      else if (this.loads.length > 0) this.load();
      else if (this.flight.length > 0) {
        const [first] = this.flight;
        this.ack();
        if (first !== undefined && 'recording' in first.task) this.receipt(this.recordingOf(first.task));
      } else if (this.timerMs !== undefined) this.pass(Math.max(0, this.timerMs - this.nowMs));
      else return false;
    }
    return false;
  }
}

/** The id of the model's recording `number`. */
export function idOf(number: number): string {
  return number.toString(16).padStart(32, '0');
}
