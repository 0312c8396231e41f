import { join } from 'node:path';
import { isSealcamError, SealcamError } from '../base/errors.ts';
import { greatestOf } from '../base/lists.ts';
import { type CheckedCertificate, checkCertificate, type Purpose } from '../evidence/certificate.ts';
import { keyIdOf, type Signer } from '../evidence/crypto.ts';
import { generateHpkeKeyPair } from '../evidence/keys/hpke.ts';
import { readVaultKey } from '../evidence/keys/key-envelope.ts';
import { formatPrivateKeyFile, readSigningKey } from '../evidence/keys/key-file.ts';
import { readPolicy } from '../evidence/policy.ts';
import { certificateDer, type Root, readRoot } from '../evidence/root.ts';
import { readRoster } from '../evidence/roster.ts';
import { type Revocation, readEncodedStatement, type Statement } from '../evidence/statements.ts';
import type * as tokens from '../tokens/token.ts';
import { explainingToken, readTokenKey, type TokenKey, tokenFileNames } from '../tokens/token-key.ts';
import { listFolder, readPresent, writeNewFile } from './folder.ts';
import { type CertificateRequest, issueCertificate, type RootAuthority } from './issue.ts';
import { isLocked, type KeyLock, unlockKey } from './locked-key.ts';
import { signVaultKey } from './sign.ts';

// An agency's folder, on its offline machine:
//   root.key root.crt                     or root-token.json in place of root.key
//   rosters/N.dsse  revocations/N.dsse  policies/N.dsse
//                                         every version that was signed; the highest number is in force
//   policies/N.yaml                       the source of each value in policies/N.dsse
//   vaults/STATION.N.dsse                 transport keys of the stations' vaults
//   issued/KIND.ID.PURPOSE.KEYID[.N].crt  every certificate that was issued; N counts those over one key, from 2

/** An agency's folder, and the passphrase of its root key, or the PIN of the token that holds it, if it has one. */
export interface AgencyAccess extends KeyLock {
  readonly folder: string;
}

/** An agency whose root key is loaded, inside {@link withAgency} only. */
export interface OpenAgency extends RootAuthority {
  readonly folder: string;
}

/**
 * Opens an agency's folder while `use` runs, with the root's key from its file, whose content in memory is then overwritten, or in
 * its token.
 * @throws SealcamError `ROOT_INVALID` (key and certificate are of two roots), `PROVISION_MISSING`, `KEY_TOKEN`, and what
 *   {@link readSigningKey} and {@link readRoot} throw.
 */
export async function withAgency<T>(
  access: AgencyAccess,
  use: (agency: OpenAgency) => Promise<T>,
): Promise<T> {
  const { folder, passphrase } = access;
  const certificate = await readPresent(join(folder, 'root.crt'), 'root certificate');
  const open = (signer: Signer): Promise<T> => {
    const root = readRoot(certificate);
    if (signer.keyId !== root.keyId) {
      throw new SealcamError(
        'ROOT_INVALID',
        `The key and the certificate in "${folder}" are not of one root: restore both`,
      );
    }
    return use({ folder, signer, root, certificatePem: certificate.toString('latin1') });
  };
  const token = await readRootToken(folder);
  if (token !== undefined)
    return explainingToken(async () => (await loadTokens()).withTokenKey(token, open, passphrase));
  const pem = await rootKey(folder, passphrase);
  try {
    return await open(readSigningKey(pem));
  } finally {
    pem.fill(0);
  }
}

/**
 * Where the root's key is, if a token holds it.
 * @throws SealcamError `ROOT_INVALID` if there is a key's own file too: a description that someone put there would take its place.
 */
async function readRootToken(folder: string): Promise<TokenKey | undefined> {
  const token = await explainingToken(() => readTokenKey(join(folder, tokenFileNames.root)));
  if (token === undefined || !(await listFolder(folder)).includes('root.key')) return token;
  throw new SealcamError(
    'ROOT_INVALID',
    `Both "root.key" and "${tokenFileNames.root}" are in "${folder}": move away the one that is not the root's`,
  );
}

