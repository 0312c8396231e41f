import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat, statfs, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { agentLimits } from '../../agent/limits.ts';
import { lockName } from '../../agent/spool/names.ts';
import { fromHex, toHex } from '../../base/bytes.ts';
import { systemClock } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import { openOutsideFile, readOutsideFile } from '../../base/outside-file.ts';
import { systemRandomness } from '../../base/random.ts';
import { usage, wholeNumber } from '../command.ts';
import { say } from '../output.ts';
import { quantileUs, readBlocks, sayFindings, type TestedFile, writeBlocks } from './disk-test.ts';
import { TestPattern, testBlockBytes, testRunBytes } from './pattern.ts';

/** What `sealcam doctor --help` prints of this. */
export const diskHelp = `  --disk write    tests the disk of a folder: writes blocks until it is full, prints each that the disk has acknowledged, and
                  reads all back past the system's memory, which finds a card of less capacity than it claims. For a card that
                  acknowledges too early, cut the power meanwhile, and then ...
  --disk check    says which acknowledged blocks are missing
  --folder DIR    the folder that is tested; its disk may be filled
  --megabytes N   writes so many MiB; all that is free but 256 MiB unless given
  --log FILE      where what was acknowledged is noted, on another disk; or, with check,
  --acknowledged N  the last number that was printed`;

/** The options of `sealcam doctor` that are of this. */
export interface DiskWords {
  readonly disk?: string | undefined;
  readonly folder?: string | undefined;
  readonly megabytes?: string | undefined;
  readonly log?: string | undefined;
  readonly acknowledged?: string | undefined;
}

/** So much stays free that an agent whose spool is on the same disk does not stop recording. */
const leftMebibytes = (4 * agentLimits.spoolFreeBytesLow) / testBlockBytes;
const mebibytesMax = 16 * 1_048_576;
const namePattern = /^sealcam-disk-test-([0-9a-f]{32})\.data$/;

/** `sealcam doctor --disk`: returns the exit code. @throws SealcamError `DISK_TEST`, what the system says. */
export async function testDisk(words: DiskWords): Promise<number> {
  const { disk, folder } = words;
  if (disk !== 'write' && disk !== 'check') throw usage(`"--disk" is "${disk}": give "write" or "check"`);
  if (folder === undefined)
    throw usage('"--disk" needs "--folder": name a folder of the disk that is tested');
  if (!(await stat(folder)).isDirectory()) {
    throw new SealcamError('DISK_TEST', `${folder} is not a folder: name one on the disk that is tested`);
  }
  return disk === 'write' ? write(resolve(folder), words) : check(resolve(folder), words);
}

async function write(folder: string, words: DiskWords): Promise<number> {
  if (words.acknowledged !== undefined) throw usage('"--acknowledged" belongs to "--disk check"');
  await refuseSpool(folder);
  const room = (await freeMebibytes(folder)) - leftMebibytes;
  const blocks = wholeNumber('megabytes', words.megabytes, 1, mebibytesMax) ?? room;
  if (blocks < 1 || blocks > room) {
    throw new SealcamError(
      'DISK_TEST',
      `${folder} has room for ${Math.max(0, room)} MiB besides the ${leftMebibytes} that stay free: free some, or give a smaller "--megabytes"`,
    );
  }
  const run = systemRandomness.bytes(testRunBytes);
  const path = join(folder, `sealcam-disk-test-${toHex(run)}.data`);
  const pattern = new TestPattern(run);
  const clock = systemClock();
  const log = words.log === undefined ? undefined : await open(words.log, 'w', 0o600);
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
  };
  process.on('SIGINT', stop);
  try {
    const file = await testedFile(handle);
    await syncFolder(folder);
    say(`Writing ${blocks} MiB to ${path}; Ctrl-C ends the writing`);
    const { acknowledged, syncUs } = await writeBlocks({
      ...{ file, pattern, blocks },
      uptimeUs: () => clock.uptimeUs(),
      async tell(count) {
        say(`acknowledged ${count}`);
        await log?.write(`${String(count).padEnd(15)}\n`, 0);
        await log?.datasync();
      },
      stopped: () => isStopped,
    });
    const ms = (us: number): string => `${(us / 1_000).toFixed(1)} ms`;
    say(
      `fsync of 1 MiB: p50 ${ms(quantileUs(syncUs, 0.5))}, p99 ${ms(quantileUs(syncUs, 0.99))}, worst ${ms(quantileUs(syncUs, 1))}`,
    );
    const { isGood, lines } = sayFindings(await readBlocks({ file, pattern, acknowledged }), 'written');
    say(lines);
    return isGood ? 0 : 1;
  } finally {
    process.off('SIGINT', stop);
    await handle.close();
    // Whatever was found: only a loss of power leaves it, for "--disk check".
    await unlink(path);
    await log?.close();
  }
}

