import { SealcamError } from '../base/errors.ts';
import type { RemoteSigner, Signer, Verifier } from './crypto.ts';
import {
  isSignedBy,
  openEnvelope,
  pae,
  signEnvelope,
  statementDigest,
  type UnverifiedEnvelope,
} from './dsse.ts';
import type { Codec } from './encoding/codec.ts';
import { coreTable, statementTables } from './encoding/statement-tables.ts';
import { certificateBytesMax } from './limits.ts';

/** The kinds of statement; the payload type is `application/vnd.sealcam.KIND.v1`. */
export type StatementKind = keyof typeof statementTables;
/** The content of a statement of kind `K`. */
export type Body<K extends StatementKind> = (typeof statementTables)[K] extends Codec<infer T> ? T : never;

/** A moment by both clocks of the camera, microseconds; `errorUs` 0: no bound is known. */
export type Moment = Body<'chunk'>['start'];
export type Part = Body<'chunk'>['media'];
export type Core = typeof coreTable extends Codec<infer T> ? T : never;
export type Session = Body<'session'>;
export type Head = Body<'head'>;
export type Opening = Body<'opening'>;
export type Chunk = Body<'chunk'>;
export type Gap = Body<'gap'>;
export type RecordedCommand = Body<'recorded-command'>;
/** What became of a command. */
export type CommandAnswer = Body<'command-answer'>;
export type CommandRefusal = RecordedCommand['refusal'];
export type Closing = Body<'closing'>;
export type Loss = Body<'loss'>;
export type Receipt = Body<'receipt'>;
export type Checkpoint = Body<'checkpoint'>;
export type Command = Body<'command'>;
export type Deletion = Body<'deletion'>;
export type Roster = Body<'roster'>;
export type Revocation = Body<'revocation'>;
export type Policy = Body<'policy'>;
export type VaultKey = Body<'vault-key'>;

/** A statement whose signature was checked, or that was just made. */
export type Statement<K extends StatementKind = StatementKind> = {
  [P in K]: {
    readonly kind: P;
    readonly body: Body<P>;
    /** D(s): the statement's name. 32 bytes. */
    readonly digest: Uint8Array;
    /** The envelope, as a record contains it. */
    readonly encoded: Uint8Array;
  };
}[K];

/** The core of an opening, whose bytes are hashed into the recording's keys. */
export const coreCodec: Codec<Core> = coreTable;

/** The payload type of statements of `kind`. */
export function payloadType(kind: StatementKind): string {
  return `application/vnd.sealcam.${kind}.v1`;
}

/** The kind that an envelope claims, or undefined if this format has no kind of that name. */
export function claimedKind(envelope: UnverifiedEnvelope): StatementKind | undefined {
  const kind = /^application\/vnd\.sealcam\.([a-z-]+)\.v1$/.exec(envelope.payloadType)?.[1];
  return kind !== undefined && Object.hasOwn(statementTables, kind) ? (kind as StatementKind) : undefined;
}

/** Makes and signs a statement. */
export function makeStatement<K extends StatementKind>(kind: K, body: Body<K>, signer: Signer): Statement<K> {
  const payload = encodeBody(kind, body);
  const encoded = signEnvelope(payloadType(kind), payload, signer);
  return { kind, body, digest: statementDigest(payloadType(kind), payload), encoded } as Statement<K>;
}

/** Makes a statement and has it signed by a key that may be in another process. @throws what the signer throws. */
export async function signStatement<K extends StatementKind>(
  kind: K,
  body: Body<K>,
  signer: RemoteSigner,
): Promise<Statement<K>> {
  const signature = await signer.sign(statementMessage(kind, body));
  const { keyId, publicKey } = signer;
  return makeStatement(kind, body, { keyId, publicKey, sign: () => signature });
}

/** The bytes that a statement's signature covers: for a signer that is slow or in another process. */
export function statementMessage<K extends StatementKind>(kind: K, body: Body<K>): Uint8Array {
  return pae(payloadType(kind), encodeBody(kind, body));
}

/** The canonical payload of a statement. */
export function encodeBody<K extends StatementKind>(kind: K, body: Body<K>): Uint8Array {
  return (statementTables[kind] as Codec<Body<K>>).encode(body);
}

/**
 * The statement in `envelope`, if it is of `kind` and the key of `verifier` signed it: verified first, parsed after.
 * @throws SealcamError `STATEMENT_KIND`, `STATEMENT_UNSIGNED`, `EVIDENCE_MALFORMED`, `FORMAT_UNSUPPORTED`.
 */
export function readStatement<K extends StatementKind>(
  kind: K,
  envelope: UnverifiedEnvelope,
  verifier: Verifier,
): Statement<K> {
  const claimed = claimedKind(envelope);
  if (claimed !== kind) {
    throw new SealcamError(
      'STATEMENT_KIND',
      `Expected a statement of kind ${kind}, got ${claimed ?? 'another'}`,
    );
  }
  if (!isSignedBy(envelope, verifier)) {
    throw new SealcamError(
      'STATEMENT_UNSIGNED',
      `The ${kind} statement's signature is not by the key that must sign it`,
    );
  }
  const body = (statementTables[kind] as Codec<Body<K>>).decode(envelope.payload);
  return { kind, body, digest: envelope.digest, encoded: envelope.encoded } as Statement<K>;
}

/**
 * The statement of `kind` in `envelope`, without checking its signature: for one that the caller has just
 * checked, and for reading back from our own storage what was made or checked before it was stored.
 * @throws SealcamError `STATEMENT_KIND`, `EVIDENCE_MALFORMED`, `FORMAT_UNSUPPORTED`.
 */
export function storedStatement<K extends StatementKind>(
  kind: K,
  envelope: UnverifiedEnvelope,
): Statement<K> {
  const claimed = claimedKind(envelope);
  if (claimed !== kind) {
    throw new SealcamError(
      'STATEMENT_KIND',
      `Expected a statement of kind ${kind}, got ${claimed ?? 'another'}`,
    );
  }
  const body = (statementTables[kind] as Codec<Body<K>>).decode(envelope.payload);
  return { kind, body, digest: envelope.digest, encoded: envelope.encoded } as Statement<K>;
}

/**
 * The certificate in the payload of a statement that carries one (field 1 of Session, Receipt, Checkpoint,
 * Command, Deletion), read without the rest. It is the only thing that is read before the signature is
 * verified, because it names the key.
 * @throws SealcamError `EVIDENCE_MALFORMED`.
 */
export function carriedCertificate(envelope: UnverifiedEnvelope): Uint8Array {
  const { payload } = envelope;
  const low = payload[1] ?? 0;
  const high = payload[2] ?? 0;
  const length = (low & 0x7f) | (high << 7);
  // Tag 1, bytes; a length of two bytes: no P-384 certificate is shorter than 128 bytes or longer than the bound.
  const formed = payload[0] === 0x0a && low >= 0x80 && high > 0 && high < 0x80;
  if (!formed || length > certificateBytesMax || payload.length < 3 + length) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      `"certificate": expected 128 to ${certificateBytesMax} bytes as the first field of the statement`,
    );
  }
  return payload.slice(3, 3 + length);
}

/** Reads an envelope and its statement in one step. */
export function readEncodedStatement<K extends StatementKind>(
  kind: K,
  encoded: Uint8Array,
  verifier: Verifier,
): Statement<K> {
  return readStatement(kind, openEnvelope(encoded), verifier);
}
