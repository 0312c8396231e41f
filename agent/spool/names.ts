/** The journal, the file that replaces it, the reserve and the lock. */
export const journalName = 'journal';
export const newJournalName = 'journal.new';
export const reserveName = 'reserve';
export const lockName = 'lock';

/** What a file of a recording is. `seal` parts concatenate by ascending number; the first has none in its name. */
export type RecordingFile =
  | { readonly base: string; readonly kind: 'seal'; readonly part: number }
  | { readonly base: string; readonly kind: 'keys' }
  | { readonly base: string; readonly kind: 'aside' };

const recordingPattern =
  /^((?:[0-9]{10}|[1-9][0-9]{10,15})-[0-9a-f]{32})\.(?:(seal)(?:\.([1-9][0-9]{0,5}))?|(keys)|(?:tail|torn)-[1-9][0-9]*)$/;

/** A recording's name: its number, so that names sort as it was recorded, and its id. */
export function baseName(number: number, id: string): string {
  return `${String(number).padStart(10, '0')}-${id}`;
}

/** The number and id in a recording's name. */
export function parseBaseName(base: string): { number: number; id: string } {
  const line = base.indexOf('-');
  return { number: Number(base.slice(0, line)), id: base.slice(line + 1) };
}

export function sealName(base: string, part: number): string {
  return part === 0 ? `${base}.seal` : `${base}.seal.${part}`;
}

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

/** What `name` is, or undefined where it is no file of a recording. */
export function parseName(name: string): RecordingFile | undefined {
  const [, base, seal, part, keys] = recordingPattern.exec(name) ?? [];
  if (base === undefined) return undefined;
  if (seal !== undefined) return { base, kind: 'seal', part: Number(part ?? 0) };
  return { base, kind: keys === undefined ? 'aside' : 'keys' };
}
