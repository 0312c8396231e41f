import { sealcam } from '#generated/evidence.js';
import { SealcamError } from '../base/errors.ts';
import type { Signer, Verifier } from './crypto.ts';
import {
  isSignedBy,
  openEnvelope,
  pae,
  signEnvelope,
  statementDigest,
  type UnverifiedEnvelope,
} from './dsse.ts';
import {
  ascending,
  bytes,
  bytesUpTo,
  type Codec,
  choice,
  codec,
  count,
  type Field,
  flag,
  list,
  optionalBytes,
  text,
  utf8,
  type Value,
} from './encoding/codec.ts';
import { formatFirst } from './encoding/format-number.ts';
import {
  certificateBytesMax,
  chainIdBytes,
  deletionReasonBytesMax,
  digestBytes,
  floeHeaderBytes,
  formatVersion,
  indexMax,
  labelBytesMax,
  publicKeyBytes,
  receiptLossesMax,
  recipientsMax,
  recordingIdBytes,
  rolesMax,
  segmentsPerPartMax,
} from './limits.ts';

const pb = sealcam.evidence;

/** What the id of a device or station, or another name in a topic or a path, may look like. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
/** What a role's name may look like. */
export const rolePattern = /^[a-z][a-z0-9-]{0,31}$/;

const digest = bytes(digestBytes);
const optionalDigest = optionalBytes(digestBytes);
const recordingId = bytes(recordingIdBytes);
const id = text(
  idPattern,
  'up to 63 letters, digits, dots, hyphens and underscores, beginning with a letter or digit',
);
const roleName = text(rolePattern, 'up to 32 lowercase letters, digits and hyphens, beginning with a letter');
const certificate = bytesUpTo(certificateBytesMax);
const index = count(indexMax);

const format = count(formatVersion, formatVersion);

const moment = codec('moment', pb.Moment, {
  epoch: bytes(16),
  uptimeUs: count(),
  utcUs: count(),
  clockState: choice({ unknown: 0, 'free-running': 1, synchronised: 2 }),
  errorUs: count(),
});
/** A moment by both clocks of the camera, microseconds; `errorUs` 0: no bound is known. */
export type Moment = Value<{
  epoch: Field<Uint8Array>;
  uptimeUs: Field<number>;
  utcUs: Field<number>;
  clockState: Field<'unknown' | 'free-running' | 'synchronised'>;
  errorUs: Field<number>;
}>;

const part = codec('part', pb.Part, {
  header: bytes(floeHeaderBytes),
  segmentDigests: list(digest, segmentsPerPartMax, 1),
});

const coreFields = codec('core', pb.Core, {
  format,
  session: digest,
  deviceId: id,
  recordingId,
  recordingNumber: count(Number.MAX_SAFE_INTEGER, 1),
  previous: codec('previous', pb.PreviousRecording, {
    number: count(),
    statement: optionalDigest,
    state: choice({ none: 0, closed: 1, 'last-known': 2 }),
  }),
  rosterVersion: count(Number.MAX_SAFE_INTEGER, 1),
  roster: digest,
  roles: list(roleName, rolesMax, 1),
  policy: text(/^[\x20-\x7e]{1,64}$/, 'up to 64 printable ASCII characters'),
  claimedStart: moment,
  startKind: choice({ button: 1, linked: 2, command: 3 }),
});
const core = formatFirst(coreFields, 'core', [1]);

const segmentReference = codec('segment', pb.LostSegment, {
  part: count(1),
  number: count(segmentsPerPartMax - 1),
});

const role = codec('role', pb.Role, {
  name: roleName,
  recipients: list(
    codec('recipient', pb.Recipient, {
      label: utf8(labelBytesMax),
      publicKey: bytes(1665),
    }),
    recipientsMax,
    1,
  ),
});

/** The position of a statement in the chain of its recording. */
const link = { recordingId, index, previous: digest };

const sessionFields = codec('session', pb.Session, {
  certificate,
  format,
  deviceId: id,
  sessionKey: bytes(publicKeyBytes),
  bootCounter: count(Number.MAX_SAFE_INTEGER, 1),
  previousSession: optionalDigest,
  nextRecordingNumber: count(Number.MAX_SAFE_INTEGER, 1),
  newestStatement: optionalDigest,
  chain: optionalBytes(chainIdBytes),
});

const openingFields = codec('opening', pb.Opening, {
  core: bytesUpTo(8192),
  shareCommitments: list(digest, rolesMax, 1),
  keyEnvelopeHash: digest,
});

