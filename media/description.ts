import { SealcamError } from '../base/errors.ts';
import { mayBeInRecord, nalLengthSize, nalUnits, parameterSets, setKind } from './nal.ts';
import { readSequence, type SequenceFacts } from './sps.ts';
import type { VideoCodec, VideoTrack } from './types.ts';

// avcC and hvcC records (ISO/IEC 14496-15, 5.3.3.1.2 and 8.3.3.1.2): whether one is usable, and how to make one.

type Described = Pick<VideoTrack, 'codec' | 'description' | 'codecString'>;

/** Why no decoder can use the record of `video`, in words; undefined if it is usable. */
export function descriptionFault(video: Described): string | undefined {
  try {
    nalLengthSize(video);
    const sets = parameterSets(video);
    const kinds = sets.map((set) => setKind(video.codec, set));
    if (!sets.every((set) => mayBeInRecord(video.codec, set)))
      return 'it holds something else than parameter sets';
    // If parameter sets come only in the stream, the record has none: avc3 and hev1.
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

/** The content of the record's first sequence parameter set; undefined if there is none that can be read. */
export function sequenceOf(video: Pick<VideoTrack, 'codec' | 'description'>): SequenceFacts | undefined {
  try {
    const set = parameterSets(video).find((one) => setKind(video.codec, one) === 'sequence');
    return set && readSequence(video.codec, set);
  } catch (error) {
    if (error instanceof SealcamError) return undefined;
    throw error;
  }
}

/**
 * The record made from the parameter sets in `picture`, a key picture, and those that can still be found in a malformed
 * record; undefined if they are incomplete.
 */
export function descriptionFrom(
  codec: VideoCodec,
  picture: Uint8Array,
  malformed: Uint8Array = new Uint8Array(0),
): Uint8Array | undefined {
  const salvaged = salvagedSets(codec, malformed);
  for (const lengthSize of [4, 2, 1] as const) {
    try {
      const units = [...nalUnits(picture, lengthSize)];
      const sets = [...units.filter((unit) => setKind(codec, unit) !== undefined), ...salvaged];
      const record = recordOf(codec, sets, lengthSize);
      if (record !== undefined) return record;
    } catch (error) {
      if (!(error instanceof SealcamError)) throw error;
    }
  }
  return undefined;
}

/**
 * The record that holds `sets` and says nothing that isn't in them, each distinct set once; undefined if they are
 * incomplete.
 * @throws SealcamError `MEDIA_PARAMETERS` if the first sequence parameter set can't be read, or a set is too long.
 */
export function recordOf(
  codec: VideoCodec,
  sets: readonly Uint8Array[],
  lengthSize: 1 | 2 | 4,
): Uint8Array | undefined {
  return codec === 'h264' ? avcRecord(sets, lengthSize) : hevcRecord(sets, lengthSize);
}

/** Parameter sets after their lengths, or after start codes, wherever they are in a malformed record. */
export function salvagedSets(codec: VideoCodec, malformed: Uint8Array): Uint8Array[] {
  const sets: Uint8Array[] = [];
  const isSet = (unit: Uint8Array): boolean => {
    const kind = setKind(codec, unit);
    // The header's first bit is 0 in every unit; a sequence parameter set must be one that can be read.
    if (kind === undefined || unit.length < 3 || (unit[0] ?? 0x80) >= 0x80) return false;
    return kind !== 'sequence' || isSequence(codec, unit);
  };
  for (let at = 0; at + 2 < malformed.length; ) {
    const rest = malformed.subarray(at + 2);
    const length = (malformed[at] ?? 0) * 256 + (malformed[at + 1] ?? 0);
    const coded = malformed[at] === 0 && malformed[at + 1] === 0 && malformed[at + 2] === 1;
    const unit = coded ? rest.subarray(1, nextCode(rest)) : rest.subarray(0, length);
    if ((coded || length <= rest.length) && isSet(unit)) {
      sets.push(coded ? withoutTrailingZeros(unit) : unit);
      at += 2 + (coded ? 1 : 0) + unit.length;
    } else at += 1;
  }
  return sets;
}

/** The offset of the next start code in `bytes`, after its first byte; the end if there is none. */
function nextCode(bytes: Uint8Array): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(Buffer.of(0, 0, 1), 1);
  return at < 0 ? bytes.length : at;
}

function withoutTrailingZeros(unit: Uint8Array): Uint8Array {
  let { length } = unit;
  while (length > 0 && unit[length - 1] === 0) length -= 1;
  return unit.subarray(0, length);
}

function isSequence(codec: VideoCodec, unit: Uint8Array): boolean {
  try {
    readSequence(codec, unit);
    return true;
  } catch (error) {
    if (error instanceof SealcamError) return false;
    throw error;
  }
}

/** Whether `data` consists of units after start codes (ITU-T H.264, Annex B) and can't be units after lengths. */
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
 * `data` as units after start codes, which decoders accept without a description: converted if its units follow
 * lengths, otherwise unchanged.
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
  if (set.length > 0xffff) throw new SealcamError('MEDIA_PARAMETERS', 'A parameter set is too long');
  return [set.length >> 8, set.length & 0xff, ...set];
}
