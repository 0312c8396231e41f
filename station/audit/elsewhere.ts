import { equalBytes, toHex } from '../../base/bytes.ts';
import { isSealcamError } from '../../base/errors.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { RecordScanner, recordType } from '../../evidence/records.ts';
import { type Certified, readReceipt } from '../../evidence/trust.ts';
import { compareText, type FoundRecording } from '../../evidence/verify/found.ts';
import { previousConflicts } from '../../evidence/verify/numbering.ts';
import { sourceOf } from '../store/evidence-source.ts';
import type { InventoryPlace } from './inventory-place.ts';

/** The stations whose receipts are in a `.receipts` file: a station keeps only its own there. */
export async function stationsIn({ files, root }: InventoryPlace, path: string): Promise<Set<string>> {
  const stations = new Set<string>();
  if ((await files.size(path)) === undefined) return stations;
  const scanner = new RecordScanner();
  for await (const piece of (await sourceOf(files, path)).stream()) {
    for (const one of scanner.push(piece)) {
      if (one.kind !== 'record' || one.record.type !== recordType.statement) continue;
      try {
        const { statement } = readReceipt(openEnvelope(Uint8Array.from(one.record.body)), root);
        stations.add(statement.body.stationId);
      } catch (error) {
        if (!isSealcamError(error)) throw error;
      }
    }
  }
  return stations;
}

/**
 * The complete receipts of other stations for a recording, by the stations' names. Its camera handed them over: it was
 * begun here and completed there.
 * @param own the stations that have signed for the recording here.
 */
export function completeElsewhere(
  receipts: readonly Certified<'receipt'>[],
  id: string,
  own: ReadonlySet<string>,
): Certified<'receipt'>[] {
  return receipts
    .filter(
      ({ statement: { body } }) =>
        body.complete && toHex(body.recordingId) === id && !own.has(body.stationId),
    )
    .sort((a, b) => compareText(a.statement.body.stationId, b.statement.body.stationId));
}

/**
 * How complete receipts of other stations contradict what is here of a recording without its closing, one sentence each:
 * with a closing, a verifier compares them. A station that holds all of it holds no less than is here or was signed for.
 * @param receipts all for the recording.
 */
export function elsewhereConflicts(
  elsewhere: readonly Certified<'receipt'>[],
  { slots }: FoundRecording,
  receipts: readonly Certified<'receipt'>[],
): string[] {
  const signed = [...slots].filter(([, { links }]) => links.length > 0).map(([index]) => index + 1);
  const here = signed.reduce((most, one) => Math.max(most, one), 0);
  return elsewhere.flatMap(({ statement: { body } }) => {
    const name = `receipt ${body.counter} of ${body.stationId}`;
    const other = receipts.find(
      ({ statement: { body: one } }) =>
        one.count > body.count || (one.complete && !equalBytes(one.statement, body.statement)),
    );
    return [
      ...(here > body.count ? [`${name} is for all of ${body.count} statements, and ${here} are here`] : []),
      ...(other ? [`${name} contradicts receipt ${nameOf(other)}`] : []),
    ];
  });
}

function nameOf({ statement: { body } }: Certified<'receipt'>): string {
  return `${body.counter} of ${body.stationId}`;
}

/** A recording of which something is here, and the receipt that accounts for the rest of it if not all is. */
export interface PlacedRecording {
  readonly found: FoundRecording;
  readonly elsewhere: Certified<'receipt'> | undefined;
}

/** What an opening says wrongly about the recording before it. */
export function conflictsAfter(before: PlacedRecording | undefined, found: FoundRecording): string[] {
  if (before === undefined) return previousConflicts([found]);
  const { recordingNumber, previous, deviceId } = found.recording.core;
  const { elsewhere } = before;
  if (elsewhere === undefined || previous.number !== before.found.recording.core.recordingNumber)
    return previousConflicts([before.found, found]);
  const { stationId, statement } = elsewhere.statement.body;
  const other =
    previous.state === 'closed' &&
    previous.statement !== undefined &&
    !equalBytes(previous.statement, statement);
  const sentence = `${deviceId} ${recordingNumber} names another closing of recording ${previous.number} than ${stationId} has receipted`;
  return [...previousConflicts([found]), ...(other ? [sentence] : [])];
}
