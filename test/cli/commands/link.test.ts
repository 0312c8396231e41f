import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { captureBlock, captureHead } from '../../../hardware-sim/capture/pcapng.ts';
import { openPtyPort } from '../../../hardware-sim/link/pty-port.ts';
import { SimAgent, SimProcess } from '../../hardware-sim/sim-process.ts';
import { runProcess, type StartedProcess, startProcess } from '../../support/process.ts';
import { sealcam } from '../../support/sealcam.ts';

const main = join(import.meta.dirname, '../../../program/main.js');

/** `sealcam link record` between a simulated camera and an agent's sensor. */
async function recording(
  t: Test,
): Promise<{ out: string; link: string; sim: SimProcess; recorder: StartedProcess }> {
  const folder = t.testdir();
  const [out, link] = [join(folder, 'patrol.pcapng'), join(folder, 'agent-end')];
  const sim = new SimProcess(t, []);
  const words = ['link', 'record', '--port', await sim.tty(), '--out', out, '--link', link];
  const recorder = startProcess(t, process.execPath, [main, ...words]);
  await recorder.line(/^The agent's end is at /);
  return { out, link, sim, recorder };
}

t.test('records between two processes what the other parts then read', async (t) => {
  const { out, link, sim, recorder } = await recording(t);
  const agent = new SimAgent(t, () => link, sim);
  await sim.until(() => agent.of('sample').length > 60);
  sim.order({ press: 'start' });
  await sim.until(() => agent.of('button').length > 0);
  await agent.sensor.stop();
  t.same(await recorder.kill('SIGTERM'), { code: 0, signal: null });
  t.match(recorder.output(), /Captured \d+ from the sensor and \d+ from the agent, \d+ bytes/);
  t.notOk(existsSync(link), 'the name of the terminal is gone with it');
  t.equal(statSync(out).mode & 0o777, 0o600);

  const shown = await sealcam('link', 'show', out);
  t.equal(shown.code, 0, shown.error);
  t.match(shown.out, /S > A {10}hello .*\[.*session begun\]/);
  t.match(shown.out, /S > A +#\d+ {2}sample track=1 /);
  t.match(shown.out, /button captureUs=\d+ button=start pressed=true/);
  t.match(
    shown.out,
    /\d+ frames of the sensor, \d+ of the agent, 1 sessions\nno frames: none; sent again: \d+; numbers missing: 0; malformed: 0/,
  );
  const json = await sealcam('link', 'show', '--json', out);
  const lines = json.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { message: string });
  t.equal(lines.length + 2, shown.out.trimEnd().split('\n').length);
  t.match(
    lines.find(({ message }) => message === 'heartbeat'),
    { from: 'sensor', sequence: 0 },
  );

  const folder = dirname(out);
  const listed = await sealcam('link', 'share', out);
  t.equal(listed.code, 0, listed.error);
  t.match(listed.out, /^What remains in the shared capture:\n {2}\d+ frames: /);
  const shared = join(folder, 'shared.pcapng');
  t.match((await sealcam('link', 'share', out, shared)).out, /Written to /);
  t.match((await sealcam('link', 'share', out, shared)).error, /exists already and is not overwritten/);
  t.match((await sealcam('link', 'show', '--positions', shared)).out, /serial=shared-1 /);
  const scenario = join(folder, 'made.yaml');
  t.equal((await sealcam('link', 'show', out, '--scenario', scenario)).code, 0);
  t.match(readFileSync(scenario, 'utf8'), /zero: agent\nsteps:\n {2}- \{ at: [\d.]+, press: start \}\n/);

  const replay = new SimProcess(t, ['--replay', shared, '--link', join(folder, 'replayed')]);
  await replay.tty();
  const another = new SimAgent(t, () => join(folder, 'replayed'), replay);
  await replay.until(() => replay.of('ended').length > 0);
  t.ok(another.of('sample').length > 60);
  t.equal(another.of('button')[0]?.button, 'start');
  await another.sensor.stop();
  replay.child.stdin.end();
  t.equal(await replay.exited, 0);

  // The recorder was killed: what it had begun to write is left out.
  truncateSync(out, statSync(out).size - 5);
  t.match((await sealcam('link', 'show', out)).out, /the last \d+ bytes of the file are an unfinished block/);
});

t.test('follows a capture that grows', async (t) => {
  const { out, link, sim } = await recording(t);
  const follower = startProcess(t, process.execPath, [main, 'link', 'show', '--follow', out]);
  await follower.line(/hello/);
  const agent = new SimAgent(t, () => link, sim);
  await follower.line(/sample track=1/);
  sim.order({ press: 'bookmark' });
  await follower.line(/button=bookmark/);
  await agent.sensor.stop();
  t.same(await follower.kill('SIGINT'), { code: 0, signal: null });
});

t.test('a side that says nothing ends its check', async (t) => {
  const folder = t.testdir();
  const silent = openPtyPort();
  t.teardown(() => silent.close());
  const offer = join(folder, 'offered');
  const [sensor, agent] = await Promise.all([
    sealcam('link', 'check-sensor', '--tty', silent.path),
    sealcam('link', 'check-agent', '--offer', offer, '--wait', '1'),
  ]);
  t.same([sensor.code, agent.code], [1, 1]);
  t.match(sensor.out, /^TAP version 14\nnot ok 1 - 2.8 says hello .*\n {2}---\n {2}rule: "2.8"\n/);
  t.match(
    sensor.out,
    /\n# The sensor breaks rules of docs\/SENSOR-LINK.md:.*\n# {3}2.8, says hello every 250 ms/,
  );
  t.match(agent.out, /^TAP version 14\nnot ok 1 - 2.4 /);
  t.notOk(existsSync(offer), 'the name of the terminal is gone with it');
});

t.test('a check that is ended takes the name of its terminal with it', async (t) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const offer = join(t.testdir(), 'offered');
    const words = ['link', 'check-agent', '--offer', offer, '--wait', '600'];
    const check = startProcess(t, process.execPath, [main, ...words]);
    await check.line(/^TAP version 14/);
    t.ok(lstatSync(offer).isSymbolicLink());
    t.same(await check.kill(signal), { code: null, signal }, 'half a check has no verdict');
    t.same(readdirSync(dirname(offer)), []);
  }
});

