import type { KeyObject } from 'node:crypto';
import { equalBytes } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import type { Verifier } from './crypto.ts';
import { extensionId, type ParsedCertificate, parseCertificate } from './encoding/x509.ts';
import { idPattern } from './limits.ts';
import type { Root } from './root.ts';

/**
 * What a certificate is for, exactly one purpose each, stated as its only Extended Key Usage. Our own purposes
 * are numbered below a UUID (ITU-T X.667: 2.25.UUID needs no registration),
 * 9ba4ad22-2da3-4503-983f-25dcbb6c6286.
 */
export const purposeId = {
  device: '2.25.206885387596204835515295708518418244230.1.1',
  receipt: '2.25.206885387596204835515295708518418244230.1.2',
  command: '2.25.206885387596204835515295708518418244230.1.3',
  deletion: '2.25.206885387596204835515295708518418244230.1.4',
  'tls-client': '1.3.6.1.5.5.7.3.2',
  'tls-server': '1.3.6.1.5.5.7.3.1',
} as const;
export type Purpose = keyof typeof purposeId;

/**
 * The kind of holder of a TLS client certificate, so that a camera can never pass for a station at the broker.
 */
export type ClientKind = 'camera' | 'station';

/** A certificate that the agency's root issued for the expected purpose. */
export interface CheckedCertificate {
  /** The subject's one common name: the id of the device or station. */
  readonly name: string;
  readonly publicKey: KeyObject;
  /** Checks what the certificate's key signed. */
  readonly verifier: Verifier;
  /** Hex SHA-256 of the SPKI DER: a revocation names the key by it. */
  readonly keyId: string;
  /** Reported, never enforced here: an expired certificate does not condemn what was signed. */
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Only in a device certificate that states one: the camera takes no roster below this version. */
  readonly minimumRosterVersion?: number;
  /** Of a TLS client certificate. */
  readonly client?: ClientKind;
  readonly der: Uint8Array;
}

/** The alternative names that say about a certificate what its purpose alone does not. */
export const minimumRosterPrefix = 'urn:sealcam:minimum-roster:';
export const clientPrefix = 'urn:sealcam:client:';
const minimumRosterPattern = /^URI:urn:sealcam:minimum-roster:([1-9][0-9]{0,15})$/;
const clientPattern = /^URI:urn:sealcam:client:(camera|station)$/;

/** basicConstraints of a certificate that may not issue others: an empty sequence. */
const notAuthority = Uint8Array.of(0x30, 0x00);
/** keyUsage digitalSignature, and nothing else. */
const digitalSignature = Uint8Array.of(0x03, 0x02, 0x07, 0x80);

/**
 * The certificates of each root that were found good, by purpose and all of their bytes; the newest is last. A
 * camera meets the same one in every receipt, and checking it costs more than checking the receipt.
 */
const known = new WeakMap<Root, Map<string, CheckedCertificate>>();
const knownMax = 16;

/**
 * Checks that `root` itself issued the certificate `der`, for `purpose` and nothing else. A good certificate is
 * remembered: no part of the answer changes with time.
 * @throws SealcamError `CERTIFICATE_MALFORMED`, `CERTIFICATE_ALGORITHM`, `CERTIFICATE_EXTENSION`,
 *   `CERTIFICATE_UNTRUSTED` (not of this root), `CERTIFICATE_AUTHORITY` (issues certificates itself),
 *   `CERTIFICATE_PURPOSE`, `CERTIFICATE_NAME`.
 */
export function checkCertificate(der: Uint8Array, root: Root, purpose: Purpose): CheckedCertificate {
  const ofRoot = known.get(root) ?? new Map<string, CheckedCertificate>();
  known.set(root, ofRoot);
  const key = `${purpose} ${Buffer.from(der.buffer, der.byteOffset, der.length).toString('latin1')}`;
  const checked = ofRoot.get(key) ?? check(der, root, purpose);
  ofRoot.delete(key);
  ofRoot.set(key, checked);
  for (const oldest of ofRoot.keys()) {
    if (ofRoot.size <= knownMax) break;
    ofRoot.delete(oldest);
  }
  return checked;
}

