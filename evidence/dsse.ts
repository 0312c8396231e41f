import { sealcam } from '#generated/evidence.js';
import { concatBytes } from '../base/bytes.ts';
import { SealcamError } from '../base/errors.ts';
import { type Signer, sha256, type Verifier } from './crypto.ts';
import { bytes, bytesUpTo, codec, list, text } from './encoding/codec.ts';
import { envelopeBytesMax, signatureBytes } from './limits.ts';

// DSSE 1.0.2 (secure-systems-lab/dsse): one signature over the pre-authentication encoding of type and
// payload, in the protobuf form of its envelope.

/** A well-formed envelope whose signature has not been checked yet. */
export interface UnverifiedEnvelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  /** r||s, 96 bytes. */
  readonly signature: Uint8Array;
  /** The signer's claim which key it used, hex or empty: a hint where to look first. */
  readonly keyId: string;
  /** SHA-256(PAE): the statement's name, independent of signature and key id. 32 bytes. */
  readonly digest: Uint8Array;
  /** The encoded envelope, as a record contains it. */
  readonly encoded: Uint8Array;
}

const signatureCodec = codec('signature', sealcam.evidence.Signature, {
  sig: bytes(signatureBytes),
  keyid: text(/^(?:[0-9a-f]{64})?$/, '64 hexadecimal digits or nothing'),
});

const envelopeCodec = codec('envelope', sealcam.evidence.Envelope, {
  payload: bytesUpTo(envelopeBytesMax, 0),
  payloadType: text(
    /^application\/vnd\.sealcam\.[a-z-]{1,40}\.v[1-9][0-9]{0,2}$/,
    'application/vnd.sealcam.TYPE.vN',
  ),
  signatures: list(signatureCodec, 1, 1),
});

/** The bytes that are signed: `DSSEv1 SP LEN(type) SP type SP LEN(payload) SP payload`. */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array {
  const typeBytes = Buffer.byteLength(payloadType);
  return concatBytes(Buffer.from(`DSSEv1 ${typeBytes} ${payloadType} ${payload.length} `), payload);
}

/** D(s), the name of a statement: SHA-256 of its PAE, 32 bytes. */
export function statementDigest(payloadType: string, payload: Uint8Array): Uint8Array {
  return sha256(pae(payloadType, payload));
}

/** The encoded envelope of `payload`, signed by `signer`. */
export function signEnvelope(payloadType: string, payload: Uint8Array, signer: Signer): Uint8Array {
  const sig = signer.sign(pae(payloadType, payload));
  return envelopeCodec.encode({ payload, payloadType, signatures: [{ sig, keyid: signer.keyId }] });
}

/**
 * Parses an envelope without looking into its payload.
 * @throws SealcamError `EVIDENCE_MALFORMED` if it is too long, not canonical, of a foreign type, or does not
 *   have exactly one signature.
 */
export function openEnvelope(encoded: Uint8Array): UnverifiedEnvelope {
  if (encoded.length > envelopeBytesMax) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      `"envelope": expected at most ${envelopeBytesMax} bytes, got ${encoded.length}`,
    );
  }
  const { payload, payloadType, signatures } = envelopeCodec.decode(encoded);
  const [signature] = signatures;
  if (signature === undefined) throw new TypeError('the envelope codec lets one signature through');
  return {
    payloadType,
    payload,
    signature: signature.sig,
    keyId: signature.keyid,
    digest: statementDigest(payloadType, payload),
    encoded,
  };
}

/** True if the key of `verifier` signed the envelope's payload under its type. */
export function isSignedBy(envelope: UnverifiedEnvelope, verifier: Verifier): boolean {
  return verifier.verify(pae(envelope.payloadType, envelope.payload), envelope.signature);
}