t.test('what fails leaves no file, so that its name is free for the next try', async (t) => {
  const folder = t.testdir();
  const [capture, out] = [join(folder, 'capture.pcapng'), join(folder, 'new.pcapng')];
  const tty = join(folder, 'tty');
  for (const port of ['--port', '--tap-sensor']) {
    for (const time of ['first', 'second']) {
      const ran = await sealcam('link', 'record', port, tty, '--out', out);
      t.equal(ran.code, 1);
      t.match(ran.error, /does not work/, `${port}, the ${time} time`);
      t.same(readdirSync(folder), []);
    }
  }
  const bytes = new Uint8Array(1_000).fill(1);
  const block = captureBlock({ atUs: 1, from: 'sensor', bytes, length: bytes.length });
  writeFileSync(capture, Buffer.concat([captureHead(), ...Array.from({ length: 20 }, () => block)]));
  // No file may grow beyond 8 KiB: a disk that is full.
  const words = [process.execPath, main, 'link', 'share', capture, out];
  const full = await runProcess(t, 'bash', ['-c', 'ulimit -f 8 && exec "$@"', 'bash', ...words]);
  t.equal(full.code, 1);
  t.match(full.stderr, /new\.pcapng|EFBIG|too large/);
  t.same(readdirSync(folder), ['capture.pcapng']);
  t.equal((await sealcam('link', 'share', capture, out)).code, 0);
});

t.test('a share that is interrupted leaves no part of a capture', async (t) => {
  const folder = t.testdir();
  const [capture, out] = [join(folder, 'capture.pcapng'), join(folder, 'new.pcapng')];
  const bytes = new Uint8Array(60_000).fill(1);
  const block = captureBlock({ atUs: 1, from: 'sensor', bytes, length: bytes.length });
  writeFileSync(capture, Buffer.concat([captureHead(), ...Array.from({ length: 500 }, () => block)]));
  const wholeBytes = statSync(capture).size;
  const begun = new Promise<void>((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (!String(name).endsWith('.partial')) return;
      watcher.close();
      resolve();
    });
  });
  const share = startProcess(t, process.execPath, [main, 'link', 'share', capture, out]);
  await begun;
  const { code } = await share.kill('SIGINT');
  // It may have been faster than the signal.
  const whole = code === 0;
  t.ok(whole || code === 130, `ended with ${code}`);
  t.same(readdirSync(folder).sort(), whole ? ['capture.pcapng', 'new.pcapng'] : ['capture.pcapng']);
  if (whole) t.equal(statSync(out).size, wholeBytes);
});

t.test('wrong usage and wrong files are one sentence', async (t) => {
  const folder = t.testdir({ 'text.txt': 'not a capture at all', empty: '' });
  const says = async (code: number, pattern: RegExp, ...words: string[]): Promise<void> => {
    const ran = await sealcam('link', ...words);
    t.equal(ran.code, code, words.join(' '));
    t.match(ran.error, pattern);
    t.equal(ran.error.trimEnd().split('\n').length, 1);
  };
  await says(2, /is not one of its parts: give one of record, show, share/);
  await says(2, /Give one capture/, 'show');
  await says(2, /Give a capture, and a new file/, 'share');
  await says(2, /Give "--port" to relay/, 'record', '--out', join(folder, 'x'));
  await says(2, /Give "--tty", the port that leads to the sensor/, 'check-sensor');
  await says(2, /"--offer" is for check-agent/, 'check-sensor', '--offer', join(folder, 'x'));
  await says(2, /"--out" is missing/, 'record', '--port', '/dev/null');
  await says(2, /"--seconds" is "0"/, 'record', '--port', '/dev/null', '--out', 'x', '--seconds', '0');
  await says(1, /does not begin as a pcapng file/, 'show', join(folder, 'text.txt'));
  await says(1, /The capture is empty/, 'show', join(folder, 'empty'));
  await says(1, /does not exist/, 'show', join(folder, 'nothing'));
  await says(
    1,
    /exists already and is not overwritten/,
    'record',
    '--port',
    '/dev/null',
    '--out',
    join(folder, 'empty'),
  );
  await says(1, /does not work/, 'record', '--port', join(folder, 'tty'), '--out', join(folder, 'new'));
  t.equal(readFileSync(join(folder, 'text.txt'), 'utf8'), 'not a capture at all');
  t.equal((await sealcam('link', '--help')).code, 0);
});
