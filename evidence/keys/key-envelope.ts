import { sealcam } from '#generated/evidence.js';
import { concatBytes, equalBytes, toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { bytes, bytesUpTo, codec, count, list, text, type Value } from '../encoding/codec.ts';
import {
  digestBytes,
  hpkeEncBytes,
  hpkeTagBytes,
  idPattern,
  keyEnvelopeBytesMax,
  recipientsMax,
  recordingIdBytes,
  rolePattern,
  rolesMax,
  shareBytes,
} from '../limits.ts';
import type { Root } from '../root.ts';
import type { SeenVersion } from '../roster.ts';
import { readEncodedStatement, type Statement, type VaultKey } from '../statements.ts';
import { checkHpkePublicKey, type HpkePrivateKey, hpkeKeyId, hpkeOpen, hpkeSeal } from './hpke.ts';

// The key envelope: every role's share, sealed to every recipient of the role. It is the one object that opens
// a recording, and it is kept apart from the recording.

/** A role of a recording and the raw public keys of its recipients. */
export interface RoleRecipients {
  readonly name: string;
  readonly recipients: readonly Uint8Array[];
}

const fields = {
  recordingId: bytes(recordingIdBytes),
  roles: list(
    codec('role', sealcam.evidence.RoleShares, {
      name: text(rolePattern, 'up to 32 lowercase letters, digits and hyphens, beginning with a letter'),
      shares: list(
        codec('share', sealcam.evidence.WrappedShare, {
          recipientId: bytes(digestBytes),
          enc: bytes(hpkeEncBytes),
          ciphertext: bytes(shareBytes + hpkeTagBytes),
        }),
        recipientsMax,
        1,
      ),
    }),
    rolesMax,
    1,
  ),
};
const envelopeCodec = codec('key-envelope', sealcam.evidence.KeyEnvelope, fields);
/** A parsed key envelope: its roles ascend bytewise; a role's index is its position. */
export type KeyEnvelope = Value<typeof fields>;

/** What the available keys opened of one role's wrapped shares. */
export interface UnwrappedRole {
  readonly name: string;
  /**
   * One entry for each available key that the role lists. `share` (32 bytes, the caller erases it) is absent if
   * the wrapped share was altered or never meant for that key. Shares of one role may differ if their wrapper
   * cheated: the commitment in the opening says which is right.
   */
  readonly opened: readonly { readonly recipientId: Uint8Array; readonly share?: Uint8Array }[];
}

const shareLabel = labelBytes('sealcam/v1/share');
const vaultLabel = labelBytes('sealcam/v1/vault');

/**
 * The encoded key envelope of a recording: `shares[i]` (32 bytes each) sealed to every recipient of `roles[i]`.
 * The caller still owns the shares and erases them; HPKE in JavaScript leaves copies, so run this in a process
 * that ends soon.
 * @throws SealcamError `KEY_ENVELOPE_INVALID` if roles do not ascend, one is empty, or a key occurs twice;
 *   `HPKE_KEY` if a public key is invalid.
 */
export async function wrapShares(
  recordingId: Uint8Array,
  roles: readonly RoleRecipients[],
  shares: readonly Uint8Array[],
): Promise<Uint8Array> {
  if (shares.length !== roles.length || shares.some((share) => share.length !== shareBytes)) {
    throw new TypeError(`one share of ${shareBytes} bytes is needed for each of the ${roles.length} roles`);
  }
  const wrapped: KeyEnvelope['roles'] = [];
  for (const [index, role] of roles.entries()) {
    const list: KeyEnvelope['roles'][number]['shares'] = [];
    for (const publicKey of role.recipients) {
      const recipientId = hpkeKeyId(publicKey);
      const info = shareInfo(recordingId, index, recipientId);
      list.push({ recipientId, ...(await hpkeSeal(publicKey, info, shares[index] ?? new Uint8Array())) });
    }
    wrapped.push({ name: role.name, shares: list });
  }
  const encoded = envelopeCodec.encode({ recordingId, roles: wrapped });
  parseKeyEnvelope(encoded);
  return encoded;
}

/**
 * Parses a key envelope.
 * @throws SealcamError `EVIDENCE_MALFORMED` (too long, not such a message, not canonical) or
 *   `KEY_ENVELOPE_INVALID` (roles do not ascend, a key occurs twice, more than 64 recipients).
 */
export function parseKeyEnvelope(encoded: Uint8Array): KeyEnvelope {
  if (encoded.length > keyEnvelopeBytesMax) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      `"key-envelope": expected at most ${keyEnvelopeBytesMax} bytes, got ${encoded.length}`,
    );
  }
  const envelope = envelopeCodec.decode(encoded);
  const seen = new Set<string>();
  let recipients = 0;
  let before = '';
  for (const { name, shares } of envelope.roles) {
    if (name <= before) throw invalid(`names the role "${name}" after "${before}"; roles ascend, each once`);
    before = name;
    recipients += shares.length;
    for (const { recipientId } of shares) seen.add(toHex(recipientId));
  }
  if (seen.size !== recipients) throw invalid('has a share for one recipient twice');
  if (recipients > recipientsMax) throw invalid(`has ${recipients} recipients; ${recipientsMax} are allowed`);
  return envelope;
}

