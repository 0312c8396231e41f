import type { SealcamError } from '../../../base/errors.ts';
import type { MediaSample, StreamParameters, TrackKind } from '../../../media/types.ts';
import type { LinkMessages, Switches } from '../../../proto/link/messages.ts';
import type { SourceMark } from '../place.ts';
import type { LossCause, SensorDescription } from '../port.ts';

/** What the sensor at the other end of the line says of itself. */
export interface LinkPeer extends SensorDescription {
  readonly versionMajor: number;
  readonly versionMinor: number;
  /** Bytes that it keeps while the agent is busy or away. */
  readonly bufferBytes: number;
}

/** How many samples of each track, and of how many bytes. */
export type CountedSamples = Readonly<
  Record<TrackKind, { readonly samples: number; readonly bytes: number }>
>;

/** What a hole in the numbers is known to hold. What is unknown is absent. */
export interface LinkLoss {
  readonly cause: LossCause;
  /** First and last number that is missing; absent when the sensor began again. */
  readonly fromSequence?: number;
  readonly toSequence?: number;
  /** The sensor's clock, microseconds. */
  readonly fromCaptureUs?: number;
  readonly toCaptureUs?: number;
  readonly samples?: CountedSamples;
  /** True where more samples may be missing than `samples` counts. */
  readonly atLeast?: boolean;
  /** Why it was refused, where `cause` is `malformed`. Holds nothing that a log must not hold. */
  readonly reason?: string;
  /** Messages other than samples. */
  readonly other?: number;
}

/** What the sensor sent, in its order, each once. Times are microseconds of the sensor's monotonic clock. */
export type LinkContent =
  | {
      readonly type: 'parameters';
      /** What of the stream can be recorded. */
      readonly parameters: StreamParameters;
      /** What does not fit, a sentence each; with them the StreamParameters message as the sensor sent it. */
      readonly problems?: readonly string[];
      readonly sent?: Uint8Array;
    }
  | { readonly type: 'sample'; readonly sample: MediaSample; readonly captureUs: number }
  | ({ readonly type: 'telemetry' } & LinkMessages['telemetry'])
  | ({ readonly type: 'button' } & LinkMessages['button'])
  | { readonly type: 'switches'; readonly switches: Switches }
  | ({ readonly type: 'lampReport' } & LinkMessages['lampReport'])
  | ({ readonly type: 'dropped' } & LinkLoss);

/** What became of the link itself. */
export type LinkStatus =
  /** The sensor answered; `resumed` when it is the run that was there before, so that nothing is lost. */
  | {
      readonly type: 'hello';
      readonly sensor: LinkPeer;
      readonly resumed: boolean;
      /** It is another sensor than the one that answered before. */
      readonly changed: boolean;
    }
  /** What the agent sends comes back to it. */
  | { readonly type: 'echo' }
  /** The sensor speaks a version that this agent doesn't, or is not the one that is asked for; `LINK_VERSION`, `SENSOR_OTHER`. */
  | { readonly type: 'refused'; readonly error: SealcamError }
  /** The port is gone or silent; it is opened again until it answers. */
  | { readonly type: 'lost'; readonly reason: string; readonly code?: string }
  /** The link works again after it was lost. */
  | { readonly type: 'back'; readonly afterMs: number };

/**
 * Content carries its `ordinal`, which is what `release` takes, and its place: the sensor's run, in hexadecimal, and the
 * number of the last frame that made it.
 */
export type LinkEvent = (LinkContent & { readonly ordinal: number; readonly place: SourceMark }) | LinkStatus;
