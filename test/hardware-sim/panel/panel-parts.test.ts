import t from 'tap';
import type { Action } from '../../../hardware-sim/actions.ts';
import { faultNames } from '../../../hardware-sim/faults.ts';
import { fixedWords } from '../../../hardware-sim/panel/action-words.ts';
import { faultControls, instrumentControls } from '../../../hardware-sim/panel/controls.ts';
import { HandTake } from '../../../hardware-sim/panel/hand-take.ts';
import { mediaMessage, readMediaMessage } from '../../../hardware-sim/panel/media-message.ts';
import type { Entry } from '../../../hardware-sim/panel/messages.ts';
import { parsePageMessage } from '../../../hardware-sim/panel/requests.ts';
import { ScenarioDesk } from '../../../hardware-sim/panel/scenario-desk.ts';
import { firstState, nextState } from '../../../hardware-sim/panel/state.ts';
import { parseScenario } from '../../../hardware-sim/scenario/scenario.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const three = `
title: Three
zero: stream
steps:
  - { at: 1, press: start }
  - { at: 2, fault: unplug }
  - { at: 4, press: stop }
`;

function desk() {
  const clock = fakeClock();
  const done: string[] = [];
  const failed: string[] = [];
  const made = new ScenarioDesk(clock, {
    perform(action) {
      if (action.does === 'disk') throw new Error('there is no disk');
      done.push(action.does === 'press' ? action.button : action.does);
    },
    changed: () => {},
    failed: (says) => failed.push(says),
  });
  return { clock, desk: made, done, failed };
}

t.test('plays a scenario, pauses it, goes on where it was, and begins it again', async (t) => {
  const { clock, desk: one, done } = desk();
  t.equal(one.view, undefined);
  t.throws(() => one.order('run'), { code: 'SIM_SCENARIO' });
  one.load('three.yaml', three);
  t.match(one.view, { title: 'Three', state: 'ready', totalMs: 4000, done: 0 });
  one.order('run');
  clock.tick(1500);
  t.same(done, ['start']);
  one.order('pause');
  clock.tick(60_000);
  t.same(done, ['start'], 'nothing happens while it is paused');
  t.match(one.view, { state: 'paused', atMs: 1500, done: 1 });
  one.order('run');
  clock.tick(499);
  t.same(done, ['start']);
  clock.tick(1);
  t.same(done, ['start', 'fault'], 'at its own second 2');
  one.order('restart');
  clock.tick(4000);
  t.same(done, ['start', 'fault', 'start', 'fault', 'stop']);
  t.match(one.view, { state: 'ended', done: 3 });
  one.order('run');
  clock.tick(10_000);
  t.equal(done.length, 5, 'an ended scenario only begins again by a restart');
});

t.test('waits for the zero of the scenario, and leaves off where it is ended or replaced', async (t) => {
  const { clock, desk: one, done } = desk();
  one.follow(parseScenario(three, 'three.yaml'));
  t.match(one.view, { state: 'waiting' });
  clock.tick(5000);
  one.happened({ event: 'agent', resumed: false });
  one.happened({ event: 'stream', on: false });
  clock.tick(5000);
  t.same(done, [], 'its zero is the stream');
  one.happened({ event: 'stream', on: true });
  clock.tick(1000);
  t.same(done, ['start']);
  one.happened({ event: 'stream', on: true });
  t.match(one.view, { state: 'running', atMs: 1000 }, 'a later stream does not begin it again');
  one.load('other.yaml', 'steps: [{at: 0.5, press: bookmark}]');
  clock.tick(10_000);
  t.same(done, ['start'], 'neither the old one nor the new one goes on by itself');
  t.equal(clock.timers, 0);
  t.throws(() => one.load('bad.yaml', 'steps: [{at: 1, press: strat}]'), { code: 'SIM_SCENARIO' });
  await t.rejects(one.open('../../../etc/passwd'), { code: 'SIM_SCENARIO' });
});

t.test('goes on after a step that cannot be done, and says so', async (t) => {
  const { clock, desk: one, done, failed } = desk();
  one.load('disk.yaml', 'steps: [{at: 1, disk: full}, {at: 2, press: start}]');
  one.order('run');
  clock.tick(3000);
  t.same(done, ['start']);
  t.match(failed, [/there is no disk/]);
});

t.test('what was recorded by hand is a scenario that does the same', async (t) => {
  const clock = fakeClock();
  const take = new HandTake(clock, 7);
  const orders = [
    { press: 'start' },
    { fault: 'bitErrors', on: true, rate: 0.001 },
    { press: 'mute', on: true },
    { gnss: 'jump', metres: 300 },
    { battery: 12, over: 5 },
    { fault: 'clockJump', seconds: -3 },
    { report: true },
    { press: 'stop' },
    { quit: true },
  ];
  const wanted: Action[] = [];
  const add = (order: object): void => {
    const message = parsePageMessage(JSON.stringify(order));
    if (!('action' in message)) throw new Error('an order');
    take.add(message.written);
    if (message.action.does !== 'report' && message.action.does !== 'quit') wanted.push(message.action);
  };
  add({ press: 'bookmark' });
  wanted.length = 0;
  take.begin();
  for (const order of orders) {
    clock.tick(1250);
    add(order);
  }
  t.match(take.view, { recording: true, steps: 7, file: undefined });
  take.end();
  take.end();
  const scenario = parseScenario(take.view.file ?? '', 'by-hand.yaml');
  t.same(
    scenario.steps.map(({ action }) => action),
    wanted,
  );
  t.equal(scenario.steps[0]?.atMs, 1300, 'to a tenth of a second');
  t.equal(scenario.seed, 7);
});

t.test('each fault and each instrument of the simulator has its control', async (t) => {
  const faults = faultControls();
  t.same(
    faults.map(({ name }) => name),
    faultNames,
  );
  for (const { name, title, kind, rate, seconds } of faults) {
    t.match(title, /^[A-Z][a-z ]+$/, name);
    const first = { fault: name, ...(kind === 'once' ? {} : { on: true }) };
    const more = { ...(rate === undefined ? {} : { rate }), ...(seconds && { seconds: seconds.value }) };
    t.match(parsePageMessage(JSON.stringify({ ...first, ...more })), { action: { does: 'fault' } }, name);
  }
  const instruments = instrumentControls();
  t.same(
    instruments.map(({ name }) => name),
    ['motion', 'gnss', 'battery', 'temperature'],
  );
  for (const control of instruments) {
    const orders =
      control.kind === 'choice'
        ? control.options.map(({ name, more }) => ({
            [control.name]: name,
            ...(more && { [more.field]: more.value }),
          }))
        : [control.min, control.value, control.max].map((value) => ({ [control.name]: value, over: 3 }));
    for (const order of orders) {
      t.match(
        parsePageMessage(JSON.stringify(order)),
        { action: { does: control.name } },
        JSON.stringify(order),
      );
    }
  }
});

t.test('follows what the events tell', async (t) => {
  const camera = (event: Extract<Entry, { from: 'camera' }>['event'], atMs = 0): Entry => ({
    atMs,
    from: 'camera',
    event,
  });
  const line = (event: string, more = {}): Entry => ({
    atMs: 0,
    from: 'agent',
    line: { event, level: 'info', msg: '', ...more },
  });
  const after = (entries: readonly Entry[]) => entries.reduce(nextState, firstState);
  t.match(
    after([
      camera({ event: 'tty', path: '/dev/pts/1', link: null }),
      camera({ event: 'agent', resumed: false }),
      camera({ event: 'stream', on: true }),
      camera({ event: 'lamp', state: 'recording', commanded: 'recording' }, 500),
      camera({ event: 'lamp', state: 'off', commanded: 'recording' }, 900),
      camera({ event: 'fault', fault: 'lampBroken', on: true }),
      camera({ event: 'fault', fault: 'bitErrors', on: true, rate: 0.01 }),
      camera({ event: 'fault', fault: 'clockJump', on: true, seconds: 5 }),
      camera({ event: 'fault', fault: 'lampBroken', on: false }),
      camera({ event: 'button', button: 'mute', on: true, captureUs: 0, taken: true }),
      camera({ event: 'button', button: 'dwelling', on: true, captureUs: 0, taken: false }),
    ]),
    {
      plugged: true,
      agent: true,
      streaming: true,
      lamp: { shown: 'off', commanded: 'recording' },
      recordingSinceMs: 500,
      mute: true,
      dwelling: false,
      faults: { bitErrors: { rate: 0.01 } },
    },
  );
  t.match(after([camera({ event: 'agent', resumed: false }), camera({ event: 'unplugged' })]), {
    plugged: false,
    agent: false,
  });
  t.match(
    after([
      line('chunk.sealed', { bytes: 9 }),
      line('recording.opened'),
      line('chunk.sealed', { bytes: 10 }),
      line('chunk.sealed', { bytes: 'many' }),
      line('receipt.journaled', { count: 2 }),
      line('receipt.journaled', { count: 1 }),
      line('gap.signed', { cause: 'link' }),
    ]),
    { sealed: 2, sealedBytes: 10, receipted: 2, gaps: 1 },
  );
  const program = (running: boolean): Entry => ({ atMs: 0, from: 'program', name: 'agent', running });
  t.same(after([program(false)]).off, ['agent']);
  t.same(after([program(false), program(true)]).off, []);
});

t.test('a sample is the same on the other side of the wire', async (t) => {
  const media = { track: 'audio', key: true, timeUs: -(2 ** 41) + 7, data: Uint8Array.of(1, 2, 3) } as const;
  const bytes = mediaMessage(media);
  t.same(readMediaMessage(bytes.slice().buffer), media);
  t.equal(readMediaMessage(new ArrayBuffer(9)), undefined);
});

t.test('a page that cannot change disk and clock of an agent says so', (t) => {
  const foreign = { network: undefined, disk: undefined, clockAheadSeconds: undefined };
  t.match(fixedWords(foreign), /Network, disk and clock of this agent are its own/);
  const own = { network: 'back', disk: undefined, clockAheadSeconds: 0 } as const;
  t.match(fixedWords(own), /cannot be filled here: that takes root/);
  t.equal(fixedWords({ ...own, disk: 'freed' }), undefined);
  t.end();
});