/**
 * Opens what `keys` can of an envelope, role by role in the envelope's order. If a role has no entry in
 * `opened`, none of the keys belongs to it.
 * @throws SealcamError `KEY_ENVELOPE_FOREIGN` if it belongs to another recording.
 */
export async function unwrapShares(
  envelope: KeyEnvelope,
  recordingId: Uint8Array,
  keys: readonly HpkePrivateKey[],
): Promise<UnwrappedRole[]> {
  if (!equalBytes(envelope.recordingId, recordingId)) {
    throw new SealcamError(
      'KEY_ENVELOPE_FOREIGN',
      `The key envelope is of recording ${toHex(envelope.recordingId)}, not of ${toHex(recordingId)}: give the .keys file that belongs to the recording`,
    );
  }
  const unwrapped: UnwrappedRole[] = [];
  for (const [index, { name, shares }] of envelope.roles.entries()) {
    const opened: { recipientId: Uint8Array; share?: Uint8Array }[] = [];
    for (const { recipientId, enc, ciphertext } of shares) {
      const key = keys.find((one) => equalBytes(one.id, recipientId));
      if (key === undefined) continue;
      const share = await hpkeOpen(key, shareInfo(recordingId, index, recipientId), { enc, ciphertext });
      opened.push(share === undefined ? { recipientId } : { recipientId, share });
    }
    unwrapped.push({ name, opened });
  }
  return unwrapped;
}

const sealedCodec = codec('sealed-key-envelope', sealcam.evidence.SealedKeyEnvelope, {
  stationId: text(idPattern, 'the id of a station'),
  vaultKeyVersion: count(Number.MAX_SAFE_INTEGER, 1),
  enc: bytes(hpkeEncBytes),
  ciphertext: bytesUpTo(keyEnvelopeBytesMax + hpkeTagBytes, hpkeTagBytes + 1),
});

/**
 * The transport key of a station's vault, from a DSSE envelope that `root` signed.
 * @throws SealcamError `STATEMENT_KIND`, `STATEMENT_UNSIGNED`, `EVIDENCE_MALFORMED`, `HPKE_KEY`.
 */
export function readVaultKey(encoded: Uint8Array, root: Root): Statement<'vault-key'> {
  const statement = readEncodedStatement('vault-key', encoded, root.verifier);
  checkHpkePublicKey(statement.body.publicKey);
  return statement;
}

/**
 * Checks that a camera may seal to `vaultKey`. The camera's clock plays no part.
 * @param seen the newest key of this station's vault that the camera has used, if any.
 * @throws SealcamError `VAULT_KEY_ROLLBACK` (a lower version), `VAULT_KEY_CONFLICT` (the same version, another
 *   key).
 */
export function checkVaultKeySuccession(
  { body: { stationId, version }, digest }: Statement<'vault-key'>,
  seen: SeenVersion | undefined,
): void {
  if (seen === undefined || version > seen.version) return;
  if (version < seen.version) {
    throw new SealcamError(
      'VAULT_KEY_ROLLBACK',
      `The key of ${stationId}'s vault has version ${version}, but this camera has used ${seen.version}: give it the newest vault.pub`,
    );
  }
  if (!equalBytes(digest, seen.digest)) {
    throw new SealcamError(
      'VAULT_KEY_CONFLICT',
      `The key of ${stationId}'s vault has version ${version}, which this camera knows with other content: find out who signed two`,
    );
  }
}

