import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import t from 'tap';
import { type LogEvent, type LogFields, silentLog } from '../../../base/log.ts';
import { readRoot } from '../../../evidence/root.ts';
import { startStation } from '../../../station/index.ts';
import { stationLimits } from '../../../station/limits.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, stationConfig } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { messagesOf } from '../support/harness.ts';
import { identityIn, TestClient } from '../support/mqtt.ts';
import { Sender } from '../support/sender.ts';

// What strangers and clients do with connections alone: an honest camera is served meanwhile.

t.setTimeout(fileLimitMs);

const random = seeded(t);
const agency = await makeAgency(t, ['camera-1', 'camera-2']);
const alarms: { readonly event: LogEvent; readonly fields: LogFields }[] = [];
const lines: { readonly event: LogEvent; readonly fields: LogFields }[] = [];
const log = {
  ...silentLog,
  warn: (event: LogEvent, _: string, fields: LogFields = {}) => void lines.push({ event, fields }),
  alarm: (event: LogEvent, _: string, fields: LogFields = {}) => void alarms.push({ event, fields }),
  child: () => log,
};
const station = await startStation(stationConfig(agency), { log });
t.teardown(() => station.close());
const { port } = station.address;
const root = readRoot(readFileSync(join(agency.station, 'root.crt')));
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
let number = 0;

/** Has an honest camera record something and get its receipt. */
async function recordsOne(t: { teardown(done: () => unknown): unknown }): Promise<void> {
  const sender = new Sender(t, camera, identityIn(agency.camera('camera-1')), port, root);
  number += 1;
  const recording = await camera.record(number);
  await sender.connect();
  await sender.send(messagesOf(recording, [recording.chunk(100_000), recording.close()]));
  await sender.complete(recording);
  await sender.client.client.endAsync();
}

/** Opens a connection and sends `bytes`, if any; it is never spoken to again. */
async function stranger(t: { teardown(done: () => unknown): unknown }, bytes?: Buffer): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  if (bytes !== undefined) socket.write(bytes);
  return socket;
}

t.test('connections that never begin TLS, or begin it and stop, keep no one out', async (t) => {
  // The first bytes of a record of TLS: a handshake that goes no further.
  const begun = Buffer.from([0x16, 3, 1, 2, 0]);
  const sockets: Socket[] = [];
  for (let count = 0; count < 1_100; count += 1)
    sockets.push(await stranger(t, count % 2 === 0 ? undefined : begun));
  await recordsOne(t);
  const open = (): number => sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
  while (open() > stationLimits.handshakesPerAddressMax) {
    for (const socket of sockets) socket.resume();
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.pass('the oldest of them were ended');
});

t.test('clients without a certificate that connect again and again keep no one out', async (t) => {
  let running = true;
  let refused = 0;
  const again = (): void => {
    if (!running) return;
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.on('error', () => {});
    socket.once('close', () => {
      refused += 1;
      again();
    });
  };
  for (let count = 0; count < 20; count += 1) again();
  while (refused < 20) await new Promise((resolve) => setImmediate(resolve));
  await recordsOne(t);
  running = false;
  t.ok(refused >= 20);
});

t.test('one certificate has a bounded number of connections, and an honest camera is served', async (t) => {
  const folder = agency.camera('camera-2');
  const credentials = {
    ca: readFileSync(join(folder, 'root.crt')),
    cert: readFileSync(join(folder, 'tls.crt')),
    key: readFileSync(join(folder, 'tls.key')),
  };
  const closed: Promise<unknown>[] = [];
  for (let count = 0; count < 2 * stationLimits.connectionsPerPeerMax; count += 1) {
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      ...credentials,
      checkServerIdentity: () => undefined,
    });
    t.teardown(() => socket.destroy());
    socket.on('error', () => {});
    closed.push(once(socket, 'close'));
    await once(socket, 'secureConnect');
    socket.resume();
  }
  await Promise.all(closed.slice(0, stationLimits.connectionsPerPeerMax));
  await recordsOne(t);
});

t.test('a camera whose connection is taken over again and again is named, with the addresses', async (t) => {
  alarms.length = 0;
  const told = () => alarms.find(({ event }) => event === 'camera.taken-over');
  for (let count = 0; count < stationLimits.takeoversPerMinuteMax + 2; count += 1) {
    const client = TestClient.start(t, port, identityIn(agency.camera('camera-2')));
    t.ok(await client.connected());
  }
  t.match(told()?.fields, {
    device: 'camera-2',
    addresses: '127.0.0.1',
    timesInAMinute: stationLimits.takeoversPerMinuteMax + 1,
  });
  t.equal(alarms.filter(({ event }) => event === 'camera.taken-over').length, 1, 'once');
});

t.test('a camera that begins again and again is named, whatever broker it comes by', async (t) => {
  alarms.length = 0;
  const other = new FakeCamera('camera-2', agency.camera('camera-2'), random);
  for (let count = 0; count <= stationLimits.announcementsPerMinuteMax; count += 1) {
    const sender = new Sender(t, other, identityIn(agency.camera('camera-2')), port, root);
    await sender.connect();
    await sender.client.client.endAsync();
  }
  t.match(alarms.find(({ event }) => event === 'camera.restarting')?.fields, {
    device: 'camera-2',
  });
});

t.test('a client that reads nothing is disconnected, and nothing waits for it', async (t) => {
  lines.length = 0;
  const frozen = TestClient.start(t, port, identityIn(agency.camera('camera-2')));
  t.ok(await frozen.connected());
  const topic = 'sealcam/1/camera-2/session/challenge';
  await frozen.client.subscribeAsync(topic, { qos: 1 });
  (frozen.client.stream as unknown as Socket).pause();
  const sender = TestClient.start(t, port, identityIn(agency.station), { clientId: 'tool' });
  await sender.connected();
  const payload = Buffer.alloc(128_000);
  let sent = 0;
  const isTold = (): boolean => lines.some(({ fields }) => fields.reason === 'reads-nothing');
  while (!isTold()) {
    // Each is acknowledged though the client reads nothing: the broker does not wait for it.
    await sender.publish(topic, payload);
    sent += 1;
  }
  t.comment(`${sent} messages of ${payload.length} bytes`);
  t.match(lines.find(({ fields }) => fields.reason === 'reads-nothing')?.fields, { peer: 'camera-2' });
  await recordsOne(t);
});
