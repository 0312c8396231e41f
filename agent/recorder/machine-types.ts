import type { StreamParameters } from '../../media/types.ts';
import type { TrackTimes } from '../../media/writer/fragmenter.ts';
import type { TimedReading } from '../../proto/readings.ts';
import type { RateLimit } from '../rate.ts';
import type { SensorPlace } from '../sensor/index.ts';
import type { PolicyProfile } from './policy.ts';
import type { Presses } from './presses.ts';
import type { Ring } from './ring.ts';
import type { CapturedSample, MediaChunk, Segmenter, SegmenterLimits } from './segmenter.ts';
import type { LampSignal, RecordingContext, TelemetryLog } from './telemetry.ts';

// All times are whole microseconds of the agent's uptime clock.

/** By what a recording was started; `linked`: it goes on with what one before it recorded. */
export type StartKind = 'button' | 'command' | 'linked';
/** Why a recording was closed; `linked`, `sensor` (another sensor answers) and `fault`: another goes on with it. */
export type CloseReason = StopReason | 'linked' | 'sensor' | 'fault';
/** Why nothing more is recorded. */
export type StopReason = 'button' | 'command' | 'shutdown';
/**
 * Why something was not recorded: it did not come, was not sealed in time, found no room, was lost to a fault, or was
 * sent in a way that the rules of the link refuse.
 */
export type GapCause = 'link' | 'overload' | 'storage' | 'fault' | 'refused';

/** A span of which nothing was recorded, or not all: how much, as far as known, and why. */
export interface GapSpan {
  readonly fromUs: number;
  readonly toUs: number;
  readonly cause: GapCause;
  /** Samples lost of each track. */
  readonly video: number;
  readonly audio: number;
  /** True where more may have been lost than the two counts say; absent where they are exact. */
  readonly atLeast?: boolean | undefined;
  /** Where the newest of them stood, as far as they had a place. */
  readonly upTo?: SensorPlace | undefined;
}

/** What a press of start that the sensor sent is known by. */
export interface Press {
  readonly ordinal: number;
  readonly place: SensorPlace;
}

/** What the agent's next run has to know, should this one be killed. */
export interface Remembered {
  /** Whether whoever wears the camera believes that it records; `stopping`: until what was recorded is closed. */
  readonly recording: 'yes' | 'stopping' | 'no';
  readonly dwelling: boolean;
  /** What is missing, and stated in no durable statement yet. The sensor may have forgotten it. */
  readonly missed: GapSpan | undefined;
  /** All up to here is durable, or in `missed`; undefined before the first. */
  readonly upTo: SensorPlace | undefined;
}

/** What a statement that is on its way to storage says of the time, and of which recording it is, from 1. */
export interface HandedOver extends GapSpan {
  readonly recording: number;
}

/** Everything that the recorder hears of. */
export type RecorderInput =
  | {
      readonly kind: 'start';
      readonly by: 'button' | 'command';
      readonly atUs: number;
      readonly press?: Press;
      /** When the recording began that is owed for this press already: the sensor sent the press again. */
      readonly owedUs?: number | undefined;
    }
  /** The agent itself goes on where a crash of it cut a recording short, or kept one from being opened. */
  | {
      readonly kind: 'resume';
      readonly missed: GapSpan | undefined;
      /** From when on nothing is recorded. */
      readonly fromUs: number;
      /** How the recording was started that is owed since `fromUs`; undefined where a linked one is to follow. */
      readonly owed?: StartKind | undefined;
      readonly atUs: number;
    }
  /**
   * The sensor sends again what came before the press with which recording was resumed, so that press will come again
   * and begins the recording. Until then `before` goes on, or, where it is undefined, nothing.
   */
  | {
      readonly kind: 'pressedAgain';
      readonly before: { readonly fromUs: number; readonly missed: GapSpan | undefined } | undefined;
    }
  | {
      readonly kind: 'stop';
      readonly by: 'button' | 'command';
      readonly atUs: number;
      /** Its place in what the sensor sent: it may be forgotten there once it is durable that recording was stopped. */
      readonly ordinal?: number;
    }
  | { readonly kind: 'bookmark'; readonly atUs: number }
  | { readonly kind: 'mute' | 'dwelling'; readonly on: boolean; readonly atUs: number }
  /** What the samples from now on are. The sensor says it before the first and whenever it changes. */
  | {
      readonly kind: 'parameters';
      readonly parameters: StreamParameters;
      /** The sensor's own message, where not all of it could be taken. */
      readonly sent?: Uint8Array;
      readonly atUs: number;
    }
  | { readonly kind: 'sample'; readonly sample: CapturedSample }
  | { readonly kind: 'reading'; readonly reading: TimedReading }
  | { readonly kind: 'lampReported'; readonly lamp: LampSignal; readonly atUs: number }
  | { readonly kind: 'context'; readonly context: RecordingContext }
  /** Samples that the sensor or the link lost, at the place in the stream where they are missing. */
  | { readonly kind: 'lost'; readonly gap: GapSpan }
  | { readonly kind: 'sensor'; readonly present: boolean; readonly atUs: number }
  /** What comes from now on is another sensor's. */
  | { readonly kind: 'sensorChanged'; readonly atUs: number }
  | { readonly kind: 'storage'; readonly full: boolean; readonly atUs: number }
  /** The oldest statement of those handed over by `seal` and `gap` is on storage, or lost after a `fault`. */
  | { readonly kind: 'sealed' }
  /** The oldest `close` is on storage, as far as it takes it. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'shutdown'; readonly atUs: number }
  /**
   * Nothing more of the recording that was opened as number `recording`, from 1, is kept, or its closing is not;
   * `opened`: its opening is durable.
   */
  | { readonly kind: 'fault'; readonly recording: number; readonly opened: boolean; readonly atUs: number }
  /** What `tryAgain` asked for is done. */
  | { readonly kind: 'mended' }
  /** The time that `dueAfter` gave has passed. */
  | { readonly kind: 'due'; readonly atUs: number }
  /** The time that `retryAfter` gave has passed. */
  | { readonly kind: 'retry'; readonly atUs: number };

