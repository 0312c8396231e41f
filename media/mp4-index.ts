import { type BoxParser, createFile, Log, MP4BoxBuffer } from 'mp4box';
import { concatBytes } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import type { ByteSource } from './byte-source.ts';
import { mediaLimits } from './limits.ts';
import { type BoxPlace, innerBoxes, notMp4, topBoxes } from './mp4-boxes.ts';

// The library writes what it dislikes to the console, file contents among it; what matters reaches the caller as an error.
Log.error = () => {};

type Moov = InstanceType<typeof BoxParser.box.moov>;
type Moof = InstanceType<typeof BoxParser.box.moof>;
export type Trak = Moov['traks'][number];

/** Where one sample lies in its file, and when it is due, in ticks, before any edit list. */
export interface SamplePlace {
  readonly offset: number;
  readonly size: number;
  readonly dts: number;
  readonly pts: number;
  readonly duration: number;
  readonly key: boolean;
}

/** What an MP4's headers say: its tracks, and each track's samples in decode order. */
export interface Mp4Index {
  readonly moov: Moov;
  /** The bytes that the boxes' `start` in `moov` counts in. */
  readonly headerBytes: Uint8Array;
  readonly samples: ReadonlyMap<Trak, readonly SamplePlace[]>;
}

/** Reads all headers of `source`, whole or fragmented, wherever its `moov` stands; no sample is read. */
export async function indexMp4(source: ByteSource): Promise<Mp4Index> {
  let ftyp: Uint8Array = new Uint8Array(0);
  let header: { moov: Moov; headerBytes: Uint8Array } | undefined;
  const samples = new Map<Trak, SamplePlace[]>();
  for await (const box of topBoxes(source)) {
    if (box.type === 'ftyp') ftyp = await readBox(source, box);
    if (box.type === 'moov' && header === undefined) {
      const headerBytes = concatBytes(ftyp, await readBox(source, box));
      refuseBombs(source, headerBytes.subarray(ftyp.length + 8));
      const { moov } = parse(source, headerBytes);
      if (moov === undefined) throw notMp4(source);
      header = { moov, headerBytes };
      for (const trak of moov.traks)
        samples.set(
          trak,
          guarded(source, () => wholeSamples(trak)),
        );
    }
    if (box.type === 'moof') {
      if (header === undefined) throw notMp4(source);
      const { moov } = header;
      const moof = parse(source, await readBox(source, box)).moofs[0];
      if (moof === undefined) throw notMp4(source);
      guarded(source, () => addFragment(source, moov, moof, box.at, samples));
    }
  }
  if (header === undefined) throw notMp4(source);
  return { ...header, samples };
}

async function readBox(source: ByteSource, box: BoxPlace): Promise<Uint8Array> {
  if (box.size > mediaLimits.mp4HeaderBytesMax) {
    throw new SealcamError(
      'MP4_TOO_LARGE',
      `"${source.name}" has a header "${box.type}" of ${box.size} bytes, at most ${mediaLimits.mp4HeaderBytesMax} are read: split the file`,
    );
  }
  return await source.read(box.at, box.size);
}

function parse(source: ByteSource, bytes: Uint8Array): ReturnType<typeof createFile> {
  return guarded(source, () => {
    const file = createFile();
    file.onError = (_module, message) => {
      throw new Error(message);
    };
    // A buffer of its own: the library takes whole ArrayBuffers, and the file's place is none of its business.
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(Uint8Array.from(bytes).buffer, 0));
    return file;
  });
}

/**
 * The library throws whatever a malformed box leads to, and types as present what a file may lack; for the user that
 * is one thing: no MP4.
 */
export function guarded<T>(source: ByteSource, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SealcamError) throw error;
    throw notMp4(source, error);
  }
}

