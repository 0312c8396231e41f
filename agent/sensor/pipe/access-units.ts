import type { VideoCodec } from '../../../media/types.ts';

// Where a picture begins in a byte stream (ITU-T H.264, 7.4.1.2.3; H.265, 7.4.2.4.4).

/**
 * Whether `unit`, which follows a slice, belongs to the same picture: a further slice of it, or what follows a picture's
 * slices.
 */
export function continues(codec: VideoCodec, unit: Uint8Array): boolean {
  const first = unit[0] ?? 0;
  if (codec === 'h264') {
    const type = first & 0x1f;
    // A slice that begins with the first macroblock is the first of its picture: the number 0 is coded as one bit, 1.
    if (type >= 1 && type <= 5) return type > 2 && type < 5 ? true : ((unit[1] ?? 0x80) & 0x80) === 0;
    return !((type >= 6 && type <= 9) || (type >= 14 && type <= 18));
  }
  const type = (first >> 1) & 0x3f;
  if (type <= 31) return ((unit[2] ?? 0x80) & 0x80) === 0;
  return !(
    (type >= 32 && type <= 35) ||
    type === 39 ||
    (type >= 41 && type <= 44) ||
    (type >= 48 && type <= 55)
  );
}

/**
 * Whether `unit` shows that pictures are not shown in the order in which they are decoded: in H.264 a B slice, in H.265 a
 * leading picture. A stream may be reordered without such a unit; then its times are wrong by a picture or two.
 */
export function isReordered(codec: VideoCodec, unit: Uint8Array): boolean {
  if (codec === 'h265') {
    const type = ((unit[0] ?? 0) >> 1) & 0x3f;
    return type >= 6 && type <= 9;
  }
  if (((unit[0] ?? 0) & 0x1f) !== 1) return false;
  const bits = new SliceBits(unit);
  bits.number();
  return bits.number() % 5 === 1;
}

/** The numbers with which a slice header begins (7.3.3), as Exp-Golomb codes (9.1). */
class SliceBits {
  readonly #unit: Uint8Array;
  #at = 8;

  constructor(unit: Uint8Array) {
    this.#unit = unit;
  }

  /** The next number; 0 where the unit ends before it. */
  number(): number {
    let zeros = 0;
    while (zeros < 16 && this.#bit() === 0) zeros += 1;
    let value = 1;
    for (let i = 0; i < zeros; i += 1) value = value * 2 + this.#bit();
    return value - 1;
  }

  #bit(): number {
    const bit = ((this.#unit[this.#at >> 3] ?? 0xff) >> (7 - (this.#at & 7))) & 1;
    this.#at += 1;
    return bit;
  }
}