/** What is to be done, in this order. Effects of one recording stand between its `open` and its `close`. */
export type RecorderEffect =
  /**
   * From now on a recording is owed that begins at `startUs`, which names it: this is to be durable at once. One that
   * is owed already has missed more.
   */
  | {
      readonly kind: 'owe';
      readonly start: StartKind;
      readonly startUs: number;
      readonly dwelling: boolean;
      readonly muted: boolean;
      readonly place: SensorPlace | undefined;
      readonly missed: GapSpan | undefined;
    }
  /** The recording that is owed since `startUs` begins. */
  | {
      readonly kind: 'open';
      readonly start: StartKind;
      readonly policy: string;
      readonly roles: readonly string[];
      /** How its media is made; undefined where it will hold none. */
      readonly media: { readonly parameters: StreamParameters; readonly base: TrackTimes } | undefined;
      readonly startUs: number;
      /** The gap that its first `gap` will state; undefined where nothing was missed before it. */
      readonly missed: GapSpan | undefined;
    }
  /**
   * What was lost of `recording`, and no recording states yet. It has ended, for `reason`. `opened`: its opening is
   * durable, so another states this; else the recording is still owed.
   */
  | {
      readonly kind: 'lost';
      readonly recording: number;
      readonly opened: boolean;
      readonly gap: GapSpan;
      readonly reason: StopReason | 'fault';
      readonly dwelling: boolean;
    }
  /**
   * Chunk 0: `ftyp` + `moov`, or no media where nothing describes the stream. Where that is so, or else not all of the
   * stream fitted, its telemetry is `telemetry`, and `problem` says why.
   */
  | {
      readonly kind: 'sealInit';
      readonly atUs: number;
      readonly described: boolean;
      readonly telemetry: Uint8Array;
      readonly problem: string | undefined;
    }
  | {
      readonly kind: 'seal';
      /** Undefined where only telemetry is left to be kept: the media part is then empty. */
      readonly chunk: MediaChunk | undefined;
      readonly fromUs: number;
      readonly toUs: number;
      readonly telemetry: Uint8Array;
      readonly padMedia: boolean;
    }
  | { readonly kind: 'gap'; readonly gap: GapSpan }
  | { readonly kind: 'close'; readonly reason: CloseReason }
  /** The present recording is to go up before others. */
  | { readonly kind: 'mark' }
  /** A press waits for its time: `due` is to be heard in so long, and not before. */
  | { readonly kind: 'dueAfter'; readonly delayMs: number }
  /** After a fault: `retry` is to be heard in so long. */
  | { readonly kind: 'retryAfter'; readonly delayMs: number }
  /** What a fault left without its end is to be ended. */
  | { readonly kind: 'tryAgain' }
  | { readonly kind: 'indicator'; readonly lamp: LampSignal; readonly beepMs: number }
  /** The sensor should make a key frame soon: recording waits for one. */
  | { readonly kind: 'requestKeyFrame' }
  /** Forgotten samples: their bytes are to be overwritten with zeros, and nothing is to be logged of it. */
  | { readonly kind: 'wipe'; readonly samples: readonly CapturedSample[] };

