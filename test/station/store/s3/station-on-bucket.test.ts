import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { silentLog } from '../../../../base/log.ts';
import { nodeHasher } from '../../../../evidence/hasher.ts';
import { statementRecord } from '../../../../evidence/records.ts';
import { readRoot } from '../../../../evidence/root.ts';
import type { Statement } from '../../../../evidence/statements.ts';
import { collect } from '../../../../evidence/verify/collect.ts';
import { startStation } from '../../../../station/index.ts';
import { stationLimits } from '../../../../station/limits.ts';
import { sourceOf } from '../../../../station/store/evidence-source.ts';
import { type Files, systemFiles } from '../../../../station/store/files.ts';
import { placedFiles } from '../../../../station/store/placed-files.ts';
import { BucketFiles } from '../../../../station/store/s3/bucket-files.ts';
import { LayoutReader } from '../../../../station/store/s3/layout.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { directBucket } from '../../../support/s3/direct.ts';
import { type Fault, S3Objects } from '../../../support/s3/objects.ts';
import { accessTo, filesAt, writeCredentials } from '../../../support/s3/places.ts';
import { S3Server } from '../../../support/s3/server.ts';
import { seeded } from '../../../support/seed.ts';
import { makeAgency, stationConfig, temporaryFolder } from '../../support/agency.ts';
import { FakeCamera } from '../../support/camera.ts';
import { Harness, messagesOf } from '../../support/harness.ts';
import { identityIn } from '../../support/mqtt.ts';
import { Sender } from '../../support/sender.ts';

// A station whose store is in a bucket.

t.setTimeout(fileLimitMs);
const random = seeded(t);
const agency = await makeAgency(t);
const plain = 'THE-PLAINTEXT-OF-THE-CLIP';

/** The bytes of a file in a bucket, as its objects are at this moment. */
function fileIn(server: S3Objects, prefix: string): Buffer {
  const reader = new LayoutReader();
  const objects = [...server.objects('evidence')].filter(([key]) => key.startsWith(prefix)).sort();
  for (const [key, bytes] of objects)
    reader.take({ key: key.slice(prefix.length), bytes: bytes.length, tag: '', modifiedMs: 0 });
  const pieces = reader.layout()?.spans.flatMap(({ turn, from, to }) => {
    const own = objects.filter(([key]) => key.startsWith(`${prefix}${turn}-`)).map(([, bytes]) => bytes);
    const [first = ''] =
      objects.filter(([key, bytes]) => key.startsWith(`${prefix}${turn}-`) && bytes.length > 0)[0] ?? [];
    const [, end = '0', bytes = '0'] = first.slice(prefix.length).split('-');
    const start = Number(end) - Number(bytes);
    return [Buffer.concat(own).subarray(from - start, to - start)];
  });
  return Buffer.concat(pieces ?? []);
}

