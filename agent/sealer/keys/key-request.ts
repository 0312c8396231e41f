import { fromHex, toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import type { RoleRecipients } from '../../../evidence/keys/key-envelope.ts';
import { digestBytes } from '../../../evidence/limits.ts';
import type { VaultKey } from '../../../evidence/statements.ts';
import { sealerLimits } from '../../limits.ts';

// The messages between the agent and its key child. On the child's stdin, JSON that contains only public keys and ids:
// a line that asks for a signature, if wanted, then the request for keys. On its stdout, bytes: the signature, if it
// was asked for, then the answer. The shares take another path, which bypasses JavaScript on the agent's side.

/** The argument that tells a key child to sign before it prepares keys. */
export const signFirst = 'sign';

/** What a key child has to sign with the identity's key. */
export interface SigningRequest {
  /** The absolute path of the private key's file. */
  readonly keyFile: string;
  readonly message: Uint8Array;
}

/** The request for keys. */
export interface KeyRequest {
  readonly deviceId: string;
  /** 16 bytes. */
  readonly recordingId: Uint8Array;
  /** By ascending name. */
  readonly roles: readonly RoleRecipients[];
  readonly vault: VaultKey;
  /** The vaults of further stations that the keys are sealed to as well. */
  readonly otherVaults?: readonly VaultKey[];
}

/** The key child's answer. */
export interface KeyAnswer {
  /** SHA-256 of the key envelope itself, 32 bytes. */
  readonly keyEnvelopeHash: Uint8Array;
  /** The key envelope, sealed to each vault: see {@link bundleSealedKeys}. */
  readonly sealedKeys: Uint8Array;
}

/** The line that asks for a signature. */
export function encodeSigningRequest({ keyFile, message }: SigningRequest): Uint8Array {
  const request = { keyFile, message: toHex(message) };
  return Buffer.from(`${JSON.stringify(request)}\n`);
}

/** @throws SealcamError `KEY_REQUEST`. */
export function decodeSigningRequest(line: Uint8Array): SigningRequest {
  const { keyFile, message } = object(parse(line));
  return { keyFile: text(keyFile), message: hex(message) };
}

/** The request for keys as the child reads it from stdin: JSON in UTF-8, byte strings as hexadecimal digits. */
export function encodeKeyRequest(request: KeyRequest): Uint8Array {
  const { deviceId, recordingId, roles, vault, otherVaults = [] } = request;
  const text = JSON.stringify({
    deviceId,
    recordingId: toHex(recordingId),
    roles: roles.map(({ name, recipients }) => ({ name, recipients: recipients.map(toHex) })),
    vaults: [vault, ...otherVaults].map((one) => ({ ...one, publicKey: toHex(one.publicKey) })),
  });
  return Buffer.from(text);
}

/** @throws SealcamError `KEY_REQUEST` if the request is malformed. */
export function decodeKeyRequest(bytes: Uint8Array): KeyRequest {
  const top = object(parse(bytes));
  if (!Array.isArray(top.roles) || !Array.isArray(top.vaults)) throw malformed();
  const [vault, ...otherVaults] = top.vaults.map(vaultOf);
  if (vault === undefined) throw malformed();
  return {
    deviceId: text(top.deviceId),
    recordingId: hex(top.recordingId),
    roles: top.roles.map((one: unknown) => {
      const { name, recipients } = object(one);
      if (!Array.isArray(recipients)) throw malformed();
      return { name: text(name), recipients: recipients.map(hex) };
    }),
    vault,
    ...(otherVaults.length > 0 && { otherVaults }),
  };
}

function vaultOf(value: unknown): VaultKey {
  const { stationId, version, publicKey } = object(value);
  if (typeof version !== 'number') throw malformed();
  return { stationId: text(stationId), version, publicKey: hex(publicKey) };
}

/** H(key envelope), the sealed envelope's length in four bytes, and the sealed envelope. */
export function encodeKeyAnswer({ keyEnvelopeHash, sealedKeys }: KeyAnswer): Uint8Array {
  const bytes = Buffer.alloc(digestBytes + 4 + sealedKeys.length);
  bytes.set(keyEnvelopeHash, 0);
  bytes.writeUInt32BE(sealedKeys.length, digestBytes);
  bytes.set(sealedKeys, digestBytes + 4);
  return bytes;
}

/** @throws SealcamError `KEY_CHILD_ANSWER` if the answer is malformed, incomplete or followed by more bytes. */
export function decodeKeyAnswer(bytes: Uint8Array): KeyAnswer {
  const length = bytes.length - digestBytes - 4;
  const stated = length > 0 ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(digestBytes) : undefined;
  if (stated !== length || bytes.length > sealerLimits.keyAnswerBytesMax) {
    throw new SealcamError(
      'KEY_CHILD_ANSWER',
      `The process that prepares a recording's keys answered with ${bytes.length} bytes that are not a key envelope: check this installation`,
    );
  }
  return { keyEnvelopeHash: bytes.slice(0, digestBytes), sealedKeys: bytes.slice(digestBytes + 4) };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw malformed();
  }
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw malformed();
  return value as Record<string, unknown>;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw malformed();
  return value;
}

function hex(value: unknown): Uint8Array {
  const bytes = fromHex(text(value));
  if (bytes === undefined) throw malformed();
  return bytes;
}

function malformed(): SealcamError {
  return new SealcamError('KEY_REQUEST', 'The request for keys is not of the form that the agent writes');
}
