import assert from 'node:assert/strict';
import { equalBytes } from '../../base/bytes.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { type ByteSource, fileSource, memorySource } from '../byte-source.ts';
import { mediaLimits } from '../limits.ts';
import {
  type AudioTrack,
  type MediaSample,
  type StreamParameters,
  type TrackKind,
  ticksToUs,
  type VideoTrack,
} from '../types.ts';
import { trackIds } from '../writer/init-segment.ts';
import { applyEdits } from './edit-list.ts';
import { addFragment, type FragmentedTrack } from './fragments.ts';
import { guarded, notMp4, topBoxes } from './mp4-boxes.ts';
import { indexMp4, type Mp4Index } from './mp4-index.ts';
import type { Mp4Track } from './mp4-movie.ts';
import type { SamplePlace } from './sample-tables.ts';
import { type ChosenTracks, chooseTracks } from './track-choice.ts';
import { codecName, describeAudio, describeVideo, isTurn } from './track-descriptions.ts';
import { type UsableSamples, usableSamples } from './usable-samples.ts';

/** A stretch of a track's decode times, in ticks of the track. */
export interface TrackSpan {
  readonly from: number;
  readonly to: number;
}

/** An open MP4: its headers are in memory, its samples are read on demand. */
export interface Mp4File {
  readonly parameters: StreamParameters;
  /** From the first picture decoded to the end of the last, in microseconds. */
  readonly durationUs: number;
  /** Samples of each track. */
  readonly counts: Readonly<Record<TrackKind, number>>;
  /** Where each track with samples begins and ends: its first `dts`, and its last `dts` plus duration, in its own ticks. */
  readonly spans: Readonly<{ video: TrackSpan } & Partial<Record<'audio', TrackSpan>>>;
  /** What is left out, or read differently than the file says, one sentence each. */
  readonly warnings: readonly string[];
  /**
   * All samples of both tracks by `dts / timescale`, video first where they are equal, each track in decode order.
   * Times have the file's edit list applied. Every call starts again from the first sample.
   */
  samples(): AsyncGenerator<MediaSample>;
  close(): Promise<void>;
}

/** How to read a file. */
export interface ReadOptions {
  /** False: the sound is left out without a warning. */
  readonly sound?: boolean;
  /** Larger samples are left out. */
  readonly sampleBytesMax?: number;
  /** True: pictures before the first key picture are read too, though nothing decodes them. */
  readonly early?: boolean;
}

/**
 * Opens an MP4, complete or fragmented, with H.264 or H.265 video and AAC or Opus sound or none. Sound in another codec is left
 * out, and so is a sample that is empty or too large; a file that is cut off is read as far as it is complete; its
 * `warnings` say so.
 *
 * Throws `FILE_UNREADABLE`, `MP4_INVALID` (not an MP4), `MP4_TRUNCATED`, `MP4_TOO_LARGE`, `MP4_NO_VIDEO`, `MP4_CODEC`
 * (another codec, or one that changes within the track), `MP4_EMPTY` (no picture), `MP4_NO_KEY_FRAME` (no picture can
 * be decoded alone), `MP4_EDITED` (an edit list that cuts or repeats).
 */
export async function openMp4(path: string, options: ReadOptions = {}): Promise<Mp4File> {
  return await readMp4(await fileSource(path), options);
}

/**
 * As {@link openMp4}, from any source. The returned file owns the source and closes it; it is also closed if this
 * throws.
 */
