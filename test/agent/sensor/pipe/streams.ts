import { createHash } from 'node:crypto';
import { AnnexBReader } from '../../../../agent/sensor/pipe/annex-b.ts';
import { FragmentedMp4Reader } from '../../../../agent/sensor/pipe/fragmented-mp4.ts';
import type { StreamItem, StreamReader, TakeItem } from '../../../../agent/sensor/pipe/stream.ts';
import { isSealcamError } from '../../../../base/errors.ts';
import type { MediaSample, StreamParameters } from '../../../../media/types.ts';
import { Fragmenter } from '../../../../media/writer/fragmenter.ts';
import type { Seeded } from '../../../support/seed.ts';

/** A fragmented MP4 of `groups` of samples, each a fragment, with the times that the samples have. */
export function fragmentedMp4(
  parameters: StreamParameters,
  groups: readonly (readonly MediaSample[])[],
): Uint8Array {
  const fragmenter = new Fragmenter(parameters, { video: 0, audio: 0 });
  return Buffer.concat([fragmenter.init(), ...groups.flatMap((group) => fragmenter.fragment(group))]);
}

export const mp4Reader = (take: TakeItem): StreamReader => new FragmentedMp4Reader(take);

export const annexBReader =
  (codec: 'h264' | 'h265', pictures = 30, seconds = 1) =>
  (take: TakeItem): StreamReader =>
    new AnnexBReader(codec, { pictures, seconds }, take);

/** What a reader made of a stream, and the error that ended it. */
export interface StreamOutcome {
  readonly items: StreamItem[];
  readonly error: string | undefined;
}

/** Reads `bytes` in pieces, of which `pieceBytes` gives the length of each. */
export function readPieces(
  make: (take: TakeItem) => StreamReader,
  bytes: Uint8Array,
  pieceBytes: () => number,
): StreamOutcome {
  const items: StreamItem[] = [];
  const reader = make((item) => items.push(item));
  try {
    for (let at = 0; at < bytes.length; ) {
      const piece = new Uint8Array(bytes.subarray(at, at + Math.max(1, pieceBytes())));
      at += piece.length;
      reader.push(piece);
      // The reader may keep no view of what it was given.
      piece.fill(0xee);
    }
    reader.end(true);
    return { items, error: undefined };
  } catch (error) {
    if (!isSealcamError(error)) throw error;
    return { items, error: `${error.code} ${error.message}` };
  }
}

export function readWhole(make: (take: TakeItem) => StreamReader, bytes: Uint8Array): StreamOutcome {
  return readPieces(make, bytes, () => bytes.length);
}

/** Lengths of pieces: mostly a few bytes, now and then many. */
export function pieceLengths(random: Seeded): () => number {
  return () => (random.int(8) === 0 ? random.int(5000) : random.int(20));
}

export function samplesOf({ items }: StreamOutcome): MediaSample[] {
  return items.flatMap((item) => (item.type === 'sample' ? [item.sample] : []));
}

/** A box of the given content. */
export function box(type: string, ...content: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

export function u32(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
}

/** A sample in a line, its bytes as their digest: what is compared is short, and so is what a failure prints. */
export function sampleLine({ track, dts, pts, duration, key, data }: MediaSample): string {
  const digest = createHash('sha1').update(data).digest('hex').slice(0, 12);
  return `${track} ${dts} ${pts} ${duration} ${key} ${data.length} ${digest}`;
}

/** An outcome in lines. */
export function linesOf({ items, error }: StreamOutcome): string[] {
  const lines = items.map((item) =>
    item.type === 'sample' ? `${item.streamUs} ${sampleLine(item.sample)}` : JSON.stringify(item),
  );
  return error === undefined ? lines : [...lines, error];
}
