import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { versionMemory } from '../../../../agent/line/kept/version-memory.ts';
import { beBytes, toHex } from '../../../../base/bytes.ts';
import { crc32c } from '../../../../base/crc32c.ts';
import { jsonLog } from '../../../../base/log.ts';
import type { SeenVersion } from '../../../../evidence/roster.ts';

const roster = { version: 7, digest: new Uint8Array(32).fill(3) };
const damaged = [
  '',
  '7\n',
  `0 ${'ab'.repeat(32)}\n`,
  `7 ${'ab'.repeat(31)}\n`,
  `9007199254740993 ${'ab'.repeat(32)}\n`,
  `7 ${'03'.repeat(32)} 00000000\n`,
  `8 ${'03'.repeat(32)}\n`,
];

/** The memory in a folder, and what its log says. */
function memoryIn(folder: string) {
  const lines: string[] = [];
  const path = join(folder, 'roster.seen');
  const log = jsonLog('agent', (line) => lines.push(JSON.parse(line).event));
  return { path, lines, open: (held?: SeenVersion) => versionMemory({ path, log }, held) };
}

/** A whole file that says `version`, as whoever can write the card can make it. */
function lineOf(version: number, fill = 3): string {
  const line = `${version} ${toHex(new Uint8Array(32).fill(fill))}`;
  return `${line} ${toHex(beBytes(crc32c(Buffer.from(line)), 4))}\n`;
}

t.test('what was remembered is known at the next start', async (t) => {
  const folder = t.testdir();
  const { lines, open } = memoryIn(folder);
  const memory = await open();
  t.equal(memory.seen(), undefined);
  await memory.remember(roster);
  t.same(memory.seen(), roster);
  t.same((await open()).seen(), roster);
  t.same(readdirSync(folder), ['roster.seen', 'roster.seen.copy'], 'no draft is left');
  t.same(lines, []);
});

t.test('one damaged copy costs nothing, whichever it is, and is written again', async (t) => {
  for (const [at, content] of damaged.entries()) {
    const folder = t.testdir({ [at]: {} });
    const { path, lines, open } = memoryIn(join(folder, String(at)));
    await (await open()).remember(roster);
    for (const file of [path, `${path}.copy`, path]) {
      writeFileSync(file, content);
      t.same((await open()).seen(), roster, `${file} ${JSON.stringify(content)}`);
    }
    t.same(lines, ['kept-file.damaged', 'kept-file.damaged', 'kept-file.damaged']);
  }
});

t.test('a damaged memory is not taken for a new one', async (t) => {
  for (const [at, content] of damaged.entries()) {
    const folder = t.testdir({ [at]: {} });
    const { path, lines, open } = memoryIn(join(folder, String(at)));
    writeFileSync(path, content);
    t.match(await open(), { lost: true }, JSON.stringify(content));
    t.same(lines, ['kept-file.lost']);
  }
  t.match(await memoryIn(t.testdir()).open(), { lost: false });
});

t.test('the newer of two copies counts, as after a crash between them', async (t) => {
  const folder = t.testdir();
  const { path, lines, open } = memoryIn(folder);
  await (await open()).remember(roster);
  writeFileSync(`${path}.copy`, lineOf(8));
  t.equal((await open()).seen()?.version, 8);
  writeFileSync(`${path}.copy`, '');
  t.equal((await open()).seen()?.version, 8, 'the other one was brought up to date');
  t.same(lines, ['kept-file.damaged']);
});

t.test('one copy that was made up counts for nothing where the newest is at hand', async (t) => {
  const forged = [lineOf(999_999), lineOf(7, 4), lineOf(1)];
  for (const [at, content] of forged.entries()) {
    const folder = t.testdir({ [at]: {} });
    const { path, open } = memoryIn(join(folder, String(at)));
    await (await open()).remember(roster);
    for (const file of [path, `${path}.copy`]) {
      writeFileSync(file, content);
      t.same((await open(roster)).seen(), roster, `${file} ${content}`);
      t.equal(readFileSync(file, 'utf8'), lineOf(7), 'and is written again');
    }
  }
});
