import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { silentLog } from '../../../base/log.ts';
import { openEnvelope } from '../../../evidence/dsse.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { fileMagic, RecordScanner } from '../../../evidence/records.ts';
import { readCheckpoint } from '../../../evidence/trust.ts';
import { readCredentials } from '../../../station/credentials.ts';
import { startStation, systemFiles } from '../../../station/index.ts';
import { stationLimits } from '../../../station/limits.ts';
import type { ReceiptTip } from '../../../station/receipts/book.ts';
import { Checkpoints, checkpointsName } from '../../../station/receipts/checkpoints.ts';
import { RecordFile } from '../../../station/store/record-file.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, stationConfig, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { messagesOf } from '../support/harness.ts';
import { identityIn } from '../support/mqtt.ts';
import { Sender } from '../support/sender.ts';

const random = seeded(t);
const agency = await makeAgency(t);
const { id, root, receipt } = await readCredentials(agency.station, []);
const tools = { files: systemFiles, hasher: nodeHasher, log: silentLog, doubtful: new Map() };

/** The checkpoints in a file, each checked down to the root. */
async function checkpointsIn(path: string) {
  const bytes = new Uint8Array(await readFile(path));
  t.same(bytes.subarray(0, fileMagic.length), fileMagic);
  return [...new RecordScanner(fileMagic.length).push(bytes.subarray(fileMagic.length))].map((one) => {
    if (one.kind !== 'record') throw new Error('bytes of no record');
    return readCheckpoint(openEnvelope(Uint8Array.from(one.record.body)), root).statement.body;
  });
}

t.test('a checkpoint each hour in which receipts were signed, and one at the end', async (t) => {
  const path = join(await temporaryFolder(t), 'checkpoints');
  const clock = fakeClock();
  const file = await RecordFile.open(tools, path, () => {});
  let tip: ReceiptTip | undefined;
  const options = { stationId: id, ...receipt, clock, log: silentLog, file, tip: () => tip };
  const checkpoints = new Checkpoints(options);
  checkpoints.watch();
  clock.tick(stationLimits.checkpointMs);
  await checkpoints.write();
  t.equal(file.size, 0, 'nothing to state yet');
  tip = { counter: 7, digest: new Uint8Array(32).fill(7) };
  clock.tick(2 * stationLimits.checkpointMs);
  await checkpoints.write();
  tip = { counter: 9, digest: new Uint8Array(32).fill(9) };
  await checkpoints.close();
  t.equal(clock.timers, 0);
  t.match(await checkpointsIn(path), [
    { stationId: id, counter: 7, newestReceipt: new Uint8Array(32).fill(7) },
    { stationId: id, counter: 9, newestReceipt: new Uint8Array(32).fill(9), stationUtcUs: clock.utcUs() },
  ]);
});

t.test(
  'a file that is full begins again, and one that cannot be written is alarmed and tried again',
  async (t) => {
    const path = join(await temporaryFolder(t), 'checkpoints');
    const alarms: string[] = [];
    const log = { ...silentLog, alarm: (event: string) => alarms.push(event) };
    const real = await RecordFile.open(tools, path, () => {});
    let broken = false;
    let size = 0;
    const file: ConstructorParameters<typeof Checkpoints>[0]['file'] = {
      get size() {
        return size;
      },
      append: (appends) => (broken ? Promise.reject(new Error('EIO')) : real.append(appends)),
      restart: (appends) => real.restart(appends),
    };
    let counter = 0;
    const tip = () => ({ counter, digest: new Uint8Array(32).fill(counter) });
    const checkpoints = new Checkpoints({ stationId: id, ...receipt, clock: fakeClock(), log, file, tip });
    for (counter = 1; counter <= 3; counter += 1) await checkpoints.write();
    t.equal((await checkpointsIn(path)).length, 3);
    broken = true;
    await checkpoints.write();
    t.same(alarms, ['checkpoint.not-written']);
    broken = false;
    await checkpoints.write();
    t.equal((await checkpointsIn(path)).at(-1)?.counter, 4);
    size = stationLimits.checkpointsBytesMax + 1;
    counter = 5;
    await checkpoints.write();
    t.match(await checkpointsIn(path), [{ counter: 5 }]);
  },
);

t.test('a station that ends in order states its newest receipt', async (t) => {
  const config = stationConfig(agency);
  const station = await startStation(config, { log: silentLog });
  const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
  const sender = new Sender(t, camera, identityIn(agency.camera('camera-1')), station.address.port, root);
  const recording = await camera.record(1);
  await sender.connect();
  await sender.send(messagesOf(recording, [recording.chunk(1_000), recording.close()]));
  const { digest, body } = await sender.complete(recording);
  await station.close();
  t.match(await checkpointsIn(join(config.store, checkpointsName)), [
    { counter: body.counter, newestReceipt: digest },
  ]);
});
