import { equalBytes } from '../../base/bytes.ts';
import { append } from '../../base/lists.ts';
import type { Statement } from '../statements.ts';
import type { FoundRecording, SessionSigned, Slot } from './found.ts';

// Contradictions within one recording. Each rule is a row of the table "Rules of the fields" in docs/FORMAT.md.

/** What contradicts itself in a recording, one sentence each. */
export function findConflicts(
  found: FoundRecording,
  closings: readonly SessionSigned<'closing'>[],
  closing: Statement<'closing'> | undefined,
  receipts: readonly Statement<'receipt'>[],
): string[] {
  const conflicts: string[] = [];
  if (found.otherOpenings.length > 0) conflicts.push('there are two openings of this recording');
  if (closings.length > 1) conflicts.push('there are two closings of this recording');
  for (const [index, { links: all }] of found.slots) {
    if (all.length > 1) conflicts.push(`there are two statements with index ${index}`);
    const [link] = all;
    if (link === undefined) continue;
    if (closing !== undefined && index >= closing.body.index) {
      conflicts.push(`the statement with index ${index} comes after the closing`);
    }
    if (follows(link.body.previous, index, found) === false) {
      conflicts.push(`the statement with index ${index} does not follow the statement before it`);
    }
  }
  if (closing !== undefined && follows(closing.body.previous, closing.body.index, found) === false) {
    conflicts.push('the closing does not follow the last statement');
  }
  if (closing !== undefined) append(conflicts, countConflict(closing, found));
  for (const receipt of receipts) append(conflicts, receiptConflict(receipt, found, closing));
  return conflicts;
}

/**
 * If every index below the closing is here, its counts must match, whatever other records claim to belong to
 * the recording.
 */
function countConflict({ body }: Statement<'closing'>, { slots }: FoundRecording): string[] {
  const counted = { chunks: 0, gaps: 0, segments: 0 };
  for (let index = 0; index < body.index; index += 1) {
    const slot = slots.get(index);
    const [link] = slot?.links ?? [];
    if (slot === undefined || link === undefined) return [];
    if (link.kind === 'chunk') counted.chunks += 1;
    if (link.kind === 'gap') counted.gaps += 1;
    counted.segments += segmentsOf(slot);
  }
  const { chunks, gaps, segments } = counted;
  return chunks === body.chunks && gaps === body.gaps && segments === body.segments
    ? []
    : ['the closing counts other chunks, gaps or segments than there are'];
}

function segmentsOf({ links: [link] }: Slot): number {
  if (link?.kind !== 'chunk') return 0;
  return link.body.media.segmentDigests.length + link.body.telemetry.segmentDigests.length;
}

/** Whether `previous` names the statement before `index`; undefined if that one is not here. */
function follows(previous: Uint8Array, index: number, found: FoundRecording): boolean | undefined {
  if (index === 0) return equalBytes(previous, found.recording.opening.digest);
  const before = found.slots.get(index - 1)?.links ?? [];
  return before.length === 0 ? undefined : before.some(({ digest }) => equalBytes(previous, digest));
}

function receiptConflict(
  { body }: Statement<'receipt'>,
  found: FoundRecording,
  closing: Statement<'closing'> | undefined,
): string[] {
  const name = `receipt ${body.counter} of ${body.stationId}`;
  if (body.complete) {
    if (closing === undefined) return [];
    const same = body.count === closing.body.index && equalBytes(body.statement, closing.digest);
    return same ? [] : [`${name} is for another closing`];
  }
  if (closing !== undefined && body.count > closing.body.index)
    return [`${name} is for more than was closed`];
  return follows(body.statement, body.count, found) === false
    ? [`${name} is for another statement with index ${body.count - 1}`]
    : [];
}
