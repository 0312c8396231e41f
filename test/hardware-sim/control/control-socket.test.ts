import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { WebSocket } from 'ws';
import { systemRandomness } from '../../../base/random.ts';
import type { Action } from '../../../hardware-sim/actions.ts';
import { ControlServer } from '../../../hardware-sim/control/control-server.ts';
import { ControlSocket, controlPath } from '../../../hardware-sim/control/control-socket.ts';
import type { SimEvent } from '../../../hardware-sim/events.ts';
import { simLimits } from '../../../hardware-sim/limits.ts';
import { SimProcess } from '../sim-process.ts';

interface Client {
  readonly socket: WebSocket;
  /** The next message that has not been taken yet. */
  readonly next: () => Promise<SimEvent>;
}

async function client(url: string, options = {}): Promise<Client> {
  const socket = new WebSocket(url, options);
  const got: SimEvent[] = [];
  let wake = (): void => {};
  socket.on('message', (data) => {
    got.push(JSON.parse(data.toString()) as SimEvent);
    wake();
  });
  await once(socket, 'open');
  const next = async (): Promise<SimEvent> => {
    for (;;) {
      const event = got.shift();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { socket, next };
}

async function served(t: Test) {
  const server = await ControlServer.open(0, systemRandomness);
  t.teardown(() => server.close());
  const actions: Action[] = [];
  const control = new ControlSocket(server, (action) => {
    if (action.does === 'quit') throw new Error('it does not want to');
    actions.push(action);
  });
  return { server, control, actions, url: server.address('ws', controlPath) };
}

/** What the server answers to a request for an upgrade with these headers. */
async function refused(
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const asked = request(url.replace(/^ws/, 'http'), {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      ...headers,
    },
  });
  asked.end();
  return await new Promise((resolve, reject) => {
    asked.on('error', reject);
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, text: '' });
    });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
  });
}

t.test('follows the orders of several clients, and tells all of them what happens', async (t) => {
  const { control, actions, url } = await served(t);
  control.tell({ event: 'tty', path: '/dev/pts/7', link: null });
  const [one, two] = [await client(url), await client(url)];
  t.match(await one.next(), { event: 'tty', path: '/dev/pts/7' }, 'a late client learns where the camera is');
  t.match(await two.next(), { event: 'tty' });
  control.tell({ event: 'beep', ms: 20 });
  t.match([await one.next(), await two.next()], [{ event: 'beep' }, { event: 'beep' }]);
  one.socket.send('{"press":"start"}');
  two.socket.send('{"press":"dance"}');
  t.match(await two.next(), { event: 'error', message: /"press" is "dance"/ }, 'the sender alone is told');
  two.socket.send(Buffer.from('{"press":"stop"}'), { binary: true });
  t.match(await two.next(), { event: 'error', message: /binary/ });
  two.socket.send('{"quit":true}');
  t.match(await two.next(), { event: 'error', message: /does not want to/ });
  t.match(actions, [{ does: 'press', button: 'start' }]);
  one.socket.send('{"report":true}');
  control.tell({ event: 'beep', ms: 30 });
  t.match(await one.next(), { event: 'beep', ms: 30 });
});

t.test('refuses a wrong token, host or origin, and what is not there', async (t) => {
  const { url } = await served(t);
  const { host } = new URL(url);
  const cases: readonly (readonly [
    what: string,
    url: string,
    headers: Record<string, string>,
    status: number,
  ])[] = [
    ['its own address', url, {}, 101],
    ['by name', url, { host: host.replace('127.0.0.1', 'localhost') }, 101],
    ['from its own page', url, { origin: `http://${host}` }, 101],
    ['no token', `ws://${host}/${controlPath}`, {}, 403],
    ['another token', `ws://${host}/${'0'.repeat(32)}/${controlPath}`, {}, 403],
    ['a part of the token', url.replace(/.(?=\/control)/, ''), {}, 403],
    ['another host', url, { host: 'evil.example' }, 403],
    ['another port of this machine', url, { host: '127.0.0.1:1' }, 403],
    ['a host that begins like it', url, { host: `${host}.evil.example` }, 403],
    ['a foreign page', url, { origin: 'https://evil.example' }, 403],
    ['another server of this machine', url, { origin: 'http://127.0.0.1:1' }, 403],
    ['a file or a frame without an origin', url, { origin: 'null' }, 403],
    ['another path', `${url}/more`, {}, 404],
  ];
  for (const [what, at, headers, status] of cases) {
    const answer = await refused(at, headers);
    t.equal(answer.status, status, what);
    if (status !== 101) t.match(answer.text, /^[A-Z][^\n]+\.\n$/, 'one sentence');
  }
  const page = await fetch(url.replace(/^ws/, 'http'));
  t.equal(page.status, 404, 'without a panel there is no page');
  t.equal((await fetch(url.replace(/^ws/, 'http'), { method: 'POST' })).status, 405);
});

t.test('bounds messages and clients', async (t) => {
  const { url, actions, control } = await served(t);
  const { socket } = await client(url);
  socket.send('x'.repeat(simLimits.orderBytesMax + 1));
  const [code] = await once(socket, 'close');
  t.equal(code, 1009, 'too large');
  t.same(actions, []);
  const clients: Client[] = [];
  for (let i = 0; i < simLimits.socketsMax; i += 1) clients.push(await client(url));
  const more = await refused(url, {});
  t.equal(more.status, 503);
  clients[0]?.socket.close();
  if (clients[0] !== undefined) await once(clients[0].socket, 'close');
  control.tell({ event: 'beep', ms: 1 });
  for (const each of clients.slice(1)) t.match(await each.next(), { event: 'beep' });
});

t.test('disconnects a client that does not read', async (t) => {
  const { url, control } = await served(t);
  const { host, pathname } = new URL(url);
  const slow = connect(Number(host.split(':')[1]), '127.0.0.1');
  slow.on('error', () => {});
  slow.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
  );
  await once(slow, 'readable');
  const { next } = await client(url);
  const message = 'x'.repeat(60_000);
  // More than the kernel holds for it, and than may wait here.
  let heard = 0;
  const before = process.memoryUsage().external + process.memoryUsage().rss;
  for (let i = 0; i < 400; i += 1) {
    control.tell({ event: 'warning', message });
    await next();
    heard += 1;
  }
  t.equal(heard, 400, 'a client that reads is told everything');
  t.ok(process.memoryUsage().external + process.memoryUsage().rss - before < 200e6);
  slow.resume();
  const ended = new Promise((resolve) => slow.once('close', resolve));
  await ended;
  t.pass('the other one is disconnected');
});

t.test('sealcam sim --websocket: the same messages, by a process', async (t) => {
  const sim = new SimProcess(t, ['--websocket']);
  const { url } = await sim.until(() => sim.of('websocket').at(-1));
  t.match(url, /^ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/control$/);
  await sim.tty();
  const { socket, next } = await client(url);
  t.match(await next(), { event: 'tty' });
  socket.send('{"press":"bookmark"}');
  const pressed = await next();
  t.match(pressed, { event: 'button', button: 'bookmark' });
  const line = await sim.until(() => sim.of('button').at(-1));
  t.same(pressed, line, 'the event is the same as the line');
  socket.send('{"report":true}');
  t.match(await next(), { event: 'report', connected: false });
  const closed = once(socket, 'close');
  socket.send('{"quit":true}');
  t.equal(await sim.exited, 0);
  let last: SimEvent = await next();
  while (last.event !== 'report') last = await next();
  t.match(last, { event: 'report' }, 'the last event is the report here too');
  t.equal((await closed)[0], 1001);
});
