import { sealcam } from '#generated/telemetry.js';
import type { Spool } from '../../../agent/spool/spool.ts';
import { toHex } from '../../../base/bytes.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { floeOpen } from '../../../evidence/open/floe.ts';
import { KeyChain, partAad } from '../../../evidence/open/keys.ts';
import { parseRecord, parseSegment, partNumber } from '../../../evidence/records.ts';
import { claimedKind, coreCodec, storedStatement } from '../../../evidence/statements.ts';

/** The telemetry of all durable chunks, in the order of the recordings, after the header of each. */
export async function statedTelemetry(
  spool: Spool,
  sharesOf: (recordingId: Uint8Array) => readonly Uint8Array[],
): Promise<sealcam.telemetry.ChunkTelemetry[]> {
  const found: sealcam.telemetry.ChunkTelemetry[] = [];
  const envelopeOf = (record: Uint8Array) => openEnvelope(parseRecord(record).body.slice());
  for (const { id, durable } of spool.recordings()) {
    const [, record] = await spool.readHead(id);
    if (record === undefined) throw new TypeError('every recording has an opening');
    const opening = storedStatement('opening', envelopeOf(record));
    const { recordingId } = coreCodec.decode(opening.body.core);
    if (toHex(recordingId) !== id) throw new TypeError('a recording is stored under its id');
    const keys = new KeyChain(opening.body.core, sharesOf(recordingId));
    for (let index = 0; index < durable; index += 1) {
      const envelopes = (await spool.readStatements(id, index)).map(envelopeOf);
      const envelope = envelopes.find((one) => claimedKind(one) === 'chunk');
      if (envelope === undefined || index === 0) continue;
      const { header } = storedStatement('chunk', envelope).body.telemetry;
      const segments = (await spool.readSegments(id, index))
        .map((bytes) => parseSegment(parseRecord(bytes).body))
        .filter(({ part }) => part === partNumber.telemetry)
        .map(({ segment }) => segment);
      const aad = partAad(opening.digest, index, 'telemetry');
      const bytes = floeOpen(keys.keysOf(index).telemetry, aad, { header, segments });
      found.push(sealcam.telemetry.ChunkTelemetry.decode(bytes));
    }
    keys.erase();
  }
  return found;
}
