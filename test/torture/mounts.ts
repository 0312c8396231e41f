import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endings } from './endings.ts';

/** A folder of its own that goes with the run, and with it whatever was mounted below. */
export async function temporaryFolder(endings: Endings): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcam-torture-'));
  endings.teardown(async () => {
    await unmountBelow(folder);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const at of mounts.reverse()) {
    if (at.startsWith(`${folder}/`)) execFileSync('umount', ['--lazy', at]);
  }
}

export const smallKinds = ['tmpfs', 'ext4'] as const;
export type SmallKind = (typeof smallKinds)[number];

/** Mounts an empty file system of `bytes` bytes. Gives its folder, or a sentence where that is refused. */
export async function mountSmall(
  endings: Endings,
  kind: SmallKind,
  bytes: number,
): Promise<{ readonly folder: string } | { readonly refused: string }> {
  const outside = await temporaryFolder(endings);
  const folder = join(outside, 'disk');
  await mkdir(folder);
  const run = (file: string, ...args: string[]): void => {
    execFileSync(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  try {
    if (kind === 'tmpfs')
      run('mount', '-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'sealcam-torture', folder);
    else {
      const image = join(outside, 'image');
      await writeFile(image, '');
      await truncate(image, bytes);
      // No blocks kept for root, who runs this.
      run('mkfs.ext4', '-q', '-b', '1024', '-m', '0', image);
      run('mount', '-o', 'loop', image, folder);
    }
    return { folder };
  } catch (error) {
    const words = error instanceof Error ? error.message.split('\n').at(-1) || error.message : String(error);
    return { refused: `no small ${kind} can be mounted (it needs root): ${words}` };
  }
}