/** Loaded only where there is a token, as it is native code of others. */
export function loadTokens(): Promise<typeof tokens> {
  return import('../tokens/token.ts');
}

/**
 * The root key's PEM. @throws SealcamError `KEY_PASSPHRASE` if it is locked and no passphrase, or a wrong one,
 * is given.
 */
async function rootKey(folder: string, passphrase: string | undefined): Promise<Buffer> {
  const path = join(folder, 'root.key');
  const file = await readPresent(path, 'root key');
  if (!isLocked(file)) return file;
  if (passphrase === undefined) {
    throw new SealcamError('KEY_PASSPHRASE', `"${path}" is protected by a passphrase: give it`);
  }
  return unlockKey(file, passphrase, path);
}

/**
 * What an agency's root key needs a passphrase or a PIN for, as a person would call it: its file, or its token. Undefined if it
 * needs none, and if there is no such file, which is reported when the key is used.
 */
export async function lockOfRoot(folder: string): Promise<string | undefined> {
  try {
    const token = await readRootToken(folder);
    if (token !== undefined) return token.pin === undefined ? `the token "${token.token}"` : undefined;
    const file = join(folder, 'root.key');
    return isLocked(await readPresent(file, 'root key')) ? file : undefined;
  } catch (error) {
    if (isSealcamError(error)) return undefined;
    throw error;
  }
}

/** The kinds of holder that certificates are issued to. */
export type HolderKind = 'camera' | 'station' | 'signer';

/** Issues a certificate, keeps it under `issued/`, and returns it as PEM. */
export async function issue(
  agency: OpenAgency,
  kind: HolderKind,
  request: CertificateRequest,
): Promise<string> {
  const pem = await issueCertificate(agency, request);
  const folder = join(agency.folder, 'issued');
  const name = `${kind}.${request.name}.${request.purpose}.${keyIdOf(request.publicKey)}`;
  const names = new Set(await listFolder(folder));
  // A second certificate over a key has a number.
  let free = `${name}.crt`;
  for (let number = 2; names.has(free); number += 1) free = `${name}.${number}.crt`;
  await writeNewFile(join(folder, free), pem, false);
  return pem;
}

/**
 * The first certificate over the newest of the holder's keys for `purpose`; undefined if none was issued. Older keys, which the
 * holder has no more, may have been certified again meanwhile.
 */
export async function newestIssued(
  agency: OpenAgency,
  kind: HolderKind,
  id: string,
  purpose: Purpose,
): Promise<CheckedCertificate | undefined> {
  const folder = join(agency.folder, 'issued');
  let newest: CheckedCertificate | undefined;
  for (const name of await listFolder(folder)) {
    const [, itsKind, itsId, itsPurpose, number] = issuedPattern.exec(name) ?? [];
    if (itsKind !== kind || itsId !== id || itsPurpose !== purpose || number !== undefined) continue;
    const file = await readPresent(join(folder, name), 'certificate');
    const certificate = checkCertificate(certificateDer(file), agency.root, purpose);
    if (certificate.name !== id) continue;
    if (newest === undefined || certificate.validFrom > newest.validFrom) newest = certificate;
  }
  return newest;
}

/** Kind, id and purpose of a certificate, in its file's name, and its number if it is not the first over its key. */
const issuedPattern = /^(camera|station|signer)\.(.+)\.([a-z-]+)\.[0-9a-f]{64}(?:\.([1-9][0-9]*))?\.crt$/;

/**
 * An id belongs to one kind of holder; otherwise a program that goes by the name alone could mistake a camera
 * for a station.
 * @throws SealcamError `PROVISION_NAME`.
 */
export async function refuseOtherKind(agency: OpenAgency, id: string, kind: HolderKind): Promise<void> {
  for (const name of await listFolder(join(agency.folder, 'issued'))) {
    const match = issuedPattern.exec(name);
    if (match?.[2] !== id || match[1] === kind) continue;
    throw new SealcamError(
      'PROVISION_NAME',
      `"${id}" is the id of a ${match[1]} already: give this ${kind} another`,
    );
  }
}

