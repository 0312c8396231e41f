import { join } from 'node:path';
import { SealcamError } from '../../base/errors.ts';
import { sourceOf } from '../../station/store/evidence-source.ts';
import { type Files, systemFiles } from '../../station/store/files.ts';
import { isS3 } from '../../station/store/s3/location.ts';
import { evidenceKind } from '../evidence/evidence-files.ts';
import { diskReads, type EvidenceReads } from '../evidence/reads.ts';

// Places in buckets on a command line.

/** Two lines for the help of a command that takes `--s3`. */
export const s3Help = `  --s3 FILE             how the bucket of a place s3://BUCKET/PREFIX is reached: a file with the keys "store" and
                        "vault" of station.yaml's "s3"; without it as Amazon's own tools are configured`;

/**
 * The files of this machine, and of those of the places that are in buckets.
 * @param s3 the file that `--s3` names.
 * @throws SealcamError as reading a configuration; `S3_*`.
 */
export async function filesFor(
  places: { readonly store?: string | undefined; readonly vault?: string | undefined },
  s3: string | undefined,
): Promise<Files> {
  if (![places.store, places.vault].some((place) => place !== undefined && isS3(place))) return systemFiles;
  const { bucketFiles } = await import('./bucket-files.ts');
  return bucketFiles(places, s3);
}

/** Reads from `files` what is below a place in a bucket, all else from this machine's disks. */
export function readsOf(files: Files): EvidenceReads {
  return {
    async kindOf(path) {
      if (!isS3(path)) return diskReads.kindOf(path);
      if (evidenceKind(path) !== undefined)
        return (await files.size(path)) === undefined ? undefined : 'file';
      return (await files.volumeOf(path)) === undefined ? undefined : 'folder';
    },
    async entries(path) {
      if (!isS3(path)) return diskReads.entries(path);
      const found: { name: string; kind: 'file' | 'folder' }[] = [];
      for (const name of (await files.list(path)).sort()) {
        const isFile = evidenceKind(name) !== undefined;
        // A file that was removed may have left objects that do not count.
        if (isFile && (await files.size(join(path, name))) === undefined) continue;
        found.push({ name, kind: isFile ? 'file' : 'folder' });
      }
      return found;
    },
    async open(path) {
      if (!isS3(path)) return diskReads.open(path);
      return { ...(await sourceOf(files, path)), close: async () => {} };
    },
    async whole(path, bytesMax) {
      if (!isS3(path)) return diskReads.whole(path, bytesMax);
      const bytes = await files.readAt(path, 0, bytesMax + 1);
      if (bytes.length <= bytesMax) return bytes;
      throw new SealcamError('FILE_TOO_LARGE', `"${path}" has more than the ${bytesMax} bytes that are read`);
    },
  };
}
