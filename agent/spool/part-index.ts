import { toHex } from '../../base/bytes.ts';
import { systemCode } from '../../base/errors.ts';
import { sha256 } from '../../evidence/crypto.ts';
import type { Moment } from '../../evidence/statements.ts';
import type { FileSystem } from './file-system.ts';
import { makeFile, readAt, withFile } from './files.ts';
import { spoolLimits } from './limits.ts';
import { indexName } from './names.ts';
import type { FilePart, StoredRecording, Tally } from './recording.ts';

/**
 * What a scan finds in a part that will not be written again. It is kept beside the part, so that a start need not look
 * for each statement there. It says nothing that the part does not: where it is lost, damaged, or of another part, the
 * part is scanned.
 */
export interface PartIndex {
  /** Bytes of the part. */
  readonly bytes: number;
  /** The index of the first statement in it. */
  readonly firstIndex: number;
  /** D of the statement before the first one, hex. */
  readonly previous: string;
  /** Where what belongs to each statement begins, in order; -1 where it is lost. */
  readonly offsets: readonly number[];
  /** As {@link StoredRecording} has them once the part is read. */
  readonly next: number;
  readonly endedBy: StoredRecording['endedBy'];
  readonly tally: Omit<Tally, 'end'> & {
    readonly end: (Omit<Moment, 'epoch'> & { readonly epoch: string }) | undefined;
  };
}

/**
 * Keeps the index of the last part of `recording`, all of which is durable.
 * @throws what the file system throws: then the part has none.
 */
export async function keepPartIndex(
  fileSystem: FileSystem,
  directory: string,
  recording: StoredRecording,
  part: FilePart,
): Promise<void> {
  if (part.first === undefined) return;
  const { index: firstIndex, previous } = part.first;
  const { index, next, endedBy, tally } = recording;
  const offsets: number[] = [];
  for (let at = firstIndex; at < index.length; at += 1) offsets.push(index.at(at) ?? -1);
  const { end } = tally;
  const kept: PartIndex = {
    bytes: part.end,
    firstIndex,
    previous: toHex(previous),
    offsets,
    next,
    endedBy,
    tally: { ...tally, end: end && { ...end, epoch: toHex(end.epoch) } },
  };
  const json = Buffer.from(JSON.stringify(kept));
  const path = `${directory}/${indexName(recording.base, part.number)}`;
  await makeFile(fileSystem, path, [sha256(json), json]);
}

/** The index of a part as it was kept; undefined where there is none that can be read back as written. */
export async function readPartIndex(
  fileSystem: FileSystem,
  directory: string,
  base: string,
  part: number,
): Promise<PartIndex | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await withFile(fileSystem, `${directory}/${indexName(base, part)}`, 'read', async (file) =>
      readAt(file, 0, Math.min(await file.size(), spoolLimits.indexBytesMax)),
    );
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
  const json = bytes.subarray(32);
  if (Buffer.compare(bytes.subarray(0, 32), sha256(json)) !== 0) return undefined;
  return JSON.parse(Buffer.from(json).toString()) as PartIndex;
}
