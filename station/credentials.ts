import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { isSealcamError, SealcamError, systemCode } from '../base/errors.ts';
import type { Expiring } from '../base/monitoring/expiry.ts';
import { readOutsideFile } from '../base/outside-file.ts';
import { checkCertificate } from '../evidence/certificate.ts';
import type { RemoteSigner } from '../evidence/crypto.ts';
import { importHpkeKeyPair } from '../evidence/keys/hpke.ts';
import { readVaultKey, type VaultPrivateKey } from '../evidence/keys/key-envelope.ts';
import { parsePrivateKeyFile, readSigningKey } from '../evidence/keys/key-file.ts';
import { certificateDer, type Root, readRoot } from '../evidence/root.ts';
import { explainingToken, readTokenKey, tokenFileNames } from '../tokens/token-key.ts';
import { TokenSigner } from '../tokens/token-signer.ts';

const fileBytesMax = 65_536;

/** What a station presents and signs with. */
export interface Credentials {
  /** The station's id: the common name of its certificates. */
  readonly id: string;
  readonly root: Root;
  readonly rootPem: string;
  readonly receipt: { readonly signer: RemoteSigner; readonly certificate: Uint8Array };
  /** Closes the token that holds the receipt's key, if one does. */
  close(): Promise<void>;
  /** PEM. */
  readonly client: { readonly certificate: string; readonly key: string };
  /** PEM; absent if the folder has none, as with an external broker. */
  readonly broker: { readonly certificate: string; readonly key: string } | undefined;
  readonly vaultKeys: readonly VaultPrivateKey[];
  /** When the certificates end. */
  readonly expiring: readonly Expiring[];
}

/**
 * Reads the folder that `sealcam provision station` created, and checks that its parts belong together.
 * @param vaultFolders further folders with `vault.key` and `vault.pub`.
 * @param sharesVault whether those may be of another station id: that of the region to which the station belongs.
 * The receipt's key may be in a token: then the caller must close what this returns.
 * @throws SealcamError `STATION_FOLDER` (something is missing, or belongs to another station), `CERTIFICATE_*`,
 *   `KEY_FILE`, `KEY_TOKEN`.
 */
export async function readCredentials(
  folder: string,
  vaultFolders: readonly string[],
  clock: Clock = systemClock(),
  sharesVault = false,
): Promise<Credentials> {
  const { signer, close } = await receiptKey(folder, clock);
  try {
    return { ...(await readFolder(folder, vaultFolders, signer, sharesVault)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The receipt's key: in a file, or in a token that a file describes. */
async function receiptKey(
  folder: string,
  clock: Clock,
): Promise<{ readonly signer: RemoteSigner; readonly close: () => Promise<void> }> {
  const description = join(folder, tokenFileNames.receipt);
  if ((await explainingToken(() => readTokenKey(description))) === undefined) {
    const signer = readSigningKey((await read(folder, 'receipt.key')).toString('latin1'));
    return { signer, close: () => Promise.resolve() };
  }
  // A description that someone put there must not take the place of the key.
  if ((await readdir(folder)).includes('receipt.key'))
    throw mixed(folder, `both receipt.key and ${tokenFileNames.receipt} are there`);
  const signer = await TokenSigner.open(resolve(description), { clock });
  return { signer, close: () => signer.close() };
}

async function readFolder(
  folder: string,
  vaultFolders: readonly string[],
  signer: RemoteSigner,
  sharesVault: boolean,
): Promise<Omit<Credentials, 'close'>> {
  const rootFile = await read(folder, 'root.crt');
  const root = readRoot(rootFile);
  const certificate = certificateDer(await read(folder, 'receipt.crt'));
  const { name: id, keyId, validTo } = checkCertificate(certificate, root, 'receipt');
  if (keyId !== signer.keyId) throw mixed(folder, 'receipt.crt is not of the key that signs receipts');
  const client = await pair(folder, 'tls');
  const checked = checkCertificate(certificateDer(Buffer.from(client.certificate)), root, 'tls-client');
  if (checked.name !== id || checked.client !== 'station') {
    throw mixed(folder, 'tls.crt is not that of the station in receipt.crt');
  }
  const vaultKeys: VaultPrivateKey[] = [];
  vaultKeys.push(await readVault(folder, id, root));
  for (const one of vaultFolders) vaultKeys.push(await readVault(one, sharesVault ? undefined : id, root));
  const broker = await brokerPair(folder, root);
  const ends = [
    { what: 'receipt', validTo },
    { what: 'TLS', validTo: checked.validTo },
    ...(broker === undefined ? [] : [{ what: 'broker', validTo: broker.validTo }]),
  ];
  return {
    id,
    root,
    rootPem: root.certificate.x509.toString(),
    receipt: { signer, certificate },
    client,
    broker,
    vaultKeys,
    expiring: ends,
  };
}

async function brokerPair(
  folder: string,
  root: Root,
): Promise<{ certificate: string; key: string; validTo: Date } | undefined> {
  try {
    const broker = await pair(folder, 'broker');
    const der = certificateDer(Buffer.from(broker.certificate));
    const { validTo } = checkCertificate(der, root, 'tls-server');
    return { ...broker, validTo };
  } catch (error) {
    if (error instanceof SealcamError && error.code === 'STATION_FOLDER') return undefined;
    throw error;
  }
}

/** @param id of the station whose it must be; undefined for any. */
async function readVault(folder: string, id: string | undefined, root: Root): Promise<VaultPrivateKey> {
  const { body } = readVaultKey(await read(folder, 'vault.pub'), root);
  const file = parsePrivateKeyFile(await read(folder, 'vault.key'));
  if (id !== undefined && body.stationId !== id)
    throw mixed(folder, `vault.pub is of the station "${body.stationId}"`);
  if (Buffer.compare(file.pair.publicKey, body.publicKey) !== 0) {
    throw mixed(folder, 'vault.key is not the key of vault.pub');
  }
  const key = await importHpkeKeyPair(file.pair);
  file.pair.seed.fill(0);
  return { stationId: body.stationId, version: body.version, key };
}

async function pair(folder: string, name: string): Promise<{ certificate: string; key: string }> {
  return {
    certificate: (await read(folder, `${name}.crt`)).toString('latin1'),
    key: (await read(folder, `${name}.key`)).toString('latin1'),
  };
}

async function read(folder: string, name: string): Promise<Buffer> {
  const path = join(folder, name);
  let data: Buffer;
  try {
    data = await readOutsideFile(path, fileBytesMax);
  } catch (cause) {
    throw new SealcamError(
      'STATION_FOLDER',
      `"${path}" cannot be read (${isSealcamError(cause) ? cause.message : (systemCode(cause) ?? 'unknown')}): give the folder that "sealcam provision station" made`,
      { cause },
    );
  }
  return data;
}

function mixed(folder: string, what: string): SealcamError {
  return new SealcamError(
    'STATION_FOLDER',
    `"${folder}" is not as it was provisioned: ${what}; restore it, or provision the station again`,
  );
}
