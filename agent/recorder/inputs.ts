import type { StreamParameters } from '../../media/types.ts';
import type { TriggerName } from '../../proto/link/messages.ts';
import type { TimedReading } from '../../proto/readings.ts';
import type { SensorPlace } from '../sensor/index.ts';
import type { PolicyProfile } from './policy.ts';
import type { Surroundings } from './sampling.ts';
import type { CapturedSample } from './stream/segmenter.ts';
import type { LampSignal, PressEvent, RecordingContext } from './telemetry.ts';

// What the recorder is told, and the words that its inputs, its state and its effects share.

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
  /** The presses that its telemetry states. */
  readonly presses?: readonly PressEvent[];
}

/** A recording that goes on although stop was pressed. Times are microseconds of the uptime clock. */
export interface RunOn {
  /** Why the recording is closed then. */
  readonly by: StopReason;
  /** Undefined where an earlier run of the agent ended it and stop was not pressed. */
  readonly pressedUs?: number | undefined;
  /** The recording ends with the last picture before this. */
  readonly untilUs: number;
  /** When it ends by the agent's own clock, if no picture says earlier that the time has passed. */
  readonly deadlineUs: number;
}

/**
 * What the next run of the agent must know of it, or of a recording that has ended while its closing is not durable: that
 * run records what the sensor has kept from before its end, and closes it.
 */
export type RememberedRunOn = Omit<RunOn, 'deadlineUs'>;

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
      /** Where in the sensor's stream that press is. */
      readonly press: SensorPlace;
      readonly before: ResumedBefore | undefined;
    }
  | {
      readonly kind: 'stop';
      readonly by: 'button' | 'command';
      readonly atUs: number;
      /** Its position in the stream of a sensor that keeps it until it is durable that recording was stopped. */
      readonly ordinal?: number;
    }
  | {
      readonly kind: 'bookmark';
      readonly atUs: number;
      /** 1 to 99, if it was said. */
      readonly category?: number | undefined;
      readonly place?: SensorPlace;
    }
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
  /** `low`: it is nearly full. */
  | { readonly kind: 'storage'; readonly full: boolean; readonly low?: boolean; readonly atUs: number }
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

export type TriggeredStart = Extract<RecorderInput, { kind: 'start' }> & { readonly by: 'trigger' };

export type PressInput = Extract<
  RecorderInput,
  { kind: 'start' | 'stop' | 'bookmark' | 'mute' | 'dwelling' }
>;
