import { SealcamError } from '../../base/errors.ts';
import type { TrackKind } from '../types.ts';
import type { SamplePlace } from './sample-tables.ts';

/** Samples that can be played, and what is left out, one sentence each. */
export interface UsableSamples {
  readonly places: readonly SamplePlace[];
  readonly warnings: readonly string[];
}

/** What is read, and what of it counts. */
export interface TrackFacts {
  /** The file's name, for warnings. */
  readonly name: string;
  readonly kind: TrackKind;
  readonly fileBytes: number;
  readonly sampleBytesMax: number;
  /** Whether pictures before the first key picture count. */
  readonly early: boolean;
}

/** An MP4 has 32 bits for a duration. */
const durationMax = 0xffffffff;

/**
 * The playable part of a track: not what a power failure cut off, no sample that is empty or larger than
 * `sampleBytesMax`, and, unless asked for, no picture before the first key picture. The duration of a sample that is left out is added to
 * the one before it. Where the times go back, as in files that were put end to end, they go on from the sample before.
 * Throws `MP4_EMPTY`, `MP4_TRUNCATED`, `MP4_TOO_LARGE` or `MP4_NO_KEY_FRAME` if no picture remains.
 */
export function usableSamples(
  { name, kind, fileBytes, sampleBytesMax, early: keepsEarly }: TrackFacts,
  all: readonly SamplePlace[],
): UsableSamples {
  const thing = kind === 'video' ? 'picture' : 'sound sample';
  const cut = all.findIndex(({ offset, size }) => offset < 0 || offset + size > fileBytes);
  const there = cut < 0 ? all : all.slice(0, cut);
  const [empty, large, early]: [number[], number[], number[]] = [[], [], []];
  const places: SamplePlace[] = [];
  there.forEach((place, index) => {
    const why =
      place.size === 0
        ? empty
        : place.size > sampleBytesMax
          ? large
          : kind === 'video' && places.length === 0 && !place.key && !keepsEarly
            ? early
            : undefined;
    if (why === undefined) {
      places.push(place);
      return;
    }
    why.push(index + 1);
    const before = places.pop();
    if (before === undefined) return;
    places.push({ ...before, duration: Math.min(before.duration + place.duration, durationMax) });
  });
  if (kind === 'video' && places.length === 0) throw noPicture(name, { all, there, large, sampleBytesMax });
  const warnings: string[] = [];
  if (cut >= 0) {
    warnings.push(
      `"${name}" lacks ${all.length - there.length} of ${all.length} ${thing}s at its end: they lie beyond its ${fileBytes} bytes`,
    );
  }
  const leftOut = (numbers: readonly number[], what: string): void => {
    if (numbers.length > 0) warnings.push(`"${name}": ${countWords(numbers, thing)} ${what}`);
  };
  leftOut(empty, 'of 0 bytes left out');
  leftOut(large, `of more than ${sampleBytesMax} bytes left out`);
  leftOut(early, 'before the first key picture left out, as nothing decodes them');
  const { jumps, forward } = withoutReturns(places);
  if (jumps > 0) {
    const times = jumps === 1 ? 'once' : `${jumps} times`;
    warnings.push(
      `"${name}": the times of its ${thing}s go back ${times}, and are taken as going on from there`,
    );
  }
  return { places: forward, warnings };
}

/** `places` with decode times that never fall, and how often they did. */
function withoutReturns(places: readonly SamplePlace[]): {
  readonly jumps: number;
  readonly forward: readonly SamplePlace[];
} {
  let [jumps, shift, newest, end] = [0, 0, Number.NEGATIVE_INFINITY, 0];
  const forward = places.map((place) => {
    if (place.dts + shift < newest) {
      jumps += 1;
      shift = end - place.dts;
    }
    newest = place.dts + shift;
    end = newest + place.duration;
    return shift === 0 ? place : { ...place, dts: newest, pts: place.pts + shift };
  });
  return { jumps, forward };
}

function countWords(numbers: readonly number[], thing: string): string {
  const [first] = numbers;
  return numbers.length === 1
    ? `${thing} ${first}`
    : `${numbers.length} ${thing}s, the first is number ${first},`;
}

function noPicture(
  name: string,
  found: {
    readonly all: readonly SamplePlace[];
    readonly there: readonly SamplePlace[];
    readonly large: readonly number[];
    readonly sampleBytesMax: number;
  },
): SealcamError {
  const { all, there, large, sampleBytesMax } = found;
  if (all.length === 0)
    return new SealcamError('MP4_EMPTY', `"${name}" has a video track without a single picture`);
  if (there.length === 0) {
    return new SealcamError('MP4_TRUNCATED', `"${name}" is cut off before its first picture ends`);
  }
  if (large.length > 0) {
    return new SealcamError(
      'MP4_TOO_LARGE',
      `"${name}" has no key picture of at most ${sampleBytesMax} bytes, ${large.length} pictures are larger: encode it at a lower rate`,
    );
  }
  return new SealcamError(
    'MP4_NO_KEY_FRAME',
    `"${name}" has no key picture, so nothing in it can be decoded: give a file with one`,
  );
}
