import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import t from 'tap';
import { provisionStation } from '../../../agency/provision.ts';
import { jsonLog, silentLog } from '../../../base/log.ts';
import { readRoot } from '../../../evidence/root.ts';
import { exitCode, verifyEvidence } from '../../../evidence/verify/index.ts';
import { tryLock } from '../../../native/index.ts';
import { type Station, startStation } from '../../../station/index.ts';
import { startProcess } from '../../support/process.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, stationConfig } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { messagesOf, sourcesIn } from '../support/harness.ts';
import { identityIn } from '../support/mqtt.ts';
import { Sender } from '../support/sender.ts';

// Two receivers of a region at one node of RabbitMQ 4, as deploy/region configures it.

const clone = resolve(import.meta.dirname, '../../../..');
const script = join(clone, 'deploy/region/region.sh');
const root = process.env.SEALCAM_REGION_ROOT ?? join(clone, 'node_modules/.cache/sealcam/region-root');
const isThere = existsSync(join(root, 'usr/sbin/rabbitmqctl')) && process.getuid?.() === 0;
const skip = isThere ? false : 'no RabbitMQ 4: as root, "deploy/region/region.sh root" makes a root with it';

const random = seeded(t);
const portsOfRegion = 30;
const startMsMax = 300_000;

/** The first of so many ports that are free one after another. */
async function freePorts(): Promise<number> {
  for (;;) {
    const first = 20_000 + random.int(12_000);
    const ports = Array.from({ length: portsOfRegion }, (_, at) => first + at);
    if ((await Promise.all(ports.map(isFree))).every((free) => free)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

t.test('a receiver of a region does not start without locks', async (t) => {
  const agency = await makeAgency(t);
  const config = stationConfig(agency, { url: 'amqps://localhost:1' });
  await t.rejects(startStation(config, { log: silentLog }), { code: 'STATION_LOCKS' });
  const bucket = { ...config, store: 's3://evidence/region' };
  await t.rejects(startStation(bucket, { log: silentLog, tryLock }), { code: 'STATION_LOCKS' });
});

t.test('a region: two receivers share cameras and store, and one takes over', { skip }, async (t) => {
  const agency = await makeAgency(t);
  const access = { folder: join(agency.folder, 'agency') };
  for (const id of ['region', 'receiver-1', 'receiver-2'])
    await provisionStation(access, { id, folder: join(agency.folder, id) });
  const port = await freePorts();
  // One node is enough for what receivers do, and starts sooner.
  const env = { SEALCAM_REGION_PORT: String(port), SEALCAM_REGION_ROOT: root, SEALCAM_REGION_NODES: '1' };
  const run = (...words: readonly string[]) => startProcess(t, 'bash', [script, ...words], { env });
  t.same(await run('nodes', agency.folder).exited, { code: 0, signal: null });
  run('epmd', agency.folder);
  const node = run('node', agency.folder, '1');
  await node.line(/Server startup complete/, startMsMax);

  const stations: Station[] = [];
  const alarms: string[] = [];
  for (const id of ['receiver-1', 'receiver-2']) {
    const broker = { url: `amqps://localhost:${port + 11}` };
    const config = { ...stationConfig(agency, broker), station: join(agency.folder, id) };
    const log = jsonLog(id, (line) => {
      if (JSON.parse(line).level === 'alarm') alarms.push(line);
    });
    const station = await startStation({ ...config, vaultKeys: [agency.station] }, { log, tryLock });
    t.teardown(() => station.close());
    await station.subscribed;
    stations.push(station);
  }
  const trust = readRoot(readFileSync(join(agency.station, 'root.crt')));
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const sender = new Sender(t, camera, identityIn(agency.camera('camera-1')), port + 1, trust);
  await sender.connect();
  const recording = await camera.record(1);
  const links = [recording.chunk(500_000), recording.chunk(70_000), recording.close()];
  const messages = messagesOf(recording, links);
  await sender.send(messages.slice(0, 12));
  await sender.client.until(() => sender.receipts(recording).some(({ body }) => body.count === 1));

  // One that has nothing of the camera, or little, was asked by chance of the priorities: the other has it.
  const stored = stations.map(({ counts }) => counts.stored);
  const [busy, other] = (stored[0] ?? 0) > (stored[1] ?? 0) ? [0, 1] : [1, 0];
  await stations[busy]?.close();
  await sender.send(messages);
  const complete = await sender.complete(recording);
  t.equal(complete.body.count, 2);
  t.equal(complete.body.stationId, stations[other]?.id, 'the other has taken over');
  const ids = new Set(sender.receipts(recording).map(({ body }) => body.stationId));
  t.equal(ids.size, 2, 'each has signed under its own id');
  const { report } = await verifyEvidence(await sourcesIn(join(agency.folder, 'evidence/camera-1')), trust);
  t.equal(report.recordings[0]?.verdict, 'complete');
  t.equal(exitCode(report), 5, 'the head of the test names recordings that were never made');
  t.same(alarms, []);
});
