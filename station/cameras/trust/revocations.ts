import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '../../../base/bytes.ts';
import type { Clock, Timer } from '../../../base/clock.ts';
import { isSealcamError, SealcamError, systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { recordBodyBytesMax } from '../../../evidence/limits.ts';
import type { Root } from '../../../evidence/root.ts';
import { type RevocationList, readRevocationList } from '../../../evidence/trust.ts';
import { stationLimits } from '../../limits.ts';
import type { Files } from '../../store/files.ts';

/** Since when a key is revoked, microseconds UTC; undefined if it is not. `keyId` as in a checked certificate. */
export type RevokedFrom = (keyId: string) => number | undefined;

/** Whether a key is revoked now, by the station's clock. */
export type IsRevoked = (keyId: string) => boolean;

/** Compares the times in a revocation list with the clock; the current list is fetched each time. */
export function isRevokedBy(clock: Pick<Clock, 'utcUs'>, revokedFrom: RevokedFrom): IsRevoked {
  return (keyId) => clock.utcUs() >= (revokedFrom(keyId) ?? Number.POSITIVE_INFINITY);
}

/** Where a station's revocation lists come from. */
export interface RevocationsOptions {
  readonly files: Files;
  /**
   * The agency's list, or the folder of its lists `N.dsse`, of which the highest counts; undefined if none was given.
   */
  readonly source: string | undefined;
  /** The newest list that was ever in force is kept here. */
  readonly kept: string;
  readonly root: Root;
  readonly log: Log;
}

interface FoundList extends RevocationList {
  readonly encoded: Uint8Array;
}

/**
 * The current list in a source, whatever was in force before.
 * @param source as in {@link RevocationsOptions}.
 * @throws SealcamError `STATION_REVOCATIONS` if it contains none that the root signed.
 */
export async function readRevocationSource(files: Files, source: string, root: Root): Promise<FoundList> {
  return readList(files, await fileOf(files, source), root);
}

/**
 * The revocation list in force at a station: the newest it has ever seen. A list is accepted only with the root's
 * signature; putting an older one back, or removing the file, changes nothing but raises an alarm.
 */
export class RevocationsInForce {
  readonly #options: RevocationsOptions;
  #list: FoundList | undefined;
  /** False while the list in force is not stored yet. */
  #kept = true;
  /** What was wrong when the source was last read, so that it is reported once. */
  #fault: string | undefined;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();

  private constructor(options: RevocationsOptions, list: FoundList | undefined) {
    this.#options = options;
    this.#list = list;
  }

  /**
   * Reads the stored list, and the source.
   * @throws SealcamError `STATION_REVOCATIONS` if either exists, or is configured, and contains no list that the root
   *   signed.
   */
  static async open(options: RevocationsOptions): Promise<RevocationsInForce> {
    const { files, kept, root, source } = options;
    const there = (await files.size(kept)) !== undefined;
    const revocations = new RevocationsInForce(
      options,
      there ? await readList(files, kept, root) : undefined,
    );
    if (source !== undefined) await revocations.#take(await readRevocationSource(files, source, root));
    return revocations;
  }

  readonly revokedFrom: RevokedFrom = (keyId) => this.#list?.revoked.get(keyId);

  /** Whether a key is revoked from a time after `afterUs` on, up to `untilUs`; microseconds UTC. */
  revokesBetween(afterUs: number, untilUs: number): boolean {
    for (const fromUs of this.#list?.revoked.values() ?? [])
      if (fromUs > afterUs && fromUs <= untilUs) return true;
    return false;
  }

  /** The version in force; undefined if there is no list. */
  get version(): number | undefined {
    return this.#list?.version;
  }

  /**
   * Reads the source again. A failure to read or store raises an alarm; the newest list that was read stays in force.
   */
  reload(): Promise<void> {
    this.#running = this.#running.then(() => this.#reload());
    return this.#running;
  }

  /** Reads the source periodically until {@link close}. */
  watch(clock: Clock): void {
    if (this.#options.source === undefined) return;
    const next = (): void => {
      this.#timer = clock.setTimer(stationLimits.revocationsReadMs, () => void this.reload().then(next));
    };
    next();
  }

  async close(): Promise<void> {
    // A read that is under way sets the timer again when it ends.
    await this.#running;
    this.#timer?.cancel();
  }

  async #reload(): Promise<void> {
    const { files, source, root, log } = this.#options;
    if (source === undefined) return;
    try {
      await this.#take(await readRevocationSource(files, source, root));
    } catch (error) {
      if (!isSealcamError(error) && systemCode(error) === undefined) throw error;
      const what = error instanceof Error ? error.message : String(error);
      const sentence = `The revocation list cannot be read again, or cannot be kept: the newest that was read stays in force. ${what}`;
      if (this.#isNews(sentence)) log.alarm('revocation-list.not-kept', sentence);
    }
  }

  async #take(found: FoundList): Promise<void> {
    const { files, kept, log } = this.#options;
    const before = this.#list;
    if (before === undefined || found.version > before.version) {
      // In force at once, even if it cannot be stored.
      this.#list = found;
      this.#kept = false;
      log.info('revocation-list.in-force', 'A revocation list is in force', {
        version: found.version,
        keys: found.revoked.size,
      });
    } else if (!equalBytes(before.digest, found.digest)) {
      const what = found.version < before.version ? 'is older' : 'is another of the same version';
      const sentence = `The revocation list ${found.version} ${what} than ${before.version}, which stays in force: find out who put it there`;
      if (this.#isNews(sentence)) log.alarm('revocation-list.refused', sentence);
      return;
    }
    if (!this.#kept) await files.replace(kept, [found.encoded]);
    this.#kept = true;
    this.#fault = undefined;
  }

  /** False if this problem was the last one reported. */
  #isNews(fault: string): boolean {
    if (this.#fault === fault) return false;
    this.#fault = fault;
    return true;
  }
}

/** The file that a source refers to: itself, or the list with the highest number in a folder. */
async function fileOf(files: Files, source: string): Promise<string> {
  const isFolder = await stat(source).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return source;
  const numbers = (await files.list(source)).flatMap((name) => {
    const [, number] = /^([1-9][0-9]{0,15})\.dsse$/.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  if (numbers.length === 0) throw unreadable(source, 'the folder holds no list N.dsse');
  return join(source, `${numbers.reduce((a, b) => Math.max(a, b))}.dsse`);
}

async function readList(files: Files, path: string, root: Root): Promise<FoundList> {
  const size = await files.size(path).catch(() => undefined);
  if (size === undefined) throw unreadable(path, 'there is no such file');
  if (size > recordBodyBytesMax) throw unreadable(path, `${size} bytes are too many`);
  const encoded = await files.readAt(path, 0, size);
  try {
    return { ...readRevocationList(openEnvelope(encoded), root), encoded };
  } catch (cause) {
    if (!isSealcamError(cause)) throw cause;
    throw unreadable(path, cause.message, cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): SealcamError {
  return new SealcamError(
    'STATION_REVOCATIONS',
    `"${path}" is not a revocation list of this agency (${why}): copy the newest of its folder "revocations"`,
    { cause },
  );
}
