import { createHash } from 'node:crypto';

/** The journal, the file that replaces it, the reserve and the lock. */
export const journalName = 'journal';
export const newJournalName = 'journal.new';
export const reserveName = 'reserve';
/** The second copy of the counters. */
export const countersName = 'counters';
export const lockName = 'lock';

/** What a file of a recording is. `seal` parts concatenate by ascending number; the first has none in its name. */
export type RecordingFile =
  | { readonly base: string; readonly kind: 'seal' | 'index'; readonly part: number }
  | { readonly base: string; readonly kind: 'keys' }
  | { readonly base: string; readonly kind: 'loss'; readonly index: number }
  | { readonly base: string; readonly kind: 'aside' };

const recordingPattern =
  /^((?:[0-9]{10}|[1-9][0-9]{10,15})-[0-9a-f]{32})\.(?:(seal|index)(?:\.([1-9][0-9]{0,5}))?|(keys)|loss-(0|[1-9][0-9]{0,7})|(?:tail|torn)-[1-9][0-9]*|rot-(?:0|[1-9][0-9]{0,7}))$/;

/**
 * The note that outlives the process. It may lie beside those of other spools: whoever holds the lock of the spool at
 * `realPath` holds this one too.
 */
export function continuationName(realPath: string): string {
  return `continuation-${digestOf(realPath)}`;
}

/** The count of the agent's ends that nobody ordered, which may be stored with those of other spools too. */
export function startsName(realPath: string): string {
  return `starts-${digestOf(realPath)}`;
}

function digestOf(realPath: string): string {
  return createHash('sha256').update(realPath).digest('hex').slice(0, 16);
}

/** A recording's name: its number, so that names sort as it was recorded, and its id. */
export function baseName(number: number, id: string): string {
  return `${String(number).padStart(10, '0')}-${id}`;
}

/** The number and id in a recording's name. */
export function parseBaseName(base: string): { number: number; id: string } {
  const line = base.indexOf('-');
  return { number: Number(base.slice(0, line)), id: base.slice(line + 1) };
}

/** A part of a recording: statements and segments; part 0 is the first. */
export function sealName(base: string, part: number): string {
  return part === 0 ? `${base}.seal` : `${base}.seal.${part}`;
}

/** Where the statements of a part are, which the part itself says too. */
export function indexName(base: string, part: number): string {
  return part === 0 ? `${base}.index` : `${base}.index.${part}`;
}

/** Its key envelope, sealed to the vault. */
export function keysName(base: string): string {
  return `${base}.keys`;
}

/** The `n`th piece, from 1, that was cut off a recording and kept. */
export function tailName(base: string, n: number): string {
  return `${base}.tail-${n}`;
}

/** A file that was to become a recording and holds no whole opening. */
export function tornName(base: string, n: number): string {
  return `${base}.torn-${n}`;
}

/** The Loss of what has rotted of `index`, with the session that signed it. */
export function lossName(base: string, index: number): string {
  return `${base}.loss-${index}`;
}

/** What stood where the segments of `index` had been, as it was read when the loss was stated. */
export function rotName(base: string, index: number): string {
  return `${base}.rot-${index}`;
}

/** What `name` is, or undefined where it is no file of a recording. */
export function parseName(name: string): RecordingFile | undefined {
  const [, base, kind, part, keys, loss] = recordingPattern.exec(name) ?? [];
  if (base === undefined) return undefined;
  if (loss !== undefined) return { base, kind: 'loss', index: Number(loss) };
  if (kind === 'seal' || kind === 'index') return { base, kind, part: Number(part ?? 0) };
  return { base, kind: keys === undefined ? 'aside' : 'keys' };
}
