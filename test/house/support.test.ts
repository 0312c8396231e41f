import t from 'tap';
import { runProcess, startProcess } from '../support/process.ts';
import { fromSeed, seeded } from '../support/seed.ts';

t.test('a seed decides every number, and another seed other ones', async (t) => {
  const draw = (seed: number) => {
    const random = fromSeed(seed);
    return [random.int(1000), random.fraction(), random.bytes(8), random.pick(['a', 'b', 'c'])];
  };
  t.same(draw(42), draw(42));
  t.notSame(draw(42), draw(43));
});

t.test('numbers stay in their range and reach all of it', async (t) => {
  const random = fromSeed(1);
  const counts = [0, 0, 0, 0];
  for (let at = 0; at < 4000; at += 1) {
    const value = random.int(4);
    counts[value] = (counts[value] ?? 0) + 1;
    const fraction = random.fraction();
    if (fraction < 0 || fraction >= 1) t.fail(`${fraction} is no fraction`);
  }
  t.equal(counts.length, 4);
  t.ok(
    counts.every((count) => count > 850 && count < 1150),
    counts.join(' '),
  );
  t.throws(() => random.pick([]), RangeError);
});

t.test('the seed is printed, and follows from the name of the test or from the environment', async (t) => {
  const before = process.env.SEALCAM_TEST_SEED;
  t.teardown(() => {
    if (before === undefined) delete process.env.SEALCAM_TEST_SEED;
    else process.env.SEALCAM_TEST_SEED = before;
  });
  const comments: string[] = [];
  const comment = (text: string): unknown => comments.push(text);
  const test = { name: 'a test', comment };
  delete process.env.SEALCAM_TEST_SEED;
  const { seed } = seeded(test);
  t.equal(seeded(test).seed, seed);
  t.not(seeded({ name: 'another', comment }).seed, seed);
  process.env.SEALCAM_TEST_SEED = '77';
  t.equal(seeded(test).seed, 77);
  t.equal(comments[0], `SEALCAM_TEST_SEED=${seed}`);
  t.equal(comments[3], 'SEALCAM_TEST_SEED=77');
  process.env.SEALCAM_TEST_SEED = 'fresh';
  t.not(seeded(test).seed, seeded(test).seed);
  for (const bad of ['x', '-1', '1.5', String(2 ** 32)]) {
    process.env.SEALCAM_TEST_SEED = bad;
    t.throws(() => seeded(test), RangeError, bad);
  }
});

const script = (text: string): string[] => ['-e', text];

t.test('lines are given out one after the other, as they match', async (t) => {
  const child = startProcess(
    t,
    process.execPath,
    script(
      `console.log('port 1\\nother'); console.error('x'); console.log('port 2'); process.stdout.write('port 3')`,
    ),
  );
  const ports: unknown[] = [];
  for (let at = 0; at < 3; at += 1) ports.push((await child.line(/^port (\d)$/))[1]);
  t.same(ports, ['1', '2', '3']);
  t.same(await child.exited, { code: 0, signal: null });
  t.match(child.output(), /other/);
});

t.test('a line that never comes is told with the output: at the end, and at the deadline', async (t) => {
  const ending = startProcess(t, process.execPath, script(`console.log('only this'); process.exitCode = 4`));
  await t.rejects(ending.line(/never/), { message: /ended \(4\) without a line like \/never\/:\nonly this/ });
  const lasting = startProcess(t, process.execPath, script('setInterval(() => {}, 1000)'));
  await t.rejects(lasting.line(/never/, 1), { message: /ran 1 ms without/ });
  t.same(await lasting.kill('SIGKILL'), { code: null, signal: 'SIGKILL' });
});

t.test('a program that does not exist is told as such', async (t) => {
  const child = startProcess(t, `${t.testdir()}/absent`, []);
  await t.rejects(child.line(/x/), { cause: { code: 'ENOENT' } });
});

t.test('what is left running ends with its test', async (t) => {
  let pid = 0;
  await t.test('starts one', async (t) => {
    const child = startProcess(t, process.execPath, script(`console.log('up'); setInterval(() => {}, 1000)`));
    await child.line(/^up$/);
    pid = child.child.pid ?? 0;
  });
  t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

t.test('a program run to its end gives both outputs apart', async (t) => {
  const result = await runProcess(
    t,
    process.execPath,
    script(`console.log(process.env.A); console.error('e')`),
    {
      env: { A: 'given' },
    },
  );
  t.same(result, { code: 0, signal: null, stdout: 'given\n', stderr: 'e\n' });
});
