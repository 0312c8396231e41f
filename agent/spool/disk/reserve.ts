import { systemRandomness } from '../../../base/random.ts';
import { isStorageFull } from '../errors.ts';
import { spoolLimits } from '../limits.ts';
import { writeAll } from './files.ts';
import type { Folder } from './folder.ts';

/**
 * Space reserved for closings and receipts: a file of `bytes` bytes, removed when the storage is full. It holds random
 * bytes, because a compressing file system would reserve no space for zeros.
 */
export class Reserve {
  readonly #folder: Folder;
  readonly #name: string;
  readonly #bytes: number;
  #held = false;

  constructor(folder: Folder, name: string, bytes: number) {
    this.#folder = folder;
    this.#name = name;
    this.#bytes = bytes;
  }

  /** Ensures that the space is reserved; rejects with the system's error if it can't be. */
  async keep(): Promise<void> {
    if (this.#held) return;
    const size = await this.#size();
    if (size !== this.#bytes) {
      if (size !== undefined) await this.#folder.remove(this.#name);
      await this.#make();
    }
    this.#held = true;
  }

  /**
   * Runs `write`; if the storage is full, frees the reserve and runs it once more. Rejects as the second run does, or
   * as the first did if that was another error or there was no reserve left to free.
   */
  async lend<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!isStorageFull(error) || !(await this.release().catch(() => false))) throw error;
      return write();
    }
  }

  /** Frees the reserve; false if there was none. */
  async release(): Promise<boolean> {
    if (!this.#held && (await this.#size()) === undefined) return false;
    this.#held = false;
    await this.#folder.remove(this.#name);
    // A file system may hold an unlinked file's blocks until its journal is written.
    await this.#folder.sync();
    return true;
  }

  async #size(): Promise<number | undefined> {
    if (!(await this.#folder.has(this.#name))) return undefined;
    return this.#folder.with(this.#name, 'read', (file) => file.size());
  }

  async #make(): Promise<void> {
    try {
      await this.#folder.with(this.#name, 'create', async (file) => {
        const block = systemRandomness.bytes(Math.min(this.#bytes, spoolLimits.blockBytes));
        for (let at = 0; at < this.#bytes; at += block.length) {
          await writeAll(file, [block.subarray(0, this.#bytes - at)], at);
        }
        await file.datasync();
      });
    } catch (error) {
      await this.#folder.remove(this.#name).catch(() => {});
      throw error;
    }
  }
}
