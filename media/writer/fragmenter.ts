import assert from 'node:assert/strict';
import { type MediaSample, rescale, type StreamParameters, type TrackKind } from '../types.ts';
import { BoxWriter } from './box-writer.ts';
import { initSegment, trackIds } from './init-segment.ts';

/** One instant in ticks of each track. */
export type TrackTimes = Readonly<Record<TrackKind, number>>;

// ISO/IEC 14496-12, 8.8.3.1: depends on no other / on others and is not a sync sample.
export const keyFlags = 0x02000000;
export const deltaFlags = 0x01010000;

// 8.8.7.1 tfhd and 8.8.8.1 trun.
const tfhdDuration = 0x000008;
const tfhdFlags = 0x000020;
const tfhdBaseIsMoof = 0x020000;
const trunDataOffset = 0x0001;
const trunDuration = 0x0100;
const trunSize = 0x0200;
const trunFlags = 0x0400;
const trunComposition = 0x0800;

/**
 * The instant to subtract from all times of a recording that begins with `first`, so that its earliest sample is
 * decoded at 0. It is one instant for both tracks: the offset between picture and sound stays, to within one tick of
 * the track that begins later.
 */
export function recordingBase(parameters: StreamParameters, first: readonly MediaSample[]): TrackTimes {
  const video = first.find((sample) => sample.track === 'video');
  const audio = first.find((sample) => sample.track === 'audio');
  const videoScale = parameters.video.timescale;
  const audioScale = parameters.audio?.timescale ?? videoScale;
  assert(video !== undefined || audio !== undefined, 'a recording begins with a sample');
  const fromVideo =
    video === undefined ? undefined : { video: video.dts, audio: rescale(video.dts, videoScale, audioScale) };
  if (audio === undefined || (fromVideo !== undefined && fromVideo.audio <= audio.dts)) {
    assert(fromVideo !== undefined);
    return fromVideo;
  }
  return { video: rescale(audio.dts, audioScale, videoScale), audio: audio.dts };
}

/**
 * Writes one recording as a fragmented MP4: {@link init} once, then a `moof` + `mdat` for each group of samples.
 *
 * The caller chooses every boundary; a fragment need not begin with a key frame. All times are written as the samples
 * state them, in ticks: each fragment has its own 64-bit decode time, so that no error accumulates.
 */
export class Fragmenter {
  readonly #parameters: StreamParameters;
  #base: TrackTimes | undefined;
  #sequence = 0;

  /** @param base what is subtracted from all times; by default {@link recordingBase} of the first fragment. */
  constructor(parameters: StreamParameters, base?: TrackTimes) {
    this.#parameters = parameters;
    this.#base = base;
  }

  /** The instant that is 0 in this recording; undefined before the first fragment if none was given. */
  get base(): TrackTimes | undefined {
    return this.#base;
  }

  /** `ftyp` + `moov`. */
  init(): Uint8Array {
    return initSegment(this.#parameters);
  }

  /**
   * One fragment with `samples`, each track's in decode order, at least one in total. A track without a sample has no
   * `traf`. Returns pieces to be written one after another: first the boxes' headers, then every sample's own `data`
   * (not copied: it must not change until the pieces are written).
   */
  fragment(samples: readonly MediaSample[]): Uint8Array[] {
    assert(samples.length > 0, 'a fragment holds at least one sample');
    this.#base ??= recordingBase(this.#parameters, samples);
    this.#sequence += 1;

    const runs = (['video', 'audio'] as const)
      .map((track) => ({ track, samples: samples.filter((sample) => sample.track === track) }))
      .filter((run) => run.samples.length > 0);

    const writer = new BoxWriter();
    /** Where to write the offset of each run: it depends on the size of the whole `moof`. */
    const offsetsAt: number[] = [];
    writer.box('moof', () => {
      writer.fullBox('mfhd', 0, 0, () => writer.u32(this.#sequence));
      for (const run of runs) {
        offsetsAt.push(writeRun(writer, run.track, run.samples, this.#base?.[run.track] ?? 0));
      }
    });
    let offset = writer.length + mdatHeaderBytes;
    const pieces: Uint8Array[] = [];
    runs.forEach((run, index) => {
      writer.patchI32(offsetsAt[index] ?? 0, offset);
      for (const sample of run.samples) {
        pieces.push(sample.data);
        offset += sample.data.length;
      }
    });
    const mdatBytes = offset - writer.length;
    writer.u32(mdatBytes);
    writer.ascii('mdat');
    pieces.unshift(writer.bytes());
    return pieces;
  }
}

const mdatHeaderBytes = 8;

/** Writes `traf`. @returns where to write the offset of the run's data. */
function writeRun(
  writer: BoxWriter,
  track: TrackKind,
  samples: readonly MediaSample[],
  base: number,
): number {
  const durations = samples.map((sample, index) => {
    const next = samples[index + 1];
    return next === undefined ? sample.duration : next.dts - sample.dts;
  });
  const flags = samples.map((sample) => (sample.key ? keyFlags : deltaFlags));
  const offsets = samples.map((sample) => sample.pts - sample.dts);
  const duration = uniform(durations);
  const flag = uniform(flags);
  const reordered = uniform(offsets) !== 0;
  let offsetAt = 0;
  writer.box('traf', () => {
    const headerFlags =
      tfhdBaseIsMoof | (duration === undefined ? 0 : tfhdDuration) | (flag === undefined ? 0 : tfhdFlags);
    writer.fullBox('tfhd', 0, headerFlags, () => {
      writer.u32(trackIds[track]);
      if (duration !== undefined) writer.u32(duration);
      if (flag !== undefined) writer.u32(flag);
    });
    writer.fullBox('tfdt', 1, 0, () => writer.u64((samples[0]?.dts ?? 0) - base));
    const runFlags =
      trunDataOffset |
      trunSize |
      (duration === undefined ? trunDuration : 0) |
      (flag === undefined ? trunFlags : 0) |
      (reordered ? trunComposition : 0);
    // Version 1: composition offsets are signed.
    writer.fullBox('trun', 1, runFlags, () => {
      writer.u32(samples.length);
      offsetAt = writer.length;
      writer.i32(0);
      samples.forEach((sample, index) => {
        if (duration === undefined) writer.u32(durations[index] ?? 0);
        writer.u32(sample.data.length);
        if (flag === undefined) writer.u32(flags[index] ?? 0);
        if (reordered) writer.i32(offsets[index] ?? 0);
      });
    });
  });
  return offsetAt;
}

/** The value shared by all of `values`, or undefined if they differ. */
function uniform(values: readonly number[]): number | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}
