import type { SealcamError } from '../../base/errors.ts';
import type { MediaSample, StreamParameters, TrackKind } from '../../media/types.ts';
import type { ButtonName, LampState, Switches } from '../../proto/link/messages.ts';
import type { SensorReading } from '../../proto/readings.ts';
import type { SensorPlace } from './place.ts';

// The port between the agent and what sees and is touched. It has two halves: pictures (with sound), and controls
// (buttons, switches, lamp, measurements). One source may serve both, as the serial link does, or each half has a source
// of its own, which `joinHalves` makes one sensor of.
//
// **Clocks.** Every time that crosses the port is in whole microseconds of the agent's uptime clock, from 0 to now: each
// source converts the times of its own clock, as well as it can. So times of the two halves compare, to the sum of both
// errors. Nothing else relates them: what two sources send arrives in any order, and only within one source is the order
// of arrival the order in which it happened.
//
// **Holding.** A source that can hold (`holdsBytes` above 0) keeps what it sent until it is released, and sends it again
// to the agent's next run, under the same places. Such a source must survive the agent's process. From one that holds
// nothing, the agent loses what is not durable when it is killed, and states that as a gap.
//
// Any source must pass `test/contract/sensor.ts`.

/** What is served by a source. */
export type SensorHalf = 'pictures' | 'controls';

/** What a sensor says of itself. */
export interface SensorDescription {
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  readonly capabilities: readonly string[];
  /** Bytes of what was not released that it can keep, if it said so. */
  readonly bufferBytes?: number;
  /** It has no video track: buttons, lamp and readings come from it alone, and nothing can be recorded. */
  readonly noVideo?: boolean;
}

/**
 * Why samples are missing: the sensor had no room for them; it began again, and what the run before held is unknown; it
 * did not send them again when asked; or they came, and were not what they have to be.
 */
export type LossCause = 'sensorBuffer' | 'sensorRestart' | 'unanswered' | 'malformed';

/** A loss, at its place among what was sent. What is unknown is absent. */
export interface SensorLoss {
  readonly cause: LossCause;
  readonly fromUs?: number;
  readonly toUs?: number;
  readonly samples?: Readonly<Record<TrackKind, { readonly samples: number; readonly bytes: number }>>;
  /** True where more samples may be missing than `samples` counts. */
  readonly atLeast?: boolean;
  /** Messages other than samples. */
  readonly other?: number;
  /** True where no sample can be among what is lost, as it was a source of controls that lost it. */
  readonly ofControls?: boolean;
  /** Why it was refused, where `cause` is `malformed`. Holds nothing that a log must not hold. */
  readonly reason?: string;
}

/** What the half of pictures hands on. */
export type PictureContent =
  /** What the samples from now on are. Comes before the first sample, and whenever it changes. */
  | {
      readonly type: 'parameters';
      /** What of the stream can be recorded. */
      readonly parameters: StreamParameters;
      /** What does not fit, a sentence each, and with them the `StreamParameters` message of the whole stream. */
      readonly problems?: readonly string[];
      readonly sent?: Uint8Array;
    }
  /** One access unit or audio packet, untouched, in decoding order within its track. Its bytes are the receiver's. */
  | { readonly type: 'sample'; readonly sample: MediaSample; readonly capturedUs: number }
  | ({ readonly type: 'dropped' } & SensorLoss);

/** What the half of controls hands on. */
export type ControlContent =
  | ({ readonly type: 'reading'; readonly atUs: number } & SensorReading)
  /** A press (`pressed` is true), or, of the switches `mute` and `dwelling`, their new position. */
  | {
      readonly type: 'button';
      readonly button: ButtonName;
      readonly pressed: boolean;
      readonly atUs: number;
      /** True from a source of controls that holds nothing: the agent's next run will not get it again. */
      readonly unkept?: boolean;
      /** Of a bookmark: its category, 1 to 99; absent where the source does not say one. */
      readonly category?: number | undefined;
    }
  /** How the switches were set before all that follows, of a sensor that was not known. */
  | { readonly type: 'switches'; readonly switches: Switches }
  /** What the lamp shows as measured, whenever that changes. */
  | { readonly type: 'lampReport'; readonly lamp: LampState; readonly atUs: number };

