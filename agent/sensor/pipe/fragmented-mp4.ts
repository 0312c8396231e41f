import assert from 'node:assert/strict';
import { isSealcamError, SealcamError } from '../../../base/errors.ts';
import { fitStream } from '../../../media/fit-stream.ts';
import { isKeyFrame, nalLengthSize } from '../../../media/nal.ts';
import { applyEdits } from '../../../media/reader/edit-list.ts';
import { addFragment, type FragmentedTrack } from '../../../media/reader/fragments.ts';
import { boxHeader, guarded, notMp4 } from '../../../media/reader/mp4-boxes.ts';
import { type Movie, type Mp4Track, readMovie } from '../../../media/reader/mp4-movie.ts';
import type { SamplePlace } from '../../../media/reader/sample-tables.ts';
import { chooseTracks } from '../../../media/reader/track-choice.ts';
import { describeAudio, describeVideo } from '../../../media/reader/track-descriptions.ts';
import { type MediaSample, type TrackKind, ticksToUs, type VideoTrack } from '../../../media/types.ts';
import { FragmentData, type PlacedSample } from './fragment-data.ts';
import { pipeLimits } from './limits.ts';
import type { StreamReader, TakeItem } from './stream.ts';

/** A track of the stream that is read. */
interface ReadTrack extends FragmentedTrack {
  readonly kind: TrackKind;
  readonly timescale: number;
  readonly track: Mp4Track;
  /** The number of the description that its samples must have. */
  readonly entry: number;
  /** The newest decoding time that was handed on. */
  newestDts: number;
}

const source = { name: 'the pipe' };
const firstTypes = new Set(['ftyp', 'styp', 'moov']);

/**
 * Reads a fragmented MP4 (ISO/IEC 14496-12, 8.8) as it arrives: `moov` once, or again where another stream begins, then
 * fragments. H.264 or H.265 with AAC, Opus or no sound. Samples are handed on when their fragment is complete, both tracks
 * by time. An ordinary MP4, whose samples are in its `moov`, is refused at its first fragment's place: it has none.
 */
export class FragmentedMp4Reader implements StreamReader {
  readonly saysTimes = true;
  readonly #onItem: TakeItem;
  /** The position in the stream of the next byte. */
  #at = 0;
  /** The header of the next box, as far as it is here. */
  readonly #head = Buffer.alloc(16);
  #headBytes = 0;
  /** The box that is being read, and how many of its bytes are still to come. */
  #box: { readonly type: string; readonly at: number; readonly content: Uint8Array | undefined } | undefined;
  #left = 0;
  #movie: Movie | undefined;
  #tracks: ReadTrack[] = [];
  #data: FragmentData | undefined;
  #video: VideoTrack | undefined;

  constructor(onItem: TakeItem) {
    this.#onItem = onItem;
  }

  push(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.length > 0) {
      const taken = this.#box === undefined ? this.#takeHeader(rest) : this.#takeContent(rest);
      this.#at += taken;
      rest = rest.subarray(taken);
      if (this.#box !== undefined && this.#left === 0) this.#boxEnds();
    }
  }

  end(): void {
    const complete = this.#data?.complete() ?? [];
    this.#data = undefined;
    this.#hand(complete);
  }

  wipe(): void {
    this.#data?.wipe();
    this.#data = undefined;
  }

