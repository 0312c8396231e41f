import { equalBytes, toHex } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { type CheckedCertificate, checkCertificate, type Purpose } from './certificate.ts';
import type { Verifier } from './crypto.ts';
import type { UnverifiedEnvelope } from './dsse.ts';
import type { Root } from './root.ts';
import type { SeenVersion } from './roster.ts';
import { type Command, carriedCertificate, readStatement, type Statement } from './statements.ts';

/** A session whose device certificate the agency's root issued. */
export interface TrustedSession {
  readonly statement: Statement<'session'>;
  readonly certificate: CheckedCertificate;
  /** The key that signs everything else of this boot. */
  readonly verifier: Verifier;
}

/** A statement signed by a certificate of the root, and that certificate. */
export interface Certified<K extends 'receipt' | 'checkpoint' | 'command' | 'deletion'> {
  readonly statement: Statement<K>;
  readonly certificate: CheckedCertificate;
}

/** Certificates that the root has revoked: key id in hex -> since when, microseconds UTC. */
export type Revocations = ReadonlyMap<string, number>;

/**
 * A session, checked up to the root.
 * @throws SealcamError `CERTIFICATE_*`, `STATEMENT_*`, `EVIDENCE_MALFORMED`, `FORMAT_UNSUPPORTED`, and
 *   `SESSION_DEVICE` if it names another device than its certificate.
 */
export function readSession(envelope: UnverifiedEnvelope, root: Root): TrustedSession {
  const certificate = checkCertificate(carriedCertificate(envelope), root, 'device');
  const statement = readStatement('session', envelope, certificate.verifier);
  if (statement.body.deviceId !== certificate.name) {
    throw new SealcamError(
      'SESSION_DEVICE',
      'The session names another device than the certificate that signed it',
    );
  }
  const verifier = root.verifierOf(statement.body.sessionKey);
  if (verifier === undefined) {
    throw new SealcamError('EVIDENCE_MALFORMED', '"session.sessionKey": expected a P-384 public key');
  }
  return { statement, certificate, verifier };
}

/**
 * A receipt, checked up to the root.
 * @throws SealcamError as {@link readSession}, and `RECEIPT_STATION` if it names another station than its
 *   certificate.
 */
export function readReceipt(envelope: UnverifiedEnvelope, root: Root): Certified<'receipt'> {
  const receipt = readCertified('receipt', 'receipt', envelope, root);
  expectItsStation(receipt, receipt.statement.body);
  return receipt;
}

/** A checkpoint, checked up to the root; throws as {@link readReceipt}. */
export function readCheckpoint(envelope: UnverifiedEnvelope, root: Root): Certified<'checkpoint'> {
  const checkpoint = readCertified('checkpoint', 'receipt', envelope, root);
  expectItsStation(checkpoint, checkpoint.statement.body);
  return checkpoint;
}

function expectItsStation(
  { statement: { kind }, certificate }: Certified<'receipt' | 'checkpoint'>,
  { stationId }: { readonly stationId: string },
): void {
  if (stationId === certificate.name) return;
  throw new SealcamError(
    'RECEIPT_STATION',
    `The ${kind} names another station than the certificate that signed it`,
  );
}

/** A deletion, checked up to the root; throws as {@link readSession}. */
export function readDeletion(envelope: UnverifiedEnvelope, root: Root): Certified<'deletion'> {
  return readCertified('deletion', 'deletion', envelope, root);
}

/** A command, checked up to the root, and by the rules between its fields; throws as {@link readSession}. */
export function readCommand(envelope: UnverifiedEnvelope, root: Root): Certified<'command'> {
  const command = readCertified('command', 'command', envelope, root);
  checkCommandRules(command.statement.body);
  return command;
}

/**
 * The rules between a command's fields: how long it holds counts from a head, bitrate alone has an argument, and
 * bookmark alone a category.
 * @throws SealcamError `EVIDENCE_MALFORMED`.
 */
export function checkCommandRules({
  action,
  head,
  validS,
  argument,
  category,
}: Pick<Command, 'action' | 'head' | 'validS' | 'argument' | 'category'>): void {
  if ((head === undefined) !== (validS === 0)) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      '"command.validS": expected it with "head", and never alone',
    );
  }
  if ((action === 'bitrate') !== argument > 0) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      '"command.argument": expected bits a second of bitrate, and none of another action',
    );
  }
  if (category > 0 && action !== 'bookmark') {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      '"command.category": expected it of bookmark, and none of another action',
    );
  }
}

function readCertified<K extends 'receipt' | 'checkpoint' | 'command' | 'deletion'>(
  kind: K,
  purpose: Purpose,
  envelope: UnverifiedEnvelope,
  root: Root,
): Certified<K> {
  const certificate = checkCertificate(carriedCertificate(envelope), root, purpose);
  return { statement: readStatement(kind, envelope, certificate.verifier), certificate };
}

/**
 * Checks that a camera may change to `list`. The camera's clock plays no part.
 * @param seen the newest list that the camera has taken, if any.
 * @throws SealcamError `REVOCATION_ROLLBACK` (a lower version), `REVOCATIONS_CONFLICT` (the same version, other bytes).
 */
export function checkRevocationSuccession(list: RevocationList, seen: SeenVersion | undefined): void {
  const { version } = list;
  if (seen === undefined || version > seen.version) return;
  if (version < seen.version) {
    throw new SealcamError(
      'REVOCATION_ROLLBACK',
      `The revocation list has version ${version}, but this camera has taken ${seen.version}: give it the newest list`,
    );
  }
  if (!equalBytes(list.digest, seen.digest)) {
    throw new SealcamError(
      'REVOCATIONS_CONFLICT',
      `The revocation list has version ${version}, which this camera knows with other content: find out who signed two`,
    );
  }
}

/** A list of revocations that the root signed, and its D. */
export interface RevocationList {
  readonly version: number;
  /** Microseconds UTC, by the clock of the root's machine; 0 if the list does not say. */
  readonly issuedUtcUs: number;
  readonly digest: Uint8Array;
  readonly revoked: Revocations;
}

/**
 * The revocations that the root signed.
 * @throws SealcamError `STATEMENT_*`, `EVIDENCE_MALFORMED`.
 */
export function readRevocations(envelope: UnverifiedEnvelope, root: Root): Revocations {
  return readRevocationList(envelope, root).revoked;
}

/** As {@link readRevocations}, together with what tells a newer list from an older one. */
export function readRevocationList(envelope: UnverifiedEnvelope, root: Root): RevocationList {
  const { body, digest } = readStatement('revocation', envelope, root.verifier);
  const revoked = new Map<string, number>();
  for (const { keyId, fromUtcUs } of body.certificates) {
    const name = toHex(keyId);
    revoked.set(name, Math.min(fromUtcUs, revoked.get(name) ?? fromUtcUs));
  }
  return { version: body.version, issuedUtcUs: body.issuedUtcUs, digest, revoked };
}
