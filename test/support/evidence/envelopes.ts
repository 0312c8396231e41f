import { p384 } from '@noble/curves/nist.js';
import { sealcam } from '#generated/evidence.js';
import { beBytes, concatBytes, toHex } from '../../../base/bytes.ts';
import type { Signer } from '../../../evidence/crypto.ts';
import { openEnvelope, pae } from '../../../evidence/dsse.ts';
import { parseRecord, statementRecord } from '../../../evidence/records.ts';

/** What to change in an envelope. */
export interface Unlike {
  readonly payload?: Uint8Array;
  readonly payloadType?: string;
  readonly signature?: Uint8Array;
  readonly keyId?: string;
}

/** The statement record with something in its envelope changed, and nothing signed again. */
export function altered(record: Uint8Array, unlike: Unlike): Uint8Array {
  const { payload, payloadType, signature, keyId } = { ...openEnvelope(parseRecord(record).body), ...unlike };
  const { Envelope } = sealcam.evidence;
  const message = { payload, payloadType, signatures: [{ sig: signature, keyid: keyId }] };
  return statementRecord(Uint8Array.from(Envelope.encode(message).finish()));
}

/** The statement record signed again by `signer`, whatever else is changed. */
export function resigned(record: Uint8Array, signer: Signer, unlike: Unlike = {}): Uint8Array {
  const { payload, payloadType } = { ...openEnvelope(parseRecord(record).body), ...unlike };
  const signature = signer.sign(pae(payloadType, payload));
  return altered(record, { ...unlike, signature, keyId: signer.keyId });
}

/** The payload of a statement record. */
export function payloadOf(record: Uint8Array): Uint8Array {
  return openEnvelope(parseRecord(record).body).payload;
}

/** The same signature with n - s in place of s: as good as the first. */
export function otherS(record: Uint8Array): Uint8Array {
  const { signature } = openEnvelope(parseRecord(record).body);
  const s = BigInt(`0x${toHex(signature.subarray(48))}`);
  const other = (p384.Point.Fn.ORDER - s).toString(16).padStart(96, '0');
  return altered(record, {
    signature: concatBytes(signature.subarray(0, 48), Uint8Array.from(Buffer.from(other, 'hex'))),
  });
}

/** A record whose head claims `length` bytes of body. */
export function claimedRecord(length: number, rest: Uint8Array, type = 1): Uint8Array {
  return concatBytes(Buffer.from('SCR1'), beBytes(length, 4), Uint8Array.of(type), rest);
}
