import { join } from 'node:path';
import type { Log } from '../../base/log.ts';
import { stationLimits } from '../limits.ts';
import type { Files } from '../store/files.ts';

/**
 * Refused messages, kept apart for people to look into: a limited amount for each camera, the earliest ones. Nothing in
 * the station reads it.
 */
export class Aside {
  readonly #files: Files;
  readonly #folder: string;
  readonly #log: Log;
  readonly #kept = new Map<string, { files: number; bytes: number }>();

  constructor(files: Files, folder: string, log: Log) {
    this.#files = files;
    this.#folder = folder;
    this.#log = log;
  }

  /** Stores `payload` as `DEVICE/NUMBER-CODE` if there is room. Never throws: it must not stop the rest. */
  async keep(device: string, code: string, payload: Uint8Array): Promise<void> {
    const folder = join(this.#folder, device);
    try {
      const kept = this.#kept.get(device) ?? { files: (await this.#files.list(folder)).length, bytes: 0 };
      this.#kept.set(device, kept);
      if (kept.files >= stationLimits.asideFilesMax) return;
      if (kept.bytes + payload.length > stationLimits.asideBytesMax) return;
      kept.files += 1;
      kept.bytes += payload.length;
      await this.#files.makeFolder(folder);
      const name = `${String(kept.files).padStart(4, '0')}-${code.toLowerCase()}`;
      await this.#files.replace(join(folder, name), [payload]);
    } catch {
      this.#log.warn('message.not-kept-aside', 'A refused message could not be kept aside', { device });
    }
  }
}
