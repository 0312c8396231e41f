import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { nodeFileSystem } from '../../../agent/spool/disk/node-file-system.ts';
import { lockName } from '../../../agent/spool/names.ts';
import {
  quantileUs,
  readBlocks,
  sayFindings,
  type TestedFile,
  writeBlocks,
} from '../../../cli/disk/disk-test.ts';
import { TestPattern, testBlockBytes } from '../../../cli/disk/pattern.ts';
import { sealcam } from '../../support/sealcam.ts';

const pattern = new TestPattern(new Uint8Array(16).fill(7));

/** What is false about a simulated disk. */
interface Lies {
  /** Blocks that it really has; a write beyond them goes to the beginning again, or nowhere. */
  readonly blocks?: number;
  readonly beyond?: 'wraps' | 'drops';
  /** A sync returns at once, and so many of the newest writes are only in its memory. */
  readonly heldBack?: number;
  /** Of these the newest reaches the flash first. */
  readonly newestFirst?: boolean;
}

/** A disk in memory, of which `cut` takes the power. */
function disk({ blocks = 64, beyond = 'wraps', heldBack = 0, newestFirst = false }: Lies = {}) {
  const flash = new Map<number, Uint8Array>();
  let memory: [number, Uint8Array][] = [];
  let size = 0;
  const store = ([block, bytes]: [number, Uint8Array]): void => {
    if (block < blocks) flash.set(block, bytes);
    else if (beyond === 'wraps') flash.set(block % blocks, bytes);
  };
  const file: TestedFile = {
    async write(bytes, position) {
      memory.push([position / testBlockBytes, Uint8Array.from(bytes)]);
      size = Math.max(size, position + bytes.length);
    },
    async sync() {
      while (memory.length > heldBack) {
        const next = newestFirst ? memory.pop() : memory.shift();
        if (next !== undefined) store(next);
      }
    },
    async read(target, position) {
      const block = position / testBlockBytes;
      const held = memory.findLast(([number]) => number === block)?.[1];
      target.set(held ?? flash.get(block % blocks) ?? new Uint8Array(testBlockBytes));
      return target.length;
    },
    forget() {},
    size: async () => size,
  };
  const cut = (): void => {
    memory = [];
    size = (Math.max(-1, ...flash.keys()) + 1) * testBlockBytes;
  };
  return { file, flash, cut };
}

/** Writes `blocks` blocks; each sync takes a millisecond more than the one before. */
async function written(file: TestedFile, blocks: number) {
  let nowUs = 0;
  let syncs = 0;
  const told: number[] = [];
  const sync = async (): Promise<void> => {
    syncs += 1;
    nowUs += syncs * 1_000;
    await file.sync();
  };
  const writing = await writeBlocks({
    ...{ file: { ...file, sync }, pattern, blocks },
    uptimeUs: () => nowUs,
    tell: async (count) => void told.push(count),
    stopped: () => false,
  });
  return { ...writing, told };
}

t.test('a disk that keeps its word', async (t) => {
  const { file, cut } = disk();
  const { acknowledged, told, syncUs } = await written(file, 5);
  t.same(told, [1, 2, 3, 4, 5]);
  t.same(syncUs, [1_000, 2_000, 3_000, 4_000, 5_000]);
  cut();
  const findings = await readBlocks({ file, pattern, acknowledged });
  t.match(findings, { expected: 5, good: 5 });
  t.same(sayFindings(findings, 'cut'), {
    isGood: true,
    lines: ['5 of 5 blocks of 1 MiB are as they were written'],
  });
});

t.test('a card of many blocks has a worst sync like any other', async (t) => {
  const syncUs = Array.from({ length: 1_000_000 }, (_, n) => n % 777);
  t.equal(quantileUs(syncUs, 1), 776);
  t.equal(quantileUs([], 1), 0);
});

t.test('a card that acknowledges what it only holds in memory', async (t) => {
  const { file, cut } = disk({ heldBack: 2 });
  const { acknowledged } = await written(file, 6);
  t.match(await readBlocks({ file, pattern, acknowledged }), { good: 6 }, 'before the cut nothing shows');
  cut();
  const findings = await readBlocks({ file, pattern, acknowledged });
  t.match(findings, { expected: 6, good: 4, missing: [4, 5] });
  const { isGood, lines } = sayFindings(findings, 'cut');
  t.notOk(isGood);
  t.match(lines[1], /^LOST: 2 blocks that the disk had acknowledged are not there \(4, 5\): it acknowledges/);
  const unknown = await readBlocks({ file, pattern, acknowledged: undefined });
  t.match(unknown, { expected: 4, good: 4 }, 'without the log the lost end cannot be known');
});

t.test(
  'a card that stores in another order shows holes, even if it is unknown what it acknowledged',
  async (t) => {
    const { file, cut } = disk({ heldBack: 3, newestFirst: true });
    await written(file, 6);
    cut();
    const findings = await readBlocks({ file, pattern, acknowledged: undefined });
    t.match(findings, { expected: 6, good: 3, missing: [0, 1, 2] });
    t.match(sayFindings(findings, 'unknown').lines[1], /order of writes/);
  },
);

t.test('counterfeit capacity, whether what is beyond it goes to the beginning or nowhere', async (t) => {
  const wraps = disk({ blocks: 4 });
  const one = await readBlocks({ file: wraps.file, pattern, ...(await written(wraps.file, 6)) });
  t.match(one, {
    good: 4,
    overwritten: [
      { block: 0, by: 4 },
      { block: 1, by: 5 },
    ],
  });
  t.match(sayFindings(one, 'written').lines[1], /^COUNTERFEIT: 2 blocks .* some 4 MiB/);
  const drops = disk({ blocks: 4, beyond: 'drops' });
  const other = await readBlocks({ file: drops.file, pattern, ...(await written(drops.file, 6)) });
  t.notOk(sayFindings(other, 'written').isGood);
});

