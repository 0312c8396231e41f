import { beBytes, equalBytes } from '../../../base/bytes.ts';
import { crc32c } from '../../../base/crc32c.ts';
import { SealcamError } from '../../../base/errors.ts';
import type { Folder } from '../disk/folder.ts';
import { spoolLimits } from '../limits.ts';
import { keysName } from '../names.ts';
import { readWhole } from './reader.ts';
import type { RecordingFilesState } from './recording.ts';

// The file of a recording's sealed key envelope: its bytes, followed by their CRC-32C (4 bytes, big endian).

const checkBytes = 4;
const fileBytesMax = 2 * 262_144;
if (fileBytesMax > spoolLimits.reserveBytes) throw new RangeError('the reserve must hold sealed keys');

/** Creates the file `name` of a sealed key envelope; its name is durable once the folder is synced. */
export function makeSealedKeys(folder: Folder, name: string, sealedKeys: Uint8Array): Promise<void> {
  return folder.make(name, [sealedKeys, beBytes(crc32c(sealedKeys), checkBytes)]);
}

/**
 * A recording's sealed key envelope.
 * @throws SealcamError `SPOOL_ROT` if it cannot be read back as written.
 */
export async function readSealedKeys(folder: Folder, { id, base }: RecordingFilesState): Promise<Uint8Array> {
  const bytes = await readWhole(folder, keysName(base), fileBytesMax);
  const keys = bytes.subarray(0, -checkBytes);
  if (!equalBytes(bytes.subarray(-checkBytes), beBytes(crc32c(keys), checkBytes))) {
    throw new SealcamError(
      'SPOOL_ROT',
      `The sealed keys of recording ${id} cannot be read back as written: check the storage`,
    );
  }
  return keys;
}
