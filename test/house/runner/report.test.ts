import { join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { runProcess } from '../../support/process.ts';

const root = resolve(import.meta.dirname, '../../../..');
const report = join(root, 'scripts/house/report.mjs');

/** What people read of a TAP text, cut anywhere, and what is counted. */
async function inWords(t: Test, tap: string): Promise<{ text: string; counts: unknown }> {
  const program = `
    import { tapReport } from ${JSON.stringify(report)};
    let text = '';
    const report = tapReport((part) => { text += part; });
    for (const character of ${JSON.stringify(tap)}) report.write(character);
    const { passed, failed, skips } = report.end();
    console.log(JSON.stringify({ text, counts: { passed, failed, skips: [...skips] } }));
  `;
  const { stdout, stderr } = await runProcess(t, process.execPath, ['--input-type=module', '-e', program]);
  t.equal(stderr, '');
  return JSON.parse(stdout);
}

t.test('a good file is one line', async (t) => {
  const tap = `TAP version 14
# Subtest: dist/test/base/a.test.js
    # Subtest: one
        ok 1 - x
        ok 2 - y
        1..2
    ok 1 - one
    ok 2 - z
    1..2
ok 1 - dist/test/base/a.test.js # time=12.4ms
1..1
`;
  t.same(await inWords(t, tap), {
    text: 'ok     test/base/a.test.ts: 3 passed, 12 ms\n',
    counts: { passed: 3, failed: 0, skips: [] },
  });
});

t.test('a failure says where, what was wanted, and which seed brought it', async (t) => {
  const tap = `TAP version 14
# Subtest: dist/test/base/a.test.js
    # SEALCAM_TEST_SEED=5
    # Subtest: one
        not ok 1 - x
          ---
          at:
            fileName: test/base/a.test.ts
            lineNumber: 3
            columnNumber: 9
          diff: |
            -2
            +1
          ...
        1..1
    not ok 1 - one
    1..1
not ok 1 - dist/test/base/a.test.js # time=12.4ms
# Subtest: dist/test/base/b.test.js
    ok 1 - fine
    1..1
ok 2 - dist/test/base/b.test.js # time=1ms
1..2
`;
  t.same(await inWords(t, tap), {
    text: `FAILED test/base/a.test.ts: 0 passed, 1 failed, 12 ms
  - test/base/a.test.ts > one > x
    at test/base/a.test.ts:3:9
      -2
      +1
    # SEALCAM_TEST_SEED=5
ok     test/base/b.test.ts: 1 passed, 1 ms
`,
    counts: { passed: 1, failed: 1, skips: [] },
  });
});

t.test('a file that ends badly though its tests passed has failed', async (t) => {
  const tap = `TAP version 14
# Subtest: dist/test/base/a.test.js
    ok 1 - fine
    1..1
not ok 1 - dist/test/base/a.test.js
  ---
  exitCode: 3
  ...
# Subtest: dist/test/base/b.test.js
    ok 1 - fine
    1..1
ok 2 - dist/test/base/b.test.js
1..2
`;
  const { text, counts } = await inWords(t, tap);
  t.same(counts, { passed: 2, failed: 1, skips: [] });
  t.match(
    text,
    /^FAILED test\/base\/a.test.ts: 1 passed, 1 failed\n.*\n {6}exitCode: 3\nok {5}test\/base\/b.test.ts: 1 passed\n$/,
  );
});

t.test('a file without tests and a test to do have failed; a skip is told with its reason', async (t) => {
  const tap = `TAP version 14
# Subtest: dist/test/a.test.js
    1..0 # no tests found
ok 1 - dist/test/a.test.js # SKIP no tests found
# Subtest: dist/test/b.test.js
    not ok 1 - later # TODO some day
    ok 2 - browser # SKIP no browser here
    1..2
ok 2 - dist/test/b.test.js
1..2
`;
  const { text, counts } = await inWords(t, tap);
  t.same(counts, { passed: 0, failed: 2, skips: [['no browser here', ['test/b.test.ts > browser']]] });
  t.match(text, /FAILED test\/a.test.ts: 0 passed, 1 failed/);
  t.match(text, /FAILED test\/b.test.ts: 0 passed, 1 failed, 1 skipped/);
});

t.test('a text that was cut has failed, however good its beginning', async (t) => {
  const tap = `TAP version 14
# Subtest: dist/test/a.test.js
    ok 1 - fine
    1..1
ok 1 - dist/test/a.test.js
`;
  t.match(await inWords(t, `${tap}1..1\n`), { counts: { passed: 1, failed: 0 } });
  const { text, counts } = await inWords(t, tap);
  t.match(counts, { passed: 1, failed: 1 });
  t.match(text, /the run did not come to its end/);
  t.match(await inWords(t, ''), { counts: { passed: 0, failed: 1 } });
});
