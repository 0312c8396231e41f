import { systemRandomness } from '../../../base/random.ts';
import { spoolLimits } from '../limits.ts';
import type { FileSystem } from './file-system.ts';
import { withFile, writeAll } from './files.ts';

/**
 * Room that is kept for closings and receipts: a file of `bytes` bytes, removed when the storage is full.
 * It holds random bytes, as a file system that compresses would keep no room for zeros.
 */
export class Reserve {
  readonly #fileSystem: FileSystem;
  readonly #directory: string;
  readonly #path: string;
  readonly #bytes: number;
  #held = false;

  constructor(fileSystem: FileSystem, directory: string, name: string, bytes: number) {
    this.#fileSystem = fileSystem;
    this.#directory = directory;
    this.#path = `${directory}/${name}`;
    this.#bytes = bytes;
  }

  /** Makes sure of the room; rejects with the system's error where it is not to be had. */
  async keep(): Promise<void> {
    if (this.#held) return;
    const size = await this.#size();
    if (size !== this.#bytes) {
      if (size !== undefined) await this.#fileSystem.unlink(this.#path);
      await this.#make();
    }
    this.#held = true;
  }

  /** Gives the room free; false where there was none to give. */
  async release(): Promise<boolean> {
    if (!this.#held && (await this.#size()) === undefined) return false;
    this.#held = false;
    await this.#fileSystem.unlink(this.#path);
    // A file system may keep an unlinked file's blocks until its journal is written.
    await this.#fileSystem.syncDirectory(this.#directory);
    return true;
  }

  async #size(): Promise<number | undefined> {
    const name = this.#path.slice(this.#directory.length + 1);
    if (!(await this.#fileSystem.list(this.#directory)).includes(name)) return undefined;
    return withFile(this.#fileSystem, this.#path, 'read', (file) => file.size());
  }

  async #make(): Promise<void> {
    try {
      await withFile(this.#fileSystem, this.#path, 'create', async (file) => {
        const block = systemRandomness.bytes(Math.min(this.#bytes, spoolLimits.blockBytes));
        for (let at = 0; at < this.#bytes; at += block.length) {
          await writeAll(file, [block.subarray(0, this.#bytes - at)], at);
        }
        await file.datasync();
      });
    } catch (error) {
      await this.#fileSystem.unlink(this.#path).catch(() => {});
      throw error;
    }
  }
}
