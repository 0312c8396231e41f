import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { jsonLog, silentLog } from '../../../base/log.ts';
import { readRoot } from '../../../evidence/root.ts';
import { exitCode, verifyEvidence } from '../../../evidence/verify/index.ts';
import { issuedLeaves, messageBytesMax } from '../../../proto/topics.ts';
import { startStation } from '../../../station/index.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, stationConfig, type TestAgency } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { messagesOf, sourcesIn } from '../support/harness.ts';
import { type Mosquitto, mosquittoMissing, mosquittoPath, startMosquitto } from '../support/mosquitto.ts';
import { identityIn, TestClient } from '../support/mqtt.ts';
import { Sender } from '../support/sender.ts';

const skip = mosquittoPath === undefined ? mosquittoMissing : false;
const random = seeded(t);

async function setUp(t: { teardown(done: () => unknown): unknown }): Promise<[TestAgency, Mosquitto]> {
  const agency = await makeAgency(t, ['camera-1', 'camera-2']);
  const broker = await startMosquitto(t, agency.station, 'station-1', join(agency.folder, 'mosquitto'));
  return [agency, broker];
}

t.test('through Mosquitto: stored, receipted, and again after the broker was killed', { skip }, async (t) => {
  const [agency, broker] = await setUp(t);
  const root = readRoot(readFileSync(join(agency.station, 'root.crt')));
  // The receiver says so each time that it is back.
  const back: (() => void)[] = [];
  const log = jsonLog('station', (line) => {
    if (JSON.parse(line).event === 'broker.connected') back.shift()?.();
  });
  const config = stationConfig(agency, { url: `mqtts://127.0.0.1:${broker.port}` });
  const station = await startStation(config, { log });
  t.teardown(() => station.close());
  await station.subscribed;
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const sender = new Sender(t, camera, identityIn(agency.camera('camera-1')), broker.port, root);
  const recording = await camera.record(1);
  const links = [recording.chunk(500_000), recording.chunk(70_000), recording.chunk(1), recording.close()];
  const messages = messagesOf(recording, links);
  await sender.connect();
  await sender.send(messages.slice(0, 12));
  await sender.client.until(() => sender.receipts(recording).some(({ body }) => body.count === 1));

  const isBack = new Promise<void>((resolve) => back.push(resolve));
  await broker.stop('SIGKILL');
  await sender.client.ended();
  await broker.start();
  await isBack;
  const again = new Sender(t, camera, identityIn(agency.camera('camera-1')), broker.port, root);
  await again.connect();
  await again.send(messages);
  t.equal((await again.complete(recording)).body.count, 3);
  const { report } = await verifyEvidence(await sourcesIn(join(config.store, 'camera-1')), root);
  t.equal(report.recordings[0]?.verdict, 'complete');
  t.equal(exitCode(report), 5, 'the head of the test names recordings that were never made');
  t.same(station.counts.refused, {});
});

t.test('what waits in Mosquitto while the station is away reaches it', { skip }, async (t) => {
  const [agency, broker] = await setUp(t);
  const root = readRoot(readFileSync(join(agency.station, 'root.crt')));
  const config = stationConfig(agency, { url: `mqtts://127.0.0.1:${broker.port}` });
  const first = await startStation(config, { log: silentLog });
  await first.subscribed;
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const sender = new Sender(t, camera, identityIn(agency.camera('camera-1')), broker.port, root);
  const recording = await camera.record(1);
  await sender.connect();
  await first.close();
  await sender.send(messagesOf(recording, [recording.chunk(200_000), recording.close()]));
  const second = await startStation(config, { log: silentLog });
  t.teardown(() => second.close());
  t.equal((await sender.complete(recording)).body.count, 1);
});

/** What a camera publishes, and what its station does, below `sealcam/1/CAMERA/`. */
const recordingId = 'a'.repeat(32);
const upward = [`${recordingId}/record`, `${recordingId}/keys`, 'session/record', 'session/answer'];
const downward = [
  ...[`${recordingId}/receipt`, 'session/challenge', 'session/command', 'session/certificate'],
  ...issuedLeaves.map((leaf) => `session/${leaf}`),
];

