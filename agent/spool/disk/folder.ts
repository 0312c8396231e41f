import { systemCode } from '../../../base/errors.ts';
import type { FileSystem, OpenFile, OpenMode } from './file-system.ts';
import { writeAll } from './files.ts';

/** One folder of a file system, without subfolders: its files by name. */
export class Folder {
  readonly #fileSystem: FileSystem;
  readonly #path: string;

  constructor(fileSystem: FileSystem, path: string) {
    this.#fileSystem = fileSystem;
    this.#path = path;
  }

  /** The path of a file, for messages. */
  pathOf(name: string): string {
    return `${this.#path}/${name}`;
  }

  open(name: string, mode: OpenMode): Promise<OpenFile> {
    return this.#fileSystem.open(this.pathOf(name), mode);
  }

  /** Runs `use` with the file and closes it, whatever happens. */
  async with<T>(name: string, mode: OpenMode, use: (file: OpenFile) => Promise<T>): Promise<T> {
    const file = await this.open(name, mode);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  }

  /** Creates a file from `parts`. Its bytes are durable on return, its name once the folder is synced. */
  async make(name: string, parts: readonly Uint8Array[]): Promise<void> {
    await this.with(name, 'create', async (file) => {
      await writeAll(file, parts, 0);
      await file.datasync();
    });
  }

  /** Creates a file from `parts`, replacing any file of that name. Both bytes and name are durable on return. */
  async replace(name: string, parts: readonly Uint8Array[]): Promise<void> {
    if (await this.has(name)) await this.remove(name);
    await this.make(name, parts);
    await this.sync();
  }

  /** The names of all files, in any order. */
  list(): Promise<string[]> {
    return this.#fileSystem.list(this.#path);
  }

  async has(name: string): Promise<boolean> {
    return (await this.list()).includes(name);
  }

  /** Renames the file `from` to `to` in one step, replacing any file of that name. */
  rename(from: string, to: string): Promise<void> {
    return this.#fileSystem.rename(this.pathOf(from), this.pathOf(to));
  }

  remove(name: string): Promise<void> {
    return this.#fileSystem.unlink(this.pathOf(name));
  }

  /** Removes a file if it is there. */
  async removeIfThere(name: string): Promise<void> {
    try {
      await this.remove(name);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }

  /** On return the names made, changed and removed are durable. */
  sync(): Promise<void> {
    return this.#fileSystem.syncDirectory(this.#path);
  }

  /** Bytes that this process may still use on the file system that holds the folder. */
  freeBytes(): Promise<number> {
    return this.#fileSystem.freeBytes(this.#path);
  }
}
