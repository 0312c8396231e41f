import { equalBytes, toHex } from '../../../base/bytes.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import type { KeptRecording } from '../journal/journal-entries.ts';
import { indexName, keysName, lossName, parseBaseName, sealName } from '../names.ts';
import type { RecordingFiles } from './listing.ts';
import type { Scan } from './scan.ts';

// A deletion is journaled before the first file is removed. A power cut in the middle of it leaves either the whole
// recording, which is one like any other, or a part, from which no recording can be sent any more.

/** What is left of a recording whose deletion was begun: it stays until the deletion is allowed again. */
export interface PartlyDeleted {
  /** Recording id, 32 hexadecimal digits. */
  readonly id: string;
  readonly number: number;
  /** Of its files; some may be gone already. */
  readonly names: readonly string[];
}

/** What the journal keeps of the recording whose files have this base name; undefined if its deletion was never decided. */
export function keptOf(kept: ReadonlyMap<number, KeptRecording>, base: string): KeptRecording | undefined {
  const { number, id } = parseBaseName(base);
  const entry = kept.get(number);
  return entry !== undefined && toHex(entry.recordingId) === id ? entry : undefined;
}

/** Whether all of a recording is there whose deletion was decided: its keys, its closing, and all before it. */
export function isWhole(
  { parts, keys }: RecordingFiles,
  { head, last, endedBy, holes }: Scan,
  kept: Pick<KeptRecording, 'last'>,
): boolean {
  const inOrder = parts.every((part, at) => at === 0 || part === (parts[at - 1] ?? 0) + 1);
  const isClosed = endedBy !== undefined && last !== undefined;
  if (!keys || !inOrder || parts[0] !== 0 || head === undefined || !isClosed || holes > 0) return false;
  return equalBytes(last, openEnvelope(kept.last).digest);
}

/** The names of all files of a recording. */
export function namesOf(
  base: string,
  { parts, indexes, losses, keys }: Pick<RecordingFiles, 'parts' | 'indexes' | 'losses' | 'keys'>,
): string[] {
  return [
    ...parts.map((part) => sealName(base, part)),
    ...indexes.map((part) => indexName(base, part)),
    ...(keys ? [keysName(base)] : []),
    ...losses.map((index) => lossName(base, index)),
  ];
}
