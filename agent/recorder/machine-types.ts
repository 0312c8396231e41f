import type { StreamParameters } from '../../media/types.ts';
import type { TrackTimes } from '../../media/writer/fragmenter.ts';
import type { TriggerName } from '../../proto/link/messages.ts';
import type { Spent } from '../rate.ts';
import type { SensorPlace } from '../sensor/index.ts';
import type { BatteryLevel, HeatLevel, Power } from './automatic/power.ts';
import type {
  CloseReason,
  GapSpan,
  HandedOver,
  PressInput,
  RefusedStart,
  RememberedRunOn,
  RunOn,
  StartKind,
  StopReason,
} from './inputs.ts';
import type { PolicyProfile } from './policy.ts';
import type { RecorderLimits } from './recorder-limits.ts';
import type { Sampling } from './sampling.ts';
import type { Ring } from './stream/ring.ts';
import type { CapturedSample, MediaChunk, Segmenter } from './stream/segmenter.ts';
import type { LampSignal, PressEvent, RecordingContext, TelemetryLog } from './telemetry.ts';

// What the recorder remembers, and what it wants done. All times are whole microseconds of the agent's uptime clock.

/** What is to be done, in this order. All effects of a recording come between its `open` and its `close`. */
export type RecorderEffect =
  /**
   * From now on a recording is owed that begins at `startUs`, which names it: make this durable at once. If it is owed
   * already, it has missed more. If `instead` names an entry, this one takes its place: that entry's recording ended
   * before its first gap was durable, and `missed` covers that gap.
   */
  | {
      readonly kind: 'owe';
      readonly start: StartKind;
      readonly startUs: number;
      readonly dwelling: boolean;
      readonly muted: boolean;
      readonly place: SensorPlace | undefined;
      readonly missed: GapSpan | undefined;
      readonly instead?: string | undefined;
    }
  /** The recording that is owed since `startUs` begins. */
  | {
      readonly kind: 'open';
      readonly start: StartKind;
      readonly policy: Pick<PolicyProfile, 'name' | 'signed'>;
      readonly roles: readonly string[];
      /** How its media is encoded; undefined if it will contain none. */
      readonly media: { readonly parameters: StreamParameters; readonly base: TrackTimes } | undefined;
      readonly startUs: number;
      /** The gap that its first `gap` will state; undefined if nothing was missed before it. */
      readonly missed: GapSpan | undefined;
    }
  /**
   * What was lost of `recording`, and no recording states yet. It has ended, for `reason`. `opened`: its opening is
   * durable, so another recording states this; otherwise the recording is still owed. `instead` as for `owe`.
   */
  | {
      readonly kind: 'lost';
      readonly recording: number;
      readonly opened: boolean;
      readonly gap: GapSpan;
      readonly reason: StopReason | 'fault';
      readonly dwelling: boolean;
      readonly instead?: string | undefined;
    }
  /**
   * Chunk 0: `ftyp` + `moov`, or no media if nothing describes the stream. In that case, or if not all of the stream
   * fitted, its telemetry is `telemetry`, and `problem` says why.
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
      /** Undefined if only telemetry is left to store: the media part is then empty. */
      readonly chunk: MediaChunk | undefined;
      readonly fromUs: number;
      readonly toUs: number;
      readonly telemetry: Uint8Array;
      readonly padMedia: boolean;
    }
  | { readonly kind: 'gap'; readonly gap: GapSpan }
  | { readonly kind: 'close'; readonly reason: CloseReason }
  /** The present recording is to be uploaded before others. */
  | { readonly kind: 'mark' }
  /** A press waits for its time, or something is to happen by itself: deliver `due` after this long, not earlier. */
  | { readonly kind: 'dueAfter'; readonly delayMs: number }
  /** After a fault: deliver `retry` after this long. */
  | { readonly kind: 'retryAfter'; readonly delayMs: number }
  /** Finish what a fault left unfinished. */
  | { readonly kind: 'tryAgain' }
  | {
      readonly kind: 'indicator';
      readonly lamp: LampSignal;
      readonly beepMs: number;
      /** As long as the beep, unless given. */
      readonly vibrateMs?: number;
    }
  | AttentionEffect
  /** The sensor should make a key frame soon: recording waits for one. */
  | { readonly kind: 'requestKeyFrame' }
  /** The battery became low or good, or the camera became warm, hot or cool. */
  | { readonly kind: 'power'; readonly battery: BatteryLevel; readonly heat?: never }
  | { readonly kind: 'power'; readonly heat: HeatLevel; readonly battery?: never }
  /** A start was refused: the sensor has no video track, the policy forbids the trigger, or the camera is weak. */
  | { readonly kind: 'refused'; readonly why: RefusedStart }
  /** Forgotten samples: overwrite their bytes with zeros, and log nothing about it. */
  | { readonly kind: 'wipe'; readonly samples: readonly CapturedSample[] };

