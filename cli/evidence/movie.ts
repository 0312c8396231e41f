import type { FileHandle } from 'node:fs/promises';
import { sealcam } from '#generated/telemetry.js';
import { SealcamError } from '../../base/errors.ts';
import { annexB, descriptionFault, salvagedSets } from '../../media/description.ts';
import { type Recorded, readFragment, readInit } from '../../media/reader/mp4-reader.ts';
import { type MediaSample, ticksToUs, trackOf, type VideoCodec } from '../../media/types.ts';
import { Mp4Writer } from '../../media/writer/mp4-writer.ts';
import { decodeMessage } from '../../proto/link/messages.ts';
import type { Caption } from './export/captions.ts';
import type { MediaSpan } from './export/timeline.ts';

/** The decrypted content of one chunk. */
export interface OpenedParts {
  readonly index: number;
  readonly media: Uint8Array;
  readonly telemetry: Uint8Array;
}

/** Writes the opened media segments of a recording to a file. */
export interface MovieFile {
  /**
   * Takes the next chunk; chunk 0 describes the streams.
   * @returns where its samples are on the file's timeline; undefined if it has none there.
   */
  add(chunk: OpenedParts): Promise<MediaSpan | undefined>;
  /** Takes the captions of the chunk that was added last, if the file is to have a track of them and can. */
  caption?(captions: readonly Caption[]): Promise<void>;
  finish(): Promise<void>;
  /**
   * What the file is, once a chunk was written: an MP4; pictures after start codes, without times and sound; or
   * fragments as they were sealed, without the description that a player needs.
   */
  readonly form: 'mp4' | 'm4s' | VideoCodec;
}

/** The media parts end to end: a fragmented MP4, byte for byte as it was sealed. */
export function fragmentedMovie(file: FileHandle): MovieFile {
  let recorded: Recorded | undefined;
  return {
    async add({ index, media }) {
      await file.writeFile(media);
      if (index === 0) recorded = await usableInit(media);
      return index === 0 || recorded === undefined
        ? undefined
        : spanOf(await samplesIfReadable(media, recorded), recorded);
    },
    finish: async () => {},
    form: 'mp4',
  };
}

/**
 * An ordinary MP4 of the same samples, unchanged, at their times: every player can seek in it, also players
 * that are strict about fragments. If the sensor's description of its stream is unusable, so that no MP4 can be
 * made, the pictures are written after start codes (Annex B of H.264 and H.265), which a decoder may still
 * play. If chunk 0, which has the description, is absent, the other chunks are written as they were sealed.
 */
export function ordinaryMovie(file: FileHandle): MovieFile {
  let target: { readonly writer: Mp4Writer; readonly recorded: Recorded } | 'm4s' | VideoCodec | undefined;
  return {
    get form() {
      return typeof target === 'string' ? target : 'mp4';
    },
    async add({ index, media, telemetry }) {
      if (index === 0) {
        const recorded = await usableInit(media);
        if (recorded !== undefined) {
          target = { writer: new Mp4Writer(recorded.parameters), recorded };
          await file.writeFile(target.writer.header());
          return undefined;
        }
        const { codec, description } = videoSaid(media, telemetry);
        target = codec;
        for (const set of salvagedSets(codec, description))
          await file.writeFile(Buffer.concat([startCode, set]));
        return undefined;
      }
      target ??= 'm4s';
      if (target === 'm4s') {
        await file.writeFile(media);
        return undefined;
      }
      if (typeof target === 'string') {
        const samples = await readFragment(media);
        const units = samples.flatMap(({ track, data }) => (track === 'video' ? annexB(data) : []));
        for (const unit of units) await file.writeFile(unit);
        return undefined;
      }
      const samples = await readFragment(media, target.recorded);
      if (!target.writer.fits(samples)) {
        throw new SealcamError('MP4_INVALID', 'The times of its samples go back');
      }
      for (const sample of samples) {
        target.writer.add(sample);
        await file.writeFile(sample.data);
      }
      return spanOf(samples, target.recorded);
    },
    async caption(captions) {
      if (target === undefined || typeof target === 'string') return;
      for (const { fromMs, toMs, lines } of captions)
        await file.writeFile(target.writer.addText(fromMs, toMs - fromMs, lines.join('\n')));
    },
    async finish() {
      if (target === undefined || typeof target === 'string') return;
      const { moov, patch } = target.writer.finish();
      await file.writeFile(moov);
      await file.write(patch.bytes, 0, patch.bytes.length, patch.at);
    },
  };
}

/** The samples of a chunk that was written as it was sealed, whatever it is. */
async function samplesIfReadable(media: Uint8Array, recorded: Recorded): Promise<readonly MediaSample[]> {
  try {
    return await readFragment(media, recorded);
  } catch (error) {
    if (error instanceof SealcamError) return [];
    throw error;
  }
}

/** From when to when a player shows `samples`. */
function spanOf(samples: readonly MediaSample[], { parameters }: Recorded): MediaSpan | undefined {
  let [fromUs, toUs] = [Number.POSITIVE_INFINITY, 0];
  for (const { track, pts, duration } of samples) {
    const timescale = trackOf(parameters, track)?.timescale ?? parameters.video.timescale;
    fromUs = Math.min(fromUs, Math.max(0, ticksToUs(pts, timescale)));
    toUs = Math.max(toUs, ticksToUs(pts + duration, timescale));
  }
  return samples.length === 0 ? undefined : { fromUs, toUs: Math.max(fromUs, toUs) };
}

/** The description in `init`, if a decoder can use it. */
async function usableInit(init: Uint8Array): Promise<Recorded | undefined> {
  if (init.length === 0) return undefined;
  try {
    const recorded = await readInit(init);
    return descriptionFault(recorded.parameters.video) === undefined ? recorded : undefined;
  } catch (error) {
    if (error instanceof SealcamError) return undefined;
    throw error;
  }
}

const startCode = Uint8Array.of(0, 0, 0, 1);

/**
 * What a stream is that no MP4 can describe: according to the sensor's message, or to the description in
 * `init`.
 */
function videoSaid(
  init: Uint8Array,
  telemetry: Uint8Array,
): { readonly codec: VideoCodec; readonly description: Uint8Array } {
  try {
    const { streamParameters } = sealcam.telemetry.ChunkTelemetry.decode(telemetry);
    const { tracks } = decodeMessage('parameters', streamParameters ?? new Uint8Array(0));
    const video = tracks.find(({ kind }) => kind === 'video');
    if (video?.codec === 'h264' || video?.codec === 'h265') {
      return { codec: video.codec, description: video.description };
    }
  } catch {
    // If the telemetry is of another schema or absent, the init segment decides.
  }
  return {
    codec: Buffer.from(init).includes('hvcC') ? 'h265' : 'h264',
    description: init.subarray(0, 65_536),
  };
}