export type SensorContent = PictureContent | ControlContent;

/** What became of the source of pictures, or of the one source there is. */
export type SensorStatus =
  /** It is there. `resumed`: it is the run that was there before, so nothing is lost. `changed`: it is another device. */
  | {
      readonly type: 'here';
      readonly sensor: SensorDescription;
      readonly resumed: boolean;
      readonly changed: boolean;
    }
  /** It is gone or silent; the source goes on trying to reach it. */
  | { readonly type: 'lost'; readonly reason: string; readonly code?: string }
  /** It works again after it was lost. */
  | { readonly type: 'back'; readonly afterMs: number }
  /** What the agent writes to it comes back. */
  | { readonly type: 'echo' }
  /** It cannot be used; the error's code says why. */
  | { readonly type: 'refused'; readonly error: SealcamError }
  /** Where the controls have a source of their own: it came (`changed`: it is another device), or is gone. */
  | { readonly type: 'controls'; readonly present: boolean; readonly changed: boolean };

/**
 * Content carries its `ordinal`, which ascends by 1 and is what {@link SensorSource.release} takes, and its place, which
 * outlives the agent's process.
 */
export type SensorEvent =
  | (SensorContent & { readonly ordinal: number; readonly place: SensorPlace })
  | SensorStatus;

/** Takes each event, in order. It must not throw; a source whose receiver throws all the same loses that event alone. */
export type TakeEvent = (event: SensorEvent) => void;

/** What keeps a source from working, beyond that nothing comes from it: its line echoes, or another device is there. */
export type SensorTrouble = 'echo' | 'other';

/** How a source is now. */
export interface SensorState {
  /** True while the sensor answers; where the halves have sources of their own, while both do. */
  readonly present: boolean;
  readonly troubles: readonly SensorTrouble[];
  /** The sensor that answered last, in its own words; of two, the one of pictures. */
  readonly description: SensorDescription | undefined;
  /** What went wrong since the start, by kind; numbers alone, as monitors read them. */
  readonly faults: Readonly<Record<string, number>>;
}

/** What both halves have. */
export interface SensorSource {
  readonly state: SensorState;
  /**
   * How many bytes it can hold at least of what is not released, while the agent is busy, away or begins again; 0 where
   * it holds nothing. What it cannot hold it drops, newest first, and says so in the place of what is missing.
   */
  readonly holdsBytes: number;
  /** Events begin to come, until {@link stop}. */
  start(): void;
  /** No event comes any more. Resolves when the device is let go, within seconds. What is held stays held. */
  stop(): Promise<void>;
  /**
   * Everything up to and including this ordinal is durable, or will never be needed: it need not be held any more, and
   * the source may send as much again. A source never has more outstanding than it can hold.
   */
  release(durableUpTo: number): void;
}

/** The half that sees and hears. Orders that come while the sensor is away are followed when it is there. */
export interface PictureSource extends SensorSource {
  /** It shall send its stream, from parameters and a key picture on; while the stream runs, nothing. */
  startStream(): void;
  stopStream(): void;
  setBitrate(track: TrackKind, bitsPerSecond: number): void;
  /** The next picture shall be a key picture. */
  requestKeyFrame(): void;
  /**
   * The agent ends: what a program has not written yet, up to now, is still handed on before this resolves, within seconds;
   * {@link stop} follows. A source from which nothing is missing then does not have it.
   */
  finish?(): Promise<void>;
  /** The oldest of what was handed on need not be held until no more than `bytes` of it are: the agent holds it itself. */
  releaseBeyond(bytes: number): void;
}

/** What shall be shown until the next one, and how long to beep and vibrate now. */
export interface Indicator {
  readonly lamp: LampState;
  readonly beepMs: number;
  readonly vibrateMs: number;
}

/** The half that is touched. The lamp is told again to a device that begins again; beeps are not. */
export interface ControlSource extends SensorSource {
  indicate(indicator: Indicator): void;
}

/** Both halves: all that the agent knows of a sensor. */
export interface Sensor extends PictureSource, ControlSource {}

/** A time of a source's own clock as the port has it: what is later than now, or before the start, cannot be. */
export function portTime(us: number, nowUs: number): number {
  return Math.max(0, Math.min(nowUs, Math.round(us)));
}
