import { nalLengthSize, nalRole, nalUnits, parameterSets } from '../../../media/nal.ts';
import { type Mp4File, openMp4 } from '../../../media/reader/mp4-reader.ts';
import type { MediaSample, TrackKind, VideoTrack } from '../../../media/types.ts';

// Compares what was opened with what the camera played, sample by sample and NAL unit by NAL unit.

/** The position in the source, which is played repeatedly, of a track of the opened file. */
export interface Span {
  /** Samples that were compared. */
  readonly samples: number;
  /** Which sample of the source the first and the last one is, from 0. */
  readonly first: number;
  readonly last: number;
}

export interface Comparison {
  readonly video: Span;
  readonly audio: Span | undefined;
  /** A sentence for each difference; empty if everything is the same, bit for bit and tick for tick. */
  readonly differences: readonly string[];
}

interface Content {
  readonly file: Mp4File;
  readonly video: readonly MediaSample[];
  readonly audio: readonly MediaSample[];
}

/** Compares an opened MP4 with the file that the simulated camera played. */
export async function compareWithSource(openedPath: string, sourcePath: string): Promise<Comparison> {
  const [opened, source] = await Promise.all([contentOf(openedPath), contentOf(sourcePath)]);
  const differences: string[] = [];
  const video = compareTrack('video', opened, source, differences);
  const audio = source.audio.length === 0 ? undefined : compareTrack('audio', opened, source, differences);
  if (source.audio.length === 0 && opened.audio.length > 0) differences.push('there is sound from nowhere');
  compareParameters(opened, source, differences);
  return { video, audio, differences };
}

/** The samples of an MP4, each track in decode order: after a gap also pictures that nothing decodes. */
export async function contentOf(path: string): Promise<Content> {
  const file = await openMp4(path, { early: true });
  const tracks: Record<TrackKind, MediaSample[]> = { video: [], audio: [] };
  try {
    for await (const sample of file.samples()) tracks[sample.track].push(sample);
  } finally {
    await file.close();
  }
  return { file, ...tracks };
}

/** The NAL units of a picture that are no parameter sets. */
export function pictureUnits(track: VideoTrack, sample: MediaSample): Uint8Array[] {
  const units = [...nalUnits(sample.data, nalLengthSize(track))];
  return units.filter((unit) => nalRole(track.codec, unit) !== 'parameters');
}

function compareTrack(kind: TrackKind, opened: Content, source: Content, differences: string[]): Span {
  const mine = opened[kind];
  const theirs = source[kind];
  const first = beginning(kind, opened, source);
  if (first === undefined) {
    differences.push(`${kind}: what was opened is nowhere in the source`);
    return { samples: mine.length, first: -1, last: -1 };
  }
  let index = first;
  for (const [n, sample] of mine.entries()) {
    const original = theirs[index];
    if (original === undefined || !sameBytes(kind, opened, sample, source, original)) {
      differences.push(`${kind}: sample ${n} is not the source's ${index}`);
    } else {
      compareTimes(kind, n, { sample, original, before: mine[n - 1] }, index, theirs, differences);
    }
    index = (index + 1) % theirs.length;
  }
  return { samples: mine.length, first, last: (index + theirs.length - 1) % theirs.length };
}

/** Where in the source the opened samples begin: at the one place from which on the first of them fit. */
function beginning(kind: TrackKind, opened: Content, source: Content): number | undefined {
  const head = opened[kind].slice(0, 8);
  if (head.length === 0) return undefined;
  const theirs = source[kind];
  for (let first = 0; first < theirs.length; first += 1) {
    const fits = head.every((sample, n) => {
      const original = theirs[(first + n) % theirs.length];
      return original !== undefined && sameBytes(kind, opened, sample, source, original);
    });
    if (fits) return first;
  }
  return undefined;
}

function sameBytes(
  kind: TrackKind,
  opened: Content,
  sample: MediaSample,
  source: Content,
  original: MediaSample,
): boolean {
  if (kind === 'audio') return Buffer.compare(sample.data, original.data) === 0;
  const mine = pictureUnits(opened.file.parameters.video, sample);
  const theirs = pictureUnits(source.file.parameters.video, original);
  return (
    mine.length === theirs.length &&
    mine.every((unit, n) => Buffer.compare(unit, theirs[n] ?? new Uint8Array(0)) === 0)
  );
}

interface Pair {
  readonly sample: MediaSample;
  readonly original: MediaSample;
  readonly before: MediaSample | undefined;
}

/** Distances in time are the source's to the tick, but for where it begins again. */
function compareTimes(
  kind: TrackKind,
  n: number,
  { sample, original, before }: Pair,
  index: number,
  theirs: readonly MediaSample[],
  differences: string[],
): void {
  if (sample.pts - sample.dts !== original.pts - original.dts || sample.key !== original.key) {
    differences.push(`${kind}: sample ${n} is shown at another time, or is a key picture no more`);
  }
  const previous = theirs[index - 1];
  if (before === undefined || previous === undefined) return;
  if (sample.dts - before.dts !== original.dts - previous.dts) {
    differences.push(`${kind}: sample ${n} comes ${sample.dts - before.dts} ticks after the one before it`);
  }
}

/** Parameter sets may move to the sample description, but none may be missing or another. */
function compareParameters(opened: Content, source: Content, differences: string[]): void {
  const mine = opened.file.parameters.video;
  const theirs = source.file.parameters.video;
  const names = (sets: readonly Uint8Array[]): string[] =>
    sets.map((set) => Buffer.from(set).toString('hex')).sort();
  if (names(parameterSets(mine)).join() !== names(parameterSets(theirs)).join()) {
    differences.push("the parameter sets of the sample description are not the source's");
  }
  for (const field of ['codec', 'width', 'height', 'timescale', 'codecString'] as const) {
    if (mine[field] !== theirs[field]) differences.push(`${field} is ${mine[field]}, not ${theirs[field]}`);
  }
}
