import { randomBytes, type webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { SealcamError } from '../base/errors.ts';
import { checkCertificate, clientPrefix, minimumRosterPrefix, purposeId } from '../evidence/certificate.ts';
import type { Signer } from '../evidence/crypto.ts';
import { isUtf8Text, utf8TextRule } from '../evidence/encoding/utf8-text.ts';
import { agencyNameBytesMax, idPattern } from '../evidence/limits.ts';
import { type Root, readRoot } from '../evidence/root.ts';
import { ecdsaP384, signingCrypto, webPublicKey, x509 } from './signing-key.ts';

/** The root's certificate, and what signs with its key: only the agency's offline machine has both. */
export interface RootAuthority {
  readonly root: Root;
  /** The certificate as PEM. */
  readonly certificatePem: string;
  readonly signer: Signer;
}

/** The certificate's validity; only whole seconds count. */
export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/** The content of a certificate. */
export type CertificateRequest = {
  /** The id of the device or station: the subject's one common name. */
  readonly name: string;
  /** SPKI DER of a P-384 key. */
  readonly publicKey: Uint8Array;
  readonly validity: Validity;
} & (
  | { readonly purpose: 'device'; readonly minimumRosterVersion?: number }
  | { readonly purpose: 'receipt' | 'command' | 'deletion' }
  | { readonly purpose: 'tls-client'; readonly client: 'camera' | 'station' }
  | { readonly purpose: 'tls-server'; readonly hosts: readonly string[] }
);

const dayMs = 86_400_000;
const hostPattern = /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*$/;
// The library would read a leading "#" as hexadecimal.
const rootNamePattern = /^[\p{L}\p{N}](?:.*[^\p{Z}])?$/u;

/** From a day ago, in whole seconds, as a camera's clock may be slow. */
export function validFor(days: number, now = new Date()): Validity {
  const from = Math.floor(now.getTime() / 1000) * 1000 - dayMs;
  return { from: new Date(from), to: new Date(from + days * dayMs) };
}

/** The name of a root in normalisation form C. @throws SealcamError `ROOT_NAME`. */
export function rootName(name: string): string {
  const commonName = name.normalize('NFC');
  if (!rootNamePattern.test(commonName) || !isUtf8Text(commonName, agencyNameBytesMax)) {
    const rule = utf8TextRule(agencyNameBytesMax);
    throw new SealcamError(
      'ROOT_NAME',
      `The name of the root is not ${rule}, with a letter or digit first and no space at the end: give another`,
    );
  }
  return commonName;
}

/**
 * Issues the self-signed certificate of an agency's root: a P-384 authority with path length 0.
 * @param name up to 64 bytes of UTF-8; written in normalisation form C.
 */
export async function issueRoot(signer: Signer, name: string, validity: Validity): Promise<RootAuthority> {
  const commonName = rootName(name);
  const publicKey = await webPublicKey(signer.publicKey);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: [{ CN: [commonName] }],
      notBefore: validity.from,
      notAfter: validity.to,
      signingAlgorithm: ecdsaP384,
      keys: { publicKey, privateKey: publicKey },
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
      ],
    },
    signingCrypto(signer),
  );
  const certificatePem = pem(certificate);
  return { root: readRoot(Buffer.from(certificatePem)), certificatePem, signer };
}

/**
 * Issues a certificate, and checks it as a verifier will.
 * @returns the certificate as PEM.
 * @throws SealcamError `CERTIFICATE_NAME` if an id, a host or the key is not of the accepted form.
 */
export async function issueCertificate(
  authority: RootAuthority,
  request: CertificateRequest,
): Promise<string> {
  if (!idPattern.test(request.name)) {
    throw new SealcamError(
      'CERTIFICATE_NAME',
      'The id is not 1 to 63 letters, digits, dots, hyphens and underscores that begin with a letter or digit: give another',
    );
  }
  const issuerKey = await webPublicKey(authority.signer.publicKey);
  const subjectKey = await webPublicKey(request.publicKey);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: [{ CN: [request.name] }],
      issuer: new x509.X509Certificate(authority.certificatePem).subjectName,
      notBefore: request.validity.from,
      notAfter: request.validity.to,
      signingAlgorithm: ecdsaP384,
      publicKey: subjectKey,
      signingKey: issuerKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([purposeId[request.purpose]], true),
        ...alternativeNames(request),
        ...(await keyIdentifiers(subjectKey, issuerKey)),
      ],
    },
    signingCrypto(authority.signer),
  );
  checkCertificate(new Uint8Array(certificate.rawData), authority.root, request.purpose);
  return pem(certificate);
}

async function keyIdentifiers(
  subject: webcrypto.CryptoKey,
  issuer: webcrypto.CryptoKey,
): Promise<x509.Extension[]> {
  return [
    await x509.SubjectKeyIdentifierExtension.create(subject),
    await x509.AuthorityKeyIdentifierExtension.create(issuer),
  ];
}

function alternativeNames(request: CertificateRequest): x509.Extension[] {
  switch (request.purpose) {
    case 'device':
      return request.minimumRosterVersion === undefined
        ? []
        : [uri(`${minimumRosterPrefix}${request.minimumRosterVersion}`)];
    case 'tls-client':
      return [uri(clientPrefix + request.client)];
    case 'tls-server':
      return [new x509.SubjectAlternativeNameExtension(request.hosts.map(hostName))];
    default:
      return [];
  }
}

function uri(value: string): x509.Extension {
  return new x509.SubjectAlternativeNameExtension([{ type: 'url', value }]);
}

function hostName(host: string): { type: 'ip' | 'dns'; value: string } {
  // The zone of an address (fe80::1%eth0) holds on one machine alone.
  const address = host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  if (isIP(address) !== 0) return { type: 'ip', value: address };
  const name = domainToASCII(host);
  if (!hostPattern.test(name)) {
    throw new SealcamError(
      'CERTIFICATE_NAME',
      `"${host}" is neither a host name nor an IP address: give one`,
    );
  }
  return { type: 'dns', value: name };
}

/** 16 random bytes, positive and without a leading zero (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
