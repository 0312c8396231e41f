import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { RecordScanner, statementRecord } from '../../../evidence/records.ts';
import { exitCode } from '../../../evidence/verify/index.ts';
import { stationLimits } from '../../../station/limits.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera, type FakeRecording } from '../support/camera.ts';
import { Harness, messagesOf } from '../support/harness.ts';

t.setTimeout(fileLimitMs);

const random = seeded(t);
const agency = await makeAgency(t, ['camera-1']);
const many = stationLimits.recordingsInMemoryMax + 6;
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
const recordings: FakeRecording[] = [];
for (let number = 1; number <= many; number += 1) recordings.push(await camera.record(number));
const [first, ...others] = recordings;
if (first === undefined) throw new RangeError('there are recordings');

const session = ['session/record', statementRecord(camera.session.encoded)] as const;
const opening = ({ id, opening }: FakeRecording) => [`${id}/record`, opening] as const;

async function receiptsIn({ store }: Harness, { name }: FakeRecording): Promise<Buffer[]> {
  const bytes = await readFile(join(store, 'camera-1', `${name}.receipts`));
  return [...new RecordScanner().push(bytes)].flatMap((found) =>
    found.kind === 'record' ? [Buffer.from(found.record.body)] : [],
  );
}

t.test('however many recordings a camera makes, a bounded number stays in memory', async (t) => {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  await harness.send(session);
  for (const recording of recordings) await harness.send(opening(recording));
  t.equal(harness.recordingsInMemory, stationLimits.recordingsInMemoryMax);
});

t.test(
  'one that is forgotten in the batch that brought its keys does not write its receipts twice',
  async (t) => {
    const harness = await Harness.start(agency, await temporaryFolder(t));
    await harness.send(session, ...recordings.map(opening));
    const before = await receiptsIn(harness, first);
    await harness.restart();
    const chunk = first.chunk(10, true);
    await harness.send(
      [`${first.id}/keys`, first.parts.sealedKeys],
      ...others.map(opening),
      ...[chunk.record, ...chunk.segments].map((record) => [`${first.id}/record`, record] as const),
    );
    const own = harness.receipts.filter(({ body }) => toHex(body.recordingId) === first.id);
    t.match(own.at(-1)?.body, { count: 1, keyEnvelopeHash: Uint8Array });
    const sent = own.map(({ encoded }) => Buffer.from(encoded));
    t.same(await receiptsIn(harness, first), [...before, ...sent], 'each that was sent is in the file');
  },
);

t.test('chunks that never become whole are let go, and taken when they are sent again', async (t) => {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  await harness.send(session);
  const chunks = recordings.map((recording) => ({ recording, link: recording.chunk(100_000) }));
  for (const { recording, link } of chunks) {
    const [segment] = link.segments;
    if (segment === undefined) throw new RangeError('a chunk has segments');
    await harness.send(
      opening(recording),
      [`${recording.id}/record`, link.record],
      [`${recording.id}/record`, segment],
    );
  }
  t.equal(harness.recordingsInMemory, stationLimits.recordingsInMemoryMax);
  const [sent] = chunks;
  if (sent === undefined) throw new RangeError('there are chunks');
  await harness.send(...messagesOf(first, [sent.link, first.close()]));
  t.equal(harness.last, '1k complete');
  t.equal(exitCode(await harness.verify()), 5, 'the others have no end');
});

t.test('a file that the disk does not give back keeps the station from no other', async (t) => {
  let broken = '';
  const failing = { ...systemFiles };
  failing.readAt = (path, offset, length) =>
    path.includes(broken) && broken !== ''
      ? Promise.reject(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }))
      : systemFiles.readAt(path, offset, length);
  const harness = await Harness.start(agency, await temporaryFolder(t), { files: failing });
  const [, second, third] = recordings;
  if (second === undefined || third === undefined) throw new RangeError('there are recordings');
  await harness.send(session, opening(second), opening(third));
  broken = `${second.name}.seal`;
  await harness.restart();
  t.equal(harness.counts.faults, 1);
  await harness.send(opening(third));
  t.equal(harness.last, '0');
});
