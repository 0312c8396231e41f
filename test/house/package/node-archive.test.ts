import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import t from 'tap';

// The Node.js of the packages is the one whose hash the repository has.

const native = join(resolve(import.meta.dirname, '../../../..'), 'scripts/package');
const script = `
  const { fetchNode } = await import('${native}/native.mjs');
  const { nodeVersion, targets } = await import('${native}/targets.mjs');
  const { writeFileSync } = await import('node:fs');
  const [cache] = process.argv.slice(1);
  for (const [arch, { node }] of Object.entries(targets)) {
    if (node === undefined) continue;
    writeFileSync(cache + '/' + node + '-' + nodeVersion + '.tgz', 'something else');
    console.log(await fetchNode(arch, cache).catch((error) => error.message));
  }
`;

t.test('another archive in the cache is not packaged', async (t) => {
  const args = ['--input-type=module', '-e', script, t.testdir({})];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  t.equal(lines.length, 2, stderr);
  for (const line of lines)
    t.match(line, /^\S+\.tgz has the SHA-512 [\w+/]{86}== and not [\w+/]{86}==: delete it/);
});
