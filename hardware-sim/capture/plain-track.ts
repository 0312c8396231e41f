import { equalBytes } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { recordOf } from '../../media/description.ts';
import { nalLengthSize, parameterSets, setKind } from '../../media/nal.ts';
import { readSequence } from '../../media/sps.ts';
import type { VideoCodec } from '../../media/types.ts';
import type { LinkTrack } from '../../proto/link/track.ts';

// What of a track may be shared. Anything that could carry words is refused: a record's free bytes, supplemental
// information (SEI), the comment in an audio configuration. A refusal costs only what a fault could have told.

/** RFC 6381, as ISO/IEC 14496-15, annex E, and ISO/IEC 14496-3 fill it in. */
const codecStrings: Readonly<Record<LinkTrack['codec'], RegExp | undefined>> = {
  h264: /^avc[1-4](\.[0-9A-F]{6})?$/i,
  h265: /^(hvc|hev)[1-3](\.[A-C]?\d{1,2}\.[0-9A-F]{1,8}\.[LH]\d{1,3}(\.[0-9A-F]{1,2}){0,6})?$/i,
  aac: /^mp4a(\.40(\.\d{1,2})?)?$/i,
  opus: /^opus$/i,
  unknown: undefined,
};

/** The track's codec string; empty if it is invalid. */
export function plainCodecString({ codec, codecString }: LinkTrack): string {
  return codecStrings[codec]?.test(codecString) ? codecString : '';
}

/** Whether the codec record of a track holds how its encoder is set, and nothing else. */
export function tellsSettingsOnly({ kind, codec, description }: LinkTrack): boolean {
  if (kind === 'audio') return codec === 'aac' && isBareAudioConfig(description);
  return (codec === 'h264' || codec === 'h265') && isBareRecord(codec, description);
}

/** As many printable characters in a row are taken for words; in a parameter set they are rare. */
const words = /[\x20-\x7e]{6}/;
/** A set with its header, profile and level is longer than this; the rest is what an encoder chose. */
const setHeadBytes = 4;
/** A set with every scaling list is shorter. */
const setBytesMax = 1_024;

/** Whether a set can be shared. Its end, as the VUI and extensions, isn't read, so it's looked at for words. */
function isWordless(set: Uint8Array): boolean {
  return set.length <= setBytesMax && !words.test(Buffer.from(set.subarray(setHeadBytes)).toString('latin1'));
}

/** Whether a record is, byte for byte, what its own parameter sets make. */
function isBareRecord(codec: VideoCodec, description: Uint8Array): boolean {
  try {
    const track = { codec, description };
    const sets = parameterSets(track);
    if (!sets.every((set) => setKind(codec, set) !== undefined && isWordless(set))) return false;
    // An H.264 extension counts as a sequence, but can't be read as one.
    const sequences = sets.filter((set) => setKind(codec, set) === 'sequence');
    if (sequences.some((set) => codec === 'h264' && ((set[0] ?? 0) & 0x1f) !== 7)) return false;
    const [facts] = sequences.map((set) => readSequence(codec, set));
    const bare = recordOf(codec, sets, nalLengthSize(track));
    if (facts === undefined || bare === undefined) return false;
    if (codec === 'h265') return equalBytes(bare, withOpenArrays(description));
    const { chromaFormat, lumaDepth, chromaDepth } = facts;
    // ISO/IEC 14496-15, 5.3.3.1.2: profiles from High on say these once more.
    const high = [0xfc | chromaFormat, 0xf8 | (lumaDepth - 8), 0xf8 | (chromaDepth - 8), 0];
    return equalBytes(bare, description) || equalBytes(Uint8Array.from([...bare, ...high]), description);
  } catch (error) {
    if (error instanceof SealcamError) return false;
    throw error;
  }
}

/** An hvcC record with `array_completeness` 0 in each array: the only bit that may differ. */
function withOpenArrays(record: Uint8Array): Uint8Array {
  const open = Uint8Array.from(record);
  const uint16 = (at: number): number => (open[at] ?? 0) * 256 + (open[at + 1] ?? 0);
  let at = 23;
  for (let arrays = open[22] ?? 0; arrays > 0 && at < open.length; arrays -= 1) {
    open[at] = (open[at] ?? 0) & 0x7f;
    let sets = uint16(at + 1);
    for (at += 3; sets > 0 && at < open.length; sets -= 1) at += 2 + uint16(at);
  }
  return open;
}

/** Reads `bytes` bit by bit; a number that ends beyond their end is NaN, which equals nothing. */
function bitsOf(bytes: Uint8Array): { take(count: number): number; left(): number } {
  let at = 0;
  return {
    take(count) {
      let value = 0;
      for (let i = 0; i < count; i += 1, at += 1) {
        value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
      }
      return at > bytes.length * 8 ? Number.NaN : value;
    },
    left: () => bytes.length * 8 - at,
  };
}

/** Index of the sampling rate up to which one is named (ISO/IEC 14496-3, table 1.18); others are spelled out. */
const rateIndexMax = 12;

/**
 * Whether `config` is an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of AAC Main, LC, SSR or LTP, with or without SBR
 * and PS, that ends where its fields end. One with a list of its channels has a comment, and isn't.
 */
function isBareAudioConfig(config: Uint8Array): boolean {
  const { take, left } = bitsOf(config);
  const isRate = (): boolean => take(4) <= rateIndexMax;
  let type = take(5);
  if (!isRate()) return false;
  const channels = take(4);
  if (!(channels >= 1 && channels <= 7)) return false;
  if (type === 5 || type === 29) {
    if (!isRate()) return false;
    type = take(5);
  }
  // GASpecificConfig (4.4.1): a length of frames, no core coder, no extension.
  take(1);
  if (!(type >= 1 && type <= 4) || take(2) !== 0) return false;
  if (left() >= 17) {
    if (take(11) !== 0x2b7 || take(5) !== 5) return false;
    if (take(1) === 1) {
      if (!isRate()) return false;
      if (left() >= 12 && (take(11) !== 0x548 || !(take(1) >= 0))) return false;
    }
  }
  return left() >= 0 && left() < 8 && take(left()) === 0;
}
