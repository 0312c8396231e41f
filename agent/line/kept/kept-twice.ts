import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { equalBytes } from '../../../base/bytes.ts';
import { isSealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { readOutsideFile } from '../../../base/outside-file.ts';
import { envelopeBytesMax } from '../../../evidence/limits.ts';
import { type Attempts, once } from '../../spool/disk/attempts.ts';
import { isDamage } from '../../spool/errors.ts';

// What the camera keeps of its agency, and which versions it has seen, is a small file each. It is kept twice: the second
// copy is durable before the first is replaced. So neither a crash nor one damaged file loses it, and damaging one file
// does not make the camera forget what it has seen.

/** A file that is kept twice. */
export interface KeptTwice<T> {
  /** The second copy is next to it: {@link copyOf}. */
  readonly path: string;
  /** What the bytes say. @throws SealcamError if they are damaged. */
  readonly decode: (bytes: Uint8Array) => T;
  readonly versionOf: (value: T) => number;
  /**
   * Where both copies can be read and differ: whether this one may count, as these files are not signed. If neither may, the
   * older one counts.
   */
  readonly mayCount?: (value: T) => boolean;
  /** For a storage that returns neither copy at once; by default one attempt. */
  readonly attempts?: Pick<Attempts, 'until'>;
  readonly log: Log;
}

/** What the two copies say. */
export interface FoundTwice<T> {
  /** The newest that can be read, and its bytes; undefined if nothing can. */
  readonly newest: { readonly value: T; readonly bytes: Uint8Array } | undefined;
  /** Something is there, and none of it can be read. */
  readonly lost: boolean;
}

/** One copy: what it says, or the code of why it says nothing. */
interface Copy<T> {
  readonly path: string;
  readonly read?: { readonly value: T; readonly bytes: Uint8Array };
  readonly code?: string;
  /** The storage may return it later. */
  readonly mayPass?: boolean;
}

const draftEnd = '.kept.new';

/** Removes what a crash left half written in a folder. Called once its lock is held: before, it may be another's. */
export async function removeDrafts(folder: string, log: Log): Promise<void> {
  try {
    for (const name of await readdir(folder))
      if (name.endsWith(draftEnd)) await rm(join(folder, name), { force: true });
  } catch (error) {
    notWritten(folder, error, log);
  }
}

/** Where the second copy of the file at `path` is. */
export function copyOf(path: string): string {
  return `${path}.copy`;
}

/** Reads both copies, and writes again the one that is damaged, missing or older. An alarm names each that is damaged. */
export async function readTwice<T>(kept: KeptTwice<T>): Promise<FoundTwice<T>> {
  const { path, attempts = once, log } = kept;
  const files = [path, copyOf(path)];
  let copies: readonly Copy<T>[] = files.map((file) => ({ path: file, code: 'EIO' }));
  await attempts.until(async () => {
    copies = await Promise.all(files.map((one) => readCopy(one, kept)));
    return copies.some(({ read }) => read !== undefined) || !copies.some(({ mayPass }) => mayPass);
  });
  const newest = newestOf(copies, kept);
  if (newest === undefined) {
    const damaged = copies.filter(({ code }) => code !== 'ENOENT');
    for (const { path: file, code } of damaged)
      log.alarm(
        'kept-file.lost',
        'Neither copy of something that the camera keeps can be read: give the camera the newest one',
        { file, code },
      );
    return { newest, lost: damaged.length > 0 };
  }
  for (const { path: file, read, code } of copies) {
    if (read !== undefined && equalBytes(read.bytes, newest.bytes)) continue;
    // An older release kept no second copy.
    if (code !== undefined && !(code === 'ENOENT' && file === copyOf(path)))
      log.alarm(
        'kept-file.damaged',
        'A file that the camera keeps twice cannot be read: the other copy is used, and written in its place',
        { file, code },
      );
    await replaceDurably(file, newest.bytes).catch((error: unknown) => notWritten(file, error, log));
  }
  return { newest, lost: false };
}

/** The copy that counts: the newer one; where they differ, of those that may count. */
function newestOf<T>(
  copies: readonly Copy<T>[],
  { path, versionOf, mayCount = () => true, log }: KeptTwice<T>,
): Copy<T>['read'] {
  const [first, second] = copies
    .flatMap(({ read }) => (read === undefined ? [] : [read]))
    .sort((a, b) => versionOf(b.value) - versionOf(a.value));
  if (first === undefined || second === undefined || equalBytes(first.bytes, second.bytes)) return first;
  if (mayCount(first.value)) return first;
  const sentence =
    'A copy of a file that the camera keeps twice says what nothing else does: the other copy is used';
  log.alarm('kept-file.contradicting', sentence, { file: path });
  return second;
}

/**
 * Keeps `content`, durably: the second copy first. If only one of them can be written, an alarm says so.
 * @throws what the system throws, if neither can be written.
 */
export async function keepTwice(path: string, content: string | Uint8Array, log: Log): Promise<void> {
  const failures: { readonly file: string; readonly error: unknown }[] = [];
  for (const file of [copyOf(path), path])
    await replaceDurably(file, content).catch((error: unknown) => failures.push({ file, error }));
  const [first, second] = failures;
  if (second !== undefined) throw second.error;
  if (first !== undefined) notWritten(first.file, first.error, log);
}

/** Says that a file which the camera keeps could not be written. @throws `error`, unless the system threw it. */
export function notWritten(file: string, error: unknown, log: Log): void {
  const code = systemCode(error);
  if (code === undefined) throw error;
  log.alarm('kept-file.not-written', 'A file that the camera keeps cannot be written: check the storage', {
    file,
    code,
  });
}

async function readCopy<T>(path: string, { decode }: KeptTwice<T>): Promise<Copy<T>> {
  try {
    const bytes = Uint8Array.from(await readOutsideFile(path, envelopeBytesMax));
    return { path, read: { value: decode(bytes), bytes } };
  } catch (error) {
    const code = isSealcamError(error) ? error.code : systemCode(error);
    if (code === undefined) throw error;
    return { path, code, mayPass: isDamage(error) };
  }
}

/** Replaces the file at `path`, in one step and durably. */
async function replaceDurably(path: string, content: string | Uint8Array): Promise<void> {
  // Two may write the same file at once, also before the spool's lock is held.
  const fresh = `${path}.${randomBytes(8).toString('hex')}${draftEnd}`;
  try {
    const file = await open(fresh, 'wx', 0o600);
    try {
      await file.writeFile(content);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
