import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { silentLog } from '../../../base/log.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { type QuotaLimits, Quotas } from '../../../station/cameras/quotas.ts';
import { newCounts } from '../../../station/counts.ts';
import { stationHealth } from '../../../station/health.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, type FakeRecording } from '../support/camera.ts';
import { Harness, messagesOf } from '../support/harness.ts';

const random = seeded(t);
const agency = await makeAgency(t);
const most = Number.MAX_SAFE_INTEGER;

async function start(t: Parameters<typeof temporaryFolder>[0], quota: Partial<QuotaLimits>) {
  const folder = await temporaryFolder(t);
  const station = await Harness.start(agency, folder, {
    quota: { bytesMax: most, recordingsMax: most, ...quota },
  });
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  await station.send(['session/record', statementRecord(camera.session.encoded)]);
  return { station, camera };
}

/** The messages of a whole recording with one chunk of so many bytes. */
async function whole(camera: FakeCamera, number: number, bytes: number) {
  const recording = await camera.record(number);
  const links = [recording.chunk(bytes), recording.close()];
  return { recording, messages: messagesOf(recording, links) };
}

async function remove(station: Harness, { id }: FakeRecording): Promise<void> {
  const folder = join(station.store, 'camera-1');
  for (const name of await readdir(folder)) if (name.includes(id)) await rm(join(folder, name));
}

/** What the camera was charged with that led to nothing. */
function wasted({ work }: Harness): number {
  return work.filter((one) => one.wasted).length;
}

t.test('one recording more than the quota is refused until one is removed', async (t) => {
  const { station, camera } = await start(t, { recordingsMax: 2 });
  const [first, second, third] = [
    await whole(camera, 1, 1_000),
    await whole(camera, 2, 1_000),
    await whole(camera, 3, 1_000),
  ];
  await station.send(...first.messages);
  await station.send(...second.messages.slice(0, 1));
  t.match(station.alarmFields.at(-1), { device: 'camera-1', recordings: 2 });
  t.same(station.quotas.full, ['camera-1']);
  const before = wasted(station);
  await station.send(...third.messages.slice(0, 1));
  t.same(station.counts.refused, { QUOTA_RECORDINGS: 1 });
  t.equal(wasted(station), before, 'the camera is not charged for it');
  await station.send(...second.messages);
  t.equal(station.last, '1k complete', 'what was accepted before is taken to its end');
  const alarms = station.alarms.length;
  await station.send(
    ...Array.from({ length: 100 }, () => third.messages[0] ?? (['', new Uint8Array()] as const)),
  );
  t.equal(station.alarms.length, alarms, 'one alarm, however often it comes');
  await remove(station, first.recording);
  await station.quotas.look();
  t.same(station.quotas.full, []);
  t.equal(station.warnings.at(-1), 'quota.room');
  await station.send(...third.messages);
  t.equal(station.last, '1k complete');
});

t.test('bytes above the quota are refused; keys, losses and closings of what is there pass', async (t) => {
  const { station, camera } = await start(t, { bytesMax: 200_000 });
  const [first, second] = [await whole(camera, 1, 250_000), await whole(camera, 2, 1_000)];
  const closing = first.messages.at(-1) ?? (['', new Uint8Array()] as const);
  const [opening, keys, ...content] = first.messages.slice(0, -1);
  if (opening === undefined || keys === undefined) throw new RangeError('no messages');
  await station.send(opening, ...content);
  t.equal(station.last, '1', 'a batch is taken as a whole');
  t.same(station.quotas.full, ['camera-1']);
  await station.send(...second.messages.slice(0, 1));
  await station.send([`${first.recording.id}/record`, first.recording.chunk(10).record]);
  t.same(station.counts.refused, { QUOTA_BYTES: 2 });
  await station.send(keys, closing);
  t.equal(station.last, '1k complete');
  await remove(station, first.recording);
  await station.quotas.look();
  await station.send(...second.messages);
  t.equal(station.last, '1k complete');
});

t.test('what an earlier run stored counts, and is not read for it', async (t) => {
  const folder = await temporaryFolder(t);
  const quota = { bytesMax: 50_000, recordingsMax: most };
  const station = await Harness.start(agency, folder, { quota });
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  await station.send(['session/record', statementRecord(camera.session.encoded)]);
  const first = await whole(camera, 1, 60_000);
  await station.send(...first.messages);
  t.equal(station.last, '1k complete');
  await station.restart();
  t.same(station.quotas.full, [], 'nothing is counted before the camera sends something');
  await station.send(['session/record', statementRecord(camera.session.encoded)]);
  t.same(station.quotas.full, ['camera-1']);
  const readAt = (): never => t.fail('a file is read') as never;
  const counting = new Quotas({
    limits: quota,
    files: { ...systemFiles, readAt },
    folder: station.store,
    log: silentLog,
  });
  await counting.of('camera-1').count();
  t.same(counting.full, ['camera-1']);
  const second = await whole(camera, 2, 1_000);
  await station.send(...second.messages);
  t.same(station.counts.refused, { QUOTA_BYTES: 1 });
});

t.test('health names the cameras that have used up their quota', (t) => {
  let full: string[] = ['camera-1'];
  const health = stationHealth({
    counts: newCounts(),
    folders: [],
    brokerConnected: () => true,
    certificates: () => [],
    away: () => [],
    lost: () => 0,
    full: () => full,
    alarms: () => ({ count: 0, newest: undefined }),
    uptimeUs: () => 0,
  });
  t.match(health.metrics(), /^sealcam_station_quota_used_up\{camera="camera-1"\} 1$/m);
  t.match(health.status(), { conditions: [/camera-1 has used up its quota/] });
  full = [];
  t.notMatch(health.metrics(), /camera-1/);
  t.same((health.status() as { conditions: string[] }).conditions, []);
  t.end();
});
