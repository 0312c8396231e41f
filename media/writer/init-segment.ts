import { SealcamError } from '../../base/errors.ts';
import { greatestOf } from '../../base/lists.ts';
import {
  type AudioTrack,
  displaySize,
  type StreamParameters,
  type TrackKind,
  type VideoTrack,
} from '../types.ts';
import { BoxWriter } from './box-writer.ts';
import { textAreaOf, textTimescale, writeTextEntry } from './text-entry.ts';

/** Track ids in every MP4 that this project writes. */
export const trackIds = { video: 1, audio: 2, text: 3 } as const;

/** A track of an MP4 that this project writes: of the recording, or the text that goes with it. */
export type WrittenKind = TrackKind | 'text';

/**
 * The rest of a track's `trak`, if it has samples of its own. In a fragmented MP4 all numbers are 0, and the lists
 * empty.
 */
export interface TrackBody {
  /** Ticks of the movie. */
  readonly movieDuration: number;
  /** Ticks of the track. */
  readonly mediaDuration: number;
  /** Writes `edts`, or nothing. */
  readonly edits: (writer: BoxWriter) => void;
  /** Writes what follows `stsd` in `stbl`. */
  readonly tables: (writer: BoxWriter) => void;
}

const noSamples: TrackBody = {
  movieDuration: 0,
  mediaDuration: 0,
  edits: () => {},
  tables(writer) {
    for (const type of ['stts', 'stsc', 'stco']) writer.fullBox(type, 0, 0, () => writer.u32(0));
    writer.fullBox('stsz', 0, 0, () => writer.zeros(8));
  },
};

/**
 * The initialization segment (`ftyp` + `moov`, ISO/IEC 14496-12) of a fragmented MP4 with the tracks of `parameters`.
 * The same parameters always give the same bytes: it contains no time and no identity. Throws `MEDIA_PARAMETERS` if
 * `parameters` can't be written as MP4.
 */
export function initSegment(parameters: StreamParameters): Uint8Array {
  const writer = new BoxWriter();
  writeFileType(writer);
  writeMovie(writer, parameters, 1000, {}, { duration: 0 });
  return writer.bytes();
}

/** `ftyp`. */
export function writeFileType(writer: BoxWriter): void {
  writer.box('ftyp', () => {
    writer.ascii('iso6');
    writer.u32(0);
    for (const brand of ['iso6', 'iso5', 'mp41']) writer.ascii(brand);
  });
}

/**
 * `moov` with the tracks of `parameters`, and one of text if `bodies` has its body.
 * @param timescale ticks a second of the movie.
 * @param fragments if fragments may follow: their total duration in ticks of the movie, 0 if unknown.
 */
export function writeMovie(
  writer: BoxWriter,
  parameters: StreamParameters,
  timescale: number,
  bodies: Partial<Record<WrittenKind, TrackBody>>,
  fragments?: { readonly duration: number },
): void {
  const kinds = (['video', 'audio', 'text'] as const).filter(
    (kind) => (kind === 'text' ? bodies : parameters)[kind as 'video'] !== undefined,
  );
  const duration = greatestOf(kinds.map((kind) => bodies[kind]?.movieDuration ?? 0));
  const version = versionFor(duration);
  writer.box('moov', () => {
    writer.fullBox('mvhd', version, 0, () => {
      writer.time(version, 0);
      writer.time(version, 0);
      writer.u32(timescale);
      writer.time(version, duration);
      writer.u32(0x00010000);
      writer.u16(0x0100);
      writer.zeros(10);
      writeMatrix(writer, uprightMatrix);
      writer.zeros(24);
      writer.u32(greatestOf([trackIds.audio, ...kinds.map((kind) => trackIds[kind])]) + 1);
    });
    for (const kind of kinds) writeTrack(writer, parameters, kind, bodies[kind] ?? noSamples);
    if (fragments === undefined) return;
    writer.box('mvex', () => {
      const { duration: all } = fragments;
      if (all > 0) writer.fullBox('mehd', versionFor(all), 0, () => writer.time(versionFor(all), all));
      for (const kind of kinds) {
        writer.fullBox('trex', 0, 0, () => {
          writer.u32(trackIds[kind]);
          writer.u32(1);
          writer.zeros(12);
        });
      }
    });
  });
}

