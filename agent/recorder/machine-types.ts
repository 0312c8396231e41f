import type { StreamParameters } from '../../media/types.ts';
import type { TrackTimes } from '../../media/writer/fragmenter.ts';
import type { TriggerName } from '../../proto/link/messages.ts';
import type { TimedReading } from '../../proto/readings.ts';
import type { SensorPlace } from '../sensor/index.ts';
import type { Attention, AttentionEffect } from './automatic/attention.ts';
import type { BatteryLevel, HeatLevel, Power } from './automatic/power.ts';
import type { RememberedRunOn, RunOn } from './automatic/run-on.ts';
import type { PolicyProfile } from './policy.ts';
import type { Presses } from './presses.ts';
import type { RecorderLimits } from './recorder-limits.ts';
import type { Sampling, Surroundings } from './sampling.ts';
import type { Ring } from './stream/ring.ts';
import type { CapturedSample, MediaChunk, Segmenter } from './stream/segmenter.ts';
import type { LampSignal, RecordingContext, TelemetryLog } from './telemetry.ts';

// All times are whole microseconds of the agent's uptime clock.

/** What started a recording; `linked`: it continues the one before it. */
export type StartKind = 'button' | 'command' | 'trigger' | 'linked';
/**
 * Why a recording was closed; after `linked`, `sensor` (another sensor answers) and `fault`, another one continues it.
 */
export type CloseReason = StopReason | 'linked' | 'sensor' | 'fault';
/** Why recording has ended altogether. */
export type StopReason = 'button' | 'command' | 'shutdown' | 'battery' | 'heat';
/**
 * Why something was not recorded: it did not arrive, was not sealed in time, found no space, was lost to a fault, or
 * was sent in a way that the rules of the link refuse.
 */
export type GapCause = 'link' | 'overload' | 'storage' | 'fault' | 'refused';

/** A span in which nothing was recorded, or not everything: how much, as far as known, and why. */
export interface GapSpan {
  readonly fromUs: number;
  readonly toUs: number;
  readonly cause: GapCause;
  /** Samples lost of each track. */
  readonly video: number;
  readonly audio: number;
  /** True if more may have been lost than the two counts say; absent if they are exact. */
  readonly atLeast?: boolean | undefined;
  /** The position of the newest of them, as far as they had one. */
  readonly upTo?: SensorPlace | undefined;
}

/** Why a start was refused: no pictures will come, the policy forbids this trigger, or the camera is weak. */
export type RefusedStart = 'no-video' | 'policy' | 'weak';

/** What identifies a press of start that the sensor sent. */
export interface Press {
  readonly ordinal: number;
  readonly place: SensorPlace;
}

/** What a run continues until the press comes again with which the recording after it begins. */
export interface ResumedBefore {
  readonly fromUs: number;
  readonly missed: GapSpan | undefined;
  /** When it was ended, if no sensor repeats that. */
  readonly runOn?: RememberedRunOn | undefined;
}

/** The time covered by a statement that is being stored, and its recording, counted from 1. */
export interface HandedOver extends GapSpan {
  readonly recording: number;
}

/** All inputs of the recorder. */
export type RecorderInput =
  | {
      readonly kind: 'start';
      readonly by: 'button' | 'command';
      readonly atUs: number;
      readonly press?: Press;
      /** When the recording began that is already owed for this press: the sensor has repeated the press. */
      readonly owedUs?: number | undefined;
    }
  /** Something else than a person asks for a recording. */
  | {
      readonly kind: 'start';
      readonly by: 'trigger';
      readonly trigger: TriggerName;
      readonly atUs: number;
      readonly press?: Press;
      readonly owedUs?: number | undefined;
    }
  /** The agent itself continues after a crash that cut a recording short, or kept one from being opened. */
  | {
      readonly kind: 'resume';
      readonly missed: GapSpan | undefined;
      /** From when on nothing was recorded. */
      readonly fromUs: number;
      /** How the recording that is owed since `fromUs` was started; undefined if a linked one is to follow. */
      readonly owed?: StartKind | undefined;
      /** Stop had been pressed, so it ends by itself. */
      readonly runOn?: RememberedRunOn | undefined;
      readonly despiteWeak?: boolean | undefined;
      readonly atUs: number;
    }
  /**
   * The sensor repeats what came before the press with which recording was resumed, so it will repeat that press too,
   * which begins the recording. Until then `before` continues or, if it is undefined, nothing is recorded.
   */
  | {
      readonly kind: 'pressedAgain';
      readonly before: ResumedBefore | undefined;
    }
  | {
      readonly kind: 'stop';
      readonly by: 'button' | 'command';
      readonly atUs: number;
      /** Its position in the stream of a sensor that keeps it until it is durable that recording was stopped. */
      readonly ordinal?: number;
    }
  | { readonly kind: 'bookmark'; readonly atUs: number }
  | { readonly kind: 'mute' | 'dwelling'; readonly on: boolean; readonly atUs: number }
  /**
   * The parameters of the samples from now on. The sensor sends them before the first sample and whenever they change.
   */
  | {
      readonly kind: 'parameters';
      readonly parameters: StreamParameters;
      /** The sensor's own message, if not all of it could be accepted. */
      readonly sent?: Uint8Array;
      readonly atUs: number;
    }
  | { readonly kind: 'sample'; readonly sample: CapturedSample }
  | { readonly kind: 'reading'; readonly reading: TimedReading }
  | { readonly kind: 'surroundings'; readonly surroundings: Surroundings }
  | { readonly kind: 'lampReported'; readonly lamp: LampSignal; readonly atUs: number }
  | { readonly kind: 'context'; readonly context: RecordingContext }
  /** Samples that the sensor or the link lost, at the position in the stream where they are missing. */
  | { readonly kind: 'lost'; readonly gap: GapSpan }
  /** The sensor came or went; `noVideo`, where it is known: it has no video track. */
  | {
      readonly kind: 'sensor';
      readonly present: boolean;
      readonly noVideo?: boolean;
      readonly atUs: number;
    }
  /** From now on everything comes from another sensor. */
  | { readonly kind: 'sensorChanged'; readonly atUs: number }
  | { readonly kind: 'storage'; readonly full: boolean; readonly atUs: number }
  /** The oldest statement handed over by `seal` and `gap` is in storage, or lost after a `fault`. */
  | { readonly kind: 'sealed' }
  /** The oldest `close` is in storage, as far as the storage accepts it. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'shutdown'; readonly atUs: number }
  /**
   * Nothing more of the recording that was opened as number `recording`, from 1, is stored, or its closing is not;
   * `opened`: its opening is durable. `owed`: the name under which its first gap is owed, if that gap is not durable.
   */
  | {
      readonly kind: 'fault';
      readonly recording: number;
      readonly opened: boolean;
      readonly owed?: string | undefined;
      readonly atUs: number;
    }
  /** What `tryAgain` asked for is done. */
  | { readonly kind: 'mended' }
  /** The agency has a newer policy, which is durable. */
  | { readonly kind: 'policy'; readonly policy: PolicyProfile }
  /** The time that `dueAfter` gave has passed. */
  | { readonly kind: 'due'; readonly atUs: number }
  /** The time that `retryAfter` gave has passed. */
  | { readonly kind: 'retry'; readonly atUs: number };

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
  /** Bookmark was pressed since recording began: what is linked to it is uploaded first too. */
  readonly marked: boolean;
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