t.test('a bit that rots, and a sector that cannot be read', async (t) => {
  const { file, flash } = disk();
  const { acknowledged } = await written(file, 3);
  const bytes = flash.get(1) ?? new Uint8Array(0);
  bytes[70_000] = (bytes[70_000] ?? 0) ^ 1;
  const read: TestedFile['read'] = (target, position) =>
    position === 2 * testBlockBytes ? Promise.reject(new Error('EIO')) : file.read(target, position);
  t.match(await readBlocks({ file: { ...file, read }, pattern, acknowledged }), {
    good: 1,
    damaged: [1],
    missing: [2],
  });
});

t.test('a real folder: written and read back, then cut short as by a loss of power', async (t) => {
  const folder = t.testdir({ card: {} });
  const card = join(folder, 'card');
  const log = join(folder, 'log');
  const write = await sealcam(
    'doctor',
    '--disk',
    'write',
    '--folder',
    card,
    '--megabytes',
    '3',
    '--log',
    log,
  );
  t.equal(write.code, 0, write.error);
  t.match(write.out, /acknowledged 3\nfsync of 1 MiB: p50 [\d.]+ ms, p99 .*\n3 of 3 blocks/);
  t.same(readdirSync(card), [], 'the file of a disk that is good is removed');
  t.equal(readFileSync(log, 'latin1').trim(), '3');

  const run = 'ab'.repeat(16);
  const cutPattern = new TestPattern(Buffer.from(run, 'hex'));
  const path = join(card, `sealcam-disk-test-${run}.data`);
  writeFileSync(path, Buffer.concat([0, 1, 2].map((block) => cutPattern.block(block))));
  const check = (...words: string[]) => sealcam('doctor', '--disk', 'check', '--folder', card, ...words);
  t.equal((await check('--log', log)).code, 0);
  truncateSync(path, 2.5 * testBlockBytes);
  const lost = await check('--acknowledged', '3');
  t.equal(lost.code, 1);
  t.match(lost.out, /2 of 3 blocks[\s\S]*DAMAGED: 1 blocks came back altered \(2\)/);
  truncateSync(path, 2 * testBlockBytes);
  t.match(
    (await check('--log', log)).out,
    /LOST: 1 blocks that the disk had acknowledged are not there \(2\)/,
  );
  t.match(await check(), { code: 0, out: /not known/ });
});

t.test('a test that fails, or has no room, leaves no file behind', async (t) => {
  const folder = t.testdir();
  const write = (...words: string[]) => sealcam('doctor', '--disk', 'write', '--folder', folder, ...words);
  t.match(await write('--megabytes', '16777216'), { code: 1, error: /has room for \d+ MiB besides the 256/ });
  const full = await write('--megabytes', '1', '--log', '/dev/full');
  t.not(full.code, 0, 'its log has no room');
  t.same(readdirSync(folder), []);
});

t.test('the disk of a running agent is not tested through the folder of its spool', async (t) => {
  const state = t.testdir({ spool: {} });
  const spool = join(state, 'spool');
  const unlock = await nodeFileSystem.lock(join(spool, lockName));
  for (const folder of [spool, state]) {
    const ran = await sealcam('doctor', '--disk', 'write', '--folder', folder, '--megabytes', '1');
    t.match(ran, { code: 1, error: /A running agent has its spool in .*spool: stop it first/ });
  }
  t.same(readdirSync(spool), [lockName]);
  await unlock();
  symlinkSync('1 1 an-earlier-boot', join(spool, lockName));
  const ran = await sealcam('doctor', '--disk', 'write', '--folder', spool, '--megabytes', '1');
  t.equal(ran.code, 0, 'the lock of one that has died');
});

t.test('what cannot be tested is said in a sentence', async (t) => {
  const folder = t.testdir({ file: '', log: 'x' });
  const cases: [number, string[], RegExp][] = [
    [2, ['--disk', 'wipe', '--folder', folder], /give "write" or "check"/],
    [2, ['--disk', 'wipe'], /give "write" or "check"/],
    [2, ['--disk', 'write'], /needs "--folder"/],
    [2, ['--folder', folder], /belongs to "--disk"/],
    [2, ['--disk', 'write', '--folder', folder, '--megabytes', '0'], /"--megabytes" is "0"/],
    [2, ['--disk', 'write', '--folder', folder, '--acknowledged', '1'], /belongs to "--disk check"/],
    [1, ['--disk', 'write', '--folder', join(folder, 'file')], /is not a folder/],
    [1, ['--disk', 'check', '--folder', folder], /has 0 files/],
  ];
  for (const [code, words, said] of cases) {
    const ran = await sealcam('doctor', ...words);
    t.equal(ran.code, code, words.join(' '));
    t.match(ran.error, said);
  }
  mkdirSync(join(folder, 'card'));
  writeFileSync(join(folder, 'card', `sealcam-disk-test-${'0'.repeat(32)}.data`), '');
  const ran = await sealcam(
    'doctor',
    '--disk',
    'check',
    '--folder',
    join(folder, 'card'),
    '--log',
    join(folder, 'log'),
  );
  t.match(ran, { code: 1, error: /does not say what was acknowledged/ });
});
