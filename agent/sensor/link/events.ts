import type { SealcamError } from '../../../base/errors.ts';
import type { MediaSample, StreamParameters } from '../../../media/types.ts';
import type { ButtonName, LampState, Switches } from '../../../proto/link/messages.ts';
import type { SensorReading } from '../../../proto/readings.ts';

/** What the sensor said of itself. */
export interface SensorDescription {
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  readonly capabilities: readonly string[];
  readonly versionMajor: number;
  readonly versionMinor: number;
  /** Bytes that it keeps while the agent is busy or away. */
  readonly bufferBytes: number;
}

/**
 * Why something that the sensor counted never comes: its buffer was full; it began anew and what the former run held
 * is unknown; it doesn't answer requests for it; or it came and wasn't what the protocol says.
 */
export type DropCause = 'sensorBuffer' | 'sensorRestart' | 'unanswered' | 'malformed';

/** What a gap is known to hold. What is unknown is absent. */
export interface Dropped {
  readonly cause: DropCause;
  /** First and last number that is missing; absent when the sensor began anew. */
  readonly fromSequence?: number;
  readonly toSequence?: number;
  /** The sensor's clock, microseconds. */
  readonly fromCaptureUs?: number;
  readonly toCaptureUs?: number;
  readonly samples?: Readonly<
    Record<'video' | 'audio', { readonly samples: number; readonly bytes: number }>
  >;
  /** True where more samples may be missing than `samples` counts. */
  readonly atLeast?: boolean;
  /** Why it was refused, where `cause` is `malformed`; without a value that a log must not hold. */
  readonly reason?: string;
  /** Messages other than samples. */
  readonly other?: number;
}

/** What the sensor sent, in its order, each once. Times are microseconds of the sensor's monotonic clock. */
export type SensorContent =
  | {
      readonly type: 'parameters';
      /** What of the stream can be recorded. */
      readonly parameters: StreamParameters;
      /** What does not fit, a sentence each; with them the StreamParameters message as the sensor sent it. */
      readonly problems?: readonly string[];
      readonly sent?: Uint8Array;
    }
  | { readonly type: 'sample'; readonly sample: MediaSample; readonly captureUs: number }
  | ({ readonly type: 'telemetry'; readonly captureUs: number } & SensorReading)
  | {
      readonly type: 'button';
      readonly captureUs: number;
      readonly button: ButtonName;
      /** For the switches `mute` and `dwelling`: true when now on. */
      readonly pressed: boolean;
    }
  /** Where the switches stood before all that follows, of a sensor that was not known: nobody throws them anew for us. */
  | { readonly type: 'switches'; readonly switches: Switches }
  | { readonly type: 'lampReport'; readonly captureUs: number; readonly lamp: LampState }
  | ({ readonly type: 'dropped' } & Dropped);

/** What became of the link itself. */
export type SensorStatus =
  /** The sensor answered; `resumed` when it is the run that was there before, so that nothing is lost. */
  | {
      readonly type: 'hello';
      readonly sensor: SensorDescription;
      readonly resumed: boolean;
      /** It is another sensor than the one that answered before. */
      readonly changed: boolean;
    }
  /** What the agent sends comes back to it. */
  | { readonly type: 'echo' }
  /** The sensor speaks a version that this agent doesn't, or is not the one that is asked for; `LINK_VERSION`, `SENSOR_OTHER`. */
  | { readonly type: 'refused'; readonly error: SealcamError }
  /** The port is gone or silent; it is opened again until it answers. */
  | { readonly type: 'lost'; readonly reason: string }
  /** The link works again after it was lost. */
  | { readonly type: 'back'; readonly afterMs: number };

/** Where in what a sensor sends something stands: compares only within one run of the sensor. */
export interface Place {
  /** Names the sensor's run, hexadecimal. */
  readonly run: string;
  /** Number of the last frame that made it. */
  readonly sequence: number;
}

/** Content carries its `ordinal`, which is what `release` takes, and its place in what the sensor sends. */
export type SensorEvent =
  | (SensorContent & { readonly ordinal: number; readonly place: Place })
  | SensorStatus;
