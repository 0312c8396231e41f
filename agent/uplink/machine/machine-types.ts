import type { SpooledRecording } from '../../spool/types.ts';
import type { Cursors } from './cursor.ts';
import type { Lane, LaneShares } from './lanes.ts';
import type { ReconnectLimits } from './reconnect.ts';
import type { Parcel, ScheduleLimits } from './schedule.ts';
import type { Allowance, InFlight, Window, WindowLimits } from './window.ts';

// The uplink machine's state, inputs and effects. All times are milliseconds of the agent's uptime clock.

/** The machine's settings. */
export interface MachineLimits extends ScheduleLimits, ReconnectLimits {
  readonly window: WindowLimits;
  readonly messageBytesMax: number;
  readonly jobsMax: number;
  /** How many of these may be segments, which take far more memory than everything else. */
  readonly segmentJobsMax: number;
  /** Messages of boots' journals that are read or on their way: those of recordings wait for no more than these. */
  readonly journalMessagesMax: number;
  readonly stableConnectionMs: number;
  readonly doubtIntervalMs: number;
  readonly challengeIntervalMs: number;
  readonly unreadableDelayMsMin: number;
  readonly unreadableDelayMsMax: number;
}

/** What is loaded and sent: a parcel of a recording, the Session, or the Head that answers a challenge. */
export type Task =
  | { readonly what: 'session' }
  | { readonly what: 'answer'; readonly nonce: Uint8Array }
  | (Parcel & { readonly recording: string; readonly journal?: true });

/**
 * A task under way: `sizes` are the bytes of its messages once they are loaded; those before `sent` need not be sent.
 */
export interface Job {
  readonly id: number;
  readonly task: Task;
  /** The pass of its recording's cursor; 0 if it belongs to no recording. */
  readonly pass: number;
  /** The lane to which its bytes are charged; undefined for Session and Head, which every lane needs, and for journals. */
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

/** The state of the connection to the broker; `failures` counts those since one was good: it lasted, or brought a new receipt. */
export type ConnectionState =
  | { readonly at: 'waiting'; readonly untilMs: number; readonly failures: number }
  | { readonly at: 'connecting'; readonly failures: number }
  | { readonly at: 'up'; readonly sinceMs: number; readonly failures: number }
  | { readonly at: 'closing'; readonly sinceMs: number; readonly failures: number }
  | { readonly at: 'stopped' };

/** The machine's whole state. */
export interface MachineState {
  readonly connection: ConnectionState;
  /** The number of the present or last connection; events of an older one are ignored. */
  readonly connectionNumber: number;
  /** Recordings that are not complete, by ascending number. */
  readonly recordings: readonly SpooledRecording[];
  readonly cursors: Cursors;
  /** How often each recording could not be read since a receipt of it last said more; 0 where it is absent. */
  readonly unread: ReadonlyMap<string, number>;
  readonly shares: LaneShares;
  readonly jobs: readonly Job[];
  /** Reads under way whose job was dropped with its connection: they occupy a place until they end. */
  readonly readingsDropped: number;
  readonly nextJob: number;
  readonly window: Window;
  readonly allowance: Allowance;
  /** What each message in flight is. */
  readonly tasks: ReadonlyMap<number, OnTheWay>;
  readonly nextMessage: number;
  /** The newest challenge that waits for its answer, and the time until which none is answered. */
  readonly challenge: Uint8Array | undefined;
  readonly answerFromMs: number;
  /** Until then no challenge lets the station be asked again about what it is said to hold. */
  readonly doubtFromMs: number;
  readonly sessionDue: boolean;
  /** Nothing more is taken up; the connection ends once nothing is on its way. */
  readonly finishing: boolean;
  readonly timerMs: number | undefined;
}

/** What happened. `connection` says on which connection; late events of an ended one are ignored. */
export type Input =
  | { readonly kind: 'spool'; readonly recordings: readonly SpooledRecording[] }
  | { readonly kind: 'up'; readonly connection: number }
  /** `jitter` is a fresh random number in [0, 1). */
  | { readonly kind: 'down'; readonly connection: number; readonly jitter: number }
  | { readonly kind: 'loaded'; readonly job: number; readonly sizes: readonly number[] }
  | { readonly kind: 'unreadable'; readonly job: number }
  /** What was to be loaded are keys, of which none are sealed to the station's vault. */
  | { readonly kind: 'keyless'; readonly job: number }
  | { readonly kind: 'acked'; readonly message: number }
  | { readonly kind: 'failed'; readonly message: number }
  | {
      readonly kind: 'receipt';
      readonly recording: string;
      readonly count: number;
      /** The station holds the key envelope. */
      readonly keys: boolean;
      /** The station holds all of it. */
      readonly complete?: boolean;
      /** A newer receipt of the recording by this station arrived before this one. */
      readonly late?: boolean;
    }
  | { readonly kind: 'challenge'; readonly connection: number; readonly nonce: Uint8Array }
  | { readonly kind: 'time' }
  /** What is on its way is to arrive, and nothing is to follow it. */
  | { readonly kind: 'finish' }
  | { readonly kind: 'stop' };

/** Why the camera ends a connection: the agent closes, another cell is used, or the broker took too long with a message or refused it. */
export type DisconnectReason = 'stop' | 'finished' | 'refused' | { readonly unacknowledged: InFlight };

/** What is to be done. */
export type UplinkEffect =
  | { readonly kind: 'connect'; readonly connection: number }
  | { readonly kind: 'disconnect'; readonly connection: number; readonly why: DisconnectReason }
  /** Load the messages of the job; answered by `loaded`, `unreadable` or `keyless`. */
  | { readonly kind: 'load'; readonly job: number; readonly task: Task }
  /** Publish message number `piece` of the loaded job as message `message`. */
  | { readonly kind: 'publish'; readonly message: number; readonly job: number; readonly piece: number }
  /** The loaded messages of the job are no longer needed. */
  | { readonly kind: 'release'; readonly job: number }
  /** Deliver the input `time` at `atMs`, replacing any other timer; undefined means that none is needed. */
  | { readonly kind: 'timer'; readonly atMs: number | undefined };

/** The result of an input: the new state, and what is to be done, in this order. */
export interface UplinkStep {
  readonly state: MachineState;
  readonly effects: readonly UplinkEffect[];
}
