import { execFileSync } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';

const mebibyte = 1024 * 1024;

/** Why a test goes without a small disk. */
export const cannotMount = 'no small disk can be mounted here: run as root, with the right to mount';

/** A file system of limited size in memory, on which other files can take the room away. */
export class SmallDisk {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes `folder` and mounts a disk on it until the test ends; undefined where that is not allowed. */
  static async mount(
    t: { teardown(done: () => unknown): unknown },
    folder: string,
    bytes = 128 * mebibyte,
  ): Promise<SmallDisk | undefined> {
    await mkdir(folder);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'sealcam-test', folder], {
        stdio: 'ignore',
      });
    } catch {
      return undefined;
    }
    t.teardown(() => execFileSync('umount', ['--lazy', folder]));
    return new SmallDisk(folder);
  }

  /** Takes room away until `leftBytes` of the disk are free. */
  async fill(leftBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    const file = await open(this.#ballast, 'w');
    try {
      const block = Buffer.alloc(mebibyte, 1);
      for (let left = bavail * bsize - leftBytes; left > 0; left -= block.length) {
        await file.write(block.subarray(0, Math.min(left, block.length)));
      }
    } catch (error) {
      // The recording itself took the last of it meanwhile.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      await file.close();
    }
  }

  /** Gives back the room that was taken away. */
  async empty(): Promise<void> {
    await rm(this.#ballast, { force: true });
  }

  get #ballast(): string {
    return join(this.folder, 'ballast');
  }
}