export async function readMp4(source: ByteSource, options: ReadOptions = {}): Promise<Mp4File> {
  try {
    let chosen: ChosenTracks | undefined;
    const index = await indexMp4(source, (movie) => {
      chosen = chooseTracks(source.name, movie, options.sound !== false);
      return chosen.audio === undefined ? [chosen.video] : [chosen.video, chosen.audio];
    });
    assert(chosen !== undefined, 'tracks are chosen where there is a moov');
    return mp4File(source, index, chosen, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

interface TrackPlaces {
  readonly track: TrackKind;
  readonly timescale: number;
  readonly places: readonly SamplePlace[];
}

function mp4File(
  source: ByteSource,
  index: Mp4Index,
  chosen: ChosenTracks,
  { sampleBytesMax = mediaLimits.sampleBytesMax, early = false }: ReadOptions,
): Mp4File {
  const lane = (track: Mp4Track, kind: TrackKind): TrackPlaces & Pick<UsableSamples, 'warnings'> => {
    const facts = { name: source.name, kind, fileBytes: source.size, sampleBytesMax, early };
    const { places, warnings } = usableSamples(facts, index.samples.get(track) ?? []);
    const edited = applyEdits(source.name, index.movie, track, places);
    return { track: kind, timescale: track.timescale, places: edited, warnings };
  };
  const pictures = withReasons(index.warnings, () => lane(chosen.video, 'video'));
  const video = pictureOf(source.name, index, chosen.video);
  const { audio: track } = chosen;
  // Sound that is malformed is left out already.
  const sound =
    track === undefined || !index.samples.has(track)
      ? undefined
      : soundOrWhyNot(() => ({ ...lane(track, 'audio'), audio: soundOf(source.name, index, track) }));
  const heard = typeof sound === 'object' && sound.audio !== undefined ? sound : undefined;
  const lanes = heard === undefined ? [pictures] : [pictures, heard];
  const [span, heardSpan] = lanes.map(spanOf);
  assert(span !== undefined, 'a file without a picture was refused before');
  const turned = isTurn(chosen.video.matrix)
    ? []
    : [
        `"${source.name}" shows its picture mirrored or at an angle, which can't be recorded: it is recorded as it is`,
      ];
  return {
    parameters: heard?.audio === undefined ? { video } : { video, audio: heard.audio },
    durationUs: ticksToUs(span.to - span.from, video.timescale),
    counts: { video: pictures.places.length, audio: heard?.places.length ?? 0 },
    spans: heardSpan === undefined ? { video: span } : { video: span, audio: heardSpan },
    warnings: [
      ...index.warnings,
      ...chosen.warnings,
      ...pictures.warnings,
      ...(typeof sound === 'string' ? [sound] : (sound?.warnings ?? [])),
      ...turned,
    ],
    samples: () => interleaved(source, lanes),
    close: () => source.close(),
  };
}

/** What `read` returns; if it throws, what was found wrong before is in the message too. */
function withReasons<T>(warnings: readonly string[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isSealcamError(error) || warnings.length === 0) throw error;
    throw new SealcamError(error.code, [error.message, ...warnings].join('; '), { cause: error });
  }
}

/** What `read` returns; or why the sound is left out, as no fault of the sound may cost the pictures. */
function soundOrWhyNot<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return `The sound is left out: ${error.message}`;
  }
}

function spanOf({ places }: TrackPlaces): TrackSpan | undefined {
  const first = places[0];
  const last = places.at(-1);
  return first && last && { from: first.dts, to: last.dts + last.duration };
}

async function* interleaved(source: ByteSource, lanes: readonly TrackPlaces[]): AsyncGenerator<MediaSample> {
  const heads = lanes.map((lane) => ({ lane, next: 0 }));
  for (;;) {
    let earliest: { head: (typeof heads)[number]; place: SamplePlace; seconds: number } | undefined;
    for (const head of heads) {
      const place = head.lane.places[head.next];
      if (place === undefined) continue;
      const seconds = place.dts / head.lane.timescale;
      if (earliest === undefined || seconds < earliest.seconds) earliest = { head, place, seconds };
    }
    if (earliest === undefined) return;
    const { head, place } = earliest;
    head.next += 1;
    const { pts, dts, duration, key } = place;
    const data = await source.read(place.offset, place.size);
    yield { track: head.lane.track, pts, dts, duration, key, data };
  }
}

function pictureOf(name: string, index: Mp4Index, track: Mp4Track): VideoTrack {
  const picture = describeVideo(track, usedEntry(name, index, track));
  if (picture !== undefined) return picture;
  throw new SealcamError(
    'MP4_CODEC',
    `"${name}" has video of the codec "${codecName(track)}": only H.264 or H.265 is supported`,
  );
}

