import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { toHex } from '../base/bytes.ts';
import { crlBackdatedMs, readCrl } from '../evidence/crl.ts';
import { crlCertificatesMax } from '../evidence/limits.ts';
import { maySignCrl } from '../evidence/root.ts';
import type { OpenAgency } from './agency-folder.ts';
import { listFolder, readPresent } from './folder.ts';
import type { RevocationEntries } from './sign.ts';
import { ecdsaP384, signingCrypto, webPublicKey, x509 } from './signing-key.ts';

/** Why there is no CRL: more certificates that are valid are revoked than one may name. */
export interface TooManyForCrl {
  readonly tooMany: number;
}

/** A CRL for brokers, and what it leaves out. */
export interface IssuedCrl {
  readonly pem: string;
  /** Keys of the revocation list that a broker is not told: without a certificate in the register, and not yet revoked. */
  readonly unknown: number;
  readonly later: number;
  /** When the first of those that are not yet revoked will be. */
  readonly nextFrom: Date | undefined;
}

/**
 * Signs the CRL that goes with a revocation list: what a broker refuses at TLS, by the serial numbers of the agency's
 * register. Certificates that have expired are left out, as TLS refuses them anyway. It is valid until the root's certificate ends.
 * @param most how many certificates it may name.
 * @returns undefined if the root's certificate does not allow it to sign one.
 */
export async function issueCrl(
  agency: OpenAgency,
  { version, certificates }: RevocationEntries,
  most: number = crlCertificatesMax,
): Promise<IssuedCrl | TooManyForCrl | undefined> {
  if (!maySignCrl(agency.root)) return undefined;
  const nowMs = Date.now();
  const register = await serialsByKeyId(agency.folder);
  const revoked = certificates.map(({ keyId, fromUtcUs }) => ({
    certificates: register.get(toHex(keyId)),
    from: new Date(fromUtcUs / 1_000),
  }));
  const now = revoked.filter(({ from }) => from.getTime() <= nowMs);
  const entries = now.flatMap(({ certificates = [], from }) =>
    certificates
      .filter(({ validTo }) => validTo.getTime() > nowMs)
      // Without a reason, the library would write an empty list of extensions, which the standard forbids.
      .map(({ serialNumber }) => ({
        serialNumber,
        revocationDate: from,
        reason: x509.X509CrlReason.keyCompromise,
      })),
  );
  if (entries.length > most) return { tooMany: entries.length };
  const publicKey = await webPublicKey(agency.signer.publicKey);
  const crl = await x509.X509CrlGenerator.create(
    {
      issuer: new x509.X509Certificate(agency.certificatePem).subjectName,
      thisUpdate: new Date(Math.floor(nowMs / 1_000) * 1_000 - crlBackdatedMs),
      nextUpdate: agency.root.certificate.validTo,
      entries,
      extensions: [
        await x509.AuthorityKeyIdentifierExtension.create(publicKey),
        new x509.Extension('2.5.29.20', false, derInteger(version)),
      ],
      signingAlgorithm: ecdsaP384,
      signingKey: publicKey,
    },
    signingCrypto(agency.signer),
  );
  const lines =
    Buffer.from(crl.rawData)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const pem = ['-----BEGIN X509 CRL-----', ...lines, '-----END X509 CRL-----', ''].join('\n');
  readCrl(Buffer.from(pem), agency.root);
  return {
    pem,
    unknown: revoked.filter((one) => one.certificates === undefined).length,
    later: revoked.length - now.length,
    nextFrom: revoked.reduce<Date | undefined>(
      (next, { from }) => (from.getTime() <= nowMs || (next && next <= from) ? next : from),
      undefined,
    ),
  };
}

interface Registered {
  readonly serialNumber: string;
  readonly validTo: Date;
}

async function serialsByKeyId(folder: string): Promise<ReadonlyMap<string, readonly Registered[]>> {
  const register = new Map<string, Registered[]>();
  for (const name of await listFolder(join(folder, 'issued'))) {
    const keyId = /\.([0-9a-f]{64})(?:\.[1-9][0-9]*)?\.crt$/.exec(name)?.[1];
    if (keyId === undefined) continue;
    const { serialNumber, validTo } = new X509Certificate(
      await readPresent(join(folder, 'issued', name), 'issued certificate'),
    );
    const one = { serialNumber: serialNumber.toLowerCase(), validTo: new Date(validTo) };
    register.set(keyId, [...(register.get(keyId) ?? []), one]);
  }
  return register;
}

/** A whole number of at least 0 in DER. */
function derInteger(value: number): Uint8Array {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const content = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  return Uint8Array.of(2, content.length, ...content);
}
