import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { versionMemory } from '../../../agent/sealer/version-memory.ts';

t.test('what was remembered is known at the next start', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'roster.seen');
  const memory = await versionMemory(path, 'roster');
  t.equal(memory.seen(), undefined);
  const roster = { version: 7, digest: new Uint8Array(32).fill(3) };
  await memory.remember(roster);
  t.same(memory.seen(), roster);
  t.same((await versionMemory(path, 'roster')).seen(), roster);
  t.same(readdirSync(folder), ['roster.seen'], 'nothing is left beside it');
});

t.test('a damaged memory is not taken for a new one', async (t) => {
  const damaged = [
    '',
    '7\n',
    `0 ${'ab'.repeat(32)}\n`,
    `7 ${'ab'.repeat(31)}\n`,
    `9007199254740993 ${'ab'.repeat(32)}\n`,
  ];
  for (const [at, content] of damaged.entries()) {
    const path = join(t.testdir(), `seen-${at}`);
    writeFileSync(path, content);
    await t.rejects(versionMemory(path, 'roster'), { code: 'VERSION_MEMORY' }, JSON.stringify(content));
  }
});
