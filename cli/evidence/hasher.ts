import { isSealcamError } from '../../base/errors.ts';
import { type Hasher, nodeHasher, proveHasher } from '../../evidence/hasher.ts';
import { sayError } from '../output.ts';

/**
 * The addon's hashing if the addon loads and has proven itself against node:crypto; else node:crypto's, with a
 * line for people if the addon computed something wrong.
 */
export async function fastestHasher(
  load: () => Promise<Hasher> = nativeHasher,
  say: (line: string) => void = sayError,
): Promise<Hasher> {
  try {
    const hasher = await load();
    await proveHasher(hasher);
    return hasher;
  } catch (error) {
    if (!isSealcamError(error, 'ADDON_MISSING', 'HASHER_WRONG')) throw error;
    if (error.code === 'HASHER_WRONG') say(`node:crypto hashes instead: ${error.message}`);
    return nodeHasher;
  }
}

/** The addon's locks of files; undefined without the addon. */
export async function nativeLock(): Promise<((fd: number) => boolean) | undefined> {
  try {
    return (await import('../../native/index.ts')).tryLock;
  } catch (error) {
    if (!isSealcamError(error, 'ADDON_MISSING')) throw error;
    return undefined;
  }
}

/** The addon's hashing. @throws SealcamError `ADDON_MISSING`. */
export async function nativeHasher(): Promise<Hasher> {
  const { capabilities, crc32c, hashSegments } = await import('../../native/index.ts');
  return {
    name: `the addon, ${capabilities().segmentHash}`,
    digests: hashSegments,
    crc32c: (bytes) => crc32c(bytes),
  };
}
