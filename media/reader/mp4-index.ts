import { SealcamError } from '../../base/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { mediaLimits } from '../limits.ts';
import { addFragment, type FragmentedTrack } from './fragments.ts';
import { type BoxPlace, guarded, notMp4, topBoxes } from './mp4-boxes.ts';
import { type Movie, type Mp4Track, readMovie } from './mp4-movie.ts';
import { type SamplePlace, tableSamples } from './sample-tables.ts';

/** The content of an MP4's headers: its tracks, and the samples of the requested ones, in decode order. */
export interface Mp4Index {
  readonly movie: Movie;
  readonly samples: ReadonlyMap<Mp4Track, readonly SamplePlace[]>;
  /** What a user should know about the file, one sentence each. */
  readonly warnings: readonly string[];
}

/**
 * Reads all headers of `source`, complete or fragmented, wherever its `moov` is; no sample is read. A file that a power
 * failure cut off is read as far as it is complete.
 * Throws `MP4_INVALID`, `MP4_TRUNCATED`, `MP4_TOO_LARGE`, and what `choose` throws.
 * @param choose selects the tracks whose samples are listed.
 */
export async function indexMp4(
  source: ByteSource,
  choose: (movie: Movie) => readonly Mp4Track[],
): Promise<Mp4Index> {
  const warnings: string[] = [];
  let movie: Movie | undefined;
  let tracks: (FragmentedTrack & { readonly track: Mp4Track })[] = [];
  for await (const box of topBoxes(source)) {
    if (!box.whole) warnings.push(cutWords(source, box));
    if (box.type === 'moov' && movie === undefined) {
      if (!box.whole) break;
      const content = await readBox(source, box);
      const found = guarded(source, () => readMovie(content));
      movie = found;
      tracks = choose(found).map((track) => ({
        track,
        id: track.id,
        defaults: track.defaults,
        samples: guarded(source, () => tableSamples(track.tables, source.size)),
      }));
    }
    if (box.type === 'moof' && box.whole) {
      if (movie === undefined) throw notMp4(source, 'a fragment comes before its box "moov"');
      const content = await readBox(source, box);
      guarded(source, () => addFragment(content, box.at, tracks));
    }
  }
  if (movie === undefined) {
    if (warnings.length === 0) throw notMp4(source, 'it has no box "moov"');
    throw new SealcamError('MP4_TRUNCATED', `${warnings.join('; ')}, and has no box "moov" before that`);
  }
  return { movie, samples: new Map(tracks.map(({ track, samples }) => [track, samples])), warnings };
}

function cutWords(source: ByteSource, { type, at, size }: BoxPlace): string {
  const left = source.size - at;
  return type === ''
    ? `"${source.name}" ends with ${left} bytes that are no box`
    : `"${source.name}" is cut off: its box "${type}" at byte ${at} has ${size} bytes, ${left} are there`;
}

async function readBox(source: ByteSource, box: BoxPlace): Promise<Uint8Array> {
  if (box.size > mediaLimits.mp4HeaderBytesMax) {
    throw new SealcamError(
      'MP4_TOO_LARGE',
      `"${source.name}" has a header "${box.type}" of ${box.size} bytes, at most ${mediaLimits.mp4HeaderBytesMax} are read: split the file`,
    );
  }
  const bytes = await source.read(box.at, box.size);
  return bytes.subarray(box.headerBytes);
}
