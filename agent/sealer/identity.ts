import { SealcamError, systemCode } from '../../base/errors.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import type { Randomness } from '../../base/random.ts';
import { type CheckedCertificate, checkCertificate } from '../../evidence/certificate.ts';
import type { Signer } from '../../evidence/crypto.ts';
import { readSigningKey } from '../../evidence/key-file.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';

/** The camera's identity: what signs a boot's Session, and nothing else. */
export interface Identity {
  /** The camera's id. */
  readonly deviceId: string;
  readonly certificate: CheckedCertificate;
  readonly signer: Signer;
  /** Overwrites the private key; after the Session is signed nobody needs it. */
  erase(): void;
}

/**
 * Reads the identity from its files: an X.509 certificate for the purpose `device`, and its private key, PKCS#8
 * PEM without a passphrase.
 * @throws SealcamError `IDENTITY_FILE` (cannot be read), `IDENTITY_KEY` (no P-384 key, or not the certificate's),
 *   `CERTIFICATE_*`.
 */
export async function loadIdentity(
  files: { readonly certificate: string; readonly privateKey: string },
  root: Root,
  randomness: Randomness,
): Promise<Identity> {
  const certificate = checkCertificate(certificateDer(await read(files.certificate)), root, 'device');
  const pem = await read(files.privateKey);
  try {
    return identityOf(certificate, pem, randomness);
  } finally {
    pem.fill(0);
  }
}

/** The identity of a checked certificate and its private key's PEM, which stays the caller's to erase. */
export function identityOf(certificate: CheckedCertificate, pem: Buffer, randomness: Randomness): Identity {
  const signer = signerOf(pem, randomness);
  const named = new Uint8Array(certificate.publicKey.export({ format: 'der', type: 'spki' }));
  if (Buffer.compare(named, signer.publicKey) !== 0) {
    signer.erase();
    throw invalid("it does not belong to the camera's certificate");
  }
  return { deviceId: certificate.name, certificate, signer, erase: () => signer.erase() };
}

function signerOf(pem: Buffer, randomness: Randomness): ReturnType<typeof readSigningKey> {
  try {
    return readSigningKey(pem, randomness);
  } catch (cause) {
    throw invalid('it is no P-384 key (PKCS#8, PEM) that opens without a passphrase', cause);
  }
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readOutsideFile(path);
  } catch (cause) {
    throw new SealcamError(
      'IDENTITY_FILE',
      `The camera's identity cannot be read from ${path} (${systemCode(cause) ?? 'unknown'}): provision the camera, or name the right file`,
      { cause },
    );
  }
}

function invalid(what: string, cause?: unknown): SealcamError {
  return new SealcamError(
    'IDENTITY_KEY',
    `The camera's private key cannot be used: ${what}; provision it again`,
    {
      cause,
    },
  );
}