/** A vault's private transport key. */
export interface VaultPrivateKey {
  readonly stationId: string;
  readonly version: number;
  readonly key: HpkePrivateKey;
}

/**
 * Seals an encoded key envelope for its way to the vault: once the vault has destroyed the transport key,
 * copies in a broker's queue or a flash cell open nothing. Bound to the recording and to the device.
 */
export async function sealForVault(
  envelope: Uint8Array,
  vault: VaultKey,
  deviceId: string,
  recordingId: Uint8Array,
): Promise<Uint8Array> {
  const info = vaultInfo(vault.publicKey, deviceId, recordingId);
  const { enc, ciphertext } = await hpkeSeal(vault.publicKey, info, envelope);
  return sealedCodec.encode({
    stationId: vault.stationId,
    vaultKeyVersion: vault.version,
    enc,
    ciphertext,
  });
}

/** The station to whose vault a key envelope is sealed, as it says itself. @throws SealcamError `EVIDENCE_MALFORMED`. */
export function stationOfSealed(sealed: Uint8Array): string {
  return readSealed(sealed).stationId;
}

/**
 * Opens the result of {@link sealForVault}: the encoded key envelope, parsed, of that recording.
 * @param keys the transport keys that the vault still has.
 * @throws SealcamError `EVIDENCE_MALFORMED`, `VAULT_KEY_UNKNOWN` (sealed to a key that is not among `keys`),
 *   `KEY_ENVELOPE_UNOPENED` (altered, or sealed for another device or recording), and what {@link
 *   parseKeyEnvelope} throws.
 */
export async function openFromVault(
  sealed: Uint8Array,
  keys: readonly VaultPrivateKey[],
  deviceId: string,
  recordingId: Uint8Array,
): Promise<Uint8Array> {
  const { stationId, vaultKeyVersion, enc, ciphertext } = readSealed(sealed);
  const vault = keys.find((one) => one.stationId === stationId && one.version === vaultKeyVersion);
  if (vault === undefined) {
    const here = keys.map((one) => `version ${one.version} of station "${one.stationId}"`).join(', ');
    throw new SealcamError(
      'VAULT_KEY_UNKNOWN',
      `The key envelope is sealed for the vault of station "${stationId}", version ${vaultKeyVersion}; the vault here is ${here || 'without any key'}: give the camera this vault's vault.pub, or send its recordings to that station`,
    );
  }
  const info = vaultInfo(vault.key.publicKey, deviceId, recordingId);
  const envelope = await hpkeOpen(vault.key, info, { enc, ciphertext });
  if (envelope === undefined || !equalBytes(parseKeyEnvelope(envelope).recordingId, recordingId)) {
    throw new SealcamError(
      'KEY_ENVELOPE_UNOPENED',
      `The key envelope of recording ${toHex(recordingId)} was altered on its way, or sealed for another device or recording: the camera must send it again`,
    );
  }
  return envelope;
}

function readSealed(sealed: Uint8Array): ReturnType<typeof sealedCodec.decode> {
  if (sealed.length > keyEnvelopeBytesMax + 4_096) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      `"sealed-key-envelope": expected at most ${keyEnvelopeBytesMax + 4_096} bytes, got ${sealed.length}`,
    );
  }
  return sealedCodec.decode(sealed);
}

/** `"sealcam/v1/share" || 0x00 || recording id (16) || role index (1) || recipient id (32)`. */
function shareInfo(recordingId: Uint8Array, role: number, recipientId: Uint8Array): Uint8Array {
  return concatBytes(shareLabel, recordingId, Uint8Array.of(role), recipientId);
}

/** `"sealcam/v1/vault" || 0x00 || recording id (16) || H(vault public key) (32) || device id (UTF-8)`. */
function vaultInfo(publicKey: Uint8Array, deviceId: string, recordingId: Uint8Array): Uint8Array {
  return concatBytes(vaultLabel, recordingId, hpkeKeyId(publicKey), Buffer.from(deviceId, 'utf8'));
}

function labelBytes(label: string): Uint8Array {
  return Uint8Array.from(Buffer.from(`${label}\0`, 'latin1'));
}

function invalid(what: string): SealcamError {
  return new SealcamError('KEY_ENVELOPE_INVALID', `The key envelope ${what}: no camera made it`);
}