/** The library expands a constant sample size to as many numbers as the file claims to have samples. */
function refuseBombs(source: ByteSource, content: Uint8Array): void {
  for (const box of innerBoxes(source, content)) {
    if (['trak', 'mdia', 'minf', 'stbl'].includes(box.type)) refuseBombs(source, box.content);
    if (box.type !== 'stsz' || box.content.length < 12) continue;
    const count = new DataView(box.content.buffer, box.content.byteOffset).getUint32(8);
    if (count > mediaLimits.trackSamplesMax) throw tooMany(source, count);
  }
}

function tooMany(source: ByteSource, count: number): SealcamError {
  return new SealcamError(
    'MP4_TOO_LARGE',
    `"${source.name}" says that a track has ${count} samples, at most ${mediaLimits.trackSamplesMax} are read: split the file`,
  );
}

function wholeSamples(trak: Trak): SamplePlace[] {
  const deltas = trak.mdia.minf.stbl.stts.sample_deltas;
  return trak.samples.map((sample, index) => ({
    offset: sample.offset,
    size: sample.size,
    dts: sample.dts,
    pts: sample.cts,
    // The library derives the last one from the track's stated length, which may be rounded; the table is exact.
    duration: index === trak.samples.length - 1 ? (deltas.at(-1) ?? sample.duration) : sample.duration,
    key: sample.is_sync,
  }));
}

const tfhdBaseOffset = 0x000001;
const tfhdDuration = 0x000008;
const tfhdSize = 0x000010;
const tfhdFlags = 0x000020;
const tfhdBaseIsMoof = 0x020000;
const nonSyncSample = 0x10000;

/**
 * Appends the samples of one `moof` (ISO/IEC 14496-12, 8.8). The library's own list ignores every `tfdt` but the first,
 * so that a gap between fragments would vanish; hence these lines of ours over its boxes.
 */
function addFragment(
  source: ByteSource,
  moov: Moov,
  moof: Moof,
  moofAt: number,
  samples: Map<Trak, SamplePlace[]>,
): void {
  let dataEnd = moofAt;
  for (const traf of moof.trafs) {
    const { tfhd } = traf;
    const trak = moov.traks.find((candidate) => candidate.tkhd.track_id === tfhd.track_id);
    const list = trak === undefined ? undefined : samples.get(trak);
    if (list === undefined) throw notMp4(source);
    const trex = moov.mvex?.trexs.find((candidate) => candidate.track_id === tfhd.track_id);
    const last = list.at(-1);
    let dts = traf.tfdt?.baseMediaDecodeTime ?? (last === undefined ? 0 : last.dts + last.duration);
    const base =
      tfhd.flags & tfhdBaseOffset ? tfhd.base_data_offset : tfhd.flags & tfhdBaseIsMoof ? moofAt : dataEnd;
    let offset = base;
    for (const trun of traf.truns) {
      if (trun.flags & 0x1) offset = base + trun.data_offset;
      if (list.length + trun.sample_count > mediaLimits.trackSamplesMax) {
        throw tooMany(source, list.length + trun.sample_count);
      }
      const usualSize = tfhd.flags & tfhdSize ? tfhd.default_sample_size : (trex?.default_sample_size ?? 0);
      const usualDuration =
        tfhd.flags & tfhdDuration ? tfhd.default_sample_duration : (trex?.default_sample_duration ?? 0);
      const usualFlags =
        tfhd.flags & tfhdFlags ? tfhd.default_sample_flags : (trex?.default_sample_flags ?? 0);
      for (let i = 0; i < trun.sample_count; i += 1) {
        const size = trun.sample_size[i] ?? usualSize;
        const duration = trun.sample_duration[i] ?? usualDuration;
        const first = i === 0 && trun.flags & 0x4 ? trun.first_sample_flags : undefined;
        const flags = trun.sample_flags[i] ?? first ?? usualFlags;
        const pts = dts + (trun.sample_composition_time_offset[i] ?? 0);
        list.push({ offset, size, dts, pts, duration, key: (flags & nonSyncSample) === 0 });
        offset += size;
        dts += duration;
      }
    }
    dataEnd = offset;
  }
}
