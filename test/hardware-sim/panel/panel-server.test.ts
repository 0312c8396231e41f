import { once } from 'node:events';
import { request } from 'node:http';
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import { systemRandomness } from '../../../base/random.ts';
import type { Action } from '../../../hardware-sim/actions.ts';
import { ControlServer } from '../../../hardware-sim/control/control-server.ts';
import type { Company } from '../../../hardware-sim/panel/company.ts';
import { panelLimits } from '../../../hardware-sim/panel/limits.ts';
import type { AgentView, LogLine, PanelMessage, ProgramView } from '../../../hardware-sim/panel/messages.ts';
import { Panel } from '../../../hardware-sim/panel/panel.ts';
import type { DiskState, NetworkState } from '../../../hardware-sim/world-actions.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { SimBench } from '../bench.ts';
import { SimProcess } from '../sim-process.ts';
import { sounding, soundingSource } from '../source.ts';

type OfKind<K extends PanelMessage['kind']> = Extract<PanelMessage, { kind: K }>;

/** A page without a browser. */
class TestPage {
  readonly socket: WebSocket;
  readonly binary: Buffer[] = [];
  readonly #messages: PanelMessage[] = [];
  #wake = (): void => {};

  constructor(t: Test, url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: Buffer, binary) => {
      if (binary) this.binary.push(data);
      else this.#messages.push(JSON.parse(data.toString()) as PanelMessage);
      this.#wake();
    });
    t.teardown(() => this.socket.terminate());
  }

  say(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The next message of `kind`; those before it are dropped. */
  async next<K extends PanelMessage['kind']>(kind: K): Promise<OfKind<K>> {
    for (;;) {
      const message = this.#messages.shift();
      if (message === undefined) await this.changed();
      else if (message.kind === kind) return message as OfKind<K>;
    }
  }

  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

const agentView: AgentView = {
  recorder: 'standby',
  sensorPresent: true,
  spool: { recordings: 0, bytes: 0, freeBytes: null, oldestUnreceiptedSeconds: 0 },
  uplink: { connected: true, lastReceiptSeconds: null, sending: null },
  restarts: 0,
  conditions: [],
  alarms: { count: 0 },
};

async function served(t: Test, company?: Company) {
  const server = await ControlServer.open(0, systemRandomness);
  const bench = new SimBench(soundingSource());
  const actions: Action[] = [];
  const clock = fakeClock();
  const panel = new Panel({
    server,
    clock,
    seed: 3,
    parameters: sounding,
    perform(action) {
      if (action.does === 'quit') throw new Error('not now');
      actions.push(action);
    },
    report: () => bench.device.report(),
    ...(company === undefined ? {} : { company }),
  });
  t.teardown(async () => {
    panel.close();
    await server.close();
    await bench.end();
  });
  const page = async (): Promise<TestPage> => {
    const opened = new TestPage(t, server.address('ws', 'live'));
    await once(opened.socket, 'open');
    return opened;
  };
  return { server, panel, actions, clock, page, url: server.address('http', '') };
}

function status(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', reject);
    asked.end();
  });
}