/** True if a certificate was issued for the camera `id` before. */
export async function knowsCamera(agency: OpenAgency, id: string): Promise<boolean> {
  const names = await listFolder(join(agency.folder, 'issued'));
  return names.some((name) => {
    const [, kind, itsId] = issuedPattern.exec(name) ?? [];
    return kind === 'camera' && itsId === id;
  });
}

/** Makes the next transport key of a station's vault. `statement`, in which the root vouches for it, is kept. */
export async function newVaultKey(
  agency: OpenAgency,
  stationId: string,
): Promise<{ version: number; keyFile: string; statement: Uint8Array }> {
  const pair = await generateHpkeKeyPair();
  const folder = join(agency.folder, 'vaults');
  const version = (await newestVersion(folder, `${stationId}.`)) + 1;
  const statement = signVaultKey(
    { stationId, version, publicKey: pair.publicKey },
    agency.signer,
    agency.root,
  );
  await writeNewFile(join(folder, `${stationId}.${version}.dsse`), statement, false);
  const label = `vault ${version}`;
  return { version, statement, keyFile: formatPrivateKeyFile({ pair, label, created: now() }) };
}

/**
 * The roster in force, checked.
 * @throws SealcamError `PROVISION_MISSING` if none was signed yet, and what {@link readRoster} throws.
 */
export async function newestRoster(agency: OpenAgency): Promise<{ encoded: Uint8Array; version: number }> {
  const folder = join(agency.folder, 'rosters');
  const version = await newestVersion(folder, '');
  if (version === 0) {
    throw new SealcamError(
      'PROVISION_MISSING',
      'The agency has no roster yet: make one with "sealcam provision roster"',
    );
  }
  const encoded = await readPresent(join(folder, `${version}.dsse`), 'roster');
  readRoster(encoded, agency.root);
  return { encoded, version };
}

/**
 * The policy in force, checked; undefined if none was signed yet.
 * @throws SealcamError as {@link readPolicy}.
 */
export async function newestPolicy(agency: {
  readonly folder: string;
  readonly root: Root;
}): Promise<Statement<'policy'> | undefined> {
  const folder = join(agency.folder, 'policies');
  const version = await newestVersion(folder, '');
  if (version === 0) return undefined;
  return readPolicy(await readPresent(join(folder, `${version}.dsse`), 'policy'), agency.root);
}

/**
 * The statement in which the root vouches for the newest transport key of a station's vault, checked.
 * @throws SealcamError `PROVISION_MISSING` if there is none, and what {@link readVaultKey} throws.
 */
export async function newestVault(agency: OpenAgency, stationId: string): Promise<Uint8Array> {
  const folder = join(agency.folder, 'vaults');
  const version = await newestVersion(folder, `${stationId}.`);
  if (version === 0) {
    throw new SealcamError(
      'PROVISION_MISSING',
      'The agency does not know a station of that id: make it first with "sealcam provision station"',
    );
  }
  const encoded = await readPresent(join(folder, `${stationId}.${version}.dsse`), 'vault key');
  readVaultKey(encoded, agency.root);
  return encoded;
}

/** The revocation list in force, checked; undefined if none was signed yet. */
export async function newestRevocation(agency: OpenAgency): Promise<Revocation | undefined> {
  const folder = join(agency.folder, 'revocations');
  const version = await newestVersion(folder, '');
  if (version === 0) return undefined;
  const encoded = await readPresent(join(folder, `${version}.dsse`), 'revocation list');
  return readEncodedStatement('revocation', encoded, agency.root.verifier).body;
}

/** The highest N of the files `PREFIX N .dsse` in a folder, 0 if there is none. */
export async function newestVersion(folder: string, prefix: string): Promise<number> {
  const versions = (await listFolder(folder))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(/^([1-9][0-9]{0,14})\.dsse$/.exec(name.slice(prefix.length))?.[1] ?? 0));
  return Math.max(0, greatestOf(versions));
}

/** Now, in the form of key files: ISO 8601, UTC, whole seconds. */
export function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
