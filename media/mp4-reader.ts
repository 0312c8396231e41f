import assert from 'node:assert/strict';
import { concatBytes } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { type ByteSource, fileSource, memorySource } from './byte-source.ts';
import { mediaLimits } from './limits.ts';
import { guarded, indexMp4, type Mp4Index, type SamplePlace, type Trak } from './mp4-index.ts';
import { nalLengthSize } from './nal.ts';
import {
  type AudioTrack,
  type MediaSample,
  type StreamParameters,
  type TrackKind,
  ticksToUs,
  type VideoTrack,
} from './types.ts';

/** A stretch of a track's decode times, in ticks of the track. */
export interface TrackSpan {
  readonly from: number;
  readonly to: number;
}

/** An MP4 that is open for reading: its headers are in memory, its samples are read as they are asked for. */
export interface Mp4File {
  readonly parameters: StreamParameters;
  /** From the first picture decoded to the end of the last, in microseconds. */
  readonly durationUs: number;
  /** Samples of each track. */
  readonly counts: Readonly<Record<TrackKind, number>>;
  /** Where each track with samples begins and ends: its first `dts`, and its last `dts` plus duration, in its own ticks. */
  readonly spans: Readonly<{ video: TrackSpan } & Partial<Record<'audio', TrackSpan>>>;
  /**
   * All samples of both tracks by `dts / timescale`, video first where they are equal, each track in decode order.
   * Times have the file's edit list applied. Every call starts again from the first sample.
   */
  samples(): AsyncGenerator<MediaSample>;
  close(): Promise<void>;
}

/**
 * Opens an MP4, whole or fragmented, with H.264 or H.265 video and AAC sound or none.
 *
 * Throws `FILE_UNREADABLE`, `MP4_INVALID` (no MP4), `MP4_TRUNCATED`, `MP4_TOO_LARGE`, `MP4_NO_VIDEO`, `MP4_CODEC`
 * (another codec, or one that changes within the track), `MP4_EMPTY` (no picture), `MP4_NO_KEY_FRAME` (the first
 * picture can't be decoded alone), `MP4_EDITED` (an edit list that cuts or repeats).
 */
export async function openMp4(path: string): Promise<Mp4File> {
  return await readMp4(await fileSource(path));
}

/** As {@link openMp4}, from any source, which the returned file owns: it is closed with it, or when this throws. */
export async function readMp4(source: ByteSource): Promise<Mp4File> {
  try {
    return mp4File(source, await indexMp4(source));
  } catch (error) {
    await source.close();
    throw error;
  }
}

interface Lane {
  readonly track: TrackKind;
  readonly timescale: number;
  /** What the edit list takes off every time, in ticks. */
  readonly shift: number;
  readonly places: readonly SamplePlace[];
}

/**
 * The samples of one fragment of a recording behind its init segment; it may begin between key frames, hold no picture,
 * or be empty. Throws as {@link openMp4}.
 */
export async function readFragment(
  init: Uint8Array,
  fragment: Uint8Array,
): Promise<{ readonly parameters: StreamParameters; readonly samples: readonly MediaSample[] }> {
  const source = memorySource(concatBytes(init, fragment), 'the recording');
  const index = await indexMp4(source);
  const { parameters, lanes } = guarded(source, () => tracksOf(source, index));
  const samples: MediaSample[] = [];
  for await (const sample of interleaved(source, lanes)) samples.push(sample);
  return { parameters, samples };
}

function tracksOf(
  source: ByteSource,
  index: Mp4Index,
): { readonly parameters: StreamParameters; readonly lanes: readonly Lane[] } {
  const videoTrak = index.moov.traks.find((trak) => trak.mdia.hdlr.handler === 'vide');
  const audioTrak = index.moov.traks.find((trak) => trak.mdia.hdlr.handler === 'soun');
  if (videoTrak === undefined) {
    throw new SealcamError(
      'MP4_NO_VIDEO',
      `"${source.name}" has no video track: give a file with H.264 or H.265 video`,
    );
  }
  const video = videoTrack(source, index, videoTrak);
  const audio = audioTrak === undefined ? undefined : audioTrack(source, audioTrak);
  const lanes = [lane(source, index, videoTrak, 'video')];
  if (audioTrak !== undefined) lanes.push(lane(source, index, audioTrak, 'audio'));
  return { parameters: audio === undefined ? { video } : { video, audio }, lanes };
}

