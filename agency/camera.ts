import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSealcamError, SealcamError } from '../base/errors.ts';
import { type CheckedCertificate, checkCertificate } from '../evidence/certificate.ts';
import { keyIdOf, p384Signer } from '../evidence/crypto.ts';
import { readVaultKey } from '../evidence/keys/key-envelope.ts';
import { newCameraName } from '../evidence/limits.ts';
import { readPolicy } from '../evidence/policy.ts';
import { certificateDer, type Root, readRoot } from '../evidence/root.ts';
import { readRoster } from '../evidence/roster.ts';
import { expectFree, type NewFile, readPresent, replaceFile, writeNewFolder } from './folder.ts';
import { certificateRequest, type RequestSigner, readCertificateRequest, requestNames } from './request.ts';
import { newSigningKey } from './signing-key.ts';
import { stationOfVaultFile } from './vault-file.ts';

// What happens on the camera itself: it makes its keys, of which only requests for certificates leave it, and takes what the
// agency gives back.

/** Where a camera's identity key is made: the files of its folder that hold or describe it, and what it signs with. */
export interface NewIdentity {
  readonly files: readonly NewFile[];
  readonly signer: RequestSigner;
}

/** An identity key in a file. */
function identityInFile(): NewIdentity {
  const { pem, privateKey } = newSigningKey();
  return { files: [{ name: 'identity.key', data: pem, secret: true }], signer: p384Signer(privateKey) };
}

/**
 * Makes a camera's folder with its keys and a request for a certificate over each.
 * @param options.identity where the identity's key is; in a file unless given.
 * @returns the ids of its keys, by which the agency knows the requests to be this camera's.
 * @throws SealcamError `PROVISION_EXISTS`, `CERTIFICATE_NAME`.
 */
export async function makeCamera(options: {
  readonly id: string;
  readonly folder: string;
  readonly identity?: NewIdentity;
}): Promise<{ readonly keyIds: readonly string[] }> {
  const { id, folder, identity = identityInFile() } = options;
  await expectFree(folder);
  const tls = newSigningKey();
  const tlsSigner = p384Signer(tls.privateKey);
  const request = async (name: string, signer: RequestSigner): Promise<NewFile> => ({
    name,
    data: await certificateRequest(id, signer),
    secret: false,
  });
  await writeNewFolder(folder, [
    ...identity.files,
    { name: 'tls.key', data: tls.pem, secret: true },
    await request(requestNames.identity, identity.signer),
    await request(requestNames.tls, tlsSigner),
  ]);
  return { keyIds: [identity.signer.publicKey, tls.publicKey].map(keyIdOf) };
}

/** A file that the agency gave, and whether it is newer than the camera's own of that name. */
interface Paper {
  readonly name: string;
  readonly data: Uint8Array;
  readonly isNewer: boolean;
}

/** A {@link Paper}, and the oldest roster that it accepts. */
interface CertificatePaper extends Paper {
  readonly minimumRosterVersion: number;
}

/**
 * Takes what the agency gave for this camera: all of it is checked before anything is written. What the camera has already
 * is replaced by something newer only, and never by another root's.
 * @param options.from the folder that `provisionRequested` wrote, as on a USB stick.
 * @param options.rootKeyId the root's key id, if a person knows it from elsewhere; without it the first root is believed.
 * @returns the names of the files that were taken, and the root's key id.
 * @throws SealcamError `PROVISION_*`, `CERTIFICATE_*`, `ROOT_*`, `ROSTER_*`, `POLICY_*`, `STATEMENT_*`.
 */
export async function takePapers(options: {
  readonly camera: string;
  readonly from: string;
  readonly rootKeyId?: string | undefined;
}): Promise<{ readonly taken: readonly string[]; readonly rootKeyId: string }> {
  const { camera, from, rootKeyId } = options;
  const folder = { camera, from };
  const rootFile = await readPresent(join(from, 'root.crt'), 'root certificate');
  const root = readRoot(rootFile);
  await expectRoot(camera, root, rootKeyId);
  const isFirst = (await presentIn(camera, 'identity.crt')) === undefined;
  const identity = await certificatePaper(folder, root, 'identity');
  const tls = await certificatePaper(folder, root, 'tls');
  const roster = await versionPaper(folder, 'roster.dsse', (file) => readRoster(file, root).body.version);
  if (identity.isNewer) expectRoster(roster.version, identity.minimumRosterVersion);
  const papers = [
    { name: 'root.crt', data: rootFile, isNewer: (await presentIn(camera, 'root.crt')) === undefined },
    tls,
    roster,
    await vaultPaper(folder, root),
    ...(await otherVaultPapers(folder, root)),
    ...((await presentIn(from, 'policy.dsse')) === undefined
      ? []
      : [await versionPaper(folder, 'policy.dsse', (file) => readPolicy(file, root).body.version)]),
    ...(isFirst ? await marker(from) : []),
    // Last, as it tells that the rest was taken.
    identity,
  ].filter(({ isNewer }) => isNewer);
  for (const { name, data } of papers) await replaceFile(join(camera, name), data);
  return { taken: papers.map(({ name }) => name), rootKeyId: root.keyId };
}