/** Undefined if the description that the samples use is neither of AAC nor of Opus. */
function soundOf(name: string, index: Mp4Index, track: Mp4Track): AudioTrack | undefined {
  return describeAudio(track, usedEntry(name, index, track));
}

/** The one description of a track's samples. Throws `MP4_CODEC` if there are several. */
function usedEntry(name: string, index: Mp4Index, track: Mp4Track): Mp4Track['entries'][number] {
  const numbers = new Set((index.samples.get(track) ?? []).map(({ entry }) => entry));
  const used = track.entries.filter((_, at) => numbers.size === 0 || numbers.has(at + 1));
  const [first, ...more] = used;
  const same = more.every(({ type, content }) => type === first?.type && equalBytes(content, first.content));
  if (first !== undefined && same) return first;
  throw new SealcamError(
    'MP4_CODEC',
    `"${name}" describes a track in ${used.length} ways, one is supported: split it where its codec changes`,
  );
}

/** The stream descriptions in a recording's init segment. Throws `MP4_INVALID`, `MP4_NO_VIDEO`, `MP4_CODEC`. */
export interface Recorded {
  readonly parameters: StreamParameters;
  readonly tracks: Readonly<{ video: Mp4Track; audio: Mp4Track | undefined }>;
}

/** Reads the init segment of a recording. Throws as {@link openMp4}. */
export async function readInit(init: Uint8Array): Promise<Recorded> {
  const source = memorySource(init, 'the recording');
  let tracks: ChosenTracks | undefined;
  const index = await indexMp4(source, (movie) => {
    tracks = chooseTracks(source.name, movie, true);
    return [];
  });
  assert(tracks !== undefined, 'tracks are chosen where there is a moov');
  const { audio: track } = tracks;
  const video = pictureOf(source.name, index, tracks.video);
  const audio = track && soundOrWhyNot(() => soundOf(source.name, index, track));
  return typeof audio === 'object'
    ? { parameters: { video, audio }, tracks }
    : { parameters: { video }, tracks: { video: tracks.video, audio: undefined } };
}

/**
 * The samples of one fragment of a recording; it may begin between key frames, contain no picture, or be empty.
 * Throws `MP4_INVALID`, `MP4_TRUNCATED`.
 * @param recorded from {@link readInit}; without it, the samples of the tracks that this project numbers so, in ticks.
 */
export async function readFragment(
  fragment: Uint8Array,
  recorded?: Recorded,
): Promise<readonly MediaSample[]> {
  const source = memorySource(fragment, 'the recording');
  const { video, audio } = recorded?.tracks ?? { video: undefined, audio: undefined };
  const defaults = { duration: 0, size: 0, flags: 0 };
  const samplesMax = Math.min(mediaLimits.chunkSamplesMax, fragment.length);
  const list = (kind: TrackKind, track: Mp4Track | undefined) => ({
    ...{ id: track?.id ?? trackIds[kind], defaults: track?.defaults ?? defaults, samplesMax },
    ...{ kind, timescale: track?.timescale ?? 1, samples: [] },
  });
  const lists: (FragmentedTrack & { kind: TrackKind; timescale: number })[] = [list('video', video)];
  if (recorded === undefined || audio !== undefined) lists.push(list('audio', audio));
  for await (const box of topBoxes(source)) {
    // A camera seals complete boxes from the first byte to the last.
    if (!box.whole) throw notMp4(source, `its chunk ends within a box, at byte ${box.at}`);
    const content = fragment.subarray(box.at + box.headerBytes, box.at + box.size);
    if (box.type === 'moof') guarded(source, () => addFragment(content, box.at, lists));
  }
  const lanes = lists.map(({ kind, timescale, samples }) => {
    for (const { offset, size } of samples) {
      if (offset < 0 || offset + size > fragment.length) {
        throw new SealcamError(
          'MP4_TRUNCATED',
          `A sample of ${size} bytes at byte ${offset} lies beyond its chunk's ${fragment.length} bytes`,
        );
      }
    }
    return { track: kind, timescale, places: samples };
  });
  const all: MediaSample[] = [];
  for await (const sample of interleaved(source, lanes)) all.push(sample);
  return all;
}