/** @throws SealcamError `DISK_TEST` if a running agent has its spool in `folder`, or in a folder of that. */
async function refuseSpool(folder: string): Promise<void> {
  // Loaded only here, as it loads the addon.
  const { isLockHeld } = await import('../../agent/spool/disk/node-file-system.ts');
  for (const name of ['.', ...(await readdir(folder))]) {
    const path = join(folder, name);
    if (await isLockHeld(join(path, lockName))) {
      throw new SealcamError('DISK_TEST', `A running agent has its spool in ${path}: stop it first`);
    }
  }
}

async function check(folder: string, words: DiskWords): Promise<number> {
  if (words.megabytes !== undefined) throw usage('"--megabytes" belongs to "--disk write"');
  const names = (await readdir(folder)).filter((name) => namePattern.test(name));
  const [name, ...others] = names;
  const run = fromHex(namePattern.exec(name ?? '')?.[1] ?? '');
  if (name === undefined || run === undefined || others.length > 0) {
    throw new SealcamError(
      'DISK_TEST',
      `${folder} has ${names.length} files sealcam-disk-test-*.data, one is expected: run "--disk write" first, and remove those of earlier tests`,
    );
  }
  const acknowledged =
    wholeNumber('acknowledged', words.acknowledged, 0, mebibytesMax) ?? (await noted(words.log));
  const handle = await openOutsideFile(join(folder, name));
  try {
    const findings = await readBlocks({
      ...{ file: await testedFile(handle), acknowledged },
      pattern: new TestPattern(run),
    });
    const { isGood, lines } = sayFindings(findings, acknowledged === undefined ? 'unknown' : 'cut');
    say(lines);
    if (acknowledged === undefined)
      say(
        'What was acknowledged is not known: give "--log" or "--acknowledged" to learn what is lost at the end',
      );
    say(`Remove ${join(folder, name)} when you are done`);
    return isGood ? 0 : 1;
  } finally {
    await handle.close();
  }
}

/** What the log says was acknowledged; undefined if no log is given. */
async function noted(path: string | undefined): Promise<number | undefined> {
  if (path === undefined) return undefined;
  const [, count] = /^(\d{1,8}) *\n$/.exec((await readOutsideFile(path, 64)).toString('latin1')) ?? [];
  if (count === undefined) {
    throw new SealcamError(
      'DISK_TEST',
      `${path} does not say what was acknowledged: give "--acknowledged N"`,
    );
  }
  return Number(count);
}

async function testedFile(handle: FileHandle): Promise<TestedFile> {
  // Loaded only here, so that the other checks also run without the addon.
  const { dropPageCache } = await import('../../native/index.ts');
  return {
    async write(bytes, position) {
      for (let at = 0; at < bytes.length; ) {
        at += (await handle.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    async read(target, position) {
      let at = 0;
      while (at < target.length) {
        const { bytesRead } = await handle.read(target, at, target.length - at, position + at);
        if (bytesRead === 0) break;
        at += bytesRead;
      }
      return at;
    },
    forget: () => dropPageCache(handle.fd),
    size: async () => (await handle.stat()).size,
  };
}

async function freeMebibytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.floor((bavail * bsize) / testBlockBytes);
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
