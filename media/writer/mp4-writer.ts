import assert from 'node:assert/strict';
import { joinBytes } from '../../base/bytes.ts';
import { greatestOf } from '../../base/lists.ts';
import { type MediaSample, rescale, type StreamParameters, type TrackKind } from '../types.ts';
import { BoxWriter } from './box-writer.ts';
import { deltaFlags, keyFlags } from './fragmenter.ts';
import {
  type TrackBody,
  trackIds,
  versionFor,
  type WrittenKind,
  writeFileType,
  writeMovie,
} from './init-segment.ts';
import { textSample, textTimescale } from './text-entry.ts';

/** Bytes to be written over existing ones at a position of the file. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

interface WrittenTrack {
  readonly timescale: number;
  /** Decode time of the first sample, in ticks. */
  start: number;
  end: number;
  readonly sizes: number[];
  readonly dts: number[];
  readonly offsets: number[];
  readonly durations: number[];
  readonly keys: number[];
  /** The same as {@link keys}: samples that are keys, from 1. */
  readonly keySet: Set<number>;
  /** File offset and number of samples of each run of samples that no other track interrupts. */
  readonly runs: { readonly at: number; count: number }[];
}

/**
 * Writes an ordinary MP4 (`ftyp`, `mdat`, `moov`), in which every player can seek, from samples as they come; it keeps
 * only their times and sizes in memory. Samples are written unchanged and keep their times to the tick, the earliest of
 * all tracks at 0 if `base` is its `dts`.
 *
 * Use: write {@link header}, then the `data` of every sample after its {@link add}, then {@link finish}'s `moov`, then
 * its patch.
 */
export class Mp4Writer {
  readonly #parameters: StreamParameters;
  readonly #header: Uint8Array;
  readonly #lanes: Partial<Record<WrittenKind, WrittenTrack>> = {};
  #position: number;
  #newest: WrittenKind | undefined;

  /** Throws `MEDIA_PARAMETERS` if `parameters` can't be written as MP4. */
  constructor(parameters: StreamParameters) {
    this.#parameters = parameters;
    const writer = new BoxWriter();
    writeFileType(writer);
    // A size of 1 means that a 64-bit size follows: it is patched in at the end.
    writer.u32(1);
    writer.ascii('mdat');
    writer.u64(0);
    // What can't be written is refused before anything is written.
    writeMovie(new BoxWriter(), parameters, 1000, {});
    this.#header = writer.bytes();
    this.#position = this.#header.length;
  }

  /** The file's first bytes. */
  header(): Uint8Array {
    return this.#header;
  }

  /**
   * Notes a sample, times 0 or above, whose `data` is to be written next; within a track `dts` never falls
   * ({@link fits}).
   */
  add(sample: MediaSample): void {
    const track = this.#parameters[sample.track];
    assert(track !== undefined, 'a sample of a track that the parameters name');
    this.#add(sample.track, track.timescale, sample);
  }

