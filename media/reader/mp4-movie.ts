import { BoxCursor, innerBox, innerBoxes, malformed, unlessMalformed } from './mp4-boxes.ts';

// The tracks in a `moov` box (ISO/IEC 14496-12, 8). Each count is checked against the bytes that are present.

/** One entry of an edit list (8.6.6): a stretch of the media, or a wait where `mediaTime` is -1. */
export interface Edit {
  /** Ticks of the movie. */
  readonly duration: number;
  /** Ticks of the track. */
  readonly mediaTime: number;
  /** 1 is normal speed. */
  readonly rate: number;
}

/** What fragments use if they state nothing (8.8.3). */
export interface FragmentDefaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

/** a, b, c, d of a transformation (6.2.2), as numbers: a point's x becomes `a * x + c * y`, its y `b * x + d * y`. */
export type Matrix = readonly [a: number, b: number, c: number, d: number];

export interface Mp4Track {
  readonly id: number;
  readonly enabled: boolean;
  /** Four letters: `vide`, `soun` ... */
  readonly handler: string;
  readonly timescale: number;
  /** The transformation of the picture, that of the movie included. */
  readonly matrix: Matrix;
  readonly edits: readonly Edit[];
  /** Tracks that this one refers to, by kind of reference: `thmb`, `chap` ... */
  readonly references: ReadonlyMap<string, readonly number[]>;
  /** The descriptions of its samples: `avc1`, `mp4a` ... */
  readonly entries: readonly { readonly type: string; readonly content: Uint8Array }[];
  /** Content of `stbl`. */
  readonly tables: Uint8Array;
  readonly defaults: FragmentDefaults;
}

export interface Movie {
  /** Ticks a second of edit lists. */
  readonly timescale: number;
  readonly tracks: readonly Mp4Track[];
}

const noDefaults: FragmentDefaults = { duration: 0, size: 0, flags: 0 };

/** Reads the content of `moov`. A malformed track is left out: another one may be usable. */
export function readMovie(content: Uint8Array): Movie {
  const header = innerBox(content, 'mvhd');
  const timescale = header === undefined ? 0 : timescaleOf('mvhd', header);
  const matrix = (header && unlessMalformed(() => movieMatrix(header))) ?? ([1, 0, 0, 1] as const);
  const extended = innerBox(content, 'mvex');
  const defaults = extended === undefined ? new Map<number, FragmentDefaults>() : defaultsIn(extended);
  const tracks: Mp4Track[] = [];
  for (const { type, content: track } of innerBoxes(content)) {
    const read = type === 'trak' ? unlessMalformed(() => readTrack(track, defaults)) : undefined;
    if (read !== undefined) tracks.push({ ...read, matrix: product(read.matrix, matrix) });
  }
  return { timescale, tracks };
}

function readTrack(content: Uint8Array, defaults: ReadonlyMap<number, FragmentDefaults>): Mp4Track {
  const media = needed(content, 'mdia');
  const tables = needed(needed(media, 'minf'), 'stbl');
  const header = trackHeader(needed(content, 'tkhd'));
  const timescale = timescaleOf('mdhd', needed(media, 'mdhd'));
  if (timescale === 0) malformed('a track has a timescale of 0');
  const edits = innerBox(content, 'edts');
  const list = edits && innerBox(edits, 'elst');
  const references = innerBox(content, 'tref');
  return {
    ...header,
    handler: handlerOf(needed(media, 'hdlr')),
    timescale,
    edits: list === undefined ? [] : readEdits(list),
    references: references === undefined ? new Map() : readReferences(references),
    entries: readEntries(needed(tables, 'stsd')),
    tables,
    defaults: defaults.get(header.id) ?? noDefaults,
  };
}

function needed(content: Uint8Array, type: string): Uint8Array {
  return innerBox(content, type) ?? malformed(`a track has no box "${type}"`);
}

function timescaleOf(type: 'mvhd' | 'mdhd', content: Uint8Array): number {
  const cursor = new BoxCursor(type, content);
  const { version } = cursor.versionAndFlags();
  cursor.skip(version === 1 ? 16 : 8);
  return cursor.u32();
}

function trackHeader(content: Uint8Array): Pick<Mp4Track, 'id' | 'enabled' | 'matrix'> {
  const cursor = new BoxCursor('tkhd', content);
  const { version, flags } = cursor.versionAndFlags();
  cursor.skip(version === 1 ? 16 : 8);
  const id = cursor.u32();
  cursor.skip(4 + (version === 1 ? 8 : 4) + 16);
  return { id, enabled: (flags & 1) === 1, matrix: readMatrix(cursor) };
}

/** Nearly every file turns its tracks; QuickTime may turn the whole movie. */
function movieMatrix(content: Uint8Array): Matrix {
  const cursor = new BoxCursor('mvhd', content);
  const { version } = cursor.versionAndFlags();
  cursor.skip((version === 1 ? 28 : 16) + 16);
  return readMatrix(cursor);
}

function readMatrix(cursor: BoxCursor): Matrix {
  const fixed = (): number => cursor.i32() / 65_536;
  const [a, b] = [fixed(), fixed()];
  cursor.skip(4);
  return [a, b, fixed(), fixed()];
}

/** `first`, and then `second`. */
function product([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}

function handlerOf(content: Uint8Array): string {
  const cursor = new BoxCursor('hdlr', content);
  cursor.skip(8);
  return Buffer.from(cursor.take(4)).toString('latin1');
}

function readEdits(content: Uint8Array): Edit[] {
  const cursor = new BoxCursor('elst', content);
  const { version } = cursor.versionAndFlags();
  const count = cursor.count(version === 1 ? 20 : 12);
  return Array.from({ length: count }, () => ({
    duration: cursor.time(version),
    mediaTime: version === 1 ? cursor.i64() : cursor.i32(),
    rate: cursor.i32() / 65_536,
  }));
}

function readReferences(content: Uint8Array): Map<string, number[]> {
  const references = new Map<string, number[]>();
  for (const { type, content: ids } of innerBoxes(content)) {
    const cursor = new BoxCursor(type, ids);
    references.set(
      type,
      Array.from({ length: Math.floor(ids.length / 4) }, () => cursor.u32()),
    );
  }
  return references;
}

function readEntries(content: Uint8Array): Mp4Track['entries'] {
  const cursor = new BoxCursor('stsd', content);
  cursor.versionAndFlags();
  const count = cursor.count(8);
  const entries = [...innerBoxes(cursor.rest())].slice(0, count);
  return entries.length === count ? entries : malformed('its box "stsd" is cut off');
}

function defaultsIn(content: Uint8Array): Map<number, FragmentDefaults> {
  const defaults = new Map<number, FragmentDefaults>();
  for (const { type, content: extends_ } of innerBoxes(content)) {
    if (type !== 'trex') continue;
    const cursor = new BoxCursor(type, extends_);
    cursor.skip(4);
    const id = cursor.u32();
    cursor.skip(4);
    defaults.set(id, { duration: cursor.u32(), size: cursor.u32(), flags: cursor.u32() });
  }
  return defaults;
}
