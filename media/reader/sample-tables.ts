import { mediaLimits } from '../limits.ts';
import { BoxCursor, innerBox, malformed } from './mp4-boxes.ts';

// The sample tables of a track that is not in fragments (ISO/IEC 14496-12, 8.6 and 8.7). A table can claim any number
// of samples in a few bytes; they are listed only as far as the file can contain them.

/** Where a sample is in its file, and when it is due, in ticks, before any edit list. */
export interface SamplePlace {
  readonly offset: number;
  readonly size: number;
  readonly dts: number;
  readonly pts: number;
  readonly duration: number;
  readonly key: boolean;
  /** The number of its description, from 1. */
  readonly entry: number;
}

/** The samples that the content of an `stbl` box lists, of a file of `fileBytes`. */
export function tableSamples(tables: Uint8Array, fileBytes: number): SamplePlace[] {
  const sizes = sizesOf(tables, fileBytes);
  if (sizes.count === 0) return [];
  const offsets = offsetsOf(tables);
  const perChunk = perChunkOf(tables);
  const delta = runsOf(tables, 'stts', (cursor) => cursor.u32());
  const shift = compositionOf(tables);
  const keys = keysOf(tables);
  const samples: SamplePlace[] = [];
  let dts = 0;
  for (let chunk = 0; chunk < offsets.length && samples.length < sizes.count; chunk += 1) {
    let offset = offsets[chunk] ?? 0;
    const { samples: count, entry } = perChunk(chunk + 1);
    for (let i = 0; i < count && samples.length < sizes.count; i += 1) {
      const index = samples.length;
      const size = sizes.of(index);
      const duration = delta(index) ?? 0;
      const pts = dts + (shift(index) ?? 0);
      samples.push({ offset, size, dts, pts, duration, key: keys(index + 1), entry });
      offset += size;
      dts += duration;
    }
  }
  if (!Number.isSafeInteger(dts)) malformed('its times are beyond 2^53');
  return samples;
}

/** @throws SealcamError if a track has more samples than are read. */
export function boundedCount(count: number, most: number = mediaLimits.trackSamplesMax): number {
  if (count <= most) return count;
  return malformed(`a track has ${count} samples, at most ${most} are read: split the file`);
}

function sizesOf(
  tables: Uint8Array,
  fileBytes: number,
): { readonly count: number; readonly of: (index: number) => number } {
  const plain = innerBox(tables, 'stsz');
  if (plain === undefined) return compactSizesOf(tables);
  const cursor = new BoxCursor('stsz', plain);
  cursor.versionAndFlags();
  const constant = cursor.u32();
  const count = cursor.u32();
  if (constant > 0) {
    // If there are too many for the file to contain, as many as fit are listed: the rest was cut off.
    return { count: boundedCount(Math.min(count, Math.floor(fileBytes / constant))), of: () => constant };
  }
  const sizes = Uint32Array.from({ length: boundedCount(cursor.entries(count, 4)) }, () => cursor.u32());
  return { count, of: (index) => sizes[index] ?? 0 };
}

/** Sizes of 4, 8 or 16 bits (8.7.3.3). */
function compactSizesOf(tables: Uint8Array): {
  readonly count: number;
  readonly of: (index: number) => number;
} {
  const cursor = new BoxCursor('stz2', innerBox(tables, 'stz2') ?? malformed('a track has no box "stsz"'));
  cursor.versionAndFlags();
  const bits = cursor.u32() & 0xff;
  if (bits !== 4 && bits !== 8 && bits !== 16) malformed(`its box "stz2" has sizes of ${bits} bits`);
  const count = boundedCount(cursor.entries(cursor.u32(), bits / 8));
  const bytes = cursor.rest();
  return {
    count,
    of(index) {
      if (bits === 16) return ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0);
      if (bits === 8) return bytes[index] ?? 0;
      return ((bytes[index >> 1] ?? 0) >> (index % 2 === 0 ? 4 : 0)) & 0xf;
    },
  };
}

function offsetsOf(tables: Uint8Array): Float64Array {
  const short = innerBox(tables, 'stco');
  const long = short === undefined ? innerBox(tables, 'co64') : undefined;
  const cursor = new BoxCursor(
    short ? 'stco' : 'co64',
    short ?? long ?? malformed('a track has no box "stco"'),
  );
  cursor.versionAndFlags();
  const count = cursor.count(short ? 4 : 8);
  return Float64Array.from({ length: count }, () => (short ? cursor.u32() : cursor.u64()));
}

/** How many samples each chunk has, and their description; query chunks in ascending order, from 1. */
function perChunkOf(tables: Uint8Array): (chunk: number) => { samples: number; entry: number } {
  const cursor = new BoxCursor('stsc', innerBox(tables, 'stsc') ?? malformed('a track has no box "stsc"'));
  cursor.versionAndFlags();
  let left = cursor.count(12);
  const read = () => ({ first: cursor.u32(), samples: cursor.u32(), entry: cursor.u32() });
  let now = { first: 0, samples: 0, entry: 1 };
  let next = left > 0 ? read() : undefined;
  return (chunk) => {
    while (next !== undefined && next.first <= chunk) {
      now = next;
      left -= 1;
      next = left > 0 ? read() : undefined;
    }
    return now;
  };
}

/** Values in runs of a count and a value; query ascending indices; undefined after the last run. */
function runsOf(
  tables: Uint8Array,
  type: string,
  value: (cursor: BoxCursor) => number,
): (index: number) => number | undefined {
  const content = innerBox(tables, type);
  if (content === undefined) return () => undefined;
  const cursor = new BoxCursor(type, content);
  cursor.versionAndFlags();
  let left = cursor.count(8);
  let end = 0;
  let now: number | undefined;
  return (index) => {
    while (index >= end && left > 0) {
      end += cursor.u32();
      now = value(cursor);
      left -= 1;
    }
    return index < end ? now : undefined;
  };
}

/**
 * Composition offsets. The standard makes version 0 unsigned, but QuickTime and many others write signed ones; no
 * picture is shown 2^31 ticks after it was decoded, so all are read as signed.
 */
function compositionOf(tables: Uint8Array): (index: number) => number | undefined {
  return runsOf(tables, 'ctts', (cursor) => cursor.i32());
}

/** Whether a sample, counted from 1, is a key; query ascending numbers. Without a table all are. */
function keysOf(tables: Uint8Array): (number: number) => boolean {
  const content = innerBox(tables, 'stss');
  if (content === undefined) return () => true;
  const cursor = new BoxCursor('stss', content);
  cursor.versionAndFlags();
  let left = cursor.count(4);
  let next = left > 0 ? cursor.u32() : 0;
  return (number) => {
    while (next < number && left > 1) {
      next = cursor.u32();
      left -= 1;
    }
    return next === number;
  };
}
