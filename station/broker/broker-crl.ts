import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { equalBytes } from '../../base/bytes.ts';
import type { Clock, Timer } from '../../base/clock.ts';
import { isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { type Crl, crlBackdatedMs, readCrl } from '../../evidence/crl.ts';
import { crlBytesMax } from '../../evidence/limits.ts';
import type { Root } from '../../evidence/root.ts';
import { stationLimits } from '../limits.ts';

/** How a station keeps the CRL of its broker. */
export interface BrokerCrlOptions {
  /** Where the broker reads it: Mosquitto's `crlfile`. */
  readonly target: string;
  /** The agency's folder of revocation lists, or one of its lists: `N.crl` is next to `N.dsse`. */
  readonly source: string;
  readonly root: Root;
  /** The version of the revocation list in force. */
  readonly version: () => number | undefined;
  /** How often the station's connection to the broker has ended, or could not be made: so it is with one that restarts. */
  readonly losses: () => number;
  /** Whether a key of the list in force is revoked from a time after the first one on, up to the second; microseconds UTC. */
  readonly revokesBetween: (afterUs: number, untilUs: number) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Installs, for a broker that is not the station's own, the CRL that goes with the revocation list in force. Whatever
 * watches the file restarts the broker (deploy/cell), as nothing less ends the sessions that are open: on SIGHUP,
 * Mosquitto reads the file and refuses new connections only. That it was restarted shows by the
 * station's own connection, which ends.
 */
export class BrokerCrl {
  readonly #options: BrokerCrlOptions;
  /** The CRL that the broker reads at present. */
  #present: Crl | undefined;
  #fault: string | undefined;
  /** The number of the CRL of which it was said that it lacks a key. */
  #outdated: number | undefined;
  #look: Timer | undefined;
  #applied: Timer | undefined;
  #closed = false;

  constructor(options: BrokerCrlOptions) {
    this.#options = options;
  }

  /** When the broker will refuse every certificate, if that is known. */
  get nextUpdate(): Date | undefined {
    return this.#present?.nextUpdate;
  }

  /** Looks at once, and periodically until {@link close}. */
  watch(): void {
    void this.look().then(() => {
      if (this.#closed) return;
      this.#look = this.#options.clock.setTimer(stationLimits.revocationsReadMs, () => this.watch());
    });
  }

  close(): void {
    this.#closed = true;
    this.#look?.cancel();
    this.#applied?.cancel();
  }

  /** Installs the CRL if it is a newer one; what is wrong raises an alarm, once, and leaves the broker's as it is. */
  async look(): Promise<void> {
    const version = this.#options.version();
    if (this.#present !== undefined && (version ?? this.#present.number) === this.#present.number) {
      this.#expectAll(this.#present);
      return;
    }
    try {
      await (version === undefined ? this.#readTarget() : this.#install(version));
      this.#fault = undefined;
    } catch (error) {
      if (!isSealcamError(error) && systemCode(error) === undefined) throw error;
      const what = error instanceof Error ? error.message : String(error);
      if (this.#fault === what) return;
      this.#fault = what;
      this.#options.log.alarm(
        'crl.not-installed',
        `The broker does not get the CRL of the revocation list in force, and accepts connections of keys that are revoked. ${what}`,
      );
    }
  }

  /** A key that is revoked only from a later time on is in no CRL that was signed before. */
  #expectAll({ number, thisUpdate }: Crl): void {
    const { clock, revokesBetween, log } = this.#options;
    const signedUs = (thisUpdate.getTime() + crlBackdatedMs) * 1_000;
    if (this.#outdated === number || !revokesBetween(signedUs, clock.utcUs())) return;
    this.#outdated = number;
    log.alarm(
      'crl.outdated',
      "A key is revoked since the broker's CRL was signed, and the CRL does not name it: have the agency revoke the key once more, and copy the list and its CRL",
      { version: number },
    );
  }

  async #readTarget(): Promise<void> {
    const { target, root } = this.#options;
    this.#present = readCrl(await readOutsideFile(target, crlBytesMax), root);
  }

  async #install(version: number): Promise<void> {
    const { target, source, root, clock, log } = this.#options;
    const folder = source.endsWith('.dsse') ? dirname(source) : source;
    const bytes = await readOutsideFile(join(folder, `${version}.crl`), crlBytesMax);
    const crl = readCrl(bytes, root);
    if (crl.number !== version)
      throw invalid(`says that it is of revocation list ${crl.number}, and is named ${version}.crl`);
    const nowMs = clock.utcUs() / 1_000;
    if (crl.nextUpdate.getTime() <= nowMs || crl.thisUpdate.getTime() > nowMs)
      throw invalid(`is not in force by this machine's clock, so that the broker would refuse every camera`);
    const before = await readOutsideFile(target).catch(() => undefined);
    if (before === undefined || !equalBytes(before, bytes)) {
      await replace(target, bytes);
      log.info('crl.installed', 'The broker has a new CRL to read', { version });
      this.#expectRestart();
    }
    // Only now: what could not be written is tried again.
    this.#present = crl;
  }

  #expectRestart(): void {
    const { clock, losses, log } = this.#options;
    // A connection alone says nothing: the broker may have run since before the CRL came.
    const before = losses();
    this.#applied?.cancel();
    this.#applied = clock.setTimer(stationLimits.crlAppliedMsMax, () => {
      if (losses() > before) return;
      log.alarm(
        'crl.not-applied',
        'The broker was not restarted after it got a new CRL: sessions of keys that are revoked are still open. Restart it',
      );
    });
  }
}

/** Replaces the file at `target`, in one step and durably. */
async function replace(target: string, bytes: Uint8Array): Promise<void> {
  const draft = `${target}.new`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    // Anyone may read it, and the broker is another user.
    await file.chmod(0o644);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, target);
  const folder = await open(dirname(target), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function invalid(what: string): SealcamError {
  return new SealcamError('CRL_INVALID', `The CRL ${what}: copy the agency's folder "revocations" again`);
}
