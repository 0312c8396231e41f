import { join } from 'node:path';
import type { Log } from '../../base/log.ts';
import { idPattern } from '../../evidence/limits.ts';
import { stationLimits } from '../limits.ts';
import type { Files } from '../store/files.ts';
import { fileName, parseKeysName, parseStoredName, type RecordingName } from '../store/recording-name.ts';
import type { Store } from '../store/store.ts';

/** What an audit reads. */
export interface AuditOptions {
  readonly files: Files;
  readonly store: Store;
  /** The folder of the vault. */
  readonly vault: string;
  /** Rejects while store or vault is away: what cannot be seen is not lost. */
  readonly present: () => Promise<void>;
  readonly log: Log;
}

/** Which files of a recording exist. */
interface FoundFiles {
  readonly name: RecordingName;
  seal: boolean;
  receipts: boolean;
  deletion: boolean;
  keys: boolean;
}

/**
 * Looks for recordings that were receipted as complete, so that their camera has deleted them, and whose evidence or
 * keys are gone. It uses only the file names in the folders, which confirm one another: receipts and keys are stored
 * after the evidence, and only a signed order destroys keys. `sealcam inventory` checks the content of the files.
 */
export class Audit {
  readonly #options: AuditOptions;
  /** What is lost, by camera and name. */
  readonly #lost = new Map<string, ReadonlySet<string>>();
  /** The cameras that this round has not checked yet. */
  #waiting: string[] = [];
  #running: Promise<void> | undefined;

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** How many recordings are known to be lost. */
  get lost(): number {
    return [...this.#lost.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Checks as many cameras as a bounded number of files allows, continuing with the next ones at the next call. Never
   * rejects.
   */
  look(): Promise<void> {
    this.#running ??= this.#look()
      .catch((error) => {
        const sentence = error instanceof Error ? error.message : String(error);
        this.#options.log.warn('audit.failed', 'The stored recordings cannot be checked', {
          error: sentence,
        });
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /** Resolves when no check is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #look(): Promise<void> {
    const { files, store, vault, present } = this.#options;
    await present();
    if (this.#waiting.length === 0) {
      const names = [...(await store.devices()), ...(await files.list(vault)), ...this.#lost.keys()];
      this.#waiting = [...new Set(names)].filter((name) => idPattern.test(name)).sort();
    }
    for (let seen = 0; seen < stationLimits.auditFilesMax; ) {
      const device = this.#waiting.shift();
      if (device === undefined) return;
      seen += await this.#device(device);
    }
  }

  async #device(device: string): Promise<number> {
    const { files, store, vault, present } = this.#options;
    const evidence = await files.list(join(store.folder, device));
    const keys = await files.list(join(vault, device));
    const found = recordingsIn(evidence, keys);
    const lost = new Set<string>();
    for (const one of found.values()) {
      const what = await this.#whatIsLost(device, one);
      if (what !== undefined) lost.add(`${fileName(one.name)}: ${what}`);
    }
    // A file that is missing because its folder is away is not lost.
    await present();
    const before = this.#lost.get(device);
    for (const one of lost) if (!before?.has(one)) this.#alarm(device, one);
    if (lost.size > 0) this.#lost.set(device, lost);
    else this.#lost.delete(device);
    return evidence.length + keys.length;
  }

  async #whatIsLost(device: string, found: FoundFiles): Promise<string | undefined> {
    const { name, seal, receipts, deletion, keys } = found;
    if (deletion || (seal && (keys || name.journal))) return undefined;
    const newest = receipts ? await this.#options.store.newestReceipt(device, name) : undefined;
    // Keys without receipts: they were stored after the opening, and nothing proves that the camera still has the
    // recording.
    if (!seal) return newest?.complete === false ? undefined : 'its evidence is gone';
    return newest?.complete === true ? 'its keys are gone' : undefined;
  }

  #alarm(device: string, lost: string): void {
    const [name = '', what = ''] = lost.split(': ');
    const sentence = 'A recording that its camera may have deleted is lost: restore it from a backup';
    this.#options.log.alarm('recording.lost', sentence, { device, name, what });
  }
}

function recordingsIn(evidence: readonly string[], keys: readonly string[]): Map<string, FoundFiles> {
  const found = new Map<string, FoundFiles>();
  const at = (name: RecordingName): FoundFiles => {
    const key = fileName(name);
    const one = found.get(key) ?? { name, seal: false, receipts: false, deletion: false, keys: false };
    found.set(key, one);
    return one;
  };
  for (const file of evidence) {
    const { ending, ...name } = parseStoredName(file) ?? {};
    if ('id' in name && ending !== undefined) at(name)[ending] = true;
  }
  for (const file of keys) {
    const name = parseKeysName(file);
    if (name !== undefined) at(name).keys = true;
  }
  return found;
}
