import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { startProcess } from '../support/process.ts';

const signals = pathToFileURL(join(import.meta.dirname, '../../cli/signals.js')).href;

/** A daemon that has ended its work, while a thread of its hangs in `fifo`, to which no one writes. */
const daemon = (fifo: string, last: string) => `
  import { open } from 'node:fs';
  import { endSoon, untilTold } from '${signals}';
  open('${fifo}', 'r', () => {});
  const told = untilTold();
  console.log('runs');
  await told;
  ${last}
`;

t.test('a daemon whose thread hangs in a device ends all the same', async (t) => {
  const fifo = join(t.testdir(), 'fifo');
  execFileSync('mkfifo', [fifo]);
  const run = startProcess(t, process.execPath, ['--input-type=module', '-e', daemon(fifo, 'endSoon();')]);
  await run.line(/runs/);
  t.same(await run.kill('SIGTERM'), { code: null, signal: 'SIGKILL' });
});

t.test('one that nothing holds ends by itself, with its own exit code', async (t) => {
  const program = `
    import { endSoon } from '${signals}';
    process.exitCode = 7;
    endSoon();
  `;
  const run = startProcess(t, process.execPath, ['--input-type=module', '-e', program]);
  t.same(await run.exited, { code: 7, signal: null });
});

t.test('a second signal ends it at once', async (t) => {
  const program = `
    import { untilTold } from '${signals}';
    setInterval(() => {}, 1000);
    const told = untilTold();
    console.log('runs');
    await told;
    console.log('told');
  `;
  const run = startProcess(t, process.execPath, ['--input-type=module', '-e', program]);
  await run.line(/runs/);
  run.child.kill('SIGTERM');
  await run.line(/told/);
  t.same(await run.kill('SIGTERM'), { code: null, signal: 'SIGTERM' });
});