/** Version of a box whose times reach `largest`. */
export function versionFor(largest: number): 0 | 1 {
  return largest > 0xffffffff ? 1 : 0;
}

/** What kinds of tracks differ in (8.4.3, 8.4.5). */
const handlers = { video: 'vide', audio: 'soun', text: 'sbtl' } as const;

function writeTrack(
  writer: BoxWriter,
  parameters: StreamParameters,
  kind: WrittenKind,
  body: TrackBody,
): void {
  const timescale = timescaleOf(parameters, kind);
  const version = versionFor(body.movieDuration);
  const mediaVersion = versionFor(body.mediaDuration);
  writer.box('trak', () => {
    writer.fullBox('tkhd', version, 7, () => {
      writer.time(version, 0);
      writer.time(version, 0);
      writer.u32(trackIds[kind]);
      writer.u32(0);
      writer.time(version, body.movieDuration);
      writer.zeros(8);
      // Text is in front of the picture.
      writer.u16(kind === 'text' ? 0xffff : 0);
      writer.u16(0);
      writer.u16(kind === 'audio' ? 0x0100 : 0);
      writer.u16(0);
      const { matrix, width, height } = placeOf(parameters, kind);
      writeMatrix(writer, matrix);
      for (const pixels of [width, height]) writer.u32(Math.min(pixels, 0xffff) * one);
    });
    body.edits(writer);
    writer.box('mdia', () => {
      writer.fullBox('mdhd', mediaVersion, 0, () => {
        writer.time(mediaVersion, 0);
        writer.time(mediaVersion, 0);
        writer.u32(timescale);
        writer.time(mediaVersion, body.mediaDuration);
        // 'und', no language, in three packed letters (8.4.2.3).
        writer.u16(0x55c4);
        writer.u16(0);
      });
      writer.fullBox('hdlr', 0, 0, () => {
        writer.u32(0);
        writer.ascii(handlers[kind]);
        writer.zeros(12);
        writer.ascii(`${kind}\0`);
      });
      writeMediaInformation(writer, parameters, kind, body);
    });
  });
}

function writeMediaInformation(
  writer: BoxWriter,
  { video, audio }: StreamParameters,
  kind: WrittenKind,
  body: TrackBody,
): void {
  writer.box('minf', () => {
    if (kind === 'video') writer.fullBox('vmhd', 0, 1, () => writer.zeros(8));
    else if (kind === 'audio') writer.fullBox('smhd', 0, 0, () => writer.zeros(4));
    else writer.fullBox('nmhd', 0, 0, () => {});
    // The samples are in this file.
    const here = (): void => writer.fullBox('url ', 0, 1, () => {});
    writer.box('dinf', () =>
      writer.fullBox('dref', 0, 0, () => {
        writer.u32(1);
        here();
      }),
    );
    writer.box('stbl', () => {
      writer.fullBox('stsd', 0, 0, () => {
        writer.u32(1);
        if (kind === 'video') writePictureEntry(writer, video);
        else if (kind === 'text') writeTextEntry(writer, textAreaOf(video));
        else if (audio !== undefined) writeSoundEntry(writer, audio);
      });
      body.tables(writer);
    });
  });
}

function timescaleOf({ video, audio }: StreamParameters, kind: WrittenKind): number {
  if (kind === 'text') return textTimescale;
  return positive(`${kind} timescale`, kind === 'video' ? video.timescale : (audio?.timescale ?? 0));
}

/** Where a track is shown, and how large. */
function placeOf(
  { video }: StreamParameters,
  kind: WrittenKind,
): { readonly matrix: readonly number[]; readonly width: number; readonly height: number } {
  if (kind === 'audio') return { matrix: uprightMatrix, width: 0, height: 0 };
  if (kind === 'video') {
    const { width, height } = displaySize(video);
    return { matrix: matrixOf(video.rotation ?? 0, width, height), width, height };
  }
  const { top, width, height } = textAreaOf(video);
  const down = Math.min(top, 0x7fff) * one;
  return { matrix: [one, 0, 0, 0, one, 0, 0, down, 0x40000000], width, height };
}