  /** @returns how many of `bytes` belong to the header. */
  #takeHeader(bytes: Uint8Array): number {
    const isLong = this.#headBytes >= 8 && this.#head.readUInt32BE(0) === 1;
    const needed = (isLong ? 16 : 8) - this.#headBytes;
    const taken = Math.min(needed, bytes.length);
    this.#head.set(bytes.subarray(0, taken), this.#headBytes);
    this.#headBytes += taken;
    if (taken < needed || (!isLong && this.#head.readUInt32BE(0) === 1)) return taken;
    const header = boxHeader(this.#head.subarray(0, this.#headBytes), Number.POSITIVE_INFINITY);
    const at = this.#at + taken - this.#headBytes;
    if (header === undefined || (at === 0 && !firstTypes.has(header.type))) {
      throw notMp4(source, `at byte ${at} no box begins`);
    }
    this.#headBytes = 0;
    this.#left = header.size - header.headerBytes;
    this.#box = { type: header.type, at, content: this.#contentOf(header.type, this.#left) };
    return taken;
  }

  #contentOf(type: string, bytes: number): Uint8Array | undefined {
    if (type !== 'moov' && type !== 'moof') return undefined;
    if (bytes <= pipeLimits.headerBytesMax) return new Uint8Array(bytes);
    throw new SealcamError(
      'MP4_TOO_LARGE',
      `The pipe has a header "${type}" of ${bytes} bytes, at most ${pipeLimits.headerBytesMax} are read: make its fragments shorter`,
    );
  }

  /** @returns how many of `bytes` belong to the box. */
  #takeContent(bytes: Uint8Array): number {
    const taken = Math.min(this.#left, bytes.length);
    const piece = bytes.subarray(0, taken);
    assert(this.#box !== undefined);
    const { type, content } = this.#box;
    if (content !== undefined) content.set(piece, content.length - this.#left);
    else if (type === 'mdat' && this.#data !== undefined) this.#takeData(this.#data, piece);
    this.#left -= taken;
    return taken;
  }

  #takeData(data: FragmentData, piece: Uint8Array): void {
    guarded(source, () => data.take(piece, this.#at));
    if (!data.isComplete) return;
    this.#data = undefined;
    this.#hand(data.complete());
  }

  #boxEnds(): void {
    assert(this.#box !== undefined);
    const { type, at, content } = this.#box;
    this.#box = undefined;
    if (content === undefined) return;
    if (this.#data !== undefined) {
      throw notMp4(source, `the data of a fragment is missing before byte ${at}`);
    }
    if (type === 'moov') this.#movieBegins(content);
    else this.#fragmentBegins(content, at);
  }

  #movieBegins(content: Uint8Array): void {
    const movie = guarded(source, () => readMovie(content));
    const { video, audio, warnings } = chooseTracks(source.name, movie, true);
    const picture = this.#described(video, describeVideo);
    const sound = audio && this.#described(audio, describeAudio);
    this.#video = picture.description;
    const { parameters, problems } = fitStream({
      video: picture.description,
      ...(sound && { audio: sound.description }),
    });
    this.#movie = movie;
    this.#tracks = [this.#readTrack('video', video, picture.entry)];
    if (audio !== undefined && sound !== undefined && parameters.audio !== undefined) {
      this.#tracks.push(this.#readTrack('audio', audio, sound.entry));
    }
    this.#onItem({ type: 'parameters', parameters, problems: [...warnings, ...problems] });
  }

  /** The first usable description of a track, which is the one that its samples must have. */
  #described<T>(
    track: Mp4Track,
    describe: (track: Mp4Track, entry: Mp4Track['entries'][number]) => T | undefined,
  ): { readonly description: T; readonly entry: number } {
    for (const [index, entry] of track.entries.entries()) {
      const description = describe(track, entry);
      if (description !== undefined) return { description, entry: index + 1 };
    }
    throw notMp4(source, 'a track has no usable description');
  }

  #readTrack(kind: TrackKind, track: Mp4Track, entry: number): ReadTrack {
    const { id, timescale, defaults } = track;
    // One more than a fragment has: the last sample before it says when the next begins, if the fragment does not.
    const samplesMax = pipeLimits.fragmentSamplesMax + 1;
    const newestDts = Number.NEGATIVE_INFINITY;
    return { kind, track, id, timescale, defaults, entry, samplesMax, samples: [], newestDts };
  }

  #fragmentBegins(content: Uint8Array, at: number): void {
    const movie = this.#movie;
    if (movie === undefined) throw notMp4(source, 'a fragment comes before its box "moov"');
    const kept = this.#tracks.map(({ samples }) => {
      samples.splice(0, samples.length - 1);
      return samples.length;
    });
    guarded(source, () => addFragment(content, at, this.#tracks));
    const placed = this.#tracks.flatMap((track, index) =>
      this.#placed(movie, track, track.samples.slice(kept[index])),
    );
    const data = guarded(source, () => new FragmentData(placed, this.#at));
    if (!data.isComplete) this.#data = data;
  }

  /** The samples of one track with their times as shown, each checked. */
  #placed(movie: Movie, track: ReadTrack, places: readonly SamplePlace[]): PlacedSample[] {
    const edited = applyEdits(source.name, movie, track.track, places);
    let newest = track.newestDts;
    for (const { dts, pts, entry } of edited) {
      if (entry !== track.entry) throw notMp4(source, `a track changes to its description ${entry}`);
      if (!Number.isSafeInteger(dts) || !Number.isSafeInteger(pts)) {
        throw notMp4(source, 'its times are beyond 2^53');
      }
      if (dts < newest) throw notMp4(source, `its ${track.kind} goes back by ${newest - dts} ticks`);
      newest = dts;
    }
    track.newestDts = newest;
    const { kind, timescale } = track;
    return edited.map((place) => ({ kind, place, streamUs: ticksToUs(place.dts, timescale) }));
  }

  #hand(samples: readonly (PlacedSample & { readonly data: Uint8Array })[]): void {
    for (const { kind, place, streamUs, data } of samples) {
      const { pts, dts, duration } = place;
      const key = kind === 'audio' || this.#isKey(data, place.key);
      const sample: MediaSample = { track: kind, pts, dts, duration, key, data };
      this.#onItem({ type: 'sample', sample, streamUs });
    }
  }

  /** What the picture itself says, as a recording is cut at key pictures; if that can't be read, what the fragment says. */
  #isKey(data: Uint8Array, said: boolean): boolean {
    if (this.#video === undefined) return said;
    try {
      return isKeyFrame(this.#video.codec, data, nalLengthSize(this.#video));
    } catch (error) {
      if (isSealcamError(error)) return said;
      throw error;
    }
  }
}
