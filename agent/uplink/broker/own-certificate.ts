import type { Clock, Timer } from '../../../base/clock.ts';
import { systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { type CheckedCertificate, checkCertificate } from '../../../evidence/certificate.ts';
import { certificateDer, type Root } from '../../../evidence/root.ts';
import { uplinkLimits } from '../../limits.ts';
import type { BrokerEvents, BrokerSession, OpenBrokerSession } from './broker-session.ts';

/** The camera's TLS client certificate and its private key, PEM. */
export interface TlsPair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** What {@link OwnCertificate} needs. */
export interface OwnCertificateOptions {
  /** Reads the current files. */
  readonly read: () => Promise<TlsPair>;
  readonly root: Root;
  /** Prepares connections to each of the camera's brokers with a pair. @throws SealcamError if the pair is not this camera's. */
  readonly prepare: (pair: TlsPair) => readonly OpenBrokerSession[];
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
  #open: readonly OpenBrokerSession[];
  #checked: CheckedCertificate;
  /** What the newest connection was opened with. */
  #used: readonly OpenBrokerSession[] | undefined;
  #looking: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;

  private constructor(options: OwnCertificateOptions, pair: TlsPair) {
    this.#options = options;
    this.#seen = pair;
    this.#open = options.prepare(pair);
    this.#checked = this.#check(pair);
  }

  /** @throws SealcamError, or a file system error, if the present pair cannot be used. */
  static async load(options: OwnCertificateOptions): Promise<OwnCertificate> {
    return new OwnCertificate(options, await options.read());
  }

  /** The certificate that the next connection is opened with. */
  get certificate(): CheckedCertificate {
    return this.#checked;
  }

  /** Whether the present connection was opened with an older one. */
  get isNewer(): boolean {
    return this.#used !== undefined && this.#used !== this.#open;
  }

  /** Opens a connection to a broker, by default the first, with the newest known pair, and looks for a newer one. */
  open(events: BrokerEvents, broker = 0): BrokerSession {
    this.#used = this.#open;
    const open = this.#open[broker];
    if (open === undefined) throw new RangeError(`no broker ${broker}`);
    const session = open(events);
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
      this.#checked = this.#check(pair);
      this.#open = open;
      log.info('certificate.renewed', 'The TLS certificate was renewed', {
        validTo: this.#checked.validTo.toISOString().slice(0, 10),
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

  #check({ certificate }: TlsPair): CheckedCertificate {
    return checkCertificate(certificateDer(Buffer.from(certificate)), this.#options.root, 'tls-client');
  }
}
