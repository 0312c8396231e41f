import { SealcamError } from '../base/errors.ts';
import type { ByteSource } from './byte-source.ts';

/** Where a box of an MP4 stands: `at` is its first byte, `size` counts its header too. */
export interface BoxPlace {
  readonly type: string;
  readonly at: number;
  readonly size: number;
}

const firstTypes = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp']);

/**
 * The boxes at the top of an MP4, in order, read by their headers alone.
 * Throws `MP4_INVALID` where `source` is no MP4, `MP4_TRUNCATED` where a box reaches beyond its end.
 */
export async function* topBoxes(source: ByteSource): AsyncGenerator<BoxPlace> {
  let at = 0;
  while (at < source.size) {
    const header = await source.read(at, Math.min(16, source.size - at));
    const box = boxHeader(header, at, source.size);
    if (box === undefined || (at === 0 && !firstTypes.has(box.type))) throw notMp4(source);
    if (at + box.size > source.size) {
      throw new SealcamError(
        'MP4_TRUNCATED',
        `"${source.name}" is cut off: its box "${box.type}" at byte ${at} has ${box.size} bytes, ${source.size - at} are there`,
      );
    }
    yield box;
    at += box.size;
  }
}

/** The boxes directly within `content`, a whole number of boxes. Throws `MP4_INVALID` where it isn't one. */
export function* innerBoxes(
  source: ByteSource,
  content: Uint8Array,
): Generator<BoxPlace & { content: Uint8Array }> {
  let at = 0;
  while (at < content.length) {
    const box = boxHeader(content.subarray(at), at, content.length);
    if (box === undefined || box.size > content.length - at) throw notMp4(source);
    yield { ...box, content: content.subarray(at + 8, at + box.size) };
    at += box.size;
  }
}

/** What a file gets that is no MP4 at all, or whose boxes contradict each other. */
export function notMp4(source: ByteSource, cause?: unknown): SealcamError {
  return new SealcamError(
    'MP4_INVALID',
    `"${source.name}" is not an MP4 file that can be read: give an MP4 with H.264 or H.265 video`,
    { cause },
  );
}

function boxHeader(bytes: Uint8Array, at: number, end: number): BoxPlace | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  const short = view.getUint32(0);
  if (short === 0) return { type, at, size: end - at };
  if (short > 1) return short < 8 ? undefined : { type, at, size: short };
  if (bytes.length < 16) return undefined;
  const long = view.getUint32(8) * 2 ** 32 + view.getUint32(12);
  return long < 16 ? undefined : { type, at, size: long };
}
