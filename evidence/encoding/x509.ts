import { type KeyObject, X509Certificate } from 'node:crypto';
import { equalBytes, toHex } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { keyIdOf, p384PublicKey } from '../crypto.ts';
import { certificateBytesMax } from '../limits.ts';
import { type DerElement, derContent, derElements, derTag } from './der.ts';

// What root and leaf have in common: an X.509 v3 certificate over a P-384 key, signed with ECDSA and SHA-384.
// node:crypto parses names, purposes and times and verifies; what it hides (version, algorithms, extensions,
// the names' bytes) is read from the DER.

/** An extension's value, and whether a reader that does not know it must refuse. */
export interface Extension {
  readonly critical: boolean;
  /** The DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

/** A certificate of the one accepted form. Its issuer and purpose have not been checked. */
export interface ParsedCertificate {
  readonly x509: X509Certificate;
  readonly der: Uint8Array;
  /** Issuer and subject as in the DER: compared byte for byte. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKey: KeyObject;
  /** SubjectPublicKeyInfo, DER, 120 bytes. */
  readonly spki: Uint8Array;
  /** Hex SHA-256 of the SPKI DER. */
  readonly keyId: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** By object identifier: the hexadecimal of its DER content. */
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** The object identifiers of the extensions that are known here (RFC 5280, 4.2.1). */
export const extensionId = {
  subjectKeyIdentifier: '551d0e',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  authorityKeyIdentifier: '551d23',
  extendedKeyUsage: '551d25',
} as const;
const knownExtensions: readonly string[] = Object.values(extensionId);

/** Version 3 (RFC 5280, 4.1.2.1). */
const version3 = Uint8Array.of(0x02, 0x01, 0x02);
/** ecdsa-with-SHA384, no parameters (RFC 5758, 3.2). */
const ecdsaSha384 = Uint8Array.from(Buffer.from('300a06082a8648ce3d040303', 'hex'));

/**
 * Parses one certificate.
 * @throws SealcamError `CERTIFICATE_MALFORMED`, `CERTIFICATE_ALGORITHM`, `CERTIFICATE_EXTENSION`.
 */
export function parseCertificate(der: Uint8Array): ParsedCertificate {
  if (der.length > certificateBytesMax) {
    throw malformed(`is ${der.length} bytes long, ${certificateBytesMax} are allowed`);
  }
  const [certificate, ...trailing] = derElements(der);
  if (trailing.length > 0) throw malformed('has trailing bytes');
  const [tbs, algorithm, signature, ...rest] = derElements(derContent(certificate, derTag.sequence));
  derContent(signature, derTag.bitString);
  const fields = derElements(derContent(tbs, derTag.sequence));
  const [version, serial, innerAlgorithm, issuer, validity, subject, spki, extensions] = fields;
  const holds = rest.length === 0 && fields.length === 8;
  if (!holds || issuer === undefined || subject === undefined || spki === undefined) {
    throw malformed('is not of X.509 version 3 with extensions and without unique identifiers');
  }
  if (!equalBytes(derContent(version, derTag.version), version3))
    throw malformed('is not of X.509 version 3');
  derContent(serial, derTag.integer);
  derContent(validity, derTag.sequence);
  for (const one of [algorithm, innerAlgorithm]) {
    if (one === undefined || !equalBytes(one.whole, ecdsaSha384)) {
      throw new SealcamError(
        'CERTIFICATE_ALGORITHM',
        'The certificate is not signed with ECDSA and SHA-384: issue it again',
      );
    }
  }
  const x509 = parseByNode(der);
  const publicKey = p384PublicKey(spki.whole);
  if (publicKey === undefined) {
    throw new SealcamError(
      'CERTIFICATE_ALGORITHM',
      "The certificate's key is not an uncompressed P-384 key: issue it again for such a key",
    );
  }
  return {
    x509,
    der: Uint8Array.from(der),
    issuer: Uint8Array.from(issuer.whole),
    subject: Uint8Array.from(subject.whole),
    publicKey,
    spki: Uint8Array.from(spki.whole),
    keyId: keyIdOf(spki.whole),
    validFrom: date(x509.validFrom),
    validTo: date(x509.validTo),
    extensions: readExtensions(extensions),
  };
}

function parseByNode(der: Uint8Array): X509Certificate {
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(der);
  } catch (cause) {
    throw new SealcamError(
      'CERTIFICATE_MALFORMED',
      'The certificate cannot be parsed: it must be issued again',
      { cause },
    );
  }
  // OpenSSL writes back what it understood: a difference is a second encoding of the same certificate.
  if (!equalBytes(x509.raw, der)) throw malformed('is not in canonical DER');
  return x509;
}

function readExtensions(element: DerElement | undefined): Map<string, Extension> {
  const [list, ...trailing] = derElements(derContent(element, derTag.extensions));
  if (trailing.length > 0) throw malformed('has trailing bytes after its extensions');
  const extensions = new Map<string, Extension>();
  for (const one of derElements(derContent(list, derTag.sequence))) {
    const parts = derElements(derContent(one, derTag.sequence));
    const critical = parts.length === 3;
    if (critical && !equalBytes(derContent(parts[1], derTag.boolean), Uint8Array.of(0xff))) {
      throw malformed('has an extension whose criticality is not canonical');
    }
    if (parts.length !== (critical ? 3 : 2)) throw malformed('has a malformed extension');
    const id = toHex(derContent(parts[0], derTag.oid));
    const value = Uint8Array.from(derContent(parts.at(-1), derTag.octetString));
    if (extensions.has(id)) {
      throw new SealcamError(
        'CERTIFICATE_EXTENSION',
        `The certificate has the extension ${id} twice: issue it again`,
      );
    }
    if (critical && !knownExtensions.includes(id)) {
      throw new SealcamError(
        'CERTIFICATE_EXTENSION',
        `The certificate has the critical extension ${id}, which this program does not know: issue it without that extension`,
      );
    }
    extensions.set(id, { critical, value });
  }
  return extensions;
}

function date(text: string): Date {
  const value = new Date(text);
  if (Number.isNaN(value.getTime())) throw malformed('has a validity that is not a time');
  return value;
}

function malformed(what: string): SealcamError {
  return new SealcamError('CERTIFICATE_MALFORMED', `The certificate ${what}: it must be issued again`);
}
