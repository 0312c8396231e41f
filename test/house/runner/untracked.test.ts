import { join, resolve } from 'node:path';
import t from 'tap';
import { runProcess } from '../../support/process.ts';

const untracked = resolve(import.meta.dirname, '../../../../scripts/house/untracked.mjs');

// Test files run without tap's own watch over promises: what nothing catches must fail them all the same.
const faults: Readonly<Record<string, string>> = {
  'an error of a timer': "setTimeout(() => { throw new Error('lost'); }, 1)",
  'a promise that rejects': "void (async () => { await 1; throw new Error('lost'); })()",
  'an error of an emitter': "new EventEmitter().emit('error', new Error('lost'))",
};

for (const [what, fault] of Object.entries(faults)) {
  t.test(`${what} fails a test file, and is printed`, async (t) => {
    const program = `
      import { EventEmitter } from 'node:events';
      import t from 'tap';
      t.test('one', async (t) => {
        t.ok(true);
        setImmediate(() => { ${fault}; });
        await new Promise((resolve) => setTimeout(resolve, 50));
      });
      t.test('two', async (t) => { t.ok(true); });`;
    const file = join(t.testdir({ 'a.mjs': program }), 'a.mjs');
    const { code, stdout, stderr } = await runProcess(t, process.execPath, [`--import=${untracked}`, file]);
    t.not(code, 0);
    t.match(stdout + stderr, /\blost\b/);
  });
}
