import { join } from 'node:path';
import { fromHex, toHex } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { keyIdOf, p384Signer } from '../evidence/crypto.ts';
import { generateHpkeKeyPair } from '../evidence/keys/hpke.ts';
import { formatPrivateKeyFile, formatPublicKeyFile, parsePublicKeyFile } from '../evidence/keys/key-file.ts';
import { newCameraName } from '../evidence/limits.ts';
import {
  type AgencyAccess,
  issue,
  knowsCamera,
  newestIssued,
  newestPolicy,
  newestRevocation,
  newestRoster,
  newestVault,
  newestVersion,
  newVaultKey,
  now,
  type OpenAgency,
  refuseOtherKind,
  withAgency,
} from './agency-folder.ts';
import { type IssuedCrl, issueCrl, type TooManyForCrl } from './crl.ts';
import { expectFree, type NewFile, readPresent, writeNewFile, writeNewFolder } from './folder.ts';
import { validFor } from './issue.ts';
import { type KeyLock, lockedIf } from './locked-key.ts';
import { type CameraPublicKeys, readRequests } from './request.ts';
import { writeRoot } from './root.ts';
import { type RevocationEntries, signRevocation, signRoster } from './sign.ts';
import { newSigningKey } from './signing-key.ts';
import { vaultFilesOf } from './vault-file.ts';

// What an agency issues, from its own folder into new ones. Every function throws SealcamError
// `PROVISION_EXISTS` if a path is taken, as no key is ever overwritten, `PROVISION_NAME` if an id belongs to
// another kind of holder, and what opening the agency's folder throws.

/**
 * Devices work for years without maintenance; an expired identity never condemns what it signed, but TLS stops.
 */
const certificateDays = 5 * 365;

/** Makes an agency: its root key (locked if a passphrase is given) and certificate. */
export async function provisionAgency(
  options: AgencyAccess & { readonly name: string },
): Promise<{ keyId: string }> {
  await expectFree(options.folder);
  const key = newSigningKey();
  const keyFile = await lockedIf(options, key.pem);
  return writeRoot(options, p384Signer(key.privateKey), secret('root.key', keyFile));
}

/**
 * Makes a recipient's key pair, on the recipient's own machine: `path`.key stays there, `path`.pub goes to the
 * agency.
 */
export async function provisionRecipient(
  options: KeyLock & { readonly path: string; readonly label: string },
): Promise<void> {
  const paths = { key: `${options.path}.key`, pub: `${options.path}.pub` };
  // Both names are checked before either file is written: a public key without its private one must never reach
  // a roster.
  for (const path of Object.values(paths)) await expectFree(path);
  const pair = await generateHpkeKeyPair();
  const label = options.label.normalize('NFC');
  const created = now();
  const keyFile = await lockedIf(options, formatPrivateKeyFile({ pair, label, created }));
  await writeNewFile(paths.key, keyFile, true);
  await writeNewFile(paths.pub, formatPublicKeyFile({ publicKey: pair.publicKey, label, created }), false);
}

/** A member of a role in a roster: the path of a public key file. */
export interface RoleMember {
  readonly role: string;
  readonly publicKeyFile: string;
}

/** Signs the next version of the roster. It holds exactly `members`, whatever the last one held. */
export async function provisionRoster(
  access: AgencyAccess,
  members: readonly RoleMember[],
): Promise<{ version: number; path: string }> {
  return withAgency(access, async (agency) => {
    const names = [...new Set(members.map(({ role }) => role))].sort();
    const roles: { name: string; recipients: { label: string; publicKey: Uint8Array }[] }[] = [];
    for (const name of names) {
      const recipients: { label: string; publicKey: Uint8Array }[] = [];
      for (const member of members) {
        if (member.role !== name) continue;
        const file = await readPresent(member.publicKeyFile, 'public key');
        const { label, publicKey } = parsePublicKeyFile(file);
        recipients.push({ label, publicKey });
      }
      roles.push({ name, recipients });
    }
    const version = (await newestVersion(join(agency.folder, 'rosters'), '')) + 1;
    const path = join(agency.folder, 'rosters', `${version}.dsse`);
    await writeNewFile(path, signRoster({ version, roles }, agency.signer, agency.root), false);
    return { version, path };
  });
}

