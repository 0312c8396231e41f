import type { Clock, Timer } from '../../base/clock.ts';
import { systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { checkCertificate } from '../../evidence/certificate.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';
import { uplinkLimits } from '../limits.ts';
import type { BrokerEvents, BrokerSession, OpenBrokerSession } from './broker-session.ts';

/** The camera's TLS client certificate and its private key, PEM. */
export interface TlsPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What {@link OwnCertificate} needs. */
export interface OwnCertificateOptions {
  /** Reads the files as they are now. */
  readonly read: () => Promise<TlsPair>;
  readonly root: Root;
  /** Prepares connections with a pair. @throws SealcamError where the pair is not this camera's. */
  readonly prepare: (pair: TlsPair) => OpenBrokerSession;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The camera's TLS certificate, which may be renewed while the agent runs: a restart would cut the recording. The
 * files are looked at whenever a connection is opened, for the next one, and every hour from the first on. A pair that
 * cannot be used, such as the new certificate beside the old key, changes nothing.
 */
export class OwnCertificate {
  readonly #options: OwnCertificateOptions;
  #seen: TlsPair;
  #open: OpenBrokerSession;
  #validTo: Date;
  #looking: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;

  private constructor(options: OwnCertificateOptions, pair: TlsPair) {
    this.#options = options;
    this.#seen = pair;
    this.#open = options.prepare(pair);
    this.#validTo = this.#endOf(pair);
  }

  /** @throws SealcamError, or an error of the file system, where the present pair cannot be used. */
  static async load(options: OwnCertificateOptions): Promise<OwnCertificate> {
    return new OwnCertificate(options, await options.read());
  }

  /** The end of the one in use. */
  get validTo(): Date {
    return this.#validTo;
  }

  /** Opens a connection with the newest pair that is known, and looks for a newer one. */
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

  /** Looks no more. */
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
      this.#validTo = this.#endOf(pair);
      this.#open = open;
      log.info('the TLS certificate was renewed', { validTo: this.#validTo.toISOString().slice(0, 10) });
    } catch (error) {
      const reason = systemCode(error) ?? (error instanceof Error ? error.message : String(error));
      log.warn('the TLS certificate in the folder cannot be used: the one before it stays', { reason });
    }
  }

  #endOf({ certificate }: TlsPair): Date {
    return checkCertificate(certificateDer(Buffer.from(certificate)), this.#options.root, 'tls-client')
      .validTo;
  }
}
