import { SealcamError } from '../base/errors.ts';

// Sequence parameter sets, as far as a sample description needs them.

/** What a sequence parameter set says about the picture. */
export interface SequenceFacts {
  /** Pixels, after cropping. */
  readonly width: number;
  readonly height: number;
  readonly chromaFormat: number;
  readonly lumaDepth: number;
  readonly chromaDepth: number;
  /** H.265: the 12 bytes that begin `profile_tier_level`, and how many temporal layers there are. Empty in H.264. */
  readonly profile: Uint8Array;
  readonly temporalLayers: number;
  readonly temporalNesting: boolean;
}

/** How much of a set is read: everything that matters here comes long before that, even with every scaling list. */
const setBytesMax = 2_048;

/** Bits of a NAL unit, without its emulation prevention bytes (ITU-T H.264, 7.3.1). */
class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(unit: Uint8Array, headerBytes: number) {
    const bytes: number[] = [];
    let zeros = 0;
    for (const byte of unit.subarray(headerBytes, headerBytes + setBytesMax)) {
      if (zeros >= 2 && byte === 3) {
        zeros = 0;
        continue;
      }
      zeros = byte === 0 ? zeros + 1 : 0;
      bytes.push(byte);
    }
    this.#bytes = Uint8Array.from(bytes);
  }

  /** An unsigned number of `count` bits, 32 at most. */
  u(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new SealcamError('MEDIA_PARAMETERS', 'A parameter set is cut off');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  /** An unsigned Exp-Golomb code (9.1). */
  ue(): number {
    let zeros = 0;
    while (this.u(1) === 0) {
      zeros += 1;
      if (zeros > 31)
        throw new SealcamError('MEDIA_PARAMETERS', 'A parameter set holds a number that is too long');
    }
    return 2 ** zeros - 1 + this.u(zeros);
  }

  se(): number {
    const code = this.ue();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }

  skip(count: number): void {
    for (let i = 0; i < count; i += 1) this.u(1);
  }
}

/** H.264 profiles whose parameter sets state the chroma format (7.3.2.1.1). */
const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** @throws SealcamError `MEDIA_PARAMETERS` if `unit`, a complete NAL unit, is not such a parameter set. */
export function readSequence(codec: 'h264' | 'h265', unit: Uint8Array): SequenceFacts {
  const facts = codec === 'h264' ? readAvc(unit) : readHevc(unit);
  if (facts.width > 0 && facts.height > 0 && facts.width <= 65_535 && facts.height <= 65_535) return facts;
  throw new SealcamError(
    'MEDIA_PARAMETERS',
    `A parameter set describes a picture of ${facts.width}x${facts.height} pixels`,
  );
}

/** ITU-T H.264, 7.3.2.1.1. */
function readAvc(unit: Uint8Array): SequenceFacts {
  const bits = new Bits(unit, 1);
  const profile = bits.u(8);
  bits.skip(16);
  bits.ue();
  let chromaFormat = 1;
  let separate = 0;
  let [lumaDepth, chromaDepth] = [8, 8];
  if (highProfiles.has(profile)) {
    chromaFormat = bits.ue();
    if (chromaFormat === 3) separate = bits.u(1);
    lumaDepth = 8 + bits.ue();
    chromaDepth = 8 + bits.ue();
    bits.skip(1);
    if (bits.u(1) === 1) {
      for (let list = 0; list < (chromaFormat === 3 ? 12 : 8); list += 1) {
        if (bits.u(1) === 1) skipScalingList(bits, list < 6 ? 16 : 64);
      }
    }
  }
  bits.ue();
  const order = bits.ue();
  if (order === 0) bits.ue();
  if (order === 1) {
    bits.skip(1);
    bits.se();
    bits.se();
    for (let left = Math.min(bits.ue(), 255); left > 0; left -= 1) bits.se();
  }
  bits.ue();
  bits.skip(1);
  const width = (bits.ue() + 1) * 16;
  const mapHeight = bits.ue() + 1;
  const frames = bits.u(1);
  if (frames === 0) bits.skip(1);
  bits.skip(1);
  const height = mapHeight * 16 * (2 - frames);
  const planes = separate === 1 ? 0 : chromaFormat;
  const unitX = planes === 1 || planes === 2 ? 2 : 1;
  const unitY = (planes === 1 ? 2 : 1) * (2 - frames);
  const [left, right, top, bottom] =
    bits.u(1) === 1 ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  return {
    width: width - (left + right) * unitX,
    height: height - (top + bottom) * unitY,
    chromaFormat,
    lumaDepth,
    chromaDepth,
    profile: new Uint8Array(0),
    temporalLayers: 1,
    temporalNesting: false,
  };
}

function skipScalingList(bits: Bits, size: number): void {
  let [last, next] = [8, 8];
  for (let i = 0; i < size && next !== 0; i += 1) {
    next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

/** ITU-T H.265, 7.3.2.2.1. */
function readHevc(unit: Uint8Array): SequenceFacts {
  const bits = new Bits(unit, 2);
  bits.skip(4);
  const layersBelow = bits.u(3);
  const temporalNesting = bits.u(1) === 1;
  const profile = Uint8Array.from({ length: 12 }, () => bits.u(8));
  const present = Array.from({ length: layersBelow }, () => ({ profile: bits.u(1), level: bits.u(1) }));
  if (layersBelow > 0) bits.skip(2 * (8 - layersBelow));
  for (const layer of present) bits.skip(88 * layer.profile + 8 * layer.level);
  bits.ue();
  const chromaFormat = bits.ue();
  const separate = chromaFormat === 3 ? bits.u(1) : 0;
  const width = bits.ue();
  const height = bits.ue();
  const planes = separate === 1 ? 0 : chromaFormat;
  const unitX = planes === 1 || planes === 2 ? 2 : 1;
  const unitY = planes === 1 ? 2 : 1;
  const [left, right, top, bottom] =
    bits.u(1) === 1 ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  return {
    width: width - (left + right) * unitX,
    height: height - (top + bottom) * unitY,
    chromaFormat,
    lumaDepth: 8 + bits.ue(),
    chromaDepth: 8 + bits.ue(),
    profile,
    temporalLayers: layersBelow + 1,
    temporalNesting,
  };
}
