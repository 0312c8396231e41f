import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { fromHex, toHex } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { systemRandomness } from '../base/random.ts';
import { keyIdOf } from '../evidence/crypto.ts';
import { generateHpkeKeyPair } from '../evidence/hpke.ts';
import { readVaultKey } from '../evidence/key-envelope.ts';
import {
  formatPrivateKeyFile,
  formatPublicKeyFile,
  parsePublicKeyFile,
  readSigningKey,
} from '../evidence/key-file.ts';
import { readRoot } from '../evidence/root.ts';
import { readRoster } from '../evidence/roster.ts';
import { type Revocation, readEncodedStatement } from '../evidence/statements.ts';
import { expectFree, listFolder, type NewFile, readPresent, writeNewFile, writeNewFolder } from './folder.ts';
import {
  type CertificateRequest,
  issueCertificate,
  issueRoot,
  type RootAuthority,
  type Validity,
} from './issue.ts';
import { signRevocation, signRoster, signVaultKey } from './sign.ts';
import { newSigningKey } from './signing-key.ts';

// An agency's folder, on its offline machine:
//   root.key root.crt
//   rosters/N.dsse  revocations/N.dsse    every version that was signed; the highest number is in force
//   vaults/STATION.N.dsse                 transport keys of the stations' vaults
//   issued/KIND.ID.KEYID.crt              every certificate that was issued

const dayMs = 86_400_000;
const rootDays = 20 * 365;
/** Devices work for years without anyone near them; an expired identity never condemns, but TLS ends with it. */
const certificateDays = 5 * 365;

/** An agency's folder, and the passphrase of its root key where that has one. */
export interface AgencyAccess {
  readonly folder: string;
  readonly passphrase?: string;
}

interface OpenAgency extends RootAuthority {
  readonly folder: string;
  readonly signer: ReturnType<typeof readSigningKey>;
}

/** Makes an agency: its root key (encrypted where a passphrase is given) and certificate. */
export async function provisionAgency(
  options: AgencyAccess & { readonly name: string },
): Promise<{ keyId: string }> {
  await expectFree(options.folder);
  const key = newSigningKey(options.passphrase);
  const { root, certificatePem } = await issueRoot(key.privateKey, options.name, validFor(rootDays));
  await writeNewFolder(options.folder, [secret('root.key', key.pem), open('root.crt', certificatePem)]);
  return { keyId: root.keyId };
}

/**
 * Makes a recipient's key pair, on the recipient's own machine: `path`.key stays there, `path`.pub goes to the
 * agency.
 */
export async function provisionRecipient(options: {
  readonly path: string;
  readonly label: string;
}): Promise<void> {
  const paths = { key: `${options.path}.key`, pub: `${options.path}.pub` };
  // Both before either: a public key without its private one must never reach a roster.
  for (const path of Object.values(paths)) await expectFree(path);
  const pair = await generateHpkeKeyPair();
  const { label } = options;
  const created = now();
  await writeNewFile(paths.key, formatPrivateKeyFile({ pair, label, created }), true);
  await writeNewFile(paths.pub, formatPublicKeyFile({ publicKey: pair.publicKey, label, created }), false);
}

/** Who a roster gives a role to: the path of a public key file. */
export interface RoleMember {
  readonly role: string;
  readonly publicKeyFile: string;
}

/** Signs the next version of the roster. It holds exactly `members`, whatever the one before held. */
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
        const { label, publicKey } = parsePublicKeyFile(file.toString('utf8'));
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
 * Makes a camera's folder: identity and TLS keys with their certificates, the root, the newest roster, and the
 * transport key of the station's vault.
 */
export async function provisionCamera(
  access: AgencyAccess,
  options: { readonly id: string; readonly station: string; readonly folder: string },
): Promise<void> {
  await withAgency(access, async (agency) => {
    await expectFree(options.folder);
    await refuseOtherKind(agency, options.id, 'camera');
    const { encoded: roster, version } = await newestRoster(agency);
    const vault = await newestVault(agency, options.station);
    const identity = newSigningKey();
    const tls = newSigningKey();
    const validity = validFor(certificateDays);
    const base = { name: options.id, validity };
    const files = [
      secret('identity.key', identity.pem),
      open(
        'identity.crt',
        await issue(agency, 'camera', {
          ...base,
          purpose: 'device',
          publicKey: identity.publicKey,
          minimumRosterVersion: version,
        }),
      ),
      secret('tls.key', tls.pem),
      open(
        'tls.crt',
        await issue(agency, 'camera', {
          ...base,
          purpose: 'tls-client',
          client: 'camera',
          publicKey: tls.publicKey,
        }),
      ),
      open('root.crt', agency.certificatePem),
      open('roster.dsse', roster),
      open('vault.pub', vault),
    ];
    await writeNewFolder(options.folder, files);
  });
}