/**
 * Makes a camera's folder: identity and TLS keys with their certificates, the root, the newest roster, the
 * transport keys of the stations' vaults, and the newest policy if there is one. The keys exist on this machine, where the
 * camera could make them itself: see `makeCamera`.
 */
export async function provisionCamera(
  access: AgencyAccess,
  options: PapersFor & { readonly folder: string },
): Promise<void> {
  await withAgency(access, async (agency) => {
    await expectFree(options.folder);
    const identity = newSigningKey();
    const tls = newSigningKey();
    const papers = await papersOf(agency, options, { identity: identity.publicKey, tls: tls.publicKey });
    const keys = [secret('identity.key', identity.pem), secret('tls.key', tls.pem)];
    await writeNewFolder(options.folder, [...keys, ...papers]);
  });
}

/**
 * Certifies the keys that a camera made itself, and writes a folder with all that the camera must be given.
 * @param options.request the camera's folder, or a copy of its two requests, which may have been exchanged on the way.
 * @param options.id the camera's id, and `options.keyIds` the ids of both its keys, as a person read them at the camera.
 * @returns whether a camera of this id had certificates before.
 * @throws SealcamError `PROVISION_FOREIGN` if the requests are others, `PROVISION_REVOKED` (a key of theirs is revoked), and
 *   `CERTIFICATE_REQUEST`, `PROVISION_*`: nothing was issued then.
 */
export async function provisionRequested(
  access: AgencyAccess,
  options: Omit<PapersFor, 'now'> & {
    readonly request: string;
    readonly keyIds: readonly string[];
    readonly folder: string;
  },
): Promise<{ readonly wasKnown: boolean }> {
  const { request, id, folder } = options;
  return withAgency(access, async (agency) => {
    await expectFree(folder);
    const { id: named, keys } = await readRequests(request);
    const ids = [keys.identity, keys.tls].map(keyIdOf);
    const given = new Set(options.keyIds);
    if (named !== id || given.size !== ids.length || !ids.every((keyId) => given.has(keyId))) {
      throw new SealcamError(
        'PROVISION_FOREIGN',
        `The requests are of camera "${named}" for the keys ${ids.join(' and ')}: give the id and both key ids that the camera itself printed; if they differ, these requests are not its own`,
      );
    }
    const revoked = await newestRevocation(agency);
    for (const keyId of ids) refuseRevoked(revoked, keyId, id);
    const wasKnown = await knowsCamera(agency, id);
    await writeNewFolder(folder, await papersOf(agency, options, keys));
    return { wasKnown };
  });
}

function refuseRevoked(revoked: RevocationEntries | undefined, keyId: string, id: string): void {
  if (!revoked?.certificates.some((one) => toHex(one.keyId) === keyId)) return;
  throw new SealcamError(
    'PROVISION_REVOKED',
    `The key ${keyId} of camera "${id}" is revoked: have the camera make new keys, and sign their requests`,
  );
}

/** A camera, and the stations of its cells: the preferred one, and others. */
interface PapersFor {
  readonly id: string;
  readonly station: string;
  readonly otherStations?: readonly string[];
  readonly now?: Date;
}

/** What the agency gives a camera whose keys exist: all of its folder but the private keys. */
async function papersOf(
  agency: OpenAgency,
  camera: PapersFor,
  keys: CameraPublicKeys,
): Promise<readonly NewFile[]> {
  const { id, station, otherStations = [], now } = camera;
  await refuseOtherKind(agency, id, 'camera');
  const isNew = !(await knowsCamera(agency, id));
  const { encoded: roster, version } = await newestRoster(agency);
  const vault = await newestVault(agency, station);
  const others = await vaultFilesOf(agency, station, otherStations);
  const policy = await newestPolicy(agency);
  const base = { name: id, validity: validFor(certificateDays, now) };
  const device = {
    ...base,
    purpose: 'device',
    publicKey: keys.identity,
    minimumRosterVersion: version,
  } as const;
  const client = { ...base, purpose: 'tls-client', client: 'camera', publicKey: keys.tls } as const;
  return [
    open('identity.crt', await issue(agency, 'camera', device)),
    open('tls.crt', await issue(agency, 'camera', client)),
    open('root.crt', agency.certificatePem),
    open('roster.dsse', roster),
    open('vault.pub', vault),
    ...others,
    ...(policy === undefined ? [] : [open('policy.dsse', policy.encoded)]),
    // A camera that was provisioned before may have counted already: its counters begin in a chain of their
    // own.
    ...(isNew ? [open(newCameraName, 'The agent removes this file at its first start.\n')] : []),
  ];
}