function mp4File(source: ByteSource, index: Mp4Index): Mp4File {
  const { parameters, lanes } = guarded(source, () => tracksOf(source, index));
  const pictures = lanes[0]?.places ?? [];
  const first = pictures[0];
  const last = pictures.at(-1);
  if (first === undefined || last === undefined) {
    throw new SealcamError('MP4_EMPTY', `"${source.name}" has a video track without a single picture`);
  }
  if (!first.key) {
    throw new SealcamError(
      'MP4_NO_KEY_FRAME',
      `"${source.name}" does not begin with a key frame, so nothing in it can be decoded: cut it at a key frame`,
    );
  }
  return {
    parameters,
    durationUs: ticksToUs(last.dts + last.duration - first.dts, parameters.video.timescale),
    counts: { video: pictures.length, audio: lanes[1]?.places.length ?? 0 },
    spans: spansOf(lanes),
    samples: () => interleaved(source, lanes),
    close: () => source.close(),
  };
}

function spansOf(lanes: readonly Lane[]): Mp4File['spans'] {
  const [video, audio] = lanes.map(({ shift, places }) => {
    const first = places[0];
    const last = places.at(-1);
    if (first === undefined || last === undefined) return undefined;
    return { from: first.dts - shift, to: last.dts + last.duration - shift };
  });
  assert(video !== undefined, 'a file without a picture was refused before');
  return audio === undefined ? { video } : { video, audio };
}

async function* interleaved(source: ByteSource, lanes: readonly Lane[]): AsyncGenerator<MediaSample> {
  const heads = lanes.map((lane) => ({ lane, next: 0 }));
  for (;;) {
    let earliest: { head: (typeof heads)[number]; place: SamplePlace; seconds: number } | undefined;
    for (const head of heads) {
      const place = head.lane.places[head.next];
      if (place === undefined) continue;
      const seconds = (place.dts - head.lane.shift) / head.lane.timescale;
      if (earliest === undefined || seconds < earliest.seconds) earliest = { head, place, seconds };
    }
    if (earliest === undefined) return;
    const { head, place } = earliest;
    head.next += 1;
    yield {
      track: head.lane.track,
      pts: place.pts - head.lane.shift,
      dts: place.dts - head.lane.shift,
      duration: place.duration,
      key: place.key,
      data: await source.read(place.offset, place.size),
    };
  }
}

function lane(source: ByteSource, index: Mp4Index, trak: Trak, track: TrackKind): Lane {
  const places = index.samples.get(trak) ?? [];
  for (const place of places) {
    const inside = place.offset >= 0 && place.offset + place.size <= source.size;
    if (place.size > mediaLimits.sampleBytesMax || !inside) {
      throw new SealcamError(
        'MP4_TRUNCATED',
        `"${source.name}" is cut off or damaged: a ${track} sample of ${place.size} bytes at byte ${place.offset} lies beyond its ${source.size} bytes`,
      );
    }
  }
  return { track, timescale: trak.mdia.mdhd.timescale, shift: editShift(source, index, trak), places };
}

/** What is to be taken off a track's times (ISO/IEC 14496-12, 8.6.6): an initial wait, and where in the media it begins. */
function editShift(source: ByteSource, index: Mp4Index, trak: Trak): number {
  const edits = trak.edts?.elst?.entries ?? [];
  const scale = index.moov.mvhd.timescale;
  let wait = 0;
  let shift: number | undefined;
  for (const edit of edits) {
    if (shift !== undefined || (edit.media_rate_integer !== 1 && edit.media_time !== -1)) {
      throw new SealcamError(
        'MP4_EDITED',
        `"${source.name}" has an edit list that cuts, repeats or changes speed: write it anew without one`,
      );
    }
    if (edit.media_time === -1) wait += edit.segment_duration;
    else shift = edit.media_time;
  }
  return (shift ?? 0) - Math.round((wait * trak.mdia.mdhd.timescale) / scale);
}