function writePictureEntry(writer: BoxWriter, video: VideoTrack): void {
  writer.box(sampleEntryName(video), () => {
    writer.zeros(6);
    writer.u16(1);
    writer.zeros(16);
    writer.u16(video.width);
    writer.u16(video.height);
    writer.u32(0x00480000);
    writer.u32(0x00480000);
    writer.u32(0);
    writer.u16(1);
    writer.zeros(32);
    writer.u16(24);
    writer.u16(0xffff);
    // Exactly as the sensor sent it.
    writer.box(video.codec === 'h264' ? 'avcC' : 'hvcC', () => writer.raw(video.description));
    const { pixelAspect } = video;
    if (pixelAspect === undefined) return;
    writer.box('pasp', () => {
      writer.u32(pixelAspect.horizontal);
      writer.u32(pixelAspect.vertical);
    });
  });
}

/** Four characters that name the sample entry: with or without parameter sets allowed in the stream. */
function sampleEntryName({ codec, codecString }: VideoTrack): string {
  const entry = codecString.slice(0, 4);
  if (codec === 'h264') return entry === 'avc3' ? entry : 'avc1';
  return entry === 'hev1' ? entry : 'hvc1';
}

function writeSoundEntry(writer: BoxWriter, audio: AudioTrack): void {
  writer.box(audio.codec === 'opus' ? 'Opus' : 'mp4a', () => {
    writer.zeros(6);
    writer.u16(1);
    writer.zeros(8);
    writer.u16(positive('channels', audio.channels, 0xffff));
    writer.u16(16);
    writer.zeros(4);
    // The field is 16.16 fixed point and can't hold more; the AudioSpecificConfig gives the true rate.
    const rate = positive('sample rate', audio.sampleRate);
    writer.u32(rate > 0xffff ? 0 : rate * 65_536);
    if (audio.codec === 'opus') writer.box('dOps', () => writer.raw(audio.description));
    else writer.fullBox('esds', 0, 0, () => writer.raw(elementaryStream(audio)));
  });
}

/** An ES_Descriptor (ISO/IEC 14496-1, 7.2.6.5) around the AudioSpecificConfig. */
function elementaryStream(audio: AudioTrack): Uint8Array {
  const specific = descriptor(0x05, audio.description);
  // MPEG-4 audio (0x40), audio stream (0x15), buffer size and bit rates not stated.
  const config = descriptor(0x04, [0x40, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...specific]);
  const syncLayer = descriptor(0x06, [0x02]);
  return Uint8Array.from(descriptor(0x03, [0, trackIds.audio, 0, ...config, ...syncLayer]));
}

/** A descriptor whose size takes as many bytes as it needs, seven bits in each (8.3.3). */
function descriptor(tag: number, content: ArrayLike<number> & Iterable<number>): number[] {
  const size: number[] = [content.length & 0x7f];
  for (let rest = content.length >> 7; rest > 0; rest >>= 7) size.unshift(0x80 | (rest & 0x7f));
  return [tag, ...size, ...content];
}

const one = 0x00010000;
const uprightMatrix = [one, 0, 0, 0, one, 0, 0, 0, 0x40000000];

/** The transformation that turns the picture clockwise and back into the quadrant where it began (8.3.2). */
function matrixOf(rotation: number, width: number, height: number): readonly number[] {
  // 16.16 holds no more than 32,767; for a larger picture, players move it into place themselves.
  const [x, y] = [Math.min(width, 0x7fff) * one, Math.min(height, 0x7fff) * one];
  switch (rotation) {
    case 90:
      return [0, one, 0, -one, 0, 0, y, 0, 0x40000000];
    case 180:
      return [-one, 0, 0, 0, -one, 0, x, y, 0x40000000];
    case 270:
      return [0, -one, 0, one, 0, 0, 0, x, 0x40000000];
    default:
      return uprightMatrix;
  }
}

function writeMatrix(writer: BoxWriter, matrix: readonly number[]): void {
  for (const value of matrix) writer.i32(value);
}

function positive(name: string, value: number, max = 0xffffffff): number {
  if (Number.isInteger(value) && value > 0 && value <= max) return value;
  throw new SealcamError('MEDIA_PARAMETERS', `${name} is ${value}: expected a whole number from 1 to ${max}`);
}
