import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Part } from '../../scenario/processes/part.ts';
import { patienceMs } from '../support/patience.ts';
import { NbdServer } from './nbd-server.ts';
import { VolatileDisk } from './volatile-disk.ts';

// A volatile disk with a file system of this machine's kernel: NBD to qemu-storage-daemon, which shows it as a file by FUSE; a loop
// device on that file. Each passes a flush on. Nothing here may wait synchronously, as the disk is served by this same process.

const run = promisify(execFile);
/** How often it is looked whether the file is there. */
const lookMs = 20;

type Run = { teardown(done: () => unknown): unknown };

/** An empty disk with an ext4. `path` is a file that is used meanwhile. */
export async function newDisk(path: string, bytes: number): Promise<VolatileDisk> {
  await run('truncate', ['--size', `${bytes}`, path]);
  await run('mkfs.ext4', ['-q', '-F', '-m', '0', path]);
  const disk = new VolatileDisk(await readFile(path));
  await rm(path);
  return disk;
}

export class MountedDisk {
  /** Where its file system is mounted. */
  readonly folder: string;
  readonly #server: NbdServer;
  readonly #shown: Part;
  readonly #device: string;
  #released = false;

  private constructor(folder: string, server: NbdServer, shown: Part, device: string) {
    this.folder = folder;
    this.#server = server;
    this.#shown = shown;
    this.#device = device;
  }

  /** Mounts `disk` at `folder`, with its files next to it. */
  static async mount(endings: Run, disk: VolatileDisk, folder: string): Promise<MountedDisk> {
    const [socket, file] = [`${folder}.sock`, `${folder}.disk`];
    await mkdir(folder, { recursive: true });
    await rm(socket, { force: true });
    await writeFile(file, '');
    const server = await NbdServer.listen(socket, disk);
    const words = [
      ...['--blockdev', `driver=nbd,node-name=disk,server.type=unix,server.path=${socket}`],
      ...['--export', `type=fuse,id=disk,node-name=disk,mountpoint=${file},writable=on`],
      ...['--pidfile', `${folder}.pid`],
    ];
    await rm(`${folder}.pid`, { force: true });
    const shown = new Part('disk', 'qemu-storage-daemon', words, { patienceMs });
    while (!existsSync(`${folder}.pid`)) {
      if (!shown.running) throw new Error(`the disk is not shown as a file: ${shown.tail}`);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    const { stdout } = await run('losetup', ['--find', '--show', file]);
    const mounted = new MountedDisk(folder, server, shown, stdout.trim());
    endings.teardown(() => mounted.release());
    await run('mount', ['-t', 'ext4', mounted.#device, folder]);
    return mounted;
  }

  /** Unmounts it. After a cut, what is written meanwhile reaches no medium. */
  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await run('umount', [this.folder]).catch(() => run('umount', ['--lazy', this.folder]).catch(() => {}));
    await run('losetup', ['--detach', this.#device]).catch(() => {});
    await this.#shown.signal('SIGTERM');
    await this.#server.close();
  }
}

/** A library that takes the syncs out of the program that loads it (LD_PRELOAD): gives its path, below `folder`. */
export async function withoutSyncs(folder: string): Promise<string> {
  const [source, library] = [join(folder, 'without-syncs.c'), join(folder, 'without-syncs.so')];
  await writeFile(
    source,
    'int fsync(int file) { return 0 * file; }\nint fdatasync(int file) { return 0 * file; }\n',
  );
  await run('cc', ['-shared', '-fPIC', '-o', library, source]);
  return library;
}
