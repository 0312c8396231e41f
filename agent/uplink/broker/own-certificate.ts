import type { Clock, Timer } from '../../../base/clock.ts';
import { systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { checkCertificate } from '../../../evidence/certificate.ts';
import { certificateDer, type Root } from '../../../evidence/root.ts';
import { uplinkLimits } from '../../limits.ts';
import type { BrokerEvents, BrokerSession, OpenBrokerSession } from './broker-session.ts';

/** The camera's TLS client certificate and its private key, PEM. */
export interface TlsPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** When a certificate is valid. */
export interface Period {
  readonly validFrom: Date;
  readonly validTo: Date;
}

/** What {@link OwnCertificate} needs. */
export interface OwnCertificateOptions {
  /** Reads the current files. */
  readonly read: () => Promise<TlsPair>;
  readonly root: Root;
  /** Prepares connections with a pair. @throws SealcamError if the pair is not this camera's. */
  readonly prepare: (pair: TlsPair) => OpenBrokerSession;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The camera's TLS certificate, which may be renewed while the agent runs, because a restart would cut the recording.
 * The files are read whenever a connection is opened, for the next one, and every hour after the first. A pair that
 * cannot be used, such as a new certificate with the old key, changes nothing.
 */
export class OwnCertificate {
  readonly #options: OwnCertificateOptions;
  #seen: TlsPair;
  #open: OpenBrokerSession;
  #period: Period;
  #looking: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;

  private constructor(options: OwnCertificateOptions, pair: TlsPair) {
    this.#options = options;
    this.#seen = pair;
    this.#open = options.prepare(pair);
    this.#period = this.#periodOf(pair);
  }

  /** @throws SealcamError, or a file system error, if the present pair cannot be used. */
  static async load(options: OwnCertificateOptions): Promise<OwnCertificate> {
    return new OwnCertificate(options, await options.read());
  }

  /** When the certificate in use was issued, and when it ends. */
  get period(): Period {
    return this.#period;
  }

  /** Opens a connection with the newest known pair, and looks for a newer one. */
  open(events: BrokerEvents): BrokerSession {
    const session = this.#open(events);
    void this.look();
    return session;
  }

  /** Reads the files again. Never rejects. */
  look(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(uplinkLimits.certificateLookMs, () => void this.look());
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  /** Stops looking. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { read, prepare, log } = this.#options;
    try {
      const pair = await read();
      if (pair.certificate === this.#seen.certificate && pair.privateKey === this.#seen.privateKey) return;
      this.#seen = pair;
      const open = prepare(pair);
      this.#period = this.#periodOf(pair);
      this.#open = open;
      log.info('certificate.renewed', 'The TLS certificate was renewed', {
        validTo: this.#period.validTo.toISOString().slice(0, 10),
      });
    } catch (error) {
      const reason = systemCode(error) ?? (error instanceof Error ? error.message : String(error));
      log.warn(
        'certificate.unusable',
        'The new TLS certificate in the folder cannot be used: the previous one stays in use',
        { reason },
      );
    }
  }

  #periodOf({ certificate }: TlsPair): Period {
    const der = certificateDer(Buffer.from(certificate));
    const { validFrom, validTo } = checkCertificate(der, this.#options.root, 'tls-client');
    return { validFrom, validTo };
  }
}
