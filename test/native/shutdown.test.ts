import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';

const script = join(import.meta.dirname, 'support/shutdown.js');

function run(way: string) {
  return spawnSync(process.execPath, [script, way], { encoding: 'utf8', timeout: 20_000 });
}

for (const way of ['worker-exit', 'worker-throw', 'worker-end', 'worker-terminate', 'worker-reading']) {
  t.test(`${way}, with work pending, leaves no keys`, async (t) => {
    const { status, signal, stdout, stderr } = run(way);
    t.same([status, signal, stdout], [0, null, '{"slotsTaken":0}\n'], stderr);
  });
}

for (const [way, expected] of [
  ['main-exit', 0],
  ['main-throw', 1],
  ['main-reading', 0],
] as const) {
  t.test(`${way}, with work pending, ends the process`, async (t) => {
    const { status, signal, stderr } = run(way);
    t.same([status, signal], [expected, null], stderr);
  });
}
