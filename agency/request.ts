import { join } from 'node:path';
import { equalBytes } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { p384PublicKey } from '../evidence/crypto.ts';
import { idPattern } from '../evidence/limits.ts';
import { readPresent } from './folder.ts';
import { ecdsaP384, signingCrypto, webPublicKey, x509 } from './signing-key.ts';

// Certificate requests (PKCS#10, RFC 2986) of a camera that has made its keys itself. A request says which id the camera goes
// by and shows that it has the key; all else in a certificate is the agency's choice.

/** The public keys of a camera, SPKI DER. */
export interface CameraPublicKeys {
  readonly identity: Uint8Array;
  readonly tls: Uint8Array;
}

/** The file of the request for each key. */
export const requestNames: Readonly<Record<keyof CameraPublicKeys, string>> = {
  identity: 'identity.csr',
  tls: 'tls.csr',
};

/** What a request is signed with: a key file, or a token. */
export interface RequestSigner {
  /** SPKI DER of a P-384 key. */
  readonly publicKey: Uint8Array;
  /** r||s (96 bytes) over SHA-384 of `message`. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/**
 * A request for a certificate over the signer's key, PEM.
 * @throws SealcamError `CERTIFICATE_NAME` if the id is not of the accepted form.
 */
export async function certificateRequest(id: string, signer: RequestSigner): Promise<string> {
  if (!idPattern.test(id)) {
    throw new SealcamError(
      'CERTIFICATE_NAME',
      "The camera's id is not 1 to 63 letters, digits, dots, hyphens and underscores that begin with a letter or digit: give another",
    );
  }
  const publicKey = await webPublicKey(signer.publicKey);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name: [{ CN: [id] }],
      keys: { publicKey, privateKey: publicKey },
      signingAlgorithm: ecdsaP384,
    },
    signingCrypto(signer),
  );
  return `${request.toString('pem')}\n`;
}

/** Bytes of a request: some 300 in DER. */
const requestBytesMax = 4_096;

/**
 * Reads both requests of a camera, in `folder`.
 * @throws SealcamError `CERTIFICATE_REQUEST` (one cannot be used, or they do not belong together), `PROVISION_MISSING`.
 */
export async function readRequests(
  folder: string,
): Promise<{ readonly id: string; readonly keys: CameraPublicKeys }> {
  const read = async (what: keyof CameraPublicKeys) =>
    readCertificateRequest(await readPresent(join(folder, requestNames[what]), 'certificate request'));
  const [identity, tls] = [await read('identity'), await read('tls')];
  if (identity.id !== tls.id)
    throw refused(`for "${identity.id}", but the one for TLS is for "${tls.id}": bring both of one camera`);
  if (equalBytes(identity.publicKey, tls.publicKey))
    throw refused('for the same key as the one for TLS: bring both of one camera');
  return { id: identity.id, keys: { identity: identity.publicKey, tls: tls.publicKey } };
}

/**
 * The id and the key that a request (PEM) is for. Its signature shows that its maker has the private key.
 * @throws SealcamError `CERTIFICATE_REQUEST`.
 */
export async function readCertificateRequest(
  file: Uint8Array,
): Promise<{ readonly id: string; readonly publicKey: Uint8Array }> {
  if (file.length > requestBytesMax)
    throw refused(
      `${file.length} bytes long, ${requestBytesMax} are allowed: it does not come from a camera`,
    );
  const request = parsed(Buffer.from(file).toString('latin1'));
  const publicKey = new Uint8Array(request.publicKey.rawData);
  if (p384PublicKey(publicKey) === undefined)
    throw refused('not for a P-384 key: make it on the camera again');
  if (!(await request.verify().catch(() => false)))
    throw refused('not signed by the key that it is for: copy it from the camera again');
  const id = /^CN=(.*)$/.exec(request.subject)?.[1];
  if (id === undefined || !idPattern.test(id))
    throw refused('not for one camera id: make it on the camera again');
  return { id, publicKey };
}

function parsed(pem: string): x509.Pkcs10CertificateRequest {
  try {
    const [der, ...others] = x509.PemConverter.decodeWithHeaders(pem);
    if (der?.type !== 'CERTIFICATE REQUEST' || others.length > 0) throw new TypeError('another PEM');
    return new x509.Pkcs10CertificateRequest(der.rawData);
  } catch (cause) {
    throw refused('not PKCS#10 in PEM: copy it from the camera again', cause);
  }
}

function refused(what: string, cause?: unknown): SealcamError {
  return new SealcamError('CERTIFICATE_REQUEST', `The certificate request is ${what}`, { cause });
}
