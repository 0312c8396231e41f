import t from 'tap';
import { silentLog } from '../../../base/log.ts';
import { messageBytesMax } from '../../../proto/topics.ts';
import { startStation } from '../../../station/index.ts';
import { makeAgency, stationConfig } from '../support/agency.ts';
import { identityIn, TestClient } from '../support/mqtt.ts';

const agency = await makeAgency(t, ['camera-1', 'camera-10']);
const strangers = await makeAgency(t, ['camera-1']);
const station = await startStation(stationConfig(agency), { log: silentLog });
t.teardown(() => station.close());
const { port } = station.address;

const one = identityIn(agency.camera('camera-1'));
const ten = identityIn(agency.camera('camera-10'));
const stationPeer = identityIn(agency.station);
const id = 'a'.repeat(32);
const payload = Buffer.from('not a record');

t.test('a camera that was provisioned connects, publishes and subscribes on its own topics', async (t) => {
  const camera = TestClient.start(t, port, one);
  t.ok(await camera.connected());
  const granted = await camera.client.subscribeAsync(
    [
      'sealcam/1/camera-1/+/receipt',
      'sealcam/1/camera-1/session/challenge',
      `sealcam/1/camera-1/${id}/receipt`,
    ],
    { qos: 1 },
  );
  t.same(
    granted.map(({ qos }) => qos),
    [1, 1, 1],
  );
  for (const topic of [`${id}/record`, `${id}/keys`, 'session/record']) {
    await camera.publish(`sealcam/1/camera-1/${topic}`, payload);
  }
  t.ok(camera.client.connected);
});

t.test('who shows no certificate of the agency for a TLS client does not get in', async (t) => {
  const root = one.root;
  const refused = {
    'no certificate': { ...one, name: undefined },
    "another agency's camera": { ...identityIn(strangers.camera('camera-1')), root },
    "a camera's identity": identityIn(agency.camera('camera-1'), 'identity'),
    "a station's receipt key": identityIn(agency.station, 'receipt'),
    "a broker's certificate": identityIn(agency.station, 'broker'),
  };
  for (const [what, identity] of Object.entries(refused)) {
    t.notOk(await TestClient.start(t, port, identity).connected(), what);
  }
});

t.test('a camera is disconnected for what it may not publish', async (t) => {
  const topics = [
    `sealcam/1/camera-10/${id}/record`,
    `sealcam/1/camera-10/${id}/keys`,
    'sealcam/1/camera-10/session/record',
    `sealcam/1/camera-1/${id}/receipt`,
    'sealcam/1/camera-1/session/challenge',
    'sealcam/1/camera-1/session/keys',
    'sealcam/1/camera-10/session/echo',
    `sealcam/1/camera-1/${id}/echo`,
    `sealcam/1/camera-1/${id}/record/more`,
    'sealcam/2/camera-1/session/record',
    'elsewhere',
    '$SYS/broker',
  ];
  const before = station.counts.messages;
  for (const topic of topics) {
    const camera = TestClient.start(t, port, one);
    await camera.connected();
    camera.client.publish(topic, payload, { qos: 1 });
    await camera.ended();
    t.pass(topic);
  }
  const options = [{ retain: true }, { qos: 2 as const }];
  for (const option of options) {
    const camera = TestClient.start(t, port, one);
    await camera.connected();
    camera.client.publish('sealcam/1/camera-1/session/record', payload, { qos: 1, ...option });
    await camera.ended();
    t.pass(JSON.stringify(option));
  }
  const will = { topic: 'sealcam/1/camera-1/session/record', payload, qos: 1 as const, retain: false };
  t.notOk(await TestClient.start(t, port, one, { will }).connected(), 'a will');
  t.equal(station.counts.messages, before, 'nothing of it came to the station');
});

t.test('a camera is disconnected for what it may not subscribe to', async (t) => {
  const filters = [
    'sealcam/1/+/+/receipt',
    'sealcam/1/camera-10/+/receipt',
    'sealcam/1/camera-10/session/challenge',
    'sealcam/1/camera-10/session/echo',
    'sealcam/1/+/session/echo',
    'sealcam/1/camera-1/#',
    'sealcam/1/camera-1/+/record',
    'sealcam/1/camera-1/+/+',
    '#',
    '$SYS/#',
  ];
  for (const filter of filters) {
    const camera = TestClient.start(t, port, one);
    await camera.connected();
    camera.client.subscribe(filter, { qos: 1 });
    await camera.ended();
    t.pass(filter);
  }
});