t.test(
  'nothing is receipted that the bucket does not have, whatever it does wrong, and all is there in the end',
  async (t) => {
    const server = new S3Objects();
    const folder = await temporaryFolder(t);
    const store = join(folder, 'evidence');
    const open = (): Files => {
      const bucket = directBucket(server, 'evidence');
      const files = new BucketFiles({ bucket, folder: store, prefix: '', randomness: random });
      return placedFiles(systemFiles, [{ folder: store, files }]);
    };
    let files = open();
    // Each start of the station sees the bucket as a new process does.
    const placed = new Proxy({} as Files, { get: (_, name) => files[name as keyof Files].bind(files) });
    const clock = fakeClock();
    const harness = await Harness.start(agency, folder, { files: placed, clock });
    const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
    const recording = await camera.record(1);
    const links = [
      recording.chunk(60_000, false, plain),
      recording.chunk(9, false, plain),
      recording.close(),
    ];
    const promised = (count: number, complete: boolean): Uint8Array[] => [
      recording.opening,
      ...links
        .slice(0, complete ? count + 1 : count)
        .flatMap(({ record, segments }) => [record, ...segments]),
    ];
    harness.onReceipt = ({ body }: Statement<'receipt'>) => {
      const file = fileIn(server, `camera-1/${recording.name}.seal/`);
      t.ok(
        promised(body.count, body.complete).every((record) => file.includes(Buffer.from(record))),
        `a receipt for ${body.count} statements`,
      );
    };
    const session = ['session/record', statementRecord(camera.session.encoded)] as const;
    const faults: readonly Fault[] = ['lose', 'late', 'no answer', 'alter', 'busy'];
    server.fault = () => (random.int(12) === 0 ? random.pick(faults) : undefined);
    for (let turn = 0; turn < 18; turn += 1) {
      await harness.send(session, ...messagesOf(recording, links));
      clock.tick(stationLimits.repeatReceiptMsMin);
      if (random.int(3) === 0) server.deliverLate();
      if (turn % 6 === 5) {
        server.fault = () => undefined;
        files = open();
        await harness.restart();
        if (turn < 12) server.fault = () => (random.int(12) === 0 ? random.pick(faults) : undefined);
      }
    }
    server.deliverLate();
    files = open();
    await harness.restart();
    await harness.send(session, ...messagesOf(recording, links));
    t.equal(harness.last, '2k complete');
    const path = join(store, 'camera-1', `${recording.name}.seal`);
    const { recordings } = await collect(
      [await sourceOf(open(), path)],
      harness.credentials.root,
      nodeHasher,
    );
    t.equal(recordings[0]?.closings.length, 1);
    // The bucket's owner sees ciphertext alone: no picture, no key, no key envelope.
    const { envelope, sealedKeys } = recording.parts;
    for (const bytes of server.versions('evidence'))
      t.notOk(
        [Buffer.from(plain), envelope, sealedKeys].some((secret) => bytes.includes(Buffer.from(secret))),
      );
    harness.close();
  },
);

t.test(
  'a station with its store and its vault in two buckets, and started again without anything else',
  async (t) => {
    const server = await S3Server.start(t, { allowed: { evidence: 'of-evidence', keys: 'of-keys' } });
    const root = readRoot(readFileSync(join(agency.station, 'root.crt')));
    const of = (keyId: string) => accessTo(server, writeCredentials(agency.folder, keyId));
    const config = {
      ...stationConfig(agency),
      store: 's3://evidence/cell-1',
      vault: 's3://keys',
      s3: { store: of('of-evidence'), vault: of('of-keys') },
    };
    const wrong = { ...config, s3: { ...config.s3, vault: config.s3.store } };
    await t.rejects(startStation(wrong, { log: silentLog }), { code: 'STATION_VAULT' });
    const same = { ...config, vault: 's3://evidence/keys' };
    await t.rejects(startStation(same, { log: silentLog }), { code: 'STATION_VAULT' });
    const station = await startStation(config, { log: silentLog });
    const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
    const sender = new Sender(t, camera, identityIn(agency.camera('camera-1')), station.address.port, root);
    const recording = await camera.record(1);
    await sender.connect();
    const links = [recording.chunk(300_000, false, plain), recording.close()];
    await sender.send(messagesOf(recording, links));
    const { body } = await sender.complete(recording);
    t.equal(body.count, 1);
    await station.close();
    const evidence = [...server.objects('evidence').values()];
    const { envelope } = recording.parts;
    t.notOk(
      evidence.some((bytes) =>
        [Buffer.from(plain), envelope].some((secret) => bytes.includes(Buffer.from(secret))),
      ),
    );
    const keys = [...server.objects('keys').values()];
    t.ok(keys.some((bytes) => bytes.equals(envelope)));
    const again = await startStation(config, { log: silentLog });
    t.teardown(() => again.close());
    await again.readBack;
    const other = new Sender(t, camera, identityIn(agency.camera('camera-1')), again.address.port, root);
    await other.connect();
    await other.send(messagesOf(recording, links));
    t.same((await other.complete(recording)).body.statement, body.statement);
    const files = await filesAt(server, config.store, config.s3.store.credentials ?? '', random);
    t.ok((await files.list('s3:/evidence/cell-1')).includes('.receipts-journal'));
  },
);
