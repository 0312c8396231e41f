import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { statementRecord } from '../../../evidence/records.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, type FakeRecording } from '../support/camera.ts';
import { Harness, messagesOf } from '../support/harness.ts';

t.setTimeout(fileLimitMs);

const random = seeded(t);
const agency = await makeAgency(t, ['camera-1']);
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);

/** A station whose first three recordings are complete and whose fourth is not, and what it reads from now on. */
async function setUp(t: { teardown(done: () => unknown): unknown }) {
  const read = new Set<string>();
  const files: Files = {
    ...systemFiles,
    readAt: (path, offset, length) => {
      read.add(path.slice(path.lastIndexOf('/') + 1));
      return systemFiles.readAt(path, offset, length);
    },
  };
  const harness = await Harness.start(agency, await temporaryFolder(t), { files });
  await harness.send(['session/record', statementRecord(camera.session.encoded)]);
  const recordings: FakeRecording[] = [];
  for (let number = 1; number <= 4; number += 1) {
    const recording = await camera.record(number);
    recordings.push(recording);
    const links = number === 4 ? [recording.chunk(10)] : [recording.chunk(10), recording.close()];
    await harness.send(...messagesOf(recording, links));
  }
  const path = join(harness.store, 'camera-1', '.complete');
  const wasRead = ({ name }: FakeRecording): boolean => read.has(`${name}.seal`);
  const restart = async (): Promise<boolean[]> => {
    read.clear();
    await harness.restart();
    return recordings.map(wasRead);
  };
  return { harness, recordings, path, restart };
}

t.test('a start reads what is not complete, and nothing of what is', async (t) => {
  const { restart } = await setUp(t);
  t.same(await restart(), [false, false, false, true]);
});

t.test('what the list does not name is read once, and named then', async (t) => {
  const { restart, path } = await setUp(t);
  const whole = await readFile(path, 'latin1');
  await rm(path);
  t.same(await restart(), [true, true, true, true]);
  t.equal((await readFile(path, 'latin1')).split('\n').sort().join(), whole.split('\n').sort().join());
  t.same(await restart(), [false, false, false, true]);
});

t.test('a line that a crash left torn is cut off, and junk names nothing', async (t) => {
  const { restart, path } = await setUp(t);
  const whole = await readFile(path, 'latin1');
  const lineBytes = whole.length / 3;
  await writeFile(path, whole.slice(0, 2 * lineBytes + 7));
  t.same(await restart(), [false, false, true, true]);
  t.equal(await readFile(path, 'latin1'), whole);
  await writeFile(path, 'x'.repeat(whole.length));
  t.same(await restart(), [true, true, true, true]);
});

t.test('the list is a hint: what it names wrongly is looked at when something comes for it', async (t) => {
  const { harness, recordings, path, restart } = await setUp(t);
  const [, , , fourth] = recordings;
  if (fourth === undefined) throw new RangeError('there are four');
  const counter = '0'.repeat(16);
  await appendFile(path, `${'4'.padStart(16, '0')}-${fourth.id} ${counter}\n`);
  t.same(await restart(), [false, false, false, false]);
  await harness.send(...messagesOf(fourth, [fourth.chunk(20), fourth.close()]));
  t.equal(harness.last, '2k complete');
});

t.test('receipts count on from the newest of those that are complete', async (t) => {
  const { harness, recordings, restart } = await setUp(t);
  const [, , , fourth] = recordings;
  if (fourth === undefined) throw new RangeError('there are four');
  const before = harness.receipts.at(-1)?.body.counter ?? 0;
  await rm(join(harness.store, '.receipts-journal'));
  await restart();
  await harness.send([`${fourth.id}/record`, fourth.close().record]);
  t.ok((harness.receipts.at(-1)?.body.counter ?? 0) > before);
});
