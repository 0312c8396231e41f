import { beBytes, equalBytes, fromHex, toHex } from '../../../base/bytes.ts';
import { crc32c } from '../../../base/crc32c.ts';
import { SealcamError } from '../../../base/errors.ts';
import { digestBytes } from '../../../evidence/limits.ts';
import type { SeenVersion } from '../../../evidence/roster.ts';
import type { VersionMemory } from '../../sealer/index.ts';
import { type KeptTwice, keepTwice, readTwice } from './kept-twice.ts';

/** What was seen, in a file that is kept twice. */
export interface KeptVersionMemory extends VersionMemory {
  /** Both copies are damaged: what was seen before is not known, unless something else tells it. */
  readonly lost: boolean;
}

/**
 * Remembers the newest version of something in a file of one line, `VERSION D CRC`, that is kept twice.
 * @param held what is kept under the root's signature; undefined if it is not known. Of copies that differ, one that says
 *   more counts only if that is not known: else one written file would keep a camera from starting.
 */
export async function versionMemory(
  { path, attempts, log }: Omit<KeptTwice<SeenVersion>, 'decode' | 'versionOf' | 'mayCount'>,
  held: SeenVersion | undefined,
): Promise<KeptVersionMemory> {
  const mayCount = ({ version, digest }: SeenVersion): boolean =>
    held === undefined ||
    version < held.version ||
    (version === held.version && equalBytes(digest, held.digest));
  const { newest, lost } = await readTwice({
    ...{ path, decode: seenIn, versionOf: ({ version }: SeenVersion) => version },
    ...{ mayCount, log },
    ...(attempts && { attempts }),
  });
  let known = newest?.value;
  return {
    lost,
    seen: () => known,
    async remember(seen) {
      // Known even if that cannot be written: this run uses none that is older.
      known = seen;
      const line = `${seen.version} ${toHex(seen.digest)}`;
      await keepTwice(path, `${line} ${sumOf(line)}\n`, log);
    },
  };
}

/** @throws SealcamError `VERSION_MEMORY`. */
function seenIn(bytes: Uint8Array): SeenVersion {
  const text = Buffer.from(bytes).toString('utf8');
  const [, line = '', version, hex, sum] =
    /^(([1-9][0-9]{0,15}) ([0-9a-f]{64})) ([0-9a-f]{8})\n$/.exec(text) ?? [];
  const digest = fromHex(hex ?? '');
  const isWhole = sum === sumOf(line);
  if (!isWhole || digest?.length !== digestBytes || !Number.isSafeInteger(Number(version))) {
    throw new SealcamError(
      'VERSION_MEMORY',
      'A file that says which version was used last is damaged: have the camera provisioned again',
    );
  }
  return { version: Number(version), digest };
}

function sumOf(line: string): string {
  return toHex(beBytes(crc32c(Buffer.from(line, 'latin1')), 4));
}
