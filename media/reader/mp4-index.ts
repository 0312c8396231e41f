import { SealcamError } from '../../base/errors.ts';
import type { ByteSource } from '../byte-source.ts';
import { mediaLimits } from '../limits.ts';
import { addFragment, type FragmentedTrack } from './fragments.ts';
import { type BoxPlace, guarded, malformation, notMp4, topBoxes } from './mp4-boxes.ts';
import { type Movie, type Mp4Track, readMovie } from './mp4-movie.ts';
import { type SamplePlace, tableSamples } from './sample-tables.ts';

/** The content of an MP4's headers: its tracks, and the samples of the requested ones, in decode order. */
export interface Mp4Index {
  readonly movie: Movie;
  readonly samples: ReadonlyMap<Mp4Track, readonly SamplePlace[]>;
  /** What a user should know about the file, one sentence each. */
  readonly warnings: readonly string[];
}

/** A track whose samples are listed. */
type ListedTrack = FragmentedTrack & { readonly track: Mp4Track };

/**
 * Reads all headers of `source`, complete or fragmented, wherever its `moov` is; no sample is read. A file that a power
 * failure cut off is read as far as it is complete, and without the fragments that it damaged.
 * Throws `MP4_INVALID`, `MP4_TRUNCATED`, `MP4_TOO_LARGE`, and what `choose` throws.
 * @param choose selects the tracks whose samples are listed. Of these only the first is needed: another one is left out
 *   if its tables are malformed.
 */
export async function indexMp4(
  source: ByteSource,
  choose: (movie: Movie) => readonly Mp4Track[],
): Promise<Mp4Index> {
  const warnings: string[] = [];
  let movie: Movie | undefined;
  let tracks: ListedTrack[] = [];
  const damaged: string[] = [];
  for await (const box of topBoxes(source)) {
    if (!box.whole) warnings.push(cutWords(source, box));
    if (box.type === 'moov' && movie === undefined) {
      if (!box.whole) break;
      const content = await readBox(source, box);
      const found = guarded(source, () => readMovie(content));
      movie = found;
      const [needed, ...others] = choose(found);
      tracks = needed === undefined ? [] : [guarded(source, () => listed(needed, source.size))];
      for (const track of others) {
        const problem = malformation(() => tracks.push(listed(track, source.size)));
        if (problem !== undefined) warnings.push(`The sound of "${source.name}" is left out: ${problem}`);
      }
    }
    if (box.type === 'moof' && box.whole) {
      if (movie === undefined) throw notMp4(source, 'a fragment comes before its box "moov"');
      const content = await readBox(source, box);
      const lengths = tracks.map(({ samples }) => samples.length);
      const problem = malformation(() => addFragment(content, box.at, tracks));
      if (problem === undefined) continue;
      damaged.push(`at byte ${box.at}, ${problem}`);
      for (const [at, { samples }] of tracks.entries()) samples.length = lengths[at] ?? 0;
    }
  }
  const [first] = damaged;
  if (first !== undefined) {
    const count = damaged.length === 1 ? 'A fragment' : `${damaged.length} fragments`;
    warnings.push(`${count} of "${source.name}" left out as malformed, the first ${first}`);
  }
  if (movie === undefined) {
    if (warnings.length === 0) throw notMp4(source, 'it has no box "moov"');
    throw new SealcamError('MP4_TRUNCATED', `${warnings.join('; ')}, and has no box "moov" before that`);
  }
  return { movie, samples: new Map(tracks.map(({ track, samples }) => [track, samples])), warnings };
}

/** @throws what {@link guarded} turns into `MP4_INVALID`. */
function listed(track: Mp4Track, fileBytes: number): ListedTrack {
  const { id, defaults } = track;
  // Each sample that counts has a byte of its own.
  const samplesMax = Math.min(mediaLimits.trackSamplesMax, fileBytes);
  return { track, id, defaults, samplesMax, samples: tableSamples(track.tables, fileBytes) };
}

function cutWords(source: ByteSource, { type, at, size }: BoxPlace): string {
  const left = source.size - at;
  return type === ''
    ? `"${source.name}" ends with ${left} bytes that are not a box`
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