/**
 * Makes a station's folder: receipt, TLS client and broker keys with their certificates, the root, and the
 * vault's transport key with the root's word for it.
 * @param options.hosts names and addresses under which cameras reach the broker.
 */
export async function provisionStation(
  access: AgencyAccess,
  options: { readonly id: string; readonly folder: string; readonly hosts?: readonly string[] },
): Promise<void> {
  await withAgency(access, async (agency) => {
    await expectFree(options.folder);
    await refuseOtherKind(agency, options.id, 'station');
    const [receipt, tls, broker] = [newSigningKey(), newSigningKey(), newSigningKey()];
    const base = { name: options.id, validity: validFor(certificateDays) };
    const hosts = options.hosts ?? ['localhost', '127.0.0.1'];
    const certificates = [
      open(
        'receipt.crt',
        await issue(agency, 'station', { ...base, purpose: 'receipt', publicKey: receipt.publicKey }),
      ),
      open(
        'tls.crt',
        await issue(agency, 'station', {
          ...base,
          purpose: 'tls-client',
          client: 'station',
          publicKey: tls.publicKey,
        }),
      ),
      open(
        'broker.crt',
        await issue(agency, 'station', {
          ...base,
          purpose: 'tls-server',
          hosts,
          publicKey: broker.publicKey,
        }),
      ),
    ];
    const vault = await newVaultKey(agency, options.id);
    await writeNewFolder(options.folder, [
      secret('receipt.key', receipt.pem),
      secret('tls.key', tls.pem),
      secret('broker.key', broker.pem),
      ...certificates,
      open('root.crt', agency.certificatePem),
      secret('vault.key', vault.keyFile),
      open('vault.pub', vault.statement),
    ]);
  });
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

/** Makes a key that may command cameras, or order deletions, with its certificate. */
export async function provisionSigner(
  access: AgencyAccess,
  options: { readonly id: string; readonly purpose: 'command' | 'deletion'; readonly folder: string },
): Promise<void> {
  await withAgency(access, async (agency) => {
    await expectFree(options.folder);
    await refuseOtherKind(agency, options.id, 'signer');
    const key = newSigningKey();
    const certificate = await issue(agency, 'signer', {
      name: options.id,
      purpose: options.purpose,
      publicKey: key.publicKey,
      validity: validFor(certificateDays),
    });
    await writeNewFolder(options.folder, [
      secret(`${options.purpose}.key`, key.pem),
      open(`${options.purpose}.crt`, certificate),
      open('root.crt', agency.certificatePem),
    ]);
  });
}

/**
 * Signs the next revocation list: everything in the newest one, and the certificate over `keyId` from
 * `from` on. A certificate that is listed already keeps the earlier of both times.
 */
export async function provisionRevocation(
  access: AgencyAccess,
  options: { readonly keyId: string; readonly from: Date },
): Promise<{ version: number; path: string }> {
  const keyId = fromHex(options.keyId);
  if (keyId?.length !== 32) {
    throw new SealcamError(
      'REVOCATION_INVALID',
      'The key id is not 64 hexadecimal digits: take it from the name under issued/',
    );
  }
  return withAgency(access, async (agency) => {
    const before = await newestRevocation(agency);
    const next = revoke(before, keyId, options.from);
    const path = join(agency.folder, 'revocations', `${next.version}.dsse`);
    await writeNewFile(path, signRevocation(next, before, agency.signer, agency.root), false);
    return { version: next.version, path };
  });
}

/** The list that follows `before` and adds one certificate to it; entries ascend by key id. */
export function revoke(before: Revocation | undefined, keyId: Uint8Array, from: Date): Revocation {
  const entries = new Map<string, { keyId: Uint8Array; fromUtcUs: number }>();
  for (const entry of [...(before?.certificates ?? []), { keyId, fromUtcUs: from.getTime() * 1000 }]) {
    const name = toHex(entry.keyId);
    const other = entries.get(name);
    if (other === undefined || entry.fromUtcUs < other.fromUtcUs) entries.set(name, entry);
  }
  const certificates = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  return { version: (before?.version ?? 0) + 1, certificates };
}

async function withAgency<T>(access: AgencyAccess, use: (agency: OpenAgency) => Promise<T>): Promise<T> {
  const { folder, passphrase } = access;
  const certificate = await readPresent(join(folder, 'root.crt'), 'root certificate');
  const pem = (await readPresent(join(folder, 'root.key'), 'root key')).toString('latin1');
  const signer = readSigningKey(pem, systemRandomness, passphrase);
  try {
    const root = readRoot(certificate);
    if (signer.keyId !== root.keyId) {
      throw new SealcamError(
        'ROOT_INVALID',
        `The key and the certificate in "${folder}" are not of one root: restore both`,
      );
    }
    const privateKey = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
    return await use({ folder, signer, root, privateKey, certificatePem: certificate.toString('latin1') });
  } finally {
    signer.erase();
  }
}

type HolderKind = 'camera' | 'station' | 'signer';

async function issue(agency: OpenAgency, kind: HolderKind, request: CertificateRequest): Promise<string> {
  const pem = await issueCertificate(agency, request);
  const name = `${kind}.${request.name}.${request.purpose}.${keyIdOf(request.publicKey)}.crt`;
  await writeNewFile(join(agency.folder, 'issued', name), pem, false);
  return pem;
}

/** One id, one kind of holder: or a camera could be mistaken for a station by whoever goes by the name alone. */
async function refuseOtherKind(agency: OpenAgency, id: string, kind: HolderKind): Promise<void> {
  for (const name of await listFolder(join(agency.folder, 'issued'))) {
    const match = /^(camera|station|signer)\.(.+)\.[a-z-]+\.[0-9a-f]{64}\.crt$/.exec(name);
    if (match?.[2] !== id || match[1] === kind) continue;
    throw new SealcamError(
      'PROVISION_NAME',
      `"${id}" is the id of a ${match[1]} already: give this ${kind} another`,
    );
  }
}

async function newVaultKey(
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

async function newestRoster(agency: OpenAgency): Promise<{ encoded: Uint8Array; version: number }> {
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

async function newestVault(agency: OpenAgency, stationId: string): Promise<Uint8Array> {
  const folder = join(agency.folder, 'vaults');
  const version = await newestVersion(folder, `${stationId}.`);
  if (version === 0) {
    throw new SealcamError(
      'PROVISION_MISSING',
      'The agency knows no station of that id: make it first with "sealcam provision station"',
    );
  }
  const encoded = await readPresent(join(folder, `${stationId}.${version}.dsse`), 'vault key');
  readVaultKey(encoded, agency.root);
  return encoded;
}

async function newestRevocation(agency: OpenAgency): Promise<Revocation | undefined> {
  const folder = join(agency.folder, 'revocations');
  const version = await newestVersion(folder, '');
  if (version === 0) return undefined;
  const encoded = await readPresent(join(folder, `${version}.dsse`), 'revocation list');
  return readEncodedStatement('revocation', encoded, agency.root.verifier).body;
}

/** The highest N of the files `PREFIX N .dsse` in a folder, 0 where there is none. */
async function newestVersion(folder: string, prefix: string): Promise<number> {
  const versions = (await listFolder(folder))
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(/^([1-9][0-9]{0,14})\.dsse$/.exec(name.slice(prefix.length))?.[1] ?? 0));
  return Math.max(0, ...versions);
}

function secret(name: string, data: string): NewFile {
  return { name, data, secret: true };
}

function open(name: string, data: string | Uint8Array): NewFile {
  return { name, data, secret: false };
}

/** From a day ago, as a camera's clock may be behind, in whole seconds. */
function validFor(days: number): Validity {
  const from = Math.floor(Date.now() / 1000) * 1000 - dayMs;
  return { from: new Date(from), to: new Date(from + days * dayMs) };
}

/** ISO 8601, UTC, whole seconds. */
function now(): string {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
