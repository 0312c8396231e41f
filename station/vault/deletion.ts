import { join } from 'node:path';
import { equalBytes, fromHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import type { Signer } from '../../evidence/crypto.ts';
import { openEnvelope } from '../../evidence/dsse.ts';
import { fileMagic, statementRecord } from '../../evidence/records.ts';
import { makeStatement } from '../../evidence/statements.ts';
import { type Revocations, readDeletion } from '../../evidence/trust.ts';
import type { FoundRecording } from '../../evidence/verify/found.ts';
import { judgeRecording } from '../../evidence/verify/judge.ts';
import { isFaulty, type RecordingReport } from '../../evidence/verify/report.ts';
import { collectRecording, type EvidencePlace } from '../store/evidence-source.ts';
import { fileName, parseFileName } from '../store/recording-name.ts';
import { Vault } from './vault.ts';

/** Where the recording and its key object are stored. */
export interface DeletionPlace extends EvidencePlace {
  readonly store: string;
  readonly vault: string;
  readonly revocations: Revocations;
}

/** What is ordered, and by whom. */
export interface DeletionOrder {
  readonly device: string;
  /** 32 hexadecimal digits. */
  readonly recordingId: string;
  /** Up to 256 printable ASCII characters, which anyone can read. */
  readonly reason: string;
  readonly utcUs: number;
  readonly signer: Signer;
  /** The certificate of the signer's key, purpose deletion, DER. */
  readonly certificate: Uint8Array;
}

/** What {@link deleteRecording} did. */
export interface Deleted {
  readonly number: number;
  /** The file of the signed Deletion. */
  readonly path: string;
  /** An earlier run, or another order, had already signed the Deletion. */
  readonly before: boolean;
  /** The key object still existed, and is destroyed. */
  readonly keysFound: boolean;
}

/**
 * Erases a recording: signs the Deletion, makes it durable next to the evidence as `NAME.deletion`, and then destroys
 * the key object in the vault. If interrupted anywhere, it can be repeated with the same order: an existing Deletion
 * counts, and no second one is signed.
 * @throws SealcamError `DELETION_KEY` (the signer may not order it), `DELETION_UNKNOWN`, `DELETION_OPEN`,
 *   `DELETION_UNPROVEN`, `DELETION_UNRECEIPTED`, `DELETION_EXISTS`, `DELETION_KEY_OBJECT`: then nothing has changed;
 *   `CERTIFICATE_*`, `EVIDENCE_MALFORMED`; `STORE_FAULT`; what the verifier and the file system throw.
 */
export async function deleteRecording(place: DeletionPlace, order: DeletionOrder): Promise<Deleted> {
  const { files, root, revocations } = place;
  const { device, recordingId } = order;
  checkSigner(place, order);
  const folder = join(place.store, device);
  const names = (await files.list(folder)).filter((name) => parseFileName(name)?.id === recordingId);
  const seal = names.find((name) => parseFileName(name)?.ending === 'seal');
  const name = seal === undefined ? undefined : parseFileName(seal);
  if (seal === undefined || name === undefined) {
    throw new SealcamError(
      'DELETION_UNKNOWN',
      `The store ${place.store} has no recording ${recordingId} of a camera "${device}": take both from "sealcam inventory"`,
    );
  }
  // The evidence first, because everything else depends on its opening.
  const paths = [seal, ...names.filter((one) => one !== seal)].map((one) => join(folder, one));
  const { collection, found } = await collectRecording(place, paths, device, recordingId);
  if (found === undefined) throw unproven('it holds no opening that the agency vouches for');
  const receipts = collection.receipts.filter(({ certificate }) => !revocations.has(certificate.keyId));
  const report = judgeRecording(found, { root, receipts, revocations });
  const base = fileName(name);
  const path = join(folder, `${base}.deletion`);
  const vault = new Vault(files, place.vault, []);
  const before = report.verdict === 'erased';
  if (before) {
    // A run that was killed may have left the Deletion only in the page cache.
    for (const one of paths) await files.sync(one);
  } else {
    checkErasable(report, names.includes(`${base}.deletion`) ? path : undefined);
    const { keyEnvelopeHash: hash } = found.recording.opening.body;
    if (
      !(await vault.has({ device, recordingId: fromHex(recordingId) ?? new Uint8Array(), name: base, hash }))
    ) {
      throw new SealcamError(
        'DELETION_KEY_OBJECT',
        `The vault ${place.vault} does not hold the key object that the recording names: give the vault of this store`,
      );
    }
    await writeDeletion(place, order, found, path);
  }
  return { number: report.number, path, before, keysFound: await vault.destroy({ device, name: base }) };
}

function checkSigner({ root, revocations }: DeletionPlace, { certificate, signer }: DeletionOrder): void {
  const { keyId, name } = checkCertificate(certificate, root, 'deletion');
  if (keyId !== signer.keyId) {
    throw new SealcamError(
      'DELETION_KEY',
      'The key is not that of the certificate: give both as they were provisioned',
    );
  }
  if (revocations.has(keyId)) {
    throw new SealcamError(
      'DELETION_KEY',
      `The deletion key of "${name}" is revoked, and no order of it counts: give another`,
    );
  }
}

/** Refuses what must not be erased. `existing`: a file that is not a valid Deletion, in the place of one. */
function checkErasable(report: RecordingReport, existing: string | undefined): void {
  const { verdict, number, completeReceipt, conflicts, faults, links } = report;
  if (verdict === 'open-ended') {
    throw new SealcamError(
      'DELETION_OPEN',
      `Recording ${number} has no closing: it can be erased once the camera has closed it`,
    );
  }
  if (isFaulty(report)) {
    const bad = links.find((link) => link.verdict !== 'intact');
    throw unproven(conflicts[0] ?? faults[0] ?? `index ${bad?.from} is ${bad?.verdict}`);
  }
  if (!completeReceipt) {
    throw new SealcamError(
      'DELETION_UNRECEIPTED',
      `No station has signed that it holds all of recording ${number}, so that the camera would send the keys again: let the station receipt it first`,
    );
  }
  if (existing !== undefined) {
    throw new SealcamError(
      'DELETION_EXISTS',
      `${existing} is there and is not an order that counts: move it away, and keep it`,
    );
  }
}

function unproven(why: string): SealcamError {
  return new SealcamError(
    'DELETION_UNPROVEN',
    `The recording does not verify (${why}): see "sealcam verify", and restore it first`,
  );
}

async function writeDeletion(
  { files, root }: DeletionPlace,
  { signer, certificate, reason, utcUs }: DeletionOrder,
  { recording: { core, opening }, closings }: FoundRecording,
  path: string,
): Promise<void> {
  const [closing] = closings;
  if (closing === undefined) throw new TypeError('a recording that is closed has a closing');
  const { encoded } = makeStatement(
    'deletion',
    {
      certificate,
      deviceId: core.deviceId,
      recordingId: core.recordingId,
      recordingNumber: core.recordingNumber,
      closing: closing.statement.digest,
      keyEnvelopeHash: opening.body.keyEnvelopeHash,
      reason,
      utcUs,
    },
    signer,
  );
  // Checked as its readers will check it: an order that they would refuse must not cost a key object.
  readDeletion(openEnvelope(encoded), root);
  const record = statementRecord(encoded);
  await files.replace(path, [fileMagic, record]);
  const written = Buffer.concat([fileMagic, record]);
  if (!equalBytes(await files.readAt(path, 0, written.length), written)) {
    throw new SealcamError('STORE_FAULT', `${path} reads back differently: check the disk`);
  }
}