/**
 * Certifies the keys of a camera again, for as long as new ones: a station sends the camera what is under `issued/`.
 * @throws SealcamError `PROVISION_MISSING` (no such camera), `PROVISION_REVOKED` (a key of it is revoked).
 */
export async function renewCamera(
  access: AgencyAccess,
  options: { readonly id: string; readonly now?: Date },
): Promise<{ readonly validTo: Date }> {
  return withAgency(access, async (agency) => {
    const { id } = options;
    const { version } = await newestRoster(agency);
    const revoked = await newestRevocation(agency);
    const validity = validFor(certificateDays, options.now);
    const over = async (purpose: 'device' | 'tls-client'): Promise<Uint8Array> => {
      const certificate = await newestIssued(agency, 'camera', id, purpose);
      if (certificate === undefined) {
        throw new SealcamError(
          'PROVISION_MISSING',
          `The agency has issued no ${purpose} certificate to a camera "${id}": check the id`,
        );
      }
      refuseRevoked(revoked, certificate.keyId, id);
      return new Uint8Array(certificate.publicKey.export({ format: 'der', type: 'spki' }));
    };
    const [identity, tls] = [await over('device'), await over('tls-client')];
    const base = { name: id, validity };
    const roster = { minimumRosterVersion: version };
    await issue(agency, 'camera', { ...base, purpose: 'device', publicKey: identity, ...roster });
    await issue(agency, 'camera', { ...base, purpose: 'tls-client', client: 'camera', publicKey: tls });
    return { validTo: validity.to };
  });
}

/** A station's folder that is to be made. */
export interface NewStation {
  readonly id: string;
  readonly folder: string;
  /** Names and addresses under which cameras reach the broker. */
  readonly hosts?: readonly string[];
}

/**
 * Makes a station's folder: receipt, TLS client and broker keys with their certificates, the root, the CRL that a broker
 * starts with, and the vault's transport key with the statement in which the root vouches for it.
 * @param held the receipt's public key and the file that says where its private key is, if that is not to be made here.
 */
export async function provisionStation(
  access: AgencyAccess,
  options: NewStation,
  held?: { readonly publicKey: Uint8Array; readonly file: NewFile },
): Promise<void> {
  await withAgency(access, async (agency) => {
    await expectFree(options.folder);
    await refuseOtherKind(agency, options.id, 'station');
    const [tls, broker] = [newSigningKey(), newSigningKey()];
    const receipt = held ?? newReceiptKey();
    const base = { name: options.id, validity: validFor(certificateDays) };
    const hosts = options.hosts ?? ['localhost', '127.0.0.1'];
    const forReceipts = { ...base, purpose: 'receipt', publicKey: receipt.publicKey } as const;
    const forClient = {
      ...base,
      purpose: 'tls-client',
      client: 'station',
      publicKey: tls.publicKey,
    } as const;
    const forBroker = { ...base, purpose: 'tls-server', hosts, publicKey: broker.publicKey } as const;
    const certificates = [
      open('receipt.crt', await issue(agency, 'station', forReceipts)),
      open('tls.crt', await issue(agency, 'station', forClient)),
      open('broker.crt', await issue(agency, 'station', forBroker)),
    ];
    const vault = await newVaultKey(agency, options.id);
    const crl = await issueCrl(agency, (await newestRevocation(agency)) ?? { version: 0, certificates: [] });
    await writeNewFolder(options.folder, [
      ...(crl === undefined || 'tooMany' in crl ? [] : [open('revoked.crl', crl.pem)]),
      receipt.file,
      secret('tls.key', tls.pem),
      secret('broker.key', broker.pem),
      ...certificates,
      open('root.crt', agency.certificatePem),
      secret('vault.key', vault.keyFile),
      open('vault.pub', vault.statement),
    ]);
  });
}

