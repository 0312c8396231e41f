import t from 'tap';
import { Child } from '../../cli/child.ts';

t.test('a child that ends is told of with the last that it said', async (t) => {
  const child = new Child('nonsense', [], 'stdout');
  await t.rejects(
    child.line('started', () => true, 30_000),
    {
      code: 'CHILD_ENDED',
      message: /^The nonsense is gone, it ended with exit code 2: .*"nonsense" is not a command/,
    },
  );
  await t.rejects(
    child.line('started', () => true, 30_000),
    { code: 'CHILD_ENDED' },
    'a later caller too',
  );
});

t.test('one that says nothing is given up', async (t) => {
  const child = new Child('sim', [], 'stdout');
  t.teardown(() => child.end());
  await t.rejects(
    child.line('sung', () => false, 10),
    { code: 'CHILD_SILENT', message: /the sim has not sung/ },
  );
});