t.test('serves the page under a policy that lets nothing in and nothing out', async (t) => {
  const { url } = await served(t);
  const page = await fetch(url);
  t.equal(page.status, 200);
  t.match(page.headers.get('content-type'), /^text\/html/);
  const policy = page.headers.get('content-security-policy') ?? '';
  t.notMatch(policy, /unsafe|\*|https?:|data:|blob:/);
  const allowed = policy.split('; ').filter((one) => one.includes("'self'"));
  t.same(allowed, ["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"]);
  t.match(policy, /default-src 'none'.*frame-ancestors 'none'.*require-trusted-types-for 'script'/);
  t.match(Object.fromEntries(page.headers), {
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  const text = await page.text();
  t.notMatch(text, /<script(?![^>]*src=)|style=|\son[a-z]+=|https?:/, 'nothing in the page itself runs');
  for (const [, file] of text.matchAll(/(?:href|src)="([^"]+)"/g)) {
    t.equal((await fetch(new URL(file ?? '', url))).status, 200, `${file}`);
  }
  t.equal((await fetch(new URL('../panel.js', url))).status, 403, 'without the token');
  t.equal((await fetch(`${url}%2e%2e/panel.js`)).status, 403);
  t.equal((await fetch(`${url}messages.js`)).status, 404);
});

t.test('answers no other host, origin or token', async (t) => {
  const { url } = await served(t);
  const { host, port } = new URL(url);
  t.equal(await status(url, {}), 200);
  t.equal(await status(url, { host: `localhost:${port}` }), 200);
  t.equal(await status(url, { origin: `http://${host}` }), 200);
  t.equal(await status(url, { host: 'panel.evil.example' }), 403, 'a name that was pointed to loopback');
  t.equal(await status(url, { origin: 'https://evil.example' }), 403);
  t.equal(await status(url, { origin: 'null' }), 403);
  t.equal(await status(`http://${host}/`, {}), 403);
  t.equal(await status(`http://${host}/${'0'.repeat(32)}/panel.js`, {}), 403);
  t.equal(await status(`http://${host}/${'0'.repeat(32)}/live`, {}), 403);
});

t.test('tells a page what was and what happens, and follows its orders', async (t) => {
  const { panel, page, actions, clock } = await served(t);
  panel.tell({ event: 'tty', path: '/dev/pts/4', link: null });
  clock.tick(1500);
  panel.tell({ event: 'agent', resumed: false });
  const one = await page();
  const welcome = await one.next('welcome');
  t.match(welcome, { state: { plugged: true, agent: true }, company: false, nowMs: 1500 });
  t.match(welcome.entries, [{ atMs: 0 }, { atMs: 1500, event: { event: 'agent' } }]);
  t.match(welcome.stream, { video: { codec: /^avc1/ }, audio: { codec: 'mp4a.40.2' } });
  one.say({ fault: 'bitErrors', on: true, rate: 0.01 });
  t.match((await one.next('entry')).entry, { from: 'you', action: { does: 'fault' } });
  t.match(actions, [{ does: 'fault', change: { fault: 'bitErrors', rate: 0.01 } }]);
  for (const wrong of [
    { panel: 'network', network: 'cut' },
    { panel: 'playTake' },
    { press: 'dance' },
    { panel: 'dance' },
    { quit: true },
    'x',
    { panel: 'program', name: 'agent', on: true },
  ]) {
    one.say(wrong as object);
    t.match((await one.next('refused')).message, /.../, JSON.stringify(wrong));
  }
  one.say({ panel: 'take', on: true });
  t.match(await one.next('take'), { take: { recording: true } });
  one.say({ press: 'start' });
  await one.next('entry');
  one.say({ panel: 'take', on: false });
  let { take } = await one.next('take');
  while (take.file === undefined) ({ take } = await one.next('take'));
  one.say({ panel: 'playTake' });
  t.match(await one.next('scenario'), { scenario: { state: 'ready', steps: [{ says: 'Press start' }] } });
  one.say({ panel: 'scenario', do: 'run' });
  t.match(await one.next('scenario'), { scenario: { state: 'running' } });
  clock.tick(100);
  t.match((await one.next('entry')).entry, { from: 'scenario', action: { button: 'start' } });
});

t.test('keeps a bounded past, and shows pictures from a key picture on', async (t) => {
  const { panel, page } = await served(t);
  for (let i = 0; i < panelLimits.entriesMax + 50; i += 1) panel.tell({ event: 'beep', ms: i });
  const one = await page();
  const { entries } = await one.next('welcome');
  t.equal(entries.length, panelLimits.entriesMax);
  t.match(entries.at(-1), { event: { ms: panelLimits.entriesMax + 49 } });
  const sample = { track: 'video', pts: 0, dts: 0, duration: 1, key: false, data: Uint8Array.of(9) } as const;
  panel.captured(sample);
  panel.captured({ ...sample, key: true });
  panel.captured(sample);
  panel.captured({ ...sample, track: 'audio', key: true });
  while (one.binary.length < 3) await one.changed();
  t.same(
    one.binary.map((bytes) => [bytes[0], bytes[1]]),
    [
      [0, 1],
      [0, 0],
      [1, 1],
    ],
  );
});

t.test('shows the agent and its log, and switches the programs', async (t) => {
  const running = new Map<ProgramView['name'], boolean>([
    ['agent', true],
    ['station', true],
  ]);
  let network: NetworkState = 'back';
  let disk: DiskState = 'freed';
  let say: (from: ProgramView['name'], line: LogLine) => void = () => {};
  const company: Company = {
    status: async () => {
      if (running.get('agent') !== true) throw new Error('away');
      return agentView;
    },
    programs: () => [...running].map(([name, on]) => ({ name, running: on })),
    run: async (name, on) => {
      running.set(name, on);
    },
    surroundings: () => ({ network, disk, clockAheadSeconds: undefined }),
    change: async (action) => {
      if (action.does === 'network') network = action.network;
      if (action.does === 'disk') disk = action.disk;
    },
    hear: (take) => {
      say = take;
    },
  };
  const { page, clock } = await served(t, company);
  const one = await page();
  t.match(await one.next('company'), { company: { agent: agentView } });
  say('agent', { event: 'chunk.sealed', level: 'debug', msg: 'x'.repeat(1000), bytes: 5 });
  const { entry } = await one.next('entry');
  t.match(entry, { from: 'agent', line: { event: 'chunk.sealed', bytes: 5 } });
  if (entry.from === 'agent') t.equal(entry.line.msg.length, panelLimits.fieldCharsMax);
  one.say({ panel: 'program', name: 'agent', on: false });
  t.match((await one.next('entry')).entry, { from: 'program', name: 'agent', running: false });
  t.match((await one.next('company')).company.agent, undefined);
  one.say({
    panel: 'load',
    name: 'back.yaml',
    text: 'steps: [{at: 0, network: silent}, {at: 0, disk: full}, {at: 0, agentClock: 9}, {at: 0, agent: start}]',
  });
  one.say({ panel: 'scenario', do: 'run' });
  let scenario = (await one.next('scenario')).scenario;
  while (scenario?.state !== 'running') ({ scenario } = await one.next('scenario'));
  clock.tick(1);
  let last = (await one.next('entry')).entry;
  const seen = [last];
  while (last.from !== 'program') {
    last = (await one.next('entry')).entry;
    seen.push(last);
  }
  t.match(last, { name: 'agent', running: true });
  t.ok(seen.some((each) => each.from === 'panel' && /scenario run/.test(each.says)));
  t.match(seen[0], { from: 'scenario', action: { does: 'network', network: 'silent' } });
  t.equal(network, 'silent');
  t.equal(disk, 'full');
});

t.test(
  'records by hand what is done to the agent and around it, longer than a message, and plays it',
  async (t) => {
    const company: Company = {
      status: async () => agentView,
      programs: () => [
        { name: 'agent', running: true },
        { name: 'station', running: true },
      ],
      run: async (name) => {
        if (name === 'station') throw new Error('it does not end');
      },
      surroundings: () => ({ network: 'back', disk: 'freed', clockAheadSeconds: 0 }),
      change: async (action) => {
        if (action.does === 'disk') throw new Error('the disk is away');
      },
      hear: () => {},
    };
    const { page } = await served(t, company);
    const one = await page();
    one.say({ panel: 'take', on: true });
    one.say({ panel: 'network', network: 'cut' });
    one.say({ panel: 'agentClock', agentClock: -90 });
    // What fails is no step.
    one.say({ panel: 'disk', disk: 'full' });
    t.match(await one.next('refused'), { message: 'the disk is away' });
    one.say({ panel: 'program', name: 'station', on: false });
    t.match(await one.next('refused'), { message: 'it does not end' });
    one.say({ panel: 'program', name: 'agent', on: false });
    const more = panelLimits.takeStepsMax;
    for (let n = 0; n < more; n += 1) one.say({ fault: 'bitErrors', on: n % 2 === 0, rate: 0.000_123_456 });
    let { take } = await one.next('take');
    while (!take.full) ({ take } = await one.next('take'));
    t.equal(take.steps, panelLimits.takeStepsMax, 'the page hears that no more fit');
    one.say({ panel: 'take', on: false });
    while (take.file === undefined) ({ take } = await one.next('take'));
    t.ok(take.file.length > 65_536, `${take.file.length} characters`);
    t.match(take.file, /network: cut\n.*at: .*\n +agentClock: -90\n.*at: .*\n +agent: kill\n/s);
    t.notMatch(take.file, /disk|station/);
    one.say({ panel: 'playTake' });
    let { scenario } = await one.next('scenario');
    while (scenario === undefined) ({ scenario } = await one.next('scenario'));
    t.equal(scenario.steps.length, panelLimits.takeStepsMax);
    t.match(scenario.steps.slice(0, 3), [
      { says: 'Network cut' },
      { says: "The agent's clock: -90 s" },
      { says: 'The agent: kill' },
    ]);
    t.equal(one.socket.readyState, WebSocket.OPEN);
  },
);

t.test('sealcam sim --panel prints the address of a page', async (t) => {
  const sim = new SimProcess(t, ['--panel']);
  const { url } = await sim.until(() => sim.of('panel').at(-1));
  t.match(url, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
  await sim.tty();
  t.match(await (await fetch(url)).text(), /<title>Sealcam simulated camera/);
  const page = new TestPage(t, new URL('live', url.replace(/^http/, 'ws')).href);
  t.match(await page.next('welcome'), { state: { plugged: true }, company: false });
  page.say({ press: 'bookmark' });
  await sim.until(() => sim.of('button').find(({ button }) => button === 'bookmark'));
  t.match(await page.next('report'), { report: { connected: false } });
  sim.order({ quit: true });
  t.equal(await sim.exited, 0);
});
