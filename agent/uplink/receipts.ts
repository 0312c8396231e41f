import { equalBytes, toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { parseRecord, recordType } from '../../evidence/records.ts';
import type { Root } from '../../evidence/root.ts';
import type { Statement } from '../../evidence/statements.ts';
import { readReceipt } from '../../evidence/trust.ts';
import { parseTopic } from '../../proto/topics.ts';

/** What receipts are checked against. */
export interface ReceiptTrust {
  readonly root: Root;
  /** The camera's id. */
  readonly deviceId: string;
  readonly isRevoked?: (keyId: string) => boolean;
}

/**
 * The receipt in a message, if a station of the agency signed it for this camera and for the recording that the topic
 * names. Whether it matches the spool is for the spool to decide.
 * @throws SealcamError `UPLINK_TOPIC` (no receipt's topic of this camera), `RECEIPT_REVOKED`, `RECEIPT_FOREIGN` (for another camera
 *   or recording), and what {@link parseRecord}, {@link openEnvelope} and {@link readReceipt} throw.
 */
export function readReceiptMessage(
  topic: string,
  payload: Uint8Array,
  { root, deviceId, isRevoked = () => false }: ReceiptTrust,
): Statement<'receipt'> {
  const parsed = parseTopic(topic);
  if (parsed?.leaf !== 'receipt' || parsed.device !== deviceId) {
    throw new SealcamError('UPLINK_TOPIC', 'A message came on a topic of another camera: check the broker');
  }
  const { type, body } = parseRecord(payload);
  if (type !== recordType.statement) {
    throw new SealcamError('RECORD_BAD', 'A record that is not a statement came in place of a receipt');
  }
  const { statement, certificate } = readReceipt(openEnvelope(body), root);
  if (isRevoked(certificate.keyId)) {
    throw new SealcamError(
      'RECEIPT_REVOKED',
      'A receipt came under a key that the agency has revoked: find out who uses it',
    );
  }
  if (statement.body.deviceId !== deviceId || toHex(statement.body.recordingId) !== parsed.recording) {
    throw new SealcamError(
      'RECEIPT_FOREIGN',
      'A receipt came that is for another camera or recording than its topic: check the broker',
    );
  }
  return statement;
}

/** True if the receipt says that the station holds the recording's key envelope. */
export function holdsKeys(receipt: Statement<'receipt'>, keyEnvelopeHash: Uint8Array): boolean {
  const { keyEnvelopeHash: held } = receipt.body;
  return held !== undefined && equalBytes(held, keyEnvelopeHash);
}