/** The effects that report these. */
export type AttentionEffect =
  /** The lamp shows something else than commanded, and has for a while; or it no longer does. */
  | {
      readonly kind: 'lamp';
      readonly right: false;
      readonly commanded: LampSignal;
      readonly shown: LampSignal;
    }
  | { readonly kind: 'lamp'; readonly right: true }
  /** Key pictures come further apart than the pre-event ring may reach, so it can keep none of them. */
  | { readonly kind: 'ringTooShort'; readonly ringUs: number; readonly groupUs: number };

/** When each kind of trigger came last, microseconds of the uptime clock. */
export type Triggered = Readonly<Record<TriggerName, number>>;

/** What can be on or off: recording itself, and each switch. */
export type Toggle = 'record' | 'mute' | 'dwelling';

/** A press that waits for its time. */
interface WaitingPress {
  readonly input: PressInput;
  /** When it arrived, by the agent's clock. */
  readonly heardUs: number;
}

/** Bookmarks that follow each other within a second. */
export interface BookmarkRow {
  /** How many of them took effect. */
  readonly inRow: number;
  /** How many were presses that said no category themselves. */
  readonly counted: number;
  /** Whether one of them said a category itself. */
  readonly isSaid: boolean;
  /** That of the newest that took effect. */
  readonly category: number | undefined;
}

/** What is known about presses, and about what comes like one, so far. */
export interface Presses {
  /** When a press last took effect. */
  readonly takenUs: Readonly<Record<Toggle | 'bookmark', number>>;
  readonly held: Readonly<Partial<Record<Toggle, WaitingPress>>>;
  readonly bookmarks: BookmarkRow;
  /** Presses that were merged into others and that no telemetry mentions yet. */
  readonly merged: number;
  /** The oldest stop, by its ordinal, whose closing is not in storage; undefined once no closing is being stored. */
  readonly stop: number | undefined;
  readonly triggeredUs: Triggered;
  /** What is recorded was started by a person while the camera was weak: only a person ends it. */
  readonly despiteWeak: boolean;
  /** The recordings that began. */
  readonly begun: Spent;
}

/** What was noticed so far. Times are microseconds of the agent's uptime. */
export interface Attention {
  /** When the wearer was last reminded that the camera records, or began to record. */
  readonly remindedUs: number;
  /** When the wearer was last warned that the storage is nearly full, since recording began; undefined: not yet. */
  readonly warnedUs: number | undefined;
  /** Since when the lamp has shown something else than commanded; undefined while it does not. */
  readonly lampWrongUs: number | undefined;
  /** That was reported. */
  readonly lampTold: boolean;
  /** When the newest key picture was captured, while nothing is recorded and nothing was lost since. */
  readonly keyUs: number | undefined;
  /** It was reported that the ring is too short for the present stream. */
  readonly ringReported: boolean;
}

