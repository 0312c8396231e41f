import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { silentLog } from '../../base/log.ts';
import { readRoot } from '../../evidence/root.ts';
import { verifyEvidence } from '../../evidence/verify/index.ts';
import { type StationConfig, startStation } from '../../station/index.ts';
import { seeded } from '../support/seed.ts';
import { makeAgency, stationConfig } from './support/agency.ts';
import { FakeCamera } from './support/camera.ts';
import { messagesOf, sourcesIn } from './support/harness.ts';
import { identityIn } from './support/mqtt.ts';
import { Sender } from './support/sender.ts';

const random = seeded(t);
const agency = await makeAgency(t, ['camera-1', 'camera-2']);
const root = readRoot(readFileSync(join(agency.station, 'root.crt')));
const config = stationConfig(agency);

t.test('two cameras send through the embedded broker and get complete receipts', async (t) => {
  const station = await startStation(config, { log: silentLog });
  t.teardown(() => station.close());
  const plain = 'THE-PLAINTEXT-OF-THE-CLIP';
  const sent = ['camera-1', 'camera-2'].map(async (id) => {
    const camera = new FakeCamera(id, agency.camera(id), random);
    const sender = new Sender(t, camera, identityIn(agency.camera(id)), station.address.port, root);
    const recording = await camera.record(1);
    await sender.connect();
    const links = [
      recording.chunk(1_500_000, false, plain),
      recording.chunk(3, false, plain),
      recording.chunk(300_000, false, plain),
      recording.close(),
    ];
    await sender.send(messagesOf(recording, links));
    const { body } = await sender.complete(recording);
    t.equal(body.count, 3);
    t.equal(body.stationId, 'station-1');
    const sources = await sourcesIn(join(config.store, id));
    const { report } = await verifyEvidence(sources, root);
    t.equal(report.recordings[0]?.verdict, 'complete');
    t.same(report.absent, [{ deviceId: id, from: 2, to: 9 }], 'by the head that answered the challenge');
    for (const name of await readdir(join(config.store, id))) {
      t.notOk((await readFile(join(config.store, id, name))).includes(plain), name);
    }
  });
  await Promise.all(sent);
  t.same(station.counts.refused, {});
  t.equal(station.counts.conflicts, 0);
});

t.test('a station that ends in mid-recording and starts again goes on where it was', async (t) => {
  // Apart from what the other tests store of the same camera.
  const own = { ...config, store: `${config.store}-middle`, vault: `${config.vault}-middle` };
  const first = await startStation(own, { log: silentLog });
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  camera.boot({ nextRecordingNumber: 10, bootCounter: 2 });
  const identity = identityIn(agency.camera('camera-1'));
  const recording = await camera.record(10);
  const links = [recording.chunk(200_000), recording.chunk(200_000), recording.close()];
  const messages = messagesOf(recording, links);
  const sender = new Sender(t, camera, identity, first.address.port, root);
  await sender.connect();
  await sender.send(messages.slice(0, 8));
  await sender.client.until(() => sender.receipts(recording).some(({ body }) => body.count === 1));
  const counter = Math.max(...sender.receipts(recording).map(({ body }) => body.counter));
  await first.close();
  await sender.client.ended();

  const second = await startStation(own, { log: silentLog });
  t.teardown(() => second.close());
  const again = new Sender(t, camera, identity, second.address.port, root);
  await again.connect();
  await again.send(messages.slice(0, 1));
  await again.client.until(() => again.receipts(recording).length > 0);
  t.equal(again.receipts(recording)[0]?.body.count, 1, 'a repeated opening is answered with what is held');
  await again.send(messages.slice(8));
  const { body } = await again.complete(recording);
  t.equal(body.count, 2);
  t.ok(body.counter > counter);
  const { report } = await verifyEvidence(await sourcesIn(join(own.store, 'camera-1')), root);
  t.same(report.conflicts, []);
});

t.test('an error in the configuration is reported before anything is started', async (t) => {
  const start = (change: Partial<StationConfig>): Promise<unknown> =>
    startStation({ ...config, ...change }, { log: silentLog });
  await t.rejects(start({ vault: join(config.store, 'vault') }), { code: 'STATION_VAULT' });
  await t.rejects(start({ vault: config.store }), { code: 'STATION_VAULT' });
  await t.rejects(start({ station: agency.camera('camera-1') }), { code: 'STATION_FOLDER' });
  await t.rejects(start({ station: join(agency.folder, 'nowhere') }), { code: 'STATION_FOLDER' });
  await t.rejects(start({ vaultKeys: [agency.camera('camera-1')] }), { code: 'STATION_FOLDER' });
  await t.rejects(start({ rosters: [join(agency.folder, 'nowhere')] }), { code: 'STATION_ROSTERS' });
  await t.rejects(start({ rosters: [agency.station] }), {
    code: 'STATION_ROSTERS',
    message: /no roster N\.dsse/,
  });
  await t.rejects(start({ rosters: [join(agency.station, 'root.crt')] }), { code: 'STATION_ROSTERS' });
  await t.rejects(start({ broker: { url: 'mqtt://127.0.0.1' } }), { code: 'BROKER_URL' });
  await t.rejects(start({ broker: { embedded: { host: '192.0.2.1', port: 0 } } }), {
    code: 'BROKER_ADDRESS',
  });
});