function expectRoster(version: number, least: number): void {
  if (version >= least) return;
  throw new SealcamError(
    'CERTIFICATE_ROSTER',
    `The certificate accepts rosters from version ${least} on, and the newest one here has version ${version}: the camera could not start with both; bring the newest roster with it`,
  );
}

type Folders = { readonly camera: string; readonly from: string };

async function expectRoot(camera: string, root: Root, rootKeyId: string | undefined): Promise<void> {
  const own = await presentIn(camera, 'root.crt');
  const expected = own === undefined ? rootKeyId : readRoot(own).keyId;
  if ((rootKeyId ?? root.keyId) === root.keyId && (expected ?? root.keyId) === root.keyId) return;
  throw new SealcamError(
    'PROVISION_FOREIGN',
    `What is offered is of the root ${root.keyId}, not of the camera's own agency: ask where it comes from`,
  );
}

/** A certificate for a key that the camera has. */
async function certificatePaper(
  { camera, from }: Folders,
  root: Root,
  what: 'identity' | 'tls',
): Promise<CertificatePaper> {
  const name = `${what}.crt`;
  const purpose = what === 'identity' ? 'device' : 'tls-client';
  const data = await readPresent(join(from, name), 'certificate');
  const offered = checkCertificate(certificateDer(data), root, purpose);
  const own = await presentIn(camera, name);
  const present = own && checkCertificate(certificateDer(own), root, purpose);
  const { id, publicKey } = await keyOf(camera, what, present);
  if (offered.name !== id || offered.keyId !== keyIdOf(publicKey)) {
    throw new SealcamError(
      'PROVISION_FOREIGN',
      `The certificate ${name} is for another camera or another key of "${offered.name}", not for the key of "${id}" in this folder: bring the one that was made from its request`,
    );
  }
  const isNewer = present === undefined || offered.validTo > present.validTo;
  return { name, data, isNewer, minimumRosterVersion: offered.minimumRosterVersion ?? 0 };
}

/** The key of the camera, by its certificate or by the request that it made. */
async function keyOf(
  camera: string,
  what: 'identity' | 'tls',
  present: CheckedCertificate | undefined,
): Promise<{ readonly id: string; readonly publicKey: Uint8Array }> {
  if (present !== undefined) {
    const publicKey = new Uint8Array(present.publicKey.export({ format: 'der', type: 'spki' }));
    return { id: present.name, publicKey };
  }
  return readCertificateRequest(
    await readPresent(join(camera, requestNames[what]), "camera's own certificate request"),
  );
}

async function versionPaper(
  { camera, from }: Folders,
  name: string,
  versionOf: (file: Uint8Array) => number,
): Promise<Paper & { readonly version: number }> {
  const data = await readPresent(join(from, name), name);
  const own = await presentIn(camera, name);
  const [offered, present] = [versionOf(data), own === undefined ? 0 : versionOf(own)];
  return { name, data, isNewer: offered > present, version: Math.max(offered, present) };
}

/** The keys of other cells' vaults, each in the file for its station. */
async function otherVaultPapers(folder: Folders, root: Root): Promise<readonly Paper[]> {
  const papers: Paper[] = [];
  for (const name of (await readdir(folder.from)).sort()) {
    const station = stationOfVaultFile(name);
    if (station === undefined) continue;
    const paper = await vaultPaper(folder, root, name);
    const { stationId } = readVaultKey(paper.data, root).body;
    if (stationId !== station) {
      throw new SealcamError(
        'PROVISION_FOREIGN',
        `The file ${name} has the vault key of station "${stationId}": bring what the agency wrote`,
      );
    }
    papers.push(paper);
  }
  return papers;
}

/** Each station's vault counts its own versions; that of another station is taken as it is: the camera is sent elsewhere. */
async function vaultPaper({ camera, from }: Folders, root: Root, name = 'vault.pub'): Promise<Paper> {
  const data = await readPresent(join(from, name), 'vault key');
  const offered = readVaultKey(data, root).body;
  const own = await presentIn(camera, name);
  const present = own && readVaultKey(own, root).body;
  const isNewer = present?.stationId !== offered.stationId || offered.version > present.version;
  return { name, data, isNewer };
}

/** What tells the agent that this camera has never counted. */
async function marker(from: string): Promise<readonly Paper[]> {
  const data = await presentIn(from, newCameraName);
  return data === undefined ? [] : [{ name: newCameraName, data, isNewer: true }];
}

async function presentIn(folder: string, name: string): Promise<Uint8Array | undefined> {
  try {
    return Uint8Array.from(await readPresent(join(folder, name), name));
  } catch (error) {
    if (isSealcamError(error, 'PROVISION_MISSING')) return undefined;
    throw error;
  }
}