/** A camera, a second one and their station each publish to every topic of both cameras, and listen to all they can. */
async function everyTopic(t: Test, agency: TestAgency, broker: Mosquitto): Promise<void> {
  const cameras = ['camera-1', 'camera-2'];
  const identities = new Map([
    ...cameras.map((name) => [name, identityIn(agency.camera(name))] as const),
    ['station-1', identityIn(agency.station)],
  ]);
  // What their rules forbid some versions of Mosquitto drop, some disconnect for: then the next client takes over.
  const clients = new Map<string, TestClient[]>();
  const ready = async (name: string): Promise<TestClient> => {
    const known = clients.get(name) ?? [];
    const newest = known.at(-1);
    if (newest?.client.connected === true) return newest;
    const client = TestClient.start(t, broker.port, identities.get(name) ?? identityIn(agency.station));
    clients.set(name, [...known, client]);
    if (!(await client.connected())) t.fail(`${name} cannot connect`);
    for (const filter of ['#', 'sealcam/1/+/+/+', ...cameras.map((camera) => `sealcam/1/${camera}/#`)])
      await client.client.subscribeAsync(filter, { qos: 1 }).catch(() => {});
    return client;
  };
  const acknowledged = async (name: string, topic: string, payload: Uint8Array): Promise<boolean> => {
    const client = await ready(name);
    const done = client.publish(topic, payload).then(
      () => true,
      () => false,
    );
    return Promise.race([done, client.ended().then(() => false)]);
  };
  /** Twice where the connection ends: that may be for what was published before. */
  const publish = async (name: string, topic: string, payload: Uint8Array): Promise<boolean> =>
    (await acknowledged(name, topic, payload)) || (await acknowledged(name, topic, payload));
  const topics = cameras.flatMap((camera) =>
    [...upward, ...downward, 'session/echo'].map((rest) => `sealcam/1/${camera}/${rest}`),
  );
  for (const name of identities.keys()) {
    for (const listener of identities.keys()) await ready(listener);
    for (const topic of [...topics, 'sealcam/1/else', '$SYS/broker/version']) {
      await publish(name, topic, Buffer.from(`by ${name}`));
    }
  }
  // What comes last comes after all that was let through.
  const last = Buffer.from('last');
  for (const camera of cameras) {
    for (const name of identities.keys()) await ready(name);
    t.ok(await publish('station-1', `sealcam/1/${camera}/${recordingId}/receipt`, last));
    t.ok(await publish(camera, `sealcam/1/${camera}/${recordingId}/record`, last));
  }
  const heard = async (name: string, lasts: readonly string[]): Promise<string[]> => {
    const newest = await ready(name);
    const cameOf = (one: string): boolean =>
      newest.received.some(({ topic, payload }) => topic.includes(one) && last.equals(payload));
    await newest.until(() => lasts.every(cameOf));
    const all = (clients.get(name) ?? []).flatMap(({ received }) => received);
    const said = all.map(({ topic, payload }) => `${topic.slice(10)} ${Buffer.from(payload)}`);
    // A message comes once for each filter that it matches.
    return [...new Set(said)].filter((line) => !line.endsWith(' last')).sort();
  };
  for (const camera of cameras) {
    const given = downward.map((rest) => `${camera}/${rest} by station-1`);
    t.same(await heard(camera, [camera]), [...given, `${camera}/session/echo by ${camera}`].sort(), camera);
  }
  const sent = cameras.flatMap((camera) => upward.map((rest) => `${camera}/${rest} by ${camera}`));
  t.same(await heard('station-1', cameras), sent.sort(), 'the station');
  for (const name of identities.keys()) await (await ready(name)).client.endAsync(true);
}

t.test('Mosquitto gives a camera its own topics alone', { skip }, async (t) => {
  const [agency, broker] = await setUp(t);
  await t.test('of every leaf and in either direction', (t) => everyTopic(t, agency, broker));
  const one = identityIn(agency.camera('camera-1'));
  const id = 'a'.repeat(32);
  const payload = Buffer.from('not a record');
  t.notOk(await TestClient.start(t, broker.port, { ...one, name: undefined }).connected(), 'no certificate');
  t.notOk(
    await TestClient.start(t, broker.port, identityIn(agency.camera('camera-1'), 'identity')).connected(),
    'an identity in place of a TLS certificate',
  );
  const watcher = TestClient.start(t, broker.port, identityIn(agency.station), { clientId: 'any' });
  await watcher.connected();
  await watcher.client.subscribeAsync('sealcam/1/+/+/record', { qos: 1 });
  for (const topic of [`camera-2/${id}/record`, `camera-1/${id}/receipt`]) {
    const hostile = TestClient.start(t, broker.port, one);
    await hostile.connected();
    // Some versions of Mosquitto drop what their rules forbid, some disconnect.
    await Promise.race([hostile.publish(`sealcam/1/${topic}`, payload).catch(() => {}), hostile.ended()]);
    await hostile.client.endAsync(true);
  }
  const camera = TestClient.start(t, broker.port, one, { clientId: 'camera-2' });
  t.ok(await camera.connected());
  await camera.publish(`sealcam/1/camera-1/${id}/record`, payload);
  await watcher.until(() => watcher.received.length > 0);
  t.same(
    watcher.received.map(({ topic }) => topic),
    [`sealcam/1/camera-1/${id}/record`],
  );
  const other = TestClient.start(t, broker.port, identityIn(agency.camera('camera-2')), {
    clientId: 'camera-1',
  });
  t.ok(await other.connected());
  await camera.publish('sealcam/1/camera-1/session/record', payload);
  t.ok(camera.client.connected, 'no one is pushed off by another');
  // An echo comes back to its own camera, in the size of the longest message, and to no other.
  for (const one of [camera, other])
    await one.client.subscribeAsync('sealcam/1/+/session/echo', { qos: 1 }).catch(() => {});
  await camera.client.subscribeAsync('sealcam/1/camera-1/session/echo', { qos: 1 });
  await camera.publish('sealcam/1/camera-1/session/echo', Buffer.alloc(messageBytesMax, 1));
  await camera.until(() => camera.received.length > 0);
  t.match(camera.received, [{ topic: 'sealcam/1/camera-1/session/echo' }]);
  t.equal(camera.received[0]?.payload.length, messageBytesMax);
  camera.received.length = 0;
  await camera.client.subscribeAsync('sealcam/1/+/+/receipt', { qos: 1 }).catch(() => {});
  await watcher.publish(`sealcam/1/camera-2/${id}/receipt`, payload);
  await watcher.publish(`sealcam/1/camera-1/${id}/receipt`, payload);
  await camera.until(() => camera.received.length > 0);
  t.same(
    camera.received.map(({ topic }) => topic),
    [`sealcam/1/camera-1/${id}/receipt`],
  );
});
