import { existsSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedCamera } from 'sealcam/sim';
import t, { type Test } from 'tap';
import { defaultClip, readAll } from '../media/clips.ts';
import { runProcess } from '../support/process.ts';
import { difference } from './bench.ts';
import { SimAgent, SimProcess, simArguments } from './sim-process.ts';

t.test('unplugged and back: its link leads to the new terminal, and nothing is lost', async (t) => {
  const link = join(t.testdir(), 'camera');
  const sim = new SimProcess(t, ['--link', link]);
  const tty = await sim.tty();
  t.equal(readlinkSync(link), tty);
  t.equal(sim.of('tty')[0]?.link, link);
  const agent = new SimAgent(t, () => link, sim);
  await sim.until(() => agent.of('sample').length > 30);
  sim.order({ fault: 'unplug', on: true });
  await sim.until(() => agent.of('lost').length === 1);
  t.notOk(existsSync(link), 'the link is gone with the terminal');
  sim.order({ fault: 'unplug', on: false });
  const at = agent.of('sample').length;
  await sim.until(() => agent.of('back').length === 1 && agent.of('sample').length > at + 100);
  t.equal(readlinkSync(link), sim.of('tty')[1]?.path);
  t.ok((agent.of('back')[0]?.afterMs ?? -1) >= 0);
  t.equal(agent.of('dropped').length, 0);
  const samples = agent.of('sample').map(({ sample }) => sample);
  t.equal(difference((await readAll(defaultClip)).samples, samples), undefined);
  sim.child.stdin.end();
  t.equal(await sim.exited, 0, 'the end of the pipe is the end of it');
  t.notOk(existsSync(link));
});

t.test('another agent gets what the one before it left', async (t) => {
  const camera = await SimulatedCamera.start();
  t.teardown(() => camera.close());
  const one = new SimAgent(t, () => camera.tty);
  await one.until(() => one.of('sample').length > 50);
  await one.sensor.stop();
  // Long enough for the terminal to be full of what no one reads.
  await capturesMore(camera, 50);
  const two = new SimAgent(t, () => camera.tty);
  await two.until(() => two.of('sample').length > 200);
  t.equal(two.of('hello')[0]?.resumed, false);
  t.equal(two.of('dropped').length, 0);
  const held = (await readAll(defaultClip)).samples.filter(({ track }) => track === 'video');
  const seen = [one, two]
    .flatMap((agent) => agent.of('sample'))
    .filter(({ sample }) => sample.track === 'video');
  const times = new Set(seen.map(({ sample }) => sample.pts));
  const last = Math.max(...times);
  t.same(
    held.filter(({ pts }) => pts <= last && !times.has(pts)),
    [],
    'no picture is missing between the two',
  );
});

/** Resolves when the camera has captured so many more pictures, whether or not anybody takes them. */
async function capturesMore(camera: SimulatedCamera, pictures: number): Promise<void> {
  const captured = (): number => camera.report().total.video.captured;
  const wanted = captured() + pictures;
  while (captured() < wanted) await new Promise((resolve) => setImmediate(resolve));
}

t.test('quits at once though no one reads its output', async (t) => {
  const sim = new SimProcess(t, []);
  const tty = await sim.tty();
  const agent = new SimAgent(t, () => tty, sim);
  await sim.until(() => agent.of('sample').length > 50);
  await agent.sensor.stop();
  await sim.capturesMore(50);
  sim.child.kill('SIGTERM');
  t.equal(await sim.exited, 0);
  t.equal(sim.events.at(-1)?.event, 'report');
});

t.test('follows a scenario to its end, and leaves its count in a file', async (t) => {
  const dir = t.testdir({
    'steps.yaml':
      'seed: 9\nsteps:\n - {at: 0.2, press: start}\n - {at: 0.5, fault: lampBroken}\n - {at: 1.2, press: stop}\n - {at: 1.5, quit: true}\n',
  });
  const sim = new SimProcess(t, ['--scenario', join(dir, 'steps.yaml'), '--report', join(dir, 'count.json')]);
  const tty = await sim.tty();
  const agent = new SimAgent(t, () => tty, sim);
  t.equal(await sim.exited, 0);
  t.same(
    agent.of('button').map(({ button }) => button),
    ['start', 'stop'],
  );
  t.match(sim.of('fault'), [{ fault: 'lampBroken', on: true }]);
  t.match(agent.of('hello')[0], { sensor: { serial: 'SIM-9' } });
  t.same(JSON.parse(readFileSync(join(dir, 'count.json'), 'utf8')), sim.events.at(-1));
});

t.test('says what is wrong with a line, and goes on', async (t) => {
  const sim = new SimProcess(t, []);
  await sim.tty();
  sim.child.stdin.write('nonsense\n{"press":"everything"}\n\n{"fault":"clockJump","seconds":-99}\n');
  await sim.until(() => sim.of('error').length === 3);
  t.match(sim.of('error'), [
    { message: /"nonsense" is not a JSON object/ },
    { message: /"press" is "everything", but has to be "start" or/ },
    { message: /cannot jump by -99 s/ },
  ]);
  sim.order({ press: 'bookmark' });
  await sim.until(() => sim.of('button').length === 1);
});

t.test('the end of an input that is no pipe is no order to quit', async (t) => {
  const { code, stdout } = await runProcess(
    t,
    process.execPath,
    simArguments(['--scenario', scenarioOf(t, 'zero: launch\nsteps: [{at: 0.5, quit: true}]')]),
  );
  t.equal(code, 0);
  t.match(stdout, /"event":"tty"/);
});

function scenarioOf(t: Test, text: string): string {
  return join(t.testdir({ 's.yaml': text }), 's.yaml');
}

t.test('replaces a link that an earlier run left', async (t) => {
  const link = join(t.testdir(), 'camera');
  symlinkSync('/dev/pts/of-before', link);
  const sim = new SimProcess(t, ['--link', link]);
  const tty = await sim.tty();
  t.equal(readlinkSync(link), tty);
});
