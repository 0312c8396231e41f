import { SealcamError } from '../base/errors.ts';
import { nalLengthSize, nalUnits, parameterSets, setKind } from './nal.ts';
import { readSequence, type SequenceFacts } from './sps.ts';
import type { VideoCodec, VideoTrack } from './types.ts';

// avcC and hvcC records (ISO/IEC 14496-15, 5.3.3.1.2 and 8.3.3.1.2): whether one can be used, and how to make one.

type Described = Pick<VideoTrack, 'codec' | 'description' | 'codecString'>;

/** Why no decoder can use the record of `video`, in words; undefined where it is good. */
export function descriptionFault(video: Described): string | undefined {
  try {
    nalLengthSize(video);
    const sets = parameterSets(video);
    const kinds = sets.map((set) => setKind(video.codec, set));
    if (kinds.includes(undefined)) return 'it holds what is no parameter set';
    // Where parameter sets come in the stream alone, the record has none: avc3 and hev1.
    const inStream = /^(avc3|hev1)/.test(video.codecString);
    if (!inStream && !(kinds.includes('sequence') && kinds.includes('picture'))) {
      return 'it has no sequence or no picture parameter set';
    }
    return undefined;
  } catch (error) {
    if (error instanceof SealcamError) return error.message;
    throw error;
  }
}

/** What the record's first sequence parameter set says; undefined where there is none that can be read. */
export function sequenceOf(video: Pick<VideoTrack, 'codec' | 'description'>): SequenceFacts | undefined {
  try {
    const set = parameterSets(video).find((one) => setKind(video.codec, one) === 'sequence');
    return set && readSequence(video.codec, set);
  } catch (error) {
    if (error instanceof SealcamError) return undefined;
    throw error;
  }
}

/** The record that the parameter sets within `picture` make, a key picture; undefined where they aren't all there. */
export function descriptionFrom(codec: VideoCodec, picture: Uint8Array): Uint8Array | undefined {
  for (const lengthSize of [4, 2, 1] as const) {
    try {
      const sets = [...nalUnits(picture, lengthSize)].filter((unit) => setKind(codec, unit) !== undefined);
      const record = codec === 'h264' ? avcRecord(sets, lengthSize) : hevcRecord(sets, lengthSize);
      if (record !== undefined) return record;
    } catch (error) {
      if (!(error instanceof SealcamError)) throw error;
    }
  }
  return undefined;
}

/** Whether `data` is units behind start codes (ITU-T H.264, Annex B) and can't be units behind lengths. */
export function isAnnexB(data: Uint8Array, lengthSize: 1 | 2 | 4): boolean {
  const code = data[0] === 0 && data[1] === 0 && (data[2] === 1 || (data[2] === 0 && data[3] === 1));
  if (!code) return false;
  try {
    for (const _ of nalUnits(data, lengthSize));
    return false;
  } catch (error) {
    if (error instanceof SealcamError) return true;
    throw error;
  }
}

/**
 * `data` as units behind start codes, which decoders take without a description: its units, where it is units behind
 * lengths, else as it is.
 */
export function annexB(data: Uint8Array): Uint8Array[] {
  for (const lengthSize of [4, 2, 1] as const) {
    try {
      const units = [...nalUnits(data, lengthSize)];
      return units.flatMap((unit) => [startCode, unit]);
    } catch (error) {
      if (!(error instanceof SealcamError)) throw error;
    }
  }
  return [data];
}

const startCode = Uint8Array.of(0, 0, 0, 1);

/** Each distinct set once, in order. */
function distinct(sets: readonly Uint8Array[]): Uint8Array[] {
  return sets.filter((set, at) => sets.findIndex((other) => Buffer.compare(set, other) === 0) === at);
}

function avcRecord(all: readonly Uint8Array[], lengthSize: number): Uint8Array | undefined {
  const sets = distinct(all);
  const sequences = sets.filter((set) => setKind('h264', set) === 'sequence').slice(0, 31);
  const pictures = sets.filter((set) => setKind('h264', set) === 'picture').slice(0, 255);
  const [first] = sequences;
  if (first === undefined || first.length < 4 || pictures.length === 0) return undefined;
  readSequence('h264', first);
  return Uint8Array.from([
    ...[1, first[1] ?? 0, first[2] ?? 0, first[3] ?? 0, 0xfc | (lengthSize - 1)],
    ...[0xe0 | sequences.length, ...sequences.flatMap(sized)],
    ...[pictures.length, ...pictures.flatMap(sized)],
  ]);
}

function hevcRecord(all: readonly Uint8Array[], lengthSize: number): Uint8Array | undefined {
  const sets = distinct(all);
  const arrays = (['video', 'sequence', 'picture'] as const).map((kind) =>
    sets.filter((set) => setKind('h265', set) === kind),
  );
  const [, [first] = []] = arrays;
  if (first === undefined || arrays.some(({ length }) => length === 0)) return undefined;
  const facts = readSequence('h265', first);
  return Uint8Array.from([
    ...[1, ...facts.profile, 0xf0, 0, 0xfc, 0xfc | facts.chromaFormat],
    ...[0xf8 | (facts.lumaDepth - 8), 0xf8 | (facts.chromaDepth - 8), 0, 0],
    (facts.temporalLayers << 3) | (facts.temporalNesting ? 4 : 0) | (lengthSize - 1),
    arrays.length,
    ...arrays.flatMap((one, index) => [
      32 + index,
      one.length >> 8,
      one.length & 0xff,
      ...one.flatMap(sized),
    ]),
  ]);
}

function sized(set: Uint8Array): number[] {
  if (set.length > 0xffff) throw new SealcamError('MEDIA_PARAMETERS', 'a parameter set is too long');
  return [set.length >> 8, set.length & 0xff, ...set];
}