/** Bounds, see `agentLimits`. */
export interface RecorderLimits extends SegmenterLimits {
  readonly telemetryItemsMax: number;
  readonly unsealedBytesMax: number;
  readonly recordingStatementsMax: number;
  readonly recordingStatementsSpare: number;
  readonly recordingStatementsKept: number;
  readonly retryDelayMsMin: number;
  readonly retryDelayMsMax: number;
  readonly ringBytesMax: number;
  readonly ringSamplesMax: number;
  readonly unsealedCountMax: number;
  readonly pressMergeUs: number;
  readonly recordingRate: RateLimit;
  readonly unstatedUsMax: number;
}

/** What holds whatever the recorder is doing. */
export interface RecorderFacts {
  readonly policy: PolicyProfile;
  readonly limits: RecorderLimits;
  readonly context: RecordingContext;
  readonly parameters: StreamParameters | undefined;
  /** The sensor's message of them, where not all of it could be taken. */
  readonly sent?: Uint8Array | undefined;
  readonly sensorPresent: boolean;
  readonly storageFull: boolean;
  readonly muted: boolean;
  readonly dwelling: boolean;
  readonly lampCommanded: LampSignal;
  readonly lampReported: LampSignal | undefined;
  /** Bytes of the statements handed over, oldest first; 0 for a gap. */
  readonly unsealed: readonly number[];
  /** The same statements, as the gaps that they become where storage does not take them. */
  readonly unsealedSpans: readonly HandedOver[];
  /** All up to here is on storage, or was given up. */
  readonly settledUpTo: SensorPlace | undefined;
  /** Recordings opened so far, and the newest of them that a fault ended. */
  readonly opened: number;
  readonly failed: number;
  /** Statements of the newest recording that were handed over. */
  readonly statements: number;
  /** Faults since something was last on storage. */
  readonly faults: number;
  /** How many `close` are not on storage yet. */
  readonly closing: number;
  readonly presses: Presses;
  /** The agent's uptime at the newest input. */
  readonly nowUs: number;
  /** Why recording was stopped last. */
  readonly stopped: StopReason;
  /** When the newest recording that was waited for begins: no two begin in the same microsecond. */
  readonly waitedUs: number;
}

/** What the recorder does at present. */
export type RecorderPhase =
  /** Not recording; the ring runs where the policy has one. */
  | { readonly kind: 'standby'; readonly ring: Ring }
  /** Not recording any more; the closing is on its way to storage, and the stop shown once it is there. */
  | { readonly kind: 'stopping'; readonly ring: Ring }
  /** Told to record, and waiting for a picture that can be decoded alone. */
  | {
      readonly kind: 'waiting';
      readonly start: StartKind;
      /** When the recording begins, whenever its first picture comes. */
      readonly startUs: number;
      readonly telemetry: TelemetryLog;
      /** What passed by meanwhile. */
      readonly missed: GapSpan | undefined;
      /** Some of it did more than pass by before the first key picture: it must be stated. */
      readonly lost: boolean;
      /** A fault ended the recording before: nothing is begun until the `retry`. */
      readonly held: boolean;
    }
  | {
      readonly kind: 'recording';
      readonly segmenter: Segmenter;
      readonly telemetry: TelemetryLog;
      readonly start: StartKind;
      readonly startUs: number;
      /** End of the newest sample that was taken. */
      readonly endUs: number;
      /**
       * Until when samples came without a break, by the times at which they are decoded: those never jump, while the
       * capture times of pictures that refer to later ones do. Undefined before the first sample.
       */
      readonly decodedUs: number | undefined;
      readonly base: TrackTimes;
      /** How much time before `endUs` is in no chunk and no gap. */
      readonly unstatedUs: number;
      /** A gap that still grows: nothing is taken until its cause is gone. */
      readonly gap: GapSpan | undefined;
      /** The dwelling was left, or the indices run out: the next key frame begins a linked recording. */
      readonly relinkAtKey: boolean;
    };

/** All that the recorder knows between two inputs. */
export interface RecorderState {
  readonly facts: RecorderFacts;
  readonly phase: RecorderPhase;
}
