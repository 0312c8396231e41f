import { createHash } from 'node:crypto';

/** The journal, the file that replaces it, the reserve and the lock. */
export const journalName = 'journal';
export const newJournalName = 'journal.new';
export const reserveName = 'reserve';
/** The second copy of the counters. */
export const countersName = 'counters';
export const lockName = 'lock';
/** The files without which the spool cannot be opened, and their drafts. */
export const ownNames = [journalName, newJournalName, countersName, `${countersName}.new`] as const;
/** The newest policy that the camera has taken; in the camera's folder, the one that the agency gives it. */
export const policyName = 'policy.dsse';
/** Which policy was taken last. */
export const policySeenName = 'policy.seen';
/** The same of revocation lists. */
export const revocationName = 'revocation.dsse';
/** Which revocation list was taken last. */
export const revocationSeenName = 'revocation.seen';

/** A journal of which something could not be read, the `n`th, from 1, that was kept aside. */
export function asideName(n: number): string {
  return `${journalName}.unread-${n}`;
}

/** The number of the journal kept aside that has this name; undefined for any other name. */
export function parseAsideName(name: string): number | undefined {
  const [, digits] = /^journal\.unread-([1-9][0-9]{0,9})$/.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The kinds of file in a recording. `seal` parts are concatenated by ascending number; the first has no number in its
 * name.
 */
export type RecordingFile =
  | { readonly base: string; readonly kind: 'seal' | 'index'; readonly part: number }
  | { readonly base: string; readonly kind: 'keys' }
  | { readonly base: string; readonly kind: 'loss'; readonly index: number }
  | { readonly base: string; readonly kind: 'aside' };

const recordingPattern =
  /^((?:[0-9]{10}|[1-9][0-9]{10,15})-[0-9a-f]{32})\.(?:(seal|index)(?:\.([1-9][0-9]{0,5}))?|(keys)|loss-(0|[1-9][0-9]{0,7})|(?:tail|torn)-[1-9][0-9]*|rot-(?:0|[1-9][0-9]{0,7}))$/;

/**
 * The note that outlives the process. It may be stored next to those of other spools: the process that holds the lock
 * of the spool at `realPath` also holds this one.
 */
export function continuationName(realPath: string): string {
  return `continuation-${digestOf(realPath)}`;
}

/** The count of the agent's unexpected exits, which may also be stored next to those of other spools. */
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

/** The offsets of the statements of a part, which can also be found by scanning the part. */
export function indexName(base: string, part: number): string {
  return part === 0 ? `${base}.index` : `${base}.index.${part}`;
}

/** Its key envelope, sealed to the vault. */
export function keysName(base: string): string {
  return `${base}.keys`;
}

/** The `n`th tail, from 1, that was cut off a recording and kept. */
export function tailName(base: string, n: number): string {
  return `${base}.tail-${n}`;
}

/** A file that was to become a recording but contains no complete opening. */
export function tornName(base: string, n: number): string {
  return `${base}.torn-${n}`;
}

/** The Loss of the rotten segments of `index`, with the session that signed it. */
export function lossName(base: string, index: number): string {
  return `${base}.loss-${index}`;
}

/** The bytes found in place of the segments of `index` when the loss was stated. */
export function rotName(base: string, index: number): string {
  return `${base}.rot-${index}`;
}

const bootJournalPattern = /^boot-((?:[0-9]{10}|[1-9][0-9]{10,15}))-([0-9a-f]{32})\.journal(\.new)?$/;

/** The journal of a boot: its counter, so that names sort as it was, and the journal's id. */
export function bootJournalName(bootCounter: number, id: string): string {
  return `boot-${baseName(bootCounter, id)}.journal`;
}

/**
 * Boot counter and id in the name of a boot's journal, and whether it is one that was never whole; undefined for any other
 * name.
 */
export function parseBootJournalName(
  name: string,
): { bootCounter: number; id: string; draft: boolean } | undefined {
  const [, bootCounter, id, draft] = bootJournalPattern.exec(name) ?? [];
  return id === undefined ? undefined : { bootCounter: Number(bootCounter), id, draft: draft !== undefined };
}

/** What kind of file `name` is, or undefined if it is not a file of a recording. */
export function parseName(name: string): RecordingFile | undefined {
  const [, base, kind, part, keys, loss] = recordingPattern.exec(name) ?? [];
  if (base === undefined) return undefined;
  if (loss !== undefined) return { base, kind: 'loss', index: Number(loss) };
  if (kind === 'seal' || kind === 'index') return { base, kind, part: Number(part ?? 0) };
  return { base, kind: keys === undefined ? 'aside' : 'keys' };
}
