import { toHex } from '../../base/bytes.ts';
import type { Hasher } from '../../evidence/hasher.ts';
import type { Root } from '../../evidence/root.ts';
import { collect } from '../../evidence/verify/collect.ts';
import type { Collection, EvidenceSource, FoundRecording } from '../../evidence/verify/found.ts';
import type { Files } from './files.ts';

const pieceBytes = 1_048_576;

/** A file of the store as a verifier reads it. */
export async function sourceOf(files: Files, path: string): Promise<EvidenceSource> {
  const size = (await files.size(path)) ?? 0;
  return {
    name: path,
    async *stream() {
      for (let at = 0; at < size; at += pieceBytes) {
        yield await files.readAt(path, at, Math.min(pieceBytes, size - at));
      }
    },
    readAt: (offset, bytes) => files.readAt(path, offset, bytes),
  };
}

/** What is read, and which root is trusted. */
export interface EvidencePlace {
  readonly files: Files;
  readonly root: Root;
  readonly hasher: Hasher;
}

/**
 * Everything in the files `paths`, and the one recording of that camera and id whose opening the agency vouches for;
 * undefined if they contain none.
 * @throws SealcamError as `verifyEvidence`; what reading throws.
 */
export async function collectRecording(
  { files, root, hasher }: EvidencePlace,
  paths: readonly string[],
  device: string,
  id: string,
): Promise<{ collection: Collection; found: FoundRecording | undefined }> {
  const sources: EvidenceSource[] = [];
  for (const path of paths) sources.push(await sourceOf(files, path));
  const collection = await collect(sources, root, hasher);
  const found = collection.recordings.find(
    ({ recording: { core }, trusted }) =>
      trusted && core.deviceId === device && toHex(core.recordingId) === id,
  );
  return { collection, found };
}