function newReceiptKey(): { readonly publicKey: Uint8Array; readonly file: NewFile } {
  const { publicKey, pem } = newSigningKey();
  return { publicKey, file: secret('receipt.key', pem) };
}

/** Makes the next transport key of a station's vault, in a new folder; the old one is destroyed at the station. */
export async function provisionVault(
  access: AgencyAccess,
  options: { readonly station: string; readonly folder: string },
): Promise<{ version: number }> {
  return withAgency(access, async (agency) => {
    await expectFree(options.folder);
    await newestVault(agency, options.station);
    const vault = await newVaultKey(agency, options.station);
    await writeNewFolder(options.folder, [
      secret('vault.key', vault.keyFile),
      open('vault.pub', vault.statement),
    ]);
    return { version: vault.version };
  });
}

/** Makes a key, with its certificate, that may command cameras or order deletions. */
export async function provisionSigner(
  access: AgencyAccess,
  options: KeyLock & {
    readonly id: string;
    readonly purpose: 'command' | 'deletion';
    readonly folder: string;
  },
): Promise<void> {
  await withAgency(access, async (agency) => {
    await expectFree(options.folder);
    await refuseOtherKind(agency, options.id, 'signer');
    const key = newSigningKey();
    const keyFile = await lockedIf(options, key.pem);
    const certificate = await issue(agency, 'signer', {
      name: options.id,
      purpose: options.purpose,
      publicKey: key.publicKey,
      validity: validFor(certificateDays),
    });
    await writeNewFolder(options.folder, [
      secret(`${options.purpose}.key`, keyFile),
      open(`${options.purpose}.crt`, certificate),
      open('root.crt', agency.certificatePem),
    ]);
  });
}

/**
 * Signs the next revocation list: everything in the newest one, and the certificate over `keyId` from `from`
 * on. If the certificate is listed already, the earlier of both times counts. The CRL for brokers goes with it, unless
 * the root's certificate does not allow it to sign one, or too many certificates are revoked for one.
 */
export async function provisionRevocation(
  access: AgencyAccess,
  options: { readonly keyId: string; readonly from: Date },
): Promise<{
  version: number;
  path: string;
  crl: (IssuedCrl & { readonly path: string }) | TooManyForCrl | undefined;
}> {
  const keyId = fromHex(options.keyId);
  if (keyId?.length !== 32) {
    throw new SealcamError(
      'REVOCATION_INVALID',
      'The key id is not 64 hexadecimal digits: take it from the name under issued/',
    );
  }
  return withAgency(access, async (agency) => {
    const before = await newestRevocation(agency);
    const next = { ...revoke(before, keyId, options.from), issuedUtcUs: Date.now() * 1_000 };
    const path = join(agency.folder, 'revocations', `${next.version}.dsse`);
    // The list first: whatever keeps a CRL from being made must not keep a key from being revoked.
    await writeNewFile(path, signRevocation(next, before, agency.signer, agency.root), false);
    const crl = await issueCrl(agency, next);
    if (crl === undefined || 'tooMany' in crl) return { version: next.version, path, crl };
    const crlPath = join(agency.folder, 'revocations', `${next.version}.crl`);
    await writeNewFile(crlPath, crl.pem, false);
    return { version: next.version, path, crl: { ...crl, path: crlPath } };
  });
}

/** The list that follows `before` and adds one certificate to it; entries ascend by key id. */
export function revoke(
  before: RevocationEntries | undefined,
  keyId: Uint8Array,
  from: Date,
): RevocationEntries {
  const entries = new Map<string, { keyId: Uint8Array; fromUtcUs: number }>();
  for (const entry of [...(before?.certificates ?? []), { keyId, fromUtcUs: from.getTime() * 1000 }]) {
    const name = toHex(entry.keyId);
    const other = entries.get(name);
    if (other === undefined || entry.fromUtcUs < other.fromUtcUs) entries.set(name, entry);
  }
  const certificates = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  return { version: (before?.version ?? 0) + 1, certificates };
}
function secret(name: string, data: string): NewFile {
  return { name, data, secret: true };
}

function open(name: string, data: string | Uint8Array): NewFile {
  return { name, data, secret: false };
}
