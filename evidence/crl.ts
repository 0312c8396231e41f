import { verify } from 'node:crypto';
import { equalBytes } from '../base/bytes.ts';
import { isSealcamError, SealcamError } from '../base/errors.ts';
import { type DerElement, derContent, derElements, derTag } from './encoding/der.ts';
import { crlBytesMax } from './limits.ts';
import type { Root } from './root.ts';

/** What a broker goes by: a list of revoked certificates (RFC 5280, 5) that the root signed. */
export interface Crl {
  /** The version of the revocation list with which it was made. */
  readonly number: number;
  readonly thisUpdate: Date;
  /** From then on a broker refuses every certificate. */
  readonly nextUpdate: Date;
}

/** So long before it was signed a CRL begins to be valid: a broker whose clock is slow would refuse every certificate. */
export const crlBackdatedMs = 86_400_000;

/** One \s alone before the body, which has them too: two repetitions would try every way to share a run of them. */
const pemPattern = /^\s*-----BEGIN X509 CRL-----\s([A-Za-z0-9+/=\s]+)-----END X509 CRL-----\s*$/;
/** ecdsa-with-SHA384, no parameters (RFC 5758, 3.2). */
const ecdsaSha384 = Uint8Array.from(Buffer.from('300a06082a8648ce3d040303', 'hex'));
/** The extension cRLNumber (RFC 5280, 5.2.3). */
const numberId = Uint8Array.of(0x55, 0x1d, 0x14);
const tag = { utcTime: 0x17, generalizedTime: 0x18, extensions: 0xa0 };

/**
 * Reads a CRL, PEM, and checks the root's signature. The certificates that it names are not looked at.
 * @throws SealcamError `CRL_INVALID`.
 */
export function readCrl(file: Uint8Array, root: Root): Crl {
  if (file.length > crlBytesMax)
    throw invalid(`has ${file.length} bytes, of which ${crlBytesMax} are allowed`);
  const text = pemPattern.exec(Buffer.from(file).toString('latin1'))?.[1];
  if (text === undefined) throw invalid('is not PEM with one X509 CRL');
  try {
    return parse(Uint8Array.from(Buffer.from(text, 'base64')), root);
  } catch (cause) {
    if (!isSealcamError(cause) || cause.code !== 'CERTIFICATE_MALFORMED') throw cause;
    throw invalid('is not valid DER', cause);
  }
}

function parse(der: Uint8Array, root: Root): Crl {
  const [list, ...others] = derElements(der);
  const [tbs, algorithm, signature] = derElements(derContent(list, derTag.sequence));
  const [, , issuer, thisUpdate, nextUpdate, ...rest] = derElements(derContent(tbs, derTag.sequence));
  const signed = derContent(signature, derTag.bitString);
  const isOfRoot =
    others.length === 0 &&
    tbs !== undefined &&
    algorithm !== undefined &&
    equalBytes(algorithm.whole, ecdsaSha384) &&
    issuer !== undefined &&
    equalBytes(issuer.whole, root.certificate.subject) &&
    signed[0] === 0 &&
    verify('sha384', tbs.whole, root.publicKey, signed.subarray(1));
  if (!isOfRoot) throw invalid("is not signed by the agency's root");
  return {
    number: numberOf(rest.find((element) => element.tag === tag.extensions)),
    thisUpdate: timeOf(thisUpdate),
    nextUpdate: timeOf(nextUpdate),
  };
}

function numberOf(extensions: DerElement | undefined): number {
  const [list] = derElements(derContent(extensions, tag.extensions));
  for (const extension of derElements(derContent(list, derTag.sequence))) {
    const [id, ...values] = derElements(derContent(extension, derTag.sequence));
    if (!equalBytes(derContent(id, derTag.oid), numberId)) continue;
    const [value] = derElements(derContent(values.at(-1), derTag.octetString));
    const bytes = derContent(value, derTag.integer);
    if (bytes.length <= 6) return bytes.reduce((number, byte) => number * 256 + byte, 0);
  }
  throw invalid('has no number');
}

function timeOf(element: DerElement | undefined): Date {
  const short = element?.tag === tag.utcTime;
  const text = Buffer.from(derContent(element, short ? tag.utcTime : tag.generalizedTime)).toString('latin1');
  // Of two digits, those below 50 are of this century (RFC 5280, 5.1.2.4).
  const full = short ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [, ...digits] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full) ?? [];
  const [year, month, day, hour, minute, second] = digits;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time.getTime())) throw invalid('has an invalid time');
  return time;
}

function invalid(what: string, cause?: unknown): SealcamError {
  return new SealcamError(
    'CRL_INVALID',
    `The CRL ${what}: copy the agency's folder "revocations" again`,
    cause === undefined ? undefined : { cause },
  );
}
