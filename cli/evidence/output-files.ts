import { type FileHandle, open, rm } from 'node:fs/promises';

/** Files that are written together: all of them, or none. What exists is not overwritten. */
export class OutputFiles {
  readonly #open = new Map<string, FileHandle>();

  /** Creates the files. @throws what the system says, of a file that exists too; none is left then. */
  static async create(paths: readonly string[]): Promise<OutputFiles> {
    const files = new OutputFiles();
    try {
      // For its reader alone: it is what the evidence keeps sealed.
      for (const path of paths) files.#open.set(path, await open(path, 'wx', 0o600));
      return files;
    } catch (error) {
      await files.discard();
      throw error;
    }
  }

  /** The file at `path`, which must be one of these. */
  at(path: string): FileHandle {
    const file = this.#open.get(path);
    if (file === undefined) throw new RangeError('a file that was created with the others');
    return file;
  }

  /** Waits until all of them are on the disk, and closes them. */
  async keep(): Promise<void> {
    for (const file of this.#open.values()) await file.sync();
    for (const file of this.#open.values()) await file.close();
    this.#open.clear();
  }

  /** Removes those at `paths`, or all. */
  async discard(paths: readonly string[] = [...this.#open.keys()]): Promise<void> {
    for (const path of paths) {
      await this.at(path).close();
      this.#open.delete(path);
      await rm(path);
    }
  }
}
