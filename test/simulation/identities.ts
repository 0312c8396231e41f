import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { issueCertificate, issueRoot } from '../../agency/issue.ts';
import { newSigningKey } from '../../agency/signing-key.ts';
import { keyIdOf, type Signer } from '../../evidence/crypto.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';

export const deviceId = 'camera-1';
export const stationId = 'station-1';

/** Who takes part in a simulated world. Made once a process, as keys and certificates cost far more than a seed. */
export interface Identities {
  readonly root: Root;
  readonly device: CertifiedSigner;
  readonly station: CertifiedSigner;
  /** A station of another agency. */
  readonly stranger: CertifiedSigner;
  /** The session key of a boot; none has that of another. */
  bootSigner(boot: number): Signer;
}

export interface CertifiedSigner {
  readonly signer: Signer;
  readonly certificate: Uint8Array;
}

const validity = { from: new Date('2020-01-01'), to: new Date('2040-01-01') };
/** Of so many certificates the longest is taken: all are of one length then, and with them all that carries one. */
const certificatesTried = 24;

export async function makeIdentities(): Promise<Identities> {
  const agency = await makeAgency('Test agency');
  const stranger = await makeAgency('Another agency');
  const boots: Signer[] = [];
  return {
    root: agency.root,
    device: await agency.certify(deviceId, 'device'),
    station: await agency.certify(stationId, 'receipt'),
    stranger: await stranger.certify(stationId, 'receipt'),
    bootSigner(boot) {
      while (boots.length <= boot) {
        boots.push(fastSigner(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey));
      }
      const signer = boots[boot];
      if (signer === undefined) throw new RangeError(`there is no boot ${boot}`);
      return signer;
    },
  };
}

async function makeAgency(name: string): Promise<{
  readonly root: Root;
  certify(subject: string, purpose: 'device' | 'receipt'): Promise<CertifiedSigner>;
}> {
  const key = newSigningKey();
  const authority = await issueRoot(key.privateKey, name, validity);
  return {
    root: authority.root,
    async certify(subject, purpose) {
      const own = newSigningKey();
      let longest: Uint8Array = new Uint8Array(0);
      for (let n = 0; n < certificatesTried; n += 1) {
        const request = { name: subject, purpose, publicKey: own.publicKey, validity } as const;
        const der = certificateDer(Buffer.from(await issueCertificate(authority, request)));
        if (der.length > longest.length) longest = der;
      }
      return { signer: fastSigner(own.privateKey), certificate: longest };
    },
  };
}

/**
 * Signs by OpenSSL, five times as fast as the product's own signer. Its signatures differ from run to run, which
 * changes nothing: no name, length or decision hangs on them.
 */
function fastSigner(privateKey: KeyObject): Signer {
  const { x, y } = privateKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), coordinate(x), coordinate(y)]);
  const prefix = Buffer.from('3076301006072a8648ce3d020106052b81040022036200', 'hex');
  const publicKey = Uint8Array.from(Buffer.concat([prefix, point]));
  return {
    publicKey,
    keyId: keyIdOf(publicKey),
    sign: (message) =>
      Uint8Array.from(sign('sha384', message, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
  };
}

function coordinate(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url');
}
