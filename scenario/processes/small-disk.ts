import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mebibyte = 1024 * 1024;

/** Why a run has no small disk. */
export const cannotMount = 'no small disk can be mounted here: run as root, with the right to mount';

/** Whether a disk can be mounted here: tried once, in a folder that is removed again. */
export function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'sealcam-scenario', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file system of limited size in memory, on which other files can take up the room. */
export class SmallDisk {
  readonly folder: string;
  #hidden = false;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Creates `folder` and mounts a disk on it until the run ends; undefined if that is not allowed. */
  static async mount(
    run: { teardown(done: () => unknown): unknown },
    folder: string,
    bytes = 128 * mebibyte,
  ): Promise<SmallDisk | undefined> {
    await mkdir(folder);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'sealcam-scenario', folder], {
        stdio: 'ignore',
      });
    } catch {
      return undefined;
    }
    const disk = new SmallDisk(folder);
    const unmount = (): void => {
      process.off('exit', unmount);
      if (disk.#hidden) disk.hide(false);
      execFileSync('umount', ['--lazy', folder]);
    };
    // Before the folder that contains it is removed.
    process.prependOnceListener('exit', unmount);
    run.teardown(unmount);
    return disk;
  }

  /** Fills the disk until `leftBytes` are free. */
  async fill(leftBytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder);
    const file = await open(this.#ballast, 'w');
    try {
      const block = Buffer.alloc(mebibyte, 1);
      for (let left = bavail * bsize - leftBytes; left > 0; left -= block.length) {
        await file.write(block.subarray(0, Math.min(left, block.length)));
      }
    } catch (error) {
      // Meanwhile the recording itself has used the rest.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      await file.close();
    }
  }

  /** Covers the disk with an empty one, as if it were unmounted and something else in its place; or uncovers it. */
  hide(on: boolean): void {
    this.#hidden = on;
    if (on) {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k,mode=700', 'sealcam-scenario', this.folder], {
        stdio: 'ignore',
      });
    } else {
      execFileSync('umount', ['--lazy', this.folder]);
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