t.test('a receipt goes to its own camera alone', async (t) => {
  const [first, tenth] = [TestClient.start(t, port, one), TestClient.start(t, port, ten)];
  const sender = TestClient.start(t, port, stationPeer, { clientId: 'tool' });
  for (const [client, device] of [
    [first, 'camera-1'],
    [tenth, 'camera-10'],
  ] as const) {
    await client.connected();
    await client.client.subscribeAsync(`sealcam/1/${device}/+/receipt`, { qos: 1 });
  }
  await sender.connected();
  await sender.publish(`sealcam/1/camera-1/${id}/receipt`, payload);
  await sender.publish(`sealcam/1/camera-10/${id}/receipt`, payload);
  await first.until(() => first.received.length > 0);
  await tenth.until(() => tenth.received.length > 0);
  t.same(
    first.received.map(({ topic }) => topic),
    [`sealcam/1/camera-1/${id}/receipt`],
  );
  t.same(
    tenth.received.map(({ topic }) => topic),
    [`sealcam/1/camera-10/${id}/receipt`],
  );
});

t.test('what a camera publishes to its echo comes back to it alone', async (t) => {
  const [camera, other] = [TestClient.start(t, port, one), TestClient.start(t, port, ten)];
  const watcher = TestClient.start(t, port, stationPeer, { clientId: 'tool' });
  for (const client of [camera, other, watcher]) await client.connected();
  await watcher.client.subscribeAsync('sealcam/1/#', { qos: 1 });
  for (const [client, device] of [
    [camera, 'camera-1'],
    [other, 'camera-10'],
  ] as const) {
    const [granted] = await client.client.subscribeAsync(`sealcam/1/${device}/session/echo`, { qos: 1 });
    t.equal(granted?.qos, 1);
  }
  const before = station.counts.messages;
  const whole = Buffer.alloc(messageBytesMax, 1);
  await camera.publish('sealcam/1/camera-1/session/echo', whole);
  await camera.until(() => camera.received.length > 0);
  t.equal(Buffer.compare(camera.received[0]?.payload ?? whole.subarray(1), whole), 0, 'of the largest size');
  await camera.publish('sealcam/1/camera-1/session/record', payload);
  await watcher.until(() => watcher.received.length > 0);
  t.same(
    watcher.received.map(({ topic }) => topic),
    ['sealcam/1/camera-1/session/record'],
  );
  t.equal(other.received.length, 0);
  // The echo went before the record: had it come to the station, it would be counted.
  while (station.counts.messages === before) await new Promise((resolve) => setImmediate(resolve));
  t.equal(station.counts.messages, before + 1, 'the station takes no echo');
});

t.test('a station may not pass for a camera', async (t) => {
  for (const topic of [`${id}/record`, 'session/echo']) {
    const client = TestClient.start(t, port, stationPeer, { clientId: 'tool' });
    await client.connected();
    client.client.publish(`sealcam/1/camera-1/${topic}`, payload, { qos: 1 });
    await client.ended();
    t.pass(topic);
  }
});

t.test(
  'no client displaces another by its client id; a camera that comes back replaces itself',
  async (t) => {
    const camera = TestClient.start(t, port, one, { clientId: 'mine' });
    await camera.connected();
    for (const clientId of ['mine', 'camera/camera-1', 'camera-1', 'station/station-1/receiver']) {
      const other = TestClient.start(t, port, ten, { clientId });
      t.ok(await other.connected(), clientId);
      await other.publish('sealcam/1/camera-10/session/record', payload);
    }
    await camera.publish('sealcam/1/camera-1/session/record', payload);
    t.ok(camera.client.connected);
    const again = TestClient.start(t, port, one, { clientId: 'another' });
    t.ok(await again.connected());
    await camera.ended();
    t.ok(again.client.connected);
  },
);

t.test('nothing is kept for who is away', async (t) => {
  const options = { clean: false, clientId: 'x' };
  const camera = TestClient.start(t, port, one, options);
  await camera.connected();
  await camera.client.subscribeAsync('sealcam/1/camera-1/+/receipt', { qos: 1 });
  await camera.client.endAsync();
  const sender = TestClient.start(t, port, stationPeer, { clientId: 'tool' });
  await sender.connected();
  await sender.publish(`sealcam/1/camera-1/${id}/receipt`, payload);
  const again = TestClient.start(t, port, one, options);
  const present = new Promise((resolve) => {
    again.client.on('connect', ({ sessionPresent }) => resolve(sessionPresent));
  });
  t.equal(await present, false);
});