const codecs = {
  session: formatFirst(sessionFields, 'session', [2]),
  head: codec('head', pb.Head, {
    session: digest,
    nonce: bytes(32),
    bootCounter: count(Number.MAX_SAFE_INTEGER, 1),
    nextRecordingNumber: count(Number.MAX_SAFE_INTEGER, 1),
    newestStatement: optionalDigest,
  }),
  // The core in it states the format number.
  opening: formatFirst(openingFields, 'opening', [1, 1]),
  chunk: codec('chunk', pb.Chunk, {
    ...link,
    media: part,
    telemetry: part,
    start: moment,
    durationUs: count(),
    dependent: flag,
    newestReceipt: optionalDigest,
  }),
  gap: codec('gap', pb.Gap, {
    ...link,
    start: moment,
    durationUs: count(),
    cause: choice({ link: 1, overload: 2, storage: 3, fault: 4, refused: 5 }),
    videoSamples: count(),
    audioSamples: count(),
    atLeast: flag,
  }),
  'recorded-command': codec('recorded-command', pb.RecordedCommand, {
    ...link,
    command: bytesUpTo(16_384),
    obeyed: flag,
  }),
  closing: codec('closing', pb.Closing, {
    ...link,
    reason: choice({
      button: 1,
      linked: 2,
      command: 3,
      storage: 4,
      sensor: 5,
      shutdown: 6,
      recovered: 7,
      fault: 8,
    }),
    chunks: index,
    gaps: index,
    durationUs: count(),
    segments: count(),
    end: moment,
    recoveredBy: optionalDigest,
    absentUsMax: count(),
  }),
  loss: codec('loss', pb.Loss, {
    session: digest,
    recordingId,
    index,
    statement: digest,
    segments: list(segmentReference, 2 * segmentsPerPartMax, 1),
    cause: choice({ rot: 1 }),
  }),
  receipt: codec('receipt', pb.Receipt, {
    certificate,
    stationId: id,
    deviceId: id,
    recordingId,
    count: index,
    statement: digest,
    keyEnvelopeHash: optionalDigest,
    complete: flag,
    stationUtcUs: count(),
    counter: count(Number.MAX_SAFE_INTEGER, 1),
    previousReceipt: optionalDigest,
    losses: ascending(digest, receiptLossesMax),
  }),
  checkpoint: codec('checkpoint', pb.Checkpoint, {
    certificate,
    stationId: id,
    counter: count(Number.MAX_SAFE_INTEGER, 1),
    newestReceipt: digest,
    stationUtcUs: count(),
  }),
  command: codec('command', pb.Command, {
    certificate,
    session: digest,
    counter: count(Number.MAX_SAFE_INTEGER, 1),
    action: choice({ start: 1, stop: 2, bookmark: 3 }),
  }),
  deletion: codec('deletion', pb.Deletion, {
    certificate,
    deviceId: id,
    recordingId,
    recordingNumber: count(Number.MAX_SAFE_INTEGER, 1),
    closing: digest,
    keyEnvelopeHash: digest,
    reason: utf8(deletionReasonBytesMax),
    utcUs: count(),
  }),
  roster: codec('roster', pb.Roster, {
    version: count(Number.MAX_SAFE_INTEGER, 1),
    roles: list(role, rolesMax, 1),
  }),
  revocation: codec('revocation', pb.Revocation, {
    version: count(Number.MAX_SAFE_INTEGER, 1),
    certificates: list(
      codec('certificate', pb.RevokedCertificate, { keyId: digest, fromUtcUs: count() }),
      65_536,
    ),
    issuedUtcUs: count(),
  }),
  'vault-key': codec('vault-key', pb.VaultKey, {
    stationId: id,
    version: count(Number.MAX_SAFE_INTEGER, 1),
    publicKey: bytes(1665),
  }),
};

/** The kinds of statement; the payload type is `application/vnd.sealcam.KIND.v1`. */
export type StatementKind = keyof typeof codecs;
/** The content of a statement of kind `K`. */
export type Body<K extends StatementKind> = (typeof codecs)[K] extends Codec<infer T> ? T : never;

export type Part = Body<'chunk'>['media'];
export type Core = typeof core extends Codec<infer T> ? T : never;
export type Session = Body<'session'>;
export type Head = Body<'head'>;
export type Opening = Body<'opening'>;
export type Chunk = Body<'chunk'>;
export type Gap = Body<'gap'>;
export type RecordedCommand = Body<'recorded-command'>;
export type Closing = Body<'closing'>;
export type Loss = Body<'loss'>;
export type Receipt = Body<'receipt'>;
export type Checkpoint = Body<'checkpoint'>;
export type Command = Body<'command'>;
export type Deletion = Body<'deletion'>;
export type Roster = Body<'roster'>;
export type Revocation = Body<'revocation'>;
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
export const coreCodec: Codec<Core> = core;

/** The payload type of statements of `kind`. */
export function payloadType(kind: StatementKind): string {
  return `application/vnd.sealcam.${kind}.v1`;
}

/** The kind that an envelope claims, or undefined if this format has no kind of that name. */
export function claimedKind(envelope: UnverifiedEnvelope): StatementKind | undefined {
  const kind = /^application\/vnd\.sealcam\.([a-z-]+)\.v1$/.exec(envelope.payloadType)?.[1];
  return kind !== undefined && Object.hasOwn(codecs, kind) ? (kind as StatementKind) : undefined;
}

/** Makes and signs a statement. */
export function makeStatement<K extends StatementKind>(kind: K, body: Body<K>, signer: Signer): Statement<K> {
  const payload = encodeBody(kind, body);
  const encoded = signEnvelope(payloadType(kind), payload, signer);
  return { kind, body, digest: statementDigest(payloadType(kind), payload), encoded } as Statement<K>;
}

/** The bytes that a statement's signature covers: for a signer that is slow or in another process. */
export function statementMessage<K extends StatementKind>(kind: K, body: Body<K>): Uint8Array {
  return pae(payloadType(kind), encodeBody(kind, body));
}

/** The canonical payload of a statement. */
export function encodeBody<K extends StatementKind>(kind: K, body: Body<K>): Uint8Array {
  return (codecs[kind] as Codec<Body<K>>).encode(body);
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
      `expected a statement of kind ${kind}, got ${claimed ?? 'another'}`,
    );
  }
  if (!isSignedBy(envelope, verifier)) {
    throw new SealcamError(
      'STATEMENT_UNSIGNED',
      `the ${kind} statement's signature is not by the key that must sign it`,
    );
  }
  const body = (codecs[kind] as Codec<Body<K>>).decode(envelope.payload);
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
      `expected a statement of kind ${kind}, got ${claimed ?? 'another'}`,
    );
  }
  const body = (codecs[kind] as Codec<Body<K>>).decode(envelope.payload);
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
