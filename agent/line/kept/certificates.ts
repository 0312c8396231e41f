import { isSealcamError, SealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { type CheckedCertificate, checkCertificate } from '../../../evidence/certificate.ts';
import type { Root } from '../../../evidence/root.ts';
import { keepTwice, readTwice } from './kept-twice.ts';

// Certificates that the agency issued again over the keys that the camera has. They are as good as those in the camera's
// folder, which may be read-only: the one that is valid longer is used.

/** The camera's certificates, by the files of its folder; what was taken since has the same names in the spool's folder. */
type CertificateName = 'identity.crt' | 'tls.crt';

const purposes = { 'identity.crt': 'device', 'tls.crt': 'tls-client' } as const;

/** Where renewed certificates are kept, as DER. */
export interface CertificateSources {
  readonly kept: (name: string) => string;
  readonly root: Root;
  readonly log: Log;
}

/** `given`, or a certificate over the same key that was taken and is valid longer. */
export async function newestCertificate(
  name: CertificateName,
  given: CheckedCertificate,
  { kept, root, log }: CertificateSources,
): Promise<CheckedCertificate> {
  const { newest } = await readTwice({
    ...{ path: kept(name), log },
    decode: (der) => checkCertificate(der, root, purposes[name]),
    versionOf: ({ validTo }) => validTo.getTime(),
  });
  return newest !== undefined && renews(newest.value, given) ? newest.value : given;
}

function renews(one: CheckedCertificate, before: CheckedCertificate): boolean {
  const sameHolder = one.name === before.name && one.client === before.client;
  return sameHolder && one.keyId === before.keyId && one.validTo > before.validTo;
}

/** Takes certificates that come for the camera while it runs. */
export class CertificateTaker {
  readonly #given: CertificateSources & {
    readonly rosterVersion: () => number;
    readonly tlsRenewed: () => Promise<void>;
    readonly tls: () => CheckedCertificate | undefined;
  };
  #identity: CheckedCertificate;
  /** For the broker, that was taken; undefined if none was. */
  #tls: CheckedCertificate | undefined;

  /**
   * @param given.identity the certificate of this boot's session; `given.tls` that for the broker, if there is one.
   * @param given.rosterVersion of the roster in use, which a new identity certificate must accept.
   * @param given.tlsRenewed called when a new one for the broker is kept.
   */
  constructor(
    given: CertificateSources & {
      readonly identity: CheckedCertificate;
      readonly tls: () => CheckedCertificate | undefined;
      readonly rosterVersion: () => number;
      readonly tlsRenewed: () => Promise<void>;
    },
  ) {
    this.#given = given;
    this.#identity = given.identity;
  }

  /** The identity's certificate that the next start uses. */
  get identity(): CheckedCertificate {
    return this.#identity;
  }

  /**
   * Takes a certificate, DER: one for the broker is used from the next connection on, the identity's from the next start on.
   * @returns whether it renews one that the camera has; it is durable then. One for another key is not for this camera any more, or
   *   not yet, and is left.
   * @throws SealcamError `CERTIFICATE_*`, and what the system throws if it cannot be kept.
   */
  async take(der: Uint8Array): Promise<boolean> {
    const { kept, log, rosterVersion, tlsRenewed } = this.#given;
    const { name, certificate } = this.#checked(der);
    const before = name === 'identity.crt' ? this.#identity : (this.#tls ?? this.#given.tls());
    if (before === undefined) return false;
    if (certificate.name !== before.name) {
      throw new SealcamError(
        'CERTIFICATE_FOREIGN',
        `The certificate is for "${certificate.name}", not for this camera: check the station that sent it`,
      );
    }
    if (!renews(certificate, before)) return false;
    const least = certificate.minimumRosterVersion ?? 0;
    if (least > rosterVersion() || least < (before.minimumRosterVersion ?? 0)) {
      throw new SealcamError(
        'CERTIFICATE_ROSTER',
        `The certificate accepts rosters from version ${least} on, and the camera has version ${rosterVersion()}: it could not start with both; send it the newest roster`,
      );
    }
    await keepTwice(kept(name), certificate.der, log);
    if (name === 'identity.crt') this.#identity = certificate;
    else {
      this.#tls = certificate;
      await tlsRenewed();
    }
    return true;
  }

  #checked(der: Uint8Array): { readonly name: CertificateName; readonly certificate: CheckedCertificate } {
    const { root } = this.#given;
    try {
      return { name: 'identity.crt', certificate: checkCertificate(der, root, 'device') };
    } catch (error) {
      if (!isSealcamError(error, 'CERTIFICATE_PURPOSE')) throw error;
      return { name: 'tls.crt', certificate: checkCertificate(der, root, 'tls-client') };
    }
  }
}
