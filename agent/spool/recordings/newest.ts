import { sameChain } from '../journal/counters.ts';
import type { NewestStatement } from '../journal/journal-entries.ts';
import { parseBaseName } from '../names.ts';
import type { RecordingFilesState } from './recording.ts';

/** The newest recording of `chain`: the newest of `recordings`, or what is `journaled`, if that is newer. */
export function newestOf(
  recordings: readonly RecordingFilesState[],
  journaled: NewestStatement | undefined,
  chain: Uint8Array | undefined,
): NewestStatement | undefined {
  const own = recordings.filter(({ session }) => sameChain(session.body.chain, chain));
  const highest = own.reduce<RecordingFilesState | undefined>(
    (best, recording) => (recording.number > (best?.number ?? 0) ? recording : best),
    undefined,
  );
  if (highest === undefined || highest.number < (journaled?.number ?? 0)) return journaled;
  return { number: highest.number, digest: highest.last, closed: highest.endedBy !== undefined };
}

/**
 * D of `newest`; undefined where no recording was made, or a newer one may exist: an older one would look like a storage that was
 * put back. That is so if the files of recording `numberTaken` cannot be read, and if the newest recording's files are
 * gone without a closing that is known: the journal was lost then, and the second copy of the counters knows the opening
 * alone.
 * @param unreadable the recordings whose files cannot be read, as names of files without their endings.
 */
export function certainDigest(
  newest: NewestStatement | undefined,
  recordings: readonly RecordingFilesState[],
  unreadable: readonly string[],
  numberTaken: number,
): Uint8Array | undefined {
  const unread = unreadable.some((base) => parseBaseName(base).number === numberTaken);
  const isHere = recordings.some(({ number }) => number === newest?.number);
  return unread || (newest?.closed === false && !isHere) ? undefined : newest?.digest;
}
