import type { Clock, Timer } from '../../../base/clock.ts';
import { isSealcamError, systemCode } from '../../../base/errors.ts';
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
  #seen: TlsPair | undefined;
  /** Undefined while there is no pair that can be used. */
  #usable: { readonly open: readonly OpenBrokerSession[]; readonly checked: CheckedCertificate } | undefined;
  /** By broker, what the connection that there is was opened with. */
  readonly #used = new Map<number, unknown>();
  #looking: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;

  private constructor(options: OwnCertificateOptions) {
    this.#options = options;
  }

  /**
   * Without a pair that can be used a camera records all the same, and connects once there is one.
   * @throws SealcamError `BROKER_URL`, as the configuration is wrong then.
   */
  static async load(options: OwnCertificateOptions): Promise<OwnCertificate> {
    const own = new OwnCertificate(options);
    try {
      own.#use(await options.read());
    } catch (error) {
      const code = isSealcamError(error) ? error.code : systemCode(error);
      if (code === undefined || code === 'BROKER_URL') throw error;
      options.log.alarm(
        'certificate.unusable',
        'The TLS certificate or its key cannot be used: the camera records, and sends nothing before both are good',
        { reason: reasonOf(error) },
      );
    }
    return own;
  }

  /** The certificate that the next connection is opened with; undefined while certificate or key is unusable. */
  get certificate(): CheckedCertificate | undefined {
    return this.#usable?.checked;
  }

  /** Whether a connection that there is now was opened with an older one. */
  get isNewer(): boolean {
    return [...this.#used.values()].some((used) => used !== this.#usable);
  }

  /** Opens a connection to a broker, by default the first, with the newest known pair, and looks for a newer one. */
  open(events: BrokerEvents, broker = 0): BrokerSession {
    const usable = this.#usable;
    void this.look();
    if (usable === undefined) return this.#without(events);
    const open = usable.open[broker];
    if (open === undefined) throw new RangeError(`no broker ${broker}`);
    this.#used.set(broker, usable);
    const down = (reason: string): void => {
      this.#used.delete(broker);
      events.down(reason);
    };
    return open({ ...events, down });
  }

  /** A connection that is not made. */
  #without(events: BrokerEvents): BrokerSession {
    const { clock } = this.#options;
    let why = 'there is no TLS certificate with its key';
    clock.setTimer(0, () => events.down(why));
    return {
      publish() {},
      close(reason) {
        why = reason;
      },
    };
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
    const { read, log } = this.#options;
    try {
      const pair = await read();
      if (pair.certificate === this.#seen?.certificate && pair.privateKey === this.#seen.privateKey) return;
      const { validTo } = this.#use(pair);
      log.info('certificate.renewed', 'The TLS certificate was renewed', {
        validTo: validTo.toISOString().slice(0, 10),
      });
    } catch (error) {
      // A camera without a usable pair has said so at its start.
      if (this.#usable === undefined) return;
      log.warn(
        'certificate.unusable',
        'The new TLS certificate in the folder cannot be used: the previous one stays in use',
        { reason: reasonOf(error) },
      );
    }
  }

  #use(pair: TlsPair): CheckedCertificate {
    const { prepare, root } = this.#options;
    this.#seen = pair;
    const open = prepare(pair);
    const checked = checkCertificate(certificateDer(Buffer.from(pair.certificate)), root, 'tls-client');
    this.#usable = { open, checked };
    return checked;
  }
}

function reasonOf(error: unknown): string {
  return systemCode(error) ?? (error instanceof Error ? error.message : String(error));
}
