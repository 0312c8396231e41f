import type { SpooledRecording } from '../../spool/types.ts';
import type { Cursors } from './cursor.ts';
import type { Lane, LaneShares } from './lanes.ts';
import type { Parcel, ScheduleLimits } from './schedule.ts';
import type { Allowance, InFlight, Window, WindowLimits } from './window.ts';

// What the uplink's machine knows, hears and asks for. All times are milliseconds of the agent's uptime clock.

/** What the machine goes by. */
export interface MachineLimits extends ScheduleLimits {
  readonly window: WindowLimits;
  readonly messageBytesMax: number;
  readonly jobsMax: number;
  /** How many of these are segments, which take far more room than all else. */
  readonly segmentJobsMax: number;
  readonly reconnectDelayMsMin: number;
  readonly reconnectDelayMsMax: number;
  readonly stableConnectionMs: number;
  readonly challengeIntervalMs: number;
  readonly unreadableDelayMs: number;
}

/** What is loaded and sent: a parcel of a recording, the Session, or the Head that answers a challenge. */
export type Task =
  | { readonly what: 'session' }
  | { readonly what: 'answer'; readonly nonce: Uint8Array }
  | (Parcel & { readonly recording: string });

/** A task under way: `sizes` are the bytes of its messages once they are loaded; those before `sent` need not go out. */
export interface Job {
  readonly id: number;
  readonly task: Task;
  /** The pass of its recording's cursor; 0 where it is of none. */
  readonly pass: number;
  /** Whose share its bytes count in; undefined for Session and Head, which every lane needs. */
  readonly lane: Lane | undefined;
  readonly sizes: readonly number[] | undefined;
  readonly sent: number;
}

/** Message number `piece` of a task, from 0, and whether it is the last; `pass` is its job's. */
export interface OnTheWay {
  readonly task: Task;
  readonly pass: number;
  readonly piece: number;
  readonly last: boolean;
}

/** Where the connection to the broker stands; `failures` are those since it was last stable. */
export type ConnectionState =
  | { readonly at: 'waiting'; readonly untilMs: number; readonly failures: number }
  | { readonly at: 'connecting'; readonly failures: number }
  | { readonly at: 'up'; readonly sinceMs: number; readonly failures: number }
  | { readonly at: 'closing'; readonly sinceMs: number; readonly failures: number }
  | { readonly at: 'stopped' };

/** All that the machine knows. */
export interface MachineState {
  readonly connection: ConnectionState;
  /** The number of the present or last connection; what comes from an older one is of no meaning any more. */
  readonly connectionNumber: number;
  /** Recordings that are not complete, by ascending number. */
  readonly recordings: readonly SpooledRecording[];
  readonly cursors: Cursors;
  readonly shares: LaneShares;
  readonly jobs: readonly Job[];
  /** Readings under way whose job was dropped with its connection: they take room until they end. */
  readonly readingsDropped: number;
  readonly nextJob: number;
  readonly window: Window;
  readonly allowance: Allowance;
  /** What each message on its way is. */
  readonly tasks: ReadonlyMap<number, OnTheWay>;
  readonly nextMessage: number;
  /** The newest challenge that waits for its answer, and before when none is answered. */
  readonly challenge: Uint8Array | undefined;
  readonly answerFromMs: number;
  readonly sessionDue: boolean;
  readonly timerMs: number | undefined;
}

/** What happened. `connection` says of which connection; late words of one that has ended are let pass. */
export type Input =
  | { readonly kind: 'spool'; readonly recordings: readonly SpooledRecording[] }
  | { readonly kind: 'up'; readonly connection: number }
  /** `jitter` is a fresh random number from 0 up to and without 1. */
  | { readonly kind: 'down'; readonly connection: number; readonly jitter: number }
  | { readonly kind: 'loaded'; readonly job: number; readonly sizes: readonly number[] }
  | { readonly kind: 'unreadable'; readonly job: number }
  | { readonly kind: 'acked'; readonly message: number }
  | { readonly kind: 'failed'; readonly message: number }
  | {
      readonly kind: 'receipt';
      readonly recording: string;
      readonly count: number;
      /** The station holds the key envelope. */
      readonly keys: boolean;
      /** A newer receipt of the recording by this station came before this one. */
      readonly late?: boolean;
    }
  | { readonly kind: 'challenge'; readonly connection: number; readonly nonce: Uint8Array }
  | { readonly kind: 'time' }
  | { readonly kind: 'stop' };

/** Why the camera ends a connection: its own end, a message that the broker took too long with, or refused. */
export type DisconnectReason = 'stop' | 'refused' | { readonly unacknowledged: InFlight };

/** What is to be done. */
export type UplinkEffect =
  | { readonly kind: 'connect'; readonly connection: number }
  | { readonly kind: 'disconnect'; readonly connection: number; readonly why: DisconnectReason }
  /** Load the messages of the job; answered by `loaded` or `unreadable`. */
  | { readonly kind: 'load'; readonly job: number; readonly task: Task }
  /** Publish the loaded message number `piece` of the job as message `message`. */
  | { readonly kind: 'publish'; readonly message: number; readonly job: number; readonly piece: number }
  /** The loaded messages of the job are not needed any more. */
  | { readonly kind: 'release'; readonly job: number }
  /** Hand in `time` at `atMs`, and no other timer; with undefined none is needed. */
  | { readonly kind: 'timer'; readonly atMs: number | undefined };

/** What an input came to: the state after it, and what is to be done, in this order. */
export interface UplinkStep {
  readonly state: MachineState;
  readonly effects: readonly UplinkEffect[];
}
