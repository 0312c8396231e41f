import { SealcamError } from '../base/errors.ts';
import type { VideoCodec, VideoTrack } from './types.ts';

/** How many bytes precede each NAL unit of the track's samples: 1, 2 or 4 (ISO/IEC 14496-15, 5.3.3.1.2 and 8.3.3.1.2). */
export function nalLengthSize(video: Pick<VideoTrack, 'codec' | 'description'>): 1 | 2 | 4 {
  const at = video.codec === 'h264' ? 4 : 21;
  const least = video.codec === 'h264' ? 7 : 23;
  const byte = video.description[at];
  if (byte === undefined || video.description.length < least || video.description[0] !== 1) {
    throw new SealcamError(
      'MEDIA_PARAMETERS',
      `The ${video.codec} configuration record is malformed (${video.description.length} bytes): expected version 1 and at least ${least} bytes`,
    );
  }
  const size = (byte & 3) + 1;
  if (size === 3) {
    throw new SealcamError(
      'MEDIA_PARAMETERS',
      'NAL length prefixes of 3 bytes are reserved: expected 1, 2 or 4',
    );
  }
  return size as 1 | 2 | 4;
}

/**
 * The NAL units of one sample, without their length prefixes, as views into `data`.
 * Throws `MEDIA_NAL` if a prefix is cut off or promises more bytes than follow, or a unit is empty.
 */
export function* nalUnits(data: Uint8Array, lengthSize: 1 | 2 | 4): Generator<Uint8Array> {
  let at = 0;
  while (at < data.length) {
    const start = at + lengthSize;
    if (start > data.length) {
      throw new SealcamError(
        'MEDIA_NAL',
        `A NAL unit's length prefix at byte ${at} is cut off: ${data.length - at} of ${lengthSize} bytes`,
      );
    }
    let length = 0;
    for (let i = at; i < start; i += 1) length = length * 256 + (data[i] ?? 0);
    if (length === 0 || length > data.length - start) {
      throw new SealcamError(
        'MEDIA_NAL',
        `A NAL unit at byte ${at} says ${length} bytes: expected 1 to ${data.length - start}`,
      );
    }
    yield data.subarray(start, start + length);
    at = start + length;
  }
}

/** `nal_unit_type` of a NAL unit (ITU-T H.264, 7.3.1; H.265, 7.3.1.2). */
function nalType(codec: VideoCodec, unit: Uint8Array): number {
  const first = unit[0] ?? 0;
  return codec === 'h264' ? first & 0x1f : (first >> 1) & 0x3f;
}

/** What a NAL unit is for, as far as cutting and comparing need to know. */
export type NalRole = 'key' | 'picture' | 'parameters' | 'other';

/** `key`: a slice of a picture at which decoding may begin (IDR; in H.265 any IRAP). `parameters`: VPS, SPS, PPS. */
export function nalRole(codec: VideoCodec, unit: Uint8Array): NalRole {
  const type = nalType(codec, unit);
  if (codec === 'h264') {
    if (type === 5) return 'key';
    if (type >= 1 && type <= 4) return 'picture';
    return type === 7 || type === 8 || type === 13 ? 'parameters' : 'other';
  }
  if (type >= 16 && type <= 23) return 'key';
  if (type <= 31) return 'picture';
  return type >= 32 && type <= 34 ? 'parameters' : 'other';
}

/**
 * Which parameter set a NAL unit is: `video` is H.265's VPS; H.264's extension counts as `sequence`. Undefined: not
 * one.
 */
export function setKind(codec: VideoCodec, unit: Uint8Array): 'video' | 'sequence' | 'picture' | undefined {
  const type = nalType(codec, unit);
  if (codec === 'h264') return ({ 7: 'sequence', 8: 'picture', 13: 'sequence' } as const)[type];
  return ({ 32: 'video', 33: 'sequence', 34: 'picture' } as const)[type];
}

/** Whether a unit may be in an avcC or hvcC record: a parameter set, or in H.265 also supplemental information. */
export function mayBeInRecord(codec: VideoCodec, unit: Uint8Array): boolean {
  const type = nalType(codec, unit);
  return setKind(codec, unit) !== undefined || (codec === 'h265' && (type === 39 || type === 40));
}

/** True if the sample contains a slice of a key picture. Throws `MEDIA_NAL` as {@link nalUnits} does. */
export function isKeyFrame(codec: VideoCodec, data: Uint8Array, lengthSize: 1 | 2 | 4): boolean {
  for (const unit of nalUnits(data, lengthSize)) {
    const role = nalRole(codec, unit);
    if (role === 'key') return true;
    // All slices of one picture are of the same kind, so the first decides.
    if (role === 'picture') return false;
  }
  return false;
}

/** The parameter sets (VPS, SPS, PPS, in the record's order) of an avcC or hvcC record, as views into it. */
export function parameterSets(video: Pick<VideoTrack, 'codec' | 'description'>): Uint8Array[] {
  const cursor = new ByteCursor(video.description, video.codec === 'h264' ? 5 : 22);
  const sets: Uint8Array[] = [];
  if (video.codec === 'h264') {
    for (const mask of [0x1f, 0xff]) {
      for (let count = cursor.uint(1) & mask; count > 0; count -= 1) sets.push(cursor.take(cursor.uint(2)));
    }
    return sets;
  }
  for (let arrays = cursor.uint(1); arrays > 0; arrays -= 1) {
    cursor.take(1);
    for (let count = cursor.uint(2); count > 0; count -= 1) sets.push(cursor.take(cursor.uint(2)));
  }
  return sets;
}

class ByteCursor {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) {
      throw new SealcamError(
        'MEDIA_PARAMETERS',
        `The configuration record ends at byte ${this.#bytes.length}, within a parameter set that begins at ${this.#at}`,
      );
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  uint(length: number): number {
    return this.take(length).reduce((value, byte) => value * 256 + byte, 0);
  }
}