function check(der: Uint8Array, root: Root, purpose: Purpose): CheckedCertificate {
  const certificate = parseCertificate(der);
  checkIssuer(certificate, root);
  checkUse(certificate, purpose);
  const { publicKey, keyId, validFrom, validTo } = certificate;
  const name = /^CN=(.*)$/.exec(certificate.x509.subject)?.[1];
  if (name === undefined || !idPattern.test(name)) {
    throw new SealcamError(
      'CERTIFICATE_NAME',
      "The certificate's subject is not one common name of up to 63 letters, digits, dots, hyphens and underscores that begins with a letter or digit: issue it again",
    );
  }
  const verifier = root.verifierOf(certificate.spki);
  if (verifier === undefined) throw new TypeError('a certificate of another key is not parsed');
  return {
    name,
    publicKey,
    verifier,
    keyId,
    validFrom,
    validTo,
    der: certificate.der,
    ...alternativeName(certificate, purpose),
  };
}

function checkIssuer(certificate: ParsedCertificate, root: Root): void {
  const { x509 } = certificate;
  // node's verify() checks only the signature, checkIssued() only names and key identifiers.
  const issued =
    equalBytes(certificate.issuer, root.certificate.subject) &&
    x509.checkIssued(root.certificate.x509) &&
    x509.verify(root.publicKey);
  if (!issued) {
    throw new SealcamError(
      'CERTIFICATE_UNTRUSTED',
      "The certificate was not issued by the given root: check that it is this agency's root and device",
    );
  }
  // If the key were also the root's, every statement would count as one of the root's.
  if (certificate.keyId === root.keyId || equalBytes(certificate.subject, root.certificate.subject)) {
    throw new SealcamError(
      'CERTIFICATE_AUTHORITY',
      "The certificate is the root's own: issue one for a device",
    );
  }
}

function checkUse(certificate: ParsedCertificate, purpose: Purpose): void {
  const { x509, extensions } = certificate;
  const constraints = extensions.get(extensionId.basicConstraints);
  if (x509.ca || (constraints !== undefined && !equalBytes(constraints.value, notAuthority))) {
    throw new SealcamError(
      'CERTIFICATE_AUTHORITY',
      'The certificate may issue others, but only the root issues certificates: issue it again',
    );
  }
  const usage = extensions.get(extensionId.keyUsage);
  if (usage === undefined || !usage.critical || !equalBytes(usage.value, digitalSignature)) {
    throw new SealcamError(
      'CERTIFICATE_PURPOSE',
      "The certificate's key usage is not digitalSignature alone: issue it again",
    );
  }
  const purposes = x509.keyUsage ?? [];
  if (purposes.length !== 1 || purposes[0] !== purposeId[purpose]) {
    throw new SealcamError(
      'CERTIFICATE_PURPOSE',
      `The certificate is not for the one purpose "${purpose}", but for ${purposeNames(purposes)}`,
    );
  }
}

function alternativeName(
  certificate: ParsedCertificate,
  purpose: Purpose,
): { minimumRosterVersion?: number; client?: ClientKind } {
  const text = alternativeText(certificate);
  const refuse = (expected: string): SealcamError =>
    new SealcamError(
      'CERTIFICATE_NAME',
      `The certificate's alternative name is not ${expected}: issue it again`,
    );
  switch (purpose) {
    case 'device': {
      if (text === undefined) return {};
      const version = Number(minimumRosterPattern.exec(text)?.[1]);
      if (!Number.isSafeInteger(version)) throw refuse(`the one URI ${minimumRosterPrefix}VERSION`);
      return { minimumRosterVersion: version };
    }
    case 'tls-client': {
      const client = clientPattern.exec(text ?? '')?.[1];
      if (client !== 'camera' && client !== 'station') {
        throw refuse(`the one URI ${clientPrefix}camera or ${clientPrefix}station`);
      }
      return { client };
    }
    case 'tls-server':
      if (!text) throw refuse('a host name or address');
      return {};
    default:
      if (text !== undefined) throw refuse('absent');
      return {};
  }
}

/** As Node prints it. Of a name that OpenSSL can't print, Node 20 gives an empty text and Node 24 throws. */
function alternativeText({ x509 }: ParsedCertificate): string | undefined {
  try {
    return x509.subjectAltName;
  } catch {
    return '';
  }
}

function purposeNames(ids: readonly string[]): string {
  const name = (id: string): string =>
    Object.entries(purposeId).find(([, one]) => one === id)?.[0] ?? 'another';
  return ids.length === 0 ? 'none' : ids.map(name).join(' and ');
}
