import { issueCertificate, issueRoot } from '../../agency/issue.ts';
import type { Verifier } from '../../evidence/crypto.ts';
import { p384Signer } from '../../evidence/crypto.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';
import type { SignatureScheme, SimKey } from './signatures.ts';

export const deviceId = 'camera-1';
export const stationId = 'station-1';
/** A second camera of the same agency. */
export const hostileId = 'camera-2';

/** The key envelope of a recording and its sealed form: here each follows from the other. */
export function keysOf(id: string): { readonly envelope: Uint8Array; readonly sealed: Uint8Array } {
  return { envelope: Buffer.from(`the keys of ${id}`), sealed: Buffer.from(`the sealed keys of ${id}`) };
}

/** Who takes part in a simulated world. */
export interface Identities {
  readonly root: Root;
  readonly device: CertifiedSigner;
  readonly station: CertifiedSigner;
  /** The camera that floods the station, and the key of its session. */
  readonly hostile: CertifiedSigner & { readonly session: SimKey['signer'] };
  /** A station of another agency. */
  readonly stranger: CertifiedSigner;
  /** The session key of a boot; none has that of another. */
  bootSigner(boot: number): SimKey['signer'];
}

export interface CertifiedSigner {
  readonly signer: SimKey['signer'];
  readonly certificate: Uint8Array;
}

const validity = { from: new Date('2020-01-01'), to: new Date('2040-01-01') };
/** What a DER signature of ECDSA P-384 begins with where it is of the greatest length, and that length in bytes. */
const longestSignature = { head: [0x30, 102], bytes: 104 } as const;

/** Certificates are real ones always; what signs statements, and checks them, is the scheme's. */
export async function makeIdentities(scheme: SignatureScheme): Promise<Identities> {
  const agency = await makeAgency('Test agency', scheme);
  const stranger = await makeAgency('Another agency', scheme);
  const boots: SimKey[] = [];
  return {
    root: agency.root,
    device: await agency.certify(deviceId, 'device'),
    station: await agency.certify(stationId, 'receipt'),
    hostile: { ...(await agency.certify(hostileId, 'device')), session: scheme.newKey().signer },
    stranger: await stranger.certify(stationId, 'receipt'),
    bootSigner(boot) {
      while (boots.length <= boot) boots.push(scheme.newKey());
      const key = boots[boot];
      if (key === undefined) throw new RangeError(`there is no boot ${boot}`);
      return key.signer;
    },
  };
}

async function makeAgency(
  name: string,
  scheme: SignatureScheme,
): Promise<{
  readonly root: Root;
  certify(subject: string, purpose: 'device' | 'receipt'): Promise<CertifiedSigner>;
}> {
  const key = scheme.newKey();
  const authority = await issueRoot(p384Signer(key.privateKey), name, validity);
  const verifier: Verifier | undefined = scheme.verifierOf(key.signer.publicKey);
  if (verifier === undefined) throw new TypeError('a key that was just made is not known');
  return {
    root: { ...authority.root, verifier, verifierOf: scheme.verifierOf },
    async certify(subject, purpose) {
      const { signer } = scheme.newKey();
      const request = { name: subject, purpose, publicKey: signer.publicKey, validity } as const;
      // All certificates are of one length then, and with them all that carries one: one signature in four is.
      for (;;) {
        const der = certificateDer(Buffer.from(await issueCertificate(authority, request)));
        const { head, bytes } = longestSignature;
        if (head.every((byte, at) => der.at(at - bytes) === byte)) return { signer, certificate: der };
      }
    },
  };
}