/** Facts that hold whatever the recorder is doing. */
export interface RecorderFacts {
  readonly policy: PolicyProfile;
  /** Obeyed as soon as nothing is recorded: a recording, and those linked to it, keep the policy that they began under. */
  readonly policyNext: PolicyProfile | undefined;
  readonly limits: RecorderLimits;
  readonly context: RecordingContext;
  readonly parameters: StreamParameters | undefined;
  /** The sensor's message with the parameters, if not all of it could be accepted. */
  readonly sent?: Uint8Array | undefined;
  readonly sensorPresent: boolean;
  /** The sensor has no video track, so nothing can be recorded. */
  readonly noVideo: boolean;
  readonly storageFull: boolean;
  /** It is nearly full. */
  readonly storageLow: boolean;
  readonly muted: boolean;
  readonly dwelling: boolean;
  readonly lampCommanded: LampSignal;
  readonly lampReported: LampSignal | undefined;
  /** Bytes of the statements handed over, oldest first; 0 for a gap. */
  readonly unsealed: readonly number[];
  /** The same statements, as the gaps that they become if the storage does not accept them. */
  readonly unsealedSpans: readonly HandedOver[];
  /**
   * The pictures and sound before the first key picture of each recording, too short to be a gap of their own. Kept until
   * something of that recording is in storage: if the recording is lost, its gap counts them too.
   */
  readonly passedBy: readonly HandedOver[];
  /** Everything up to here is in storage, or was given up. */
  readonly settledUpTo: SensorPlace | undefined;
  /** Bookmark was pressed since recording was to begin: it is uploaded first, and what is linked to it too. */
  readonly marked: boolean;
  /** Presses of an earlier run that no durable statement has, until the recording continues that will state them. */
  readonly carriedPresses: readonly PressEvent[];
  /** The places of presses that are in a durable statement, and that the sensor may repeat all the same. */
  readonly statedPresses: readonly SensorPlace[];
  /** Recordings opened so far, and the newest of them that a fault ended. */
  readonly opened: number;
  readonly failed: number;
  /** Statements of the newest recording that were handed over. */
  readonly statements: number;
  /** Faults since something was last stored. */
  readonly faults: number;
  /** How many `close` effects are not in storage yet. */
  readonly closing: number;
  readonly presses: Presses;
  /** Only while a recording is made or awaited: stop was pressed, and it goes on until its time is over. */
  readonly runOn: RunOn | undefined;
  /** The same of the recording whose press the sensor is about to repeat. */
  readonly owedRunOn: RememberedRunOn | undefined;
  /**
   * The oldest and the newest recording that ended since all closings were durable: how the next run ends them;
   * undefined for one that ended by a press that the sensor repeats.
   */
  readonly ends: readonly (RememberedRunOn | undefined)[];
  readonly attention: Attention;
  /** What the readings have said of battery and heat. */
  readonly power: Power;
  /** Which readings the policy keeps. */
  readonly sampling: Sampling;
  /** The agent's uptime at the newest input. */
  readonly nowUs: number;
  /** Why recording was last stopped. */
  readonly stopped: StopReason;
  /** When the newest awaited recording begins: no two begin in the same microsecond. */
  readonly waitedUs: number;
}

/** What the recorder is doing. */
export type RecorderPhase =
  /** Not recording; the ring runs if the policy has one. */
  | { readonly kind: 'standby'; readonly ring: Ring }
  /** No longer recording; the closing is being stored, and the stop is shown once it is in storage. */
  | { readonly kind: 'stopping'; readonly ring: Ring }
  /** Told to record, and waiting for a picture that can be decoded on its own. */
  | {
      readonly kind: 'waiting';
      readonly start: StartKind;
      /** When the recording begins, whenever its first picture comes. */
      readonly startUs: number;
      readonly telemetry: TelemetryLog;
      /** What was missed meanwhile. */
      readonly missed: GapSpan | undefined;
      /** How long its pictures last: right after a restart, the times of capture may be far off. */
      readonly missedUs: number;
      /** Something was lost, and not just skipped before the first key picture: it must be stated. */
      readonly lost: boolean;
      /** A fault ended the recording before: nothing begins until the `retry`. */
      readonly held: boolean;
    }
  | {
      readonly kind: 'recording';
      readonly segmenter: Segmenter;
      readonly telemetry: TelemetryLog;
      readonly start: StartKind;
      readonly startUs: number;
      /** End of the newest accepted sample. */
      readonly endUs: number;
      /**
       * Until when samples came without a break, by their decoding times: those never jump, while the capture times of
       * pictures that refer to later ones do. Undefined before the first sample.
       */
      readonly decodedUs: number | undefined;
      readonly base: TrackTimes;
      /** How much time before `endUs` is in no chunk and no gap. */
      readonly unstatedUs: number;
      /** A gap that still grows: nothing is accepted until its cause is gone. */
      readonly gap: GapSpan | undefined;
      /** The dwelling was left, the indices run out, or it has become long: the next key frame begins a linked recording. */
      readonly relinkAtKey: boolean;
    };

/** The recorder's whole state between two inputs. */
export interface RecorderState {
  readonly facts: RecorderFacts;
  readonly phase: RecorderPhase;
}
