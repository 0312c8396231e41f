import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { FileSystem, OpenFile } from '../../agent/spool/disk/file-system.ts';
import { nodeFileSystem } from '../../agent/spool/disk/node-file-system.ts';
import { systemCode } from '../../base/errors.ts';
import { directory, type Storage } from '../support/camera/spool-workload.ts';

/** When the disk is full: before which write, counted from 0, and for how many of them. */
export interface Fullness {
  readonly from: number;
  readonly writes: number;
}

const inner: FileSystem = nodeFileSystem;
const blockBytes = [65_536, 1_024];

/** A real, small file system that is filled up before a given write. The spool's directory is in it. */
export class SmallDisk implements Storage {
  readonly #folder: string;
  readonly #fullness: Fullness;
  #writes = 0;
  #full = false;
  /** Writes that met the end of the disk, wholly or in part. */
  refused = 0;

  /** Empties the file system that is mounted at `folder`. */
  constructor(folder: string, fullness: Fullness = { from: Number.POSITIVE_INFINITY, writes: 0 }) {
    this.#folder = folder;
    this.#fullness = fullness;
    for (const name of readdirSync(folder)) {
      if (name !== 'lost+found') rmSync(join(folder, name), { recursive: true });
    }
  }

  /** Writes so far. */
  get writes(): number {
    return this.#writes;
  }

  get names(): string[] {
    return readdirSync(this.#at(directory)).sort();
  }

  content(name: string): Uint8Array | undefined {
    return readFileSync(join(this.#at(directory), name));
  }

  /** Gives the room back; from now on the disk is not filled any more. */
  restart(): SmallDisk {
    this.#free();
    this.#writes = Number.POSITIVE_INFINITY;
    return this;
  }

  open: FileSystem['open'] = async (path, mode) => {
    const file = await inner.open(this.#at(path), mode);
    return { ...file, writev: (parts, position) => this.#write(file, parts, position) };
  };
  list: FileSystem['list'] = (path) => inner.list(this.#at(path));
  makeDirectory: FileSystem['makeDirectory'] = (path) => inner.makeDirectory(this.#at(path));
  rename: FileSystem['rename'] = (from, to) => inner.rename(this.#at(from), this.#at(to));
  unlink: FileSystem['unlink'] = (path) => inner.unlink(this.#at(path));
  syncDirectory: FileSystem['syncDirectory'] = (path) => inner.syncDirectory(this.#at(path));
  freeBytes: FileSystem['freeBytes'] = (path) => inner.freeBytes(this.#at(path));
  lock: FileSystem['lock'] = (path) => inner.lock(this.#at(path));

  async #write(file: OpenFile, parts: readonly Uint8Array[], position: number): Promise<number> {
    const { from, writes } = this.#fullness;
    const wasFull = this.#full;
    if (this.#writes >= from && this.#writes < from + writes) this.#fill();
    else if (wasFull) this.#free();
    this.#writes += 1;
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    try {
      const written = await file.writev(parts, position);
      if (written < bytes) this.refused += 1;
      return written;
    } catch (error) {
      if (systemCode(error) === 'ENOSPC') this.refused += 1;
      throw error;
    }
  }

  /** Takes what is free, once: what the spool itself gives free later, it may use. */
  #fill(): void {
    if (this.#full) return;
    this.#full = true;
    const ballast = openSync(join(this.#folder, 'ballast'), 'a');
    try {
      for (const size of blockBytes) {
        const block = Buffer.alloc(size, 1);
        while (roomFor(ballast, block));
      }
    } finally {
      closeSync(ballast);
    }
  }

  #free(): void {
    this.#full = false;
    rmSync(join(this.#folder, 'ballast'), { force: true });
  }

  #at(path: string): string {
    return join(this.#folder, path);
  }
}

function roomFor(file: number, block: Uint8Array): boolean {
  try {
    const whole = writeSync(file, block) === block.length;
    fsyncSync(file);
    return whole;
  } catch (error) {
    if (systemCode(error) !== 'ENOSPC') throw error;
    return false;
  }
}