function videoTrack(source: ByteSource, index: Mp4Index, trak: Trak): VideoTrack {
  const entry = onlyEntry(source, trak);
  const codec = ({ avc1: 'h264', avc3: 'h264', hvc1: 'h265', hev1: 'h265' } as const)[entry.type];
  const record = entry.boxes?.find((box) => box.type === (codec === 'h264' ? 'avcC' : 'hvcC'));
  if (codec === undefined || record?.start === undefined || record.hdr_size === undefined) {
    throw otherCodec(source, 'video', entry.type, 'H.264 or H.265');
  }
  const description = index.headerBytes.slice(record.start + record.hdr_size, record.start + record.size);
  nalLengthSize({ codec, description });
  return {
    kind: 'video',
    codec,
    timescale: trak.mdia.mdhd.timescale,
    width: entry.getWidth(),
    height: entry.getHeight(),
    description,
    codecString: entry.getCodec(),
  };
}

const mpeg4Audio = 0x40;

function audioTrack(source: ByteSource, trak: Trak): AudioTrack {
  const entry = onlyEntry(source, trak);
  const box: unknown = entry.boxes?.find((candidate) => candidate.type === 'esds');
  const config = descriptor(field(box, 'esd'), 4);
  const specific: unknown = field(descriptor(config, 5), 'data');
  if (entry.type !== 'mp4a' || field(config, 'oti') !== mpeg4Audio || !(specific instanceof Uint8Array)) {
    throw otherCodec(source, 'audio', entry.type, 'AAC');
  }
  return {
    kind: 'audio',
    codec: 'aac',
    timescale: trak.mdia.mdhd.timescale,
    sampleRate: entry.getSampleRate(),
    channels: channelCount(specific) ?? entry.getChannelCount(),
    description: specific.slice(),
  };
}

/**
 * Channels as an AudioSpecificConfig states them (ISO/IEC 14496-3, 1.6.2.1 and table 1.19), or undefined where it does so
 * elsewhere. Many writers put 2 into the sample entry whatever the truth, which 14496-14 allows.
 */
function channelCount(specific: Uint8Array): number | undefined {
  const [first, second] = specific;
  if (first === undefined || second === undefined) return undefined;
  const escaped = first >> 3 === 31 || (((first & 7) << 1) | (second >> 7)) === 15;
  const configuration = (second >> 3) & 0xf;
  if (escaped || configuration === 0 || configuration > 7) return undefined;
  return configuration === 7 ? 8 : configuration;
}

/** The nested descriptor of `tag` (4: decoder configuration, 5: specific to the decoder; ISO/IEC 14496-1, 7.2.6). */
function descriptor(outer: unknown, tag: number): unknown {
  const inner = field(outer, 'descs');
  return Array.isArray(inner) ? inner.find((candidate) => field(candidate, 'tag') === tag) : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function onlyEntry(source: ByteSource, trak: Trak): Trak['mdia']['minf']['stbl']['stsd']['entries'][number] {
  const entries = trak.mdia.minf.stbl.stsd.entries;
  const entry = entries[0];
  if (entry !== undefined && entries.length === 1) return entry;
  throw new SealcamError(
    'MP4_CODEC',
    `"${source.name}" describes a track in ${entries.length} ways, one is supported: split it where its codec changes`,
  );
}

function otherCodec(source: ByteSource, kind: string, found: string, wanted: string): SealcamError {
  return new SealcamError(
    'MP4_CODEC',
    `"${source.name}" has ${kind} of the codec "${found}": only ${wanted} is supported`,
  );
}
