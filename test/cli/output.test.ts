import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { say } from '../../cli/output.ts';
import { program } from '../support/scenario.ts';

const golden = join(import.meta.dirname, '../../../test/golden/golden.seal');

t.test('a report may have more lines than a call has room for', (t) => {
  const written = t.capture(process.stdout, 'write');
  say('first', Array<string>(300_000).fill('x'));
  const [call] = written();
  t.equal(call?.args[0], `first\n${'x\n'.repeat(300_000)}`);
  t.end();
});

t.test('a reader that leaves early changes no exit code and causes no stack trace', async (t) => {
  const child = spawn(process.execPath, [program, 'inspect', golden], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  t.equal(said, '');
  t.equal(code, 0);
});

t.test(
  'output that cannot be written is said in a sentence, and is no success',
  { skip: existsSync('/dev/full') ? false : 'this system has no /dev/full' },
  async (t) => {
    const child = spawn(process.execPath, [program, 'inspect', golden], {
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    t.equal(said, "sealcam: The output can't be written (ENOSPC): free or change its disk\n");
    t.equal(code, 1);
  },
);