  /**
   * Notes a text that is shown from `fromMs` for `durationMs`, in milliseconds of the movie; each begins where the one before
   * ends, or later. Returns what is to be written next.
   */
  addText(fromMs: number, durationMs: number, text: string): Uint8Array {
    const written: Uint8Array[] = [];
    const show = (dts: number, untilMs: number, words: string): void => {
      // A step of the tables has 32 bits: what is shown for weeks is shown again.
      for (let at = dts; at < untilMs; at += stepMax) {
        const data = textSample(words);
        this.#add('text', textTimescale, {
          ...{ dts: at, pts: at, duration: Math.min(untilMs - at, stepMax) },
          ...{ key: true, data },
        });
        written.push(data);
      }
    };
    // A text is shown until the next one, so an empty text ends it.
    show(this.#lanes.text?.end ?? 0, fromMs, '');
    show(fromMs, fromMs + durationMs, text);
    return joinBytes(written);
  }

  #add(kind: WrittenKind, timescale: number, sample: Omit<MediaSample, 'track'>): void {
    this.#lanes[kind] ??= {
      timescale,
      start: sample.dts,
      end: sample.dts,
      sizes: [],
      dts: [],
      offsets: [],
      durations: [],
      keys: [],
      keySet: new Set(),
      runs: [],
    };
    const lane = this.#lanes[kind];
    assert(
      lane !== undefined && sample.dts >= 0 && sample.dts >= (lane.dts.at(-1) ?? 0),
      'samples in decode order',
    );
    lane.sizes.push(sample.data.length);
    lane.dts.push(sample.dts);
    lane.offsets.push(sample.pts - sample.dts);
    lane.durations.push(sample.duration);
    if (sample.key) {
      lane.keys.push(lane.dts.length);
      lane.keySet.add(lane.dts.length);
    }
    lane.end = sample.dts + sample.duration;
    const run = lane.runs.at(-1);
    if (run === undefined || this.#newest !== kind) lane.runs.push({ at: this.#position, count: 1 });
    else run.count += 1;
    this.#newest = kind;
    this.#position += sample.data.length;
  }

  /** Whether the decode times of `samples` go on from those added so far. */
  fits(samples: readonly MediaSample[]): boolean {
    const newest = { video: this.#lanes.video?.dts.at(-1) ?? 0, audio: this.#lanes.audio?.dts.at(-1) ?? 0 };
    return samples.every(({ track, dts }) => {
      const goesOn = dts >= newest[track];
      newest[track] = dts;
      return goesOn;
    });
  }

  /**
   * The end of the file, and the one place at its beginning that could not be known before. If a track has a gap that
   * is too long for an MP4's tables, the end is a `moov` without samples and a fragment for each stretch between such
   * gaps, whose times have 64 bits; the samples stay where they are.
   */
  finish(): { readonly moov: Uint8Array; readonly patch: Patch } {
    const lanes = (['video', 'audio'] as const).flatMap((track) => {
      const lane = this.#lanes[track];
      return lane === undefined ? [] : [{ track, lane, stretches: stretchesOf(lane.dts) }];
    });
    const { text } = this.#lanes;
    const all = [...lanes.map(({ lane }) => lane), ...(text === undefined ? [] : [text])];
    // A common multiple of the timescales: waits are stated in it, and stay exact unless they take years.
    const seconds = greatestOf([1, ...all.map((lane) => Math.ceil(lane.end / lane.timescale))]);
    const largest = Math.max(1, Math.floor(Number.MAX_SAFE_INTEGER / seconds));
    const scale = Math.min(commonScale(all.map((lane) => lane.timescale)), largest);
    // ffmpeg knows no durations of texts in fragments, and players need them: texts are always in the tables.
    const bodies: Partial<Record<WrittenKind, TrackBody>> = {
      ...(text && { text: bodyOf(text, scale) }),
    };
    const writer = new BoxWriter();
    if (lanes.some(({ stretches }) => stretches.length > 1)) {
      const durations = all.map((lane) => rescale(lane.end, lane.timescale, scale));
      writeMovie(writer, this.#parameters, scale, bodies, { duration: greatestOf(durations) });
      let number = 0;
      for (const { track, lane, stretches } of lanes) {
        const walk = { run: 0, done: 0, at: 0 };
        for (const stretch of stretches) {
          number += 1;
          writeStretch(writer, number, track, lane, stretch, walk);
        }
      }
    } else {
      for (const { track, lane } of lanes) bodies[track] = bodyOf(lane, scale);
      writeMovie(writer, this.#parameters, scale, bodies);
    }
    const size = new BoxWriter();
    size.u64(this.#position - (this.#header.length - 16));
    return { moov: writer.bytes(), patch: { at: this.#header.length - 8, bytes: size.bytes() } };
  }
}

/**
 * A fragment (8.8) with the samples of `stretch`, which are in `mdat` already: a `trun` for each run of them.
 * @param walk the run that contains its first sample, how many of that run were written, and where the next is; it is
 *   advanced.
 */
function writeStretch(
  writer: BoxWriter,
  number: number,
  track: TrackKind,
  lane: WrittenTrack,
  { first, end }: Stretch,
  walk: { run: number; done: number; at: number },
): void {
  writer.box('moof', () => {
    writer.fullBox('mfhd', 0, 0, () => writer.u32(number));
    for (let from = first; from < end; ) {
      const run = lane.runs[walk.run];
      assert(run !== undefined, 'every sample is in a run');
      if (walk.done === 0) walk.at = run.at;
      const { at } = walk;
      const start = from;
      const to = Math.min(end, start + run.count - walk.done);
      writer.box('traf', () => {
        // Its data begins at a place of the file that is stated here.
        writer.fullBox('tfhd', 0, 0x000001, () => {
          writer.u32(trackIds[track]);
          writer.u64(at);
        });
        writer.fullBox('tfdt', 1, 0, () => writer.u64(lane.dts[start] ?? 0));
        // Duration, size, flags and composition offset of each sample; the offset is signed.
        writer.fullBox('trun', 1, 0x0f00, () => {
          writer.u32(to - start);
          for (let sample = start; sample < to; sample += 1) {
            const next = sample + 1 < end ? lane.dts[sample + 1] : undefined;
            const dts = lane.dts[sample] ?? 0;
            writer.u32(next === undefined ? (lane.durations[sample] ?? 0) : next - dts);
            writer.u32(lane.sizes[sample] ?? 0);
            writer.u32(lane.keySet.has(sample + 1) ? keyFlags : deltaFlags);
            writer.i32(lane.offsets[sample] ?? 0);
          }
        });
      });
      for (let sample = start; sample < to; sample += 1) walk.at += lane.sizes[sample] ?? 0;
      walk.done += to - start;
      // A run that a gap cuts continues in the next stretch.
      if (walk.done === run.count) {
        walk.run += 1;
        walk.done = 0;
      }
      from = to;
    }
  });
}

function bodyOf(lane: WrittenTrack, scale: number): TrackBody {
  const inMovie = (ticks: number): number => rescale(ticks, lane.timescale, scale);
  return {
    movieDuration: inMovie(lane.end),
    mediaDuration: lane.end - lane.start,
    edits(writer) {
      if (lane.start > 0) writeWait(writer, inMovie(lane.start), inMovie(lane.end) - inMovie(lane.start));
    },
    tables: (writer) => writeTables(writer, lane),
  };
}

/** `edts`: a wait, then all of the media (8.6.6). */
function writeWait(writer: BoxWriter, wait: number, duration: number): void {
  const version = versionFor(Math.max(wait, duration));
  writer.box('edts', () =>
    writer.fullBox('elst', version, 0, () => {
      writer.u32(2);
      for (const [length, mediaTime] of [
        [wait, -1],
        [duration, 0],
      ] as const) {
        writer.time(version, length);
        if (version === 1) writer.i64(mediaTime);
        else writer.i32(mediaTime);
        writer.u32(0x00010000);
      }
    }),
  );
}

/** The sample tables (8.6 and 8.7). */
function writeTables(writer: BoxWriter, lane: WrittenTrack): void {
  const deltas = lane.dts.map((dts, index) => (lane.dts[index + 1] ?? lane.end) - dts);
  writer.fullBox('stts', 0, 0, () => writeRuns(writer, deltas, (delta) => writer.u32(delta)));
  if (lane.offsets.some((offset) => offset !== 0)) {
    const signed = lane.offsets.some((offset) => offset < 0);
    writer.fullBox('ctts', signed ? 1 : 0, 0, () =>
      writeRuns(writer, lane.offsets, (offset) => (signed ? writer.i32(offset) : writer.u32(offset))),
    );
  }
  if (lane.keys.length < lane.dts.length) writer.fullBox('stss', 0, 0, () => writeList(writer, lane.keys));
  writer.fullBox('stsz', 0, 0, () => {
    writer.u32(0);
    writeList(writer, lane.sizes);
  });
  writer.fullBox('stsc', 0, 0, () => {
    const perChunk = runLengths(lane.runs.map((run) => run.count));
    writer.u32(perChunk.length);
    let first = 1;
    for (const { value, count } of perChunk) {
      writer.u32(first);
      writer.u32(value);
      writer.u32(1);
      first += count;
    }
  });
  // `stco` has 32 bits; a long recording needs `co64`.
  writer.fullBox('co64', 0, 0, () => {
    writer.u32(lane.runs.length);
    for (const { at } of lane.runs) writer.u64(at);
  });
}

function writeList(writer: BoxWriter, values: readonly number[]): void {
  writer.u32(values.length);
  for (const value of values) writer.u32(value);
}

function writeRuns(writer: BoxWriter, values: readonly number[], write: (value: number) => void): void {
  const runs = runLengths(values);
  writer.u32(runs.length);
  for (const { value, count } of runs) {
    writer.u32(count);
    write(value);
  }
}

function runLengths(values: readonly number[]): { value: number; count: number }[] {
  const runs: { value: number; count: number }[] = [];
  for (const value of values) {
    const last = runs.at(-1);
    if (last?.value === value) last.count += 1;
    else runs.push({ value, count: 1 });
  }
  return runs;
}

/** Players read a timescale as a signed number. */
const scaleMax = 2 ** 31 - 1;

/** The least common multiple of `scales`; if that is too large for the field, the largest multiple of the first. */
function commonScale(scales: readonly number[]): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const [first = 1000] = scales;
  const common = scales.reduce((multiple, scale) => (multiple / divisor(multiple, scale)) * scale, 1);
  return common <= scaleMax ? common : first * Math.max(1, Math.floor(scaleMax / first));
}

/** The longest step between two samples of an MP4's tables: 32 bits, which some players read as signed. */
const stepMax = 2 ** 31 - 1;

/** Samples of a track, by their index, without a long gap between them. */
interface Stretch {
  readonly first: number;
  /** The index after its last sample. */
  readonly end: number;
}

/** Cuts a track where the next sample comes later than an MP4's table of steps can express. `dts` in decode order. */
function stretchesOf(dts: readonly number[]): Stretch[] {
  const starts = dts.flatMap((time, index) =>
    index === 0 || time - (dts[index - 1] ?? 0) > stepMax ? [index] : [],
  );
  return starts.map((first, at) => ({ first, end: starts[at + 1] ?? dts.length }));
}
