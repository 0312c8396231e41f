import assert from 'node:assert/strict';
import { BoxParser, DataStream } from 'mp4box';
import { concatBytes } from '../base/bytes.ts';
import { emptyMovie } from './init-segment.ts';
import type { MediaSample, StreamParameters, TrackKind } from './types.ts';

/** Bytes for a place in the file, to be written over what stands there. */
export interface Patch {
  readonly at: number;
  readonly bytes: Uint8Array;
}

interface Lane {
  readonly timescale: number;
  /** Decode time of the first sample, in ticks. */
  start: number;
  end: number;
  readonly sizes: number[];
  readonly dts: number[];
  readonly offsets: number[];
  readonly keys: number[];
  /** File offset and number of samples of each run of samples that no other track interrupts. */
  readonly runs: { readonly at: number; count: number }[];
}

/**
 * Writes an ordinary MP4 (`ftyp`, `mdat`, `moov`), which every player can search, from samples as they come; what it
 * keeps in memory are their times and sizes. Samples are written untouched and keep their times to the tick, the
 * earliest of all tracks at 0 where `base` is its `dts`.
 *
 * Use: write {@link header}, then the `data` of every sample after its {@link add}, then {@link finish}'s `moov`, then
 * its patch.
 */
export class Mp4Writer {
  readonly #parameters: StreamParameters;
  readonly #header: Uint8Array;
  readonly #lanes: Partial<Record<TrackKind, Lane>> = {};
  #position: number;
  #newest: TrackKind | undefined;

