import { type MediaSample, type StreamParameters, ticksToUs, trackOf } from '../../../media/types.ts';
import type { SensorPlace } from '../../sensor/index.ts';

/** A sample, and when the camera captured it by the agent's uptime clock, in microseconds. */
export interface CapturedSample extends MediaSample {
  readonly capturedUs: number;
  /** Its position in the sensor's stream: once it is durable, the sensor may forget everything up to it. */
  readonly ordinal?: number;
  readonly place?: SensorPlace;
}

/** The bounds of a chunk's media part; see `agentLimits` for what each means. */
export interface SegmenterLimits {
  readonly chunkDurationMinUs: number;
  readonly chunkDurationMaxUs: number;
  readonly chunkBytesMax: number;
  readonly chunkSamplesMax: number;
}

/** The samples of one chunk. */
export interface MediaChunk {
  /** In order of arrival, at least one. */
  readonly samples: readonly CapturedSample[];
  /** False if its first picture is not a key frame, so that it can only be decoded after the chunk before. */
  readonly independent: boolean;
  /** The largest size of the chunk's MP4 fragment. */
  readonly bytes: number;
}

/** The segmenter's output, in order. A sample returned as `tooLarge` or `disorder` is in no chunk. */
export type Segmented =
  | { readonly kind: 'chunk'; readonly chunk: MediaChunk }
  /** The sample alone exceeds a chunk. */
  | { readonly kind: 'tooLarge'; readonly sample: CapturedSample }
  /** The sample is decoded before an earlier one of its track: the source's time base has jumped back. */
  | { readonly kind: 'disorder'; readonly sample: CapturedSample };

/** The chunk being filled. Immutable: {@link segment} returns a new one. */
export interface Segmenter {
  readonly parameters: StreamParameters;
  readonly limits: SegmenterLimits;
  readonly samples: readonly CapturedSample[];
  readonly bytes: number;
  /**
   * Media time at which each track begins in the open chunk, in microseconds. Each track is measured by its own clock
   * only: with one clock for both, a source whose sound runs seconds ahead would be cut at every sample.
   */
  readonly startUs: { readonly video?: number; readonly audio?: number };
  readonly lastDts: { readonly video: number; readonly audio: number };
}

/**
 * The largest size of a fragment's boxes: `moof` with two `traf`, the header of `mdat`, and each sample's entry in
 * `trun`.
 */
const fragmentHeaderBytes = 256;
const sampleHeaderBytes = 16;
/** The largest step, in ticks, from one sample of a fragment to the next. */
const stepMax = 0xffffffff;

/** A segmenter before the first sample of a stream with these parameters. */
export function openSegmenter(parameters: StreamParameters, limits: SegmenterLimits): Segmenter {
  return {
    parameters,
    limits,
    samples: [],
    bytes: fragmentHeaderBytes,
    startUs: {},
    lastDts: { video: Number.NEGATIVE_INFINITY, audio: Number.NEGATIVE_INFINITY },
  };
}

/**
 * Adds the next sample of the stream. A chunk is closed before the first key frame that comes at least
 * `chunkDurationMinUs` after its start or, within a group, before the sample that would exceed a bound.
 */
export function segment(
  state: Segmenter,
  sample: CapturedSample,
): { readonly state: Segmenter; readonly out: readonly Segmented[] } {
  const { limits } = state;
  const bytes = sampleHeaderBytes + sample.data.length;
  if (fragmentHeaderBytes + bytes > limits.chunkBytesMax)
    return { state, out: [{ kind: 'tooLarge', sample }] };
  if (sample.dts < state.lastDts[sample.track]) return { state, out: [{ kind: 'disorder', sample }] };

  const fromUs = mediaTimeUs(state.parameters, sample, sample.dts);
  const toUs = mediaTimeUs(state.parameters, sample, sample.dts + sample.duration);
  const beganUs = state.startUs[sample.track] ?? fromUs;
  const groupBegins = sample.track === 'video' && sample.key && fromUs - beganUs >= limits.chunkDurationMinUs;
  // A fragment has 32 bits for the step from one sample to the next.
  const step = sample.dts - state.lastDts[sample.track];
  const leaps = Number.isFinite(step) && step > stepMax;
  const exceeds =
    leaps ||
    toUs - beganUs > limits.chunkDurationMaxUs ||
    state.bytes + bytes > limits.chunkBytesMax ||
    state.samples.length >= limits.chunkSamplesMax;
  const closed = groupBegins || exceeds ? flush(state) : undefined;
  const open = closed === undefined ? state : openSegmenter(state.parameters, limits);
  return {
    state: {
      parameters: state.parameters,
      limits,
      samples: [...open.samples, sample],
      bytes: open.bytes + bytes,
      startUs: { ...open.startUs, [sample.track]: open.startUs[sample.track] ?? fromUs },
      lastDts: { ...state.lastDts, [sample.track]: sample.dts },
    },
    out: closed === undefined ? [] : [{ kind: 'chunk', chunk: closed }],
  };
}

/** The open chunk as it is, or undefined if it is empty. */
export function flush(state: Segmenter): MediaChunk | undefined {
  if (state.samples.length === 0) return undefined;
  const picture = state.samples.find((sample) => sample.track === 'video');
  return { samples: state.samples, independent: picture?.key ?? true, bytes: state.bytes };
}

/** `state` after {@link flush} took its open chunk: the order of times is still checked. */
export function emptied(state: Segmenter): Segmenter {
  return { ...openSegmenter(state.parameters, state.limits), lastDts: state.lastDts };
}

/** When a chunk was captured: from its first sample to the end of its last, in microseconds of the uptime clock. */
export function capturedSpan(
  parameters: StreamParameters,
  samples: readonly CapturedSample[],
): { readonly fromUs: number; readonly toUs: number } {
  let fromUs = Number.POSITIVE_INFINITY;
  let toUs = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    const lengthUs = mediaTimeUs(parameters, sample, sample.duration);
    fromUs = Math.min(fromUs, sample.capturedUs);
    toUs = Math.max(toUs, sample.capturedUs + lengthUs);
  }
  return { fromUs, toUs };
}

/** How much later than its decoding a sample is shown, and so was captured, in microseconds. */
export function reorderedUs(parameters: StreamParameters, sample: MediaSample): number {
  return mediaTimeUs(parameters, sample, sample.pts - sample.dts);
}

function mediaTimeUs(parameters: StreamParameters, sample: MediaSample, ticks: number): number {
  return ticksToUs(ticks, trackOf(parameters, sample.track)?.timescale ?? parameters.video.timescale);
}
