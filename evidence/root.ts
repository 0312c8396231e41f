import type { KeyObject } from 'node:crypto';
import { equalBytes } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { p384Verifier, p384VerifierOf, type Verifier, type VerifierOf } from './crypto.ts';
import { extensionId, type ParsedCertificate, parseCertificate } from './encoding/x509.ts';

/** An agency's root: the one thing that a verifier is given and trusts. */
export interface Root {
  readonly certificate: ParsedCertificate;
  readonly publicKey: KeyObject;
  /** Hex SHA-256 of the SPKI DER: what an agency publishes for people to compare. */
  readonly keyId: string;
  /** Of the root's own key. */
  readonly verifier: Verifier;
  /** Makes the verifier of a key that the root vouches for. */
  readonly verifierOf: VerifierOf;
}

const pemBegin = '-----BEGIN CERTIFICATE-----';
const pemPattern = /^\s*-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;
/** A certificate of the largest size as PEM, with generous line breaks. */
const pemBytesMax = 8_192;

/** The keyUsage values of a root: keyCertSign, with or without cRLSign. */
const crlSignUsage = Uint8Array.of(3, 2, 1, 6);
const rootKeyUsages = [Uint8Array.of(3, 2, 2, 4), crlSignUsage];

/**
 * Reads an agency's root from a file's bytes: one certificate, PEM or DER, self-signed, P-384, a CA. Its
 * validity is not enforced: an expired root never condemns what was signed below it.
 * @throws SealcamError `ROOT_INVALID`, or `CERTIFICATE_*` if it is not a certificate of the accepted form.
 */
export function readRoot(file: Uint8Array): Root {
  const certificate = parseCertificate(certificateDer(file));
  const { x509, publicKey, keyId, extensions } = certificate;
  if (!x509.ca || extensions.get(extensionId.basicConstraints)?.critical !== true) {
    throw invalid('is not a certification authority');
  }
  const usage = extensions.get(extensionId.keyUsage)?.value;
  if (usage === undefined || !rootKeyUsages.some((one) => equalBytes(one, usage))) {
    throw invalid('may be used for more than signing certificates');
  }
  if (!equalBytes(certificate.issuer, certificate.subject) || !x509.verify(publicKey)) {
    throw invalid('is not signed by itself');
  }
  return { certificate, publicKey, keyId, verifier: p384Verifier(publicKey), verifierOf: p384VerifierOf };
}

/** Whether the root's certificate allows it to sign CRLs: those of an earlier Sealcam do not. */
export function maySignCrl({ certificate: { extensions } }: Root): boolean {
  const usage = extensions.get(extensionId.keyUsage)?.value;
  return usage !== undefined && equalBytes(usage, crlSignUsage);
}

/**
 * The DER of the one certificate in a file, PEM or DER.
 * @throws SealcamError `CERTIFICATE_MALFORMED` if the file is neither, or holds more than one.
 */
export function certificateDer(file: Uint8Array): Uint8Array {
  if (file[0] === 0x30) return file;
  const text = file.length <= pemBytesMax ? Buffer.from(file).toString('latin1') : '';
  if (text.split(pemBegin).length > 2) {
    throw new SealcamError(
      'CERTIFICATE_MALFORMED',
      'The file holds more than one certificate: give exactly one',
    );
  }
  const body = pemPattern.exec(text)?.[1];
  if (body === undefined) {
    throw new SealcamError(
      'CERTIFICATE_MALFORMED',
      'The file is not a certificate: give one X.509 certificate as PEM or DER',
    );
  }
  return Uint8Array.from(Buffer.from(body, 'base64'));
}

function invalid(what: string): SealcamError {
  return new SealcamError(
    'ROOT_INVALID',
    `The given root ${what}: give the certificate of the agency's root`,
  );
}