  /** Throws `MEDIA_PARAMETERS` where `parameters` can't be written as MP4. */
  constructor(parameters: StreamParameters) {
    this.#parameters = parameters;
    const stream = new DataStream();
    emptyMovie(parameters).ftyp.write(stream);
    this.#header = concatBytes(
      new Uint8Array(stream.buffer.slice(0, stream.getPosition())),
      // A size of 1 says that 64 bits of size follow: they are patched in at the end.
      Uint8Array.of(0, 0, 0, 1, 0x6d, 0x64, 0x61, 0x74, 0, 0, 0, 0, 0, 0, 0, 0),
    );
    this.#position = this.#header.length;
  }

  /** The file's first bytes. */
  header(): Uint8Array {
    return this.#header;
  }

  /** Notes a sample, times 0 or above, whose `data` is to be written next. */
  add(sample: MediaSample): void {
    const track = this.#parameters[sample.track];
    assert(track !== undefined, 'a sample of a track that the parameters name');
    this.#lanes[sample.track] ??= {
      timescale: track.timescale,
      start: sample.dts,
      end: sample.dts,
      sizes: [],
      dts: [],
      offsets: [],
      keys: [],
      runs: [],
    };
    const lane = this.#lanes[sample.track];
    assert(
      lane !== undefined && sample.dts >= 0 && sample.dts >= (lane.dts.at(-1) ?? 0),
      'samples in decode order',
    );
    lane.sizes.push(sample.data.length);
    lane.dts.push(sample.dts);
    lane.offsets.push(sample.pts - sample.dts);
    if (sample.key) lane.keys.push(lane.dts.length);
    lane.end = sample.dts + sample.duration;
    const run = lane.runs.at(-1);
    if (run === undefined || this.#newest !== sample.track) lane.runs.push({ at: this.#position, count: 1 });
    else run.count += 1;
    this.#newest = sample.track;
    this.#position += sample.data.length;
  }

  /** The end of the file, and the one place at its beginning that could not be known before. */
  finish(): { readonly moov: Uint8Array; readonly patch: Patch } {
    const { moov } = emptyMovie(this.#parameters);
    moov.boxes = moov.boxes?.filter((box) => box.type !== 'mvex') ?? [];
    const lanes = [this.#lanes.video, this.#lanes.audio];
    // A common multiple of the timescales: initial waits are stated in it, and stay exact.
    const scale = commonScale(lanes.flatMap((lane) => (lane === undefined ? [] : [lane.timescale])));
    moov.mvhd.timescale = scale;
    moov.traks.forEach((trak, index) => {
      const lane = index === 0 ? lanes[0] : lanes[1];
      if (lane === undefined) return;
      const inMovie = (ticks: number): number => Math.round((ticks * scale) / lane.timescale);
      trak.mdia.mdhd.duration = lane.end - lane.start;
      trak.tkhd.duration = inMovie(lane.end);
      moov.mvhd.duration = Math.max(moov.mvhd.duration, inMovie(lane.end));
      if (lane.start > 0) {
        const elst = new BoxParser.box.elst();
        const edit = { media_rate_integer: 1, media_rate_fraction: 0 };
        elst.entries = [
          { ...edit, segment_duration: inMovie(lane.start), media_time: -1 },
          { ...edit, segment_duration: inMovie(lane.end - lane.start), media_time: 0 },
        ];
        const edts = trak.addBox(new BoxParser.box.edts());
        edts.addBox(elst);
        // `edts` stands before `mdia` (6.2.3).
        const rest = trak.boxes?.filter((box) => box !== edts) ?? [];
        trak.boxes = [...rest.slice(0, 1), edts, ...rest.slice(1)];
      }
      fillTables(trak.mdia.minf.stbl, lane);
    });
    const stream = new DataStream();
    moov.write(stream);
    const size = new Uint8Array(8);
    new DataView(size.buffer).setBigUint64(0, BigInt(this.#position - (this.#header.length - 16)));
    return {
      moov: new Uint8Array(stream.buffer.slice(0, stream.getPosition())),
      patch: { at: this.#header.length - 8, bytes: size },
    };
  }
}

type Stbl = InstanceType<typeof BoxParser.box.stbl>;

/** The sample tables (8.6 and 8.7). */
function fillTables(stbl: Stbl, lane: Lane): void {
  const deltas = lane.dts.map((dts, index) => (lane.dts[index + 1] ?? lane.end) - dts);
  const stts = runLengths(deltas);
  stbl.stts.sample_counts = stts.counts;
  stbl.stts.sample_deltas = stts.values;
  if (lane.offsets.some((offset) => offset !== 0)) {
    const ctts = stbl.addBox(new BoxParser.box.ctts());
    const runs = runLengths(lane.offsets);
    ctts.sample_counts = runs.counts;
    ctts.sample_offsets = runs.values;
  }
  if (lane.keys.length < lane.dts.length) {
    stbl.addBox(new BoxParser.box.stss()).sample_numbers = lane.keys;
  }
  stbl.stsz.sample_size = 0;
  stbl.stsz.sample_sizes = lane.sizes;
  const perChunk = runLengths(lane.runs.map((run) => run.count));
  let first = 1;
  stbl.stsc.first_chunk = perChunk.counts.map((count) => {
    first += count;
    return first - count;
  });
  stbl.stsc.samples_per_chunk = perChunk.values;
  stbl.stsc.sample_description_index = perChunk.values.map(() => 1);
  // `stco` has 32 bits; a long recording needs the other one.
  stbl.boxes = stbl.boxes?.filter((box) => box.type !== 'stco') ?? [];
  stbl.addBox(new BoxParser.box.co64()).chunk_offsets = lane.runs.map((run) => run.at);
}

function runLengths(values: readonly number[]): { counts: number[]; values: number[] } {
  const counts: number[] = [];
  const distinct: number[] = [];
  for (const value of values) {
    if (distinct.length > 0 && distinct.at(-1) === value) counts.push((counts.pop() ?? 0) + 1);
    else {
      distinct.push(value);
      counts.push(1);
    }
  }
  return { counts, values: distinct };
}

/** The least common multiple of `scales`, or the first where that exceeds the field. */
function commonScale(scales: readonly number[]): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const [first = 1000] = scales;
  const common = scales.reduce((multiple, scale) => (multiple / divisor(multiple, scale)) * scale, 1);
  return common <= 0xffffffff ? common : first;
}
