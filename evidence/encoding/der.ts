import { SealcamError } from '../../base/errors.ts';

/** One DER element. It gives access to what node's X509Certificate does not show of a certificate. */
export interface DerElement {
  /** The identifier octet: class, form and number. Numbers above 30 do not occur in a certificate. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly whole: Uint8Array;
}

/** Identifier octets of the elements that a certificate is made of (X.690, 8.1.2). */
export const derTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  sequence: 0x30,
  version: 0xa0,
  extensions: 0xa3,
} as const;

/**
 * The elements that `bytes` hold end to end, without descending into them. Strict: only definite and shortest
 * lengths, no trailing bytes.
 * @throws SealcamError `CERTIFICATE_MALFORMED`.
 */
export function derElements(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const { length, lengthBytes } = derLength(bytes, at + 1);
    const start = at + 1 + lengthBytes;
    const end = start + length;
    if ((tag & 0x1f) === 0x1f || end > bytes.length) throw malformed(at);
    elements.push({ tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return elements;
}

/** The content of `element`, which must have `tag`. */
export function derContent(element: DerElement | undefined, tag: number): Uint8Array {
  if (element === undefined || element.tag !== tag) throw malformed(0);
  return element.content;
}

function derLength(bytes: Uint8Array, at: number): { length: number; lengthBytes: number } {
  const first = bytes[at];
  if (first === undefined) throw malformed(at);
  if (first < 0x80) return { length: first, lengthBytes: 1 };
  const size = first & 0x7f;
  // Three bytes of length are enough: what is read is bounded far below 16 MiB.
  if (size < 1 || size > 3 || at + 1 + size > bytes.length) throw malformed(at);
  const length = bytes.subarray(at + 1, at + 1 + size).reduce((sum, byte) => sum * 256 + byte, 0);
  if (length < (size === 1 ? 0x80 : 256 ** (size - 1))) throw malformed(at);
  return { length, lengthBytes: 1 + size };
}

function malformed(at: number): SealcamError {
  return new SealcamError(
    'CERTIFICATE_MALFORMED',
    `The certificate is not valid DER (near byte ${at} of the element being read): it must be issued again`,
  );
}
