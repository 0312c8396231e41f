import { join } from 'node:path';
import t, { type Test } from 'tap';
import * as v from 'valibot';
import { silentLog } from '../../../../base/log.ts';
import { nodeHasher } from '../../../../evidence/hasher.ts';
import type { Files } from '../../../../station/store/files.ts';
import { RecordFile } from '../../../../station/store/record-file.ts';
import { s3AccessSchema } from '../../../../station/store/s3/access.ts';
import type { Fault } from '../../../support/s3/objects.ts';
import { accessTo, filesAt, writeCredentials } from '../../../support/s3/places.ts';
import { S3Server } from '../../../support/s3/server.ts';
import { seeded } from '../../../support/seed.ts';
import { temporaryFolder } from '../../support/agency.ts';
import { appendOfText, filesContract, textOf } from '../files-contract.ts';

// Files in a bucket, by Amazon's client, at a server of the tests' own.

const random = seeded(t);
const credentials = writeCredentials(await temporaryFolder(t));
const folder = 's3:/evidence/cell-1';
const place = 's3://evidence/cell-1';
const path = join(folder, 'camera-1', 'a.seal');

async function placeOf(t: Test, options = {}) {
  const server = await S3Server.start(t, options);
  const start = (): Promise<Files> => filesAt(server, place, credentials, random);
  return { server, folder, start };
}

await filesContract(t, placeOf, random, 6);

const isData = ({ method, key }: { method: string; key: string }): boolean =>
  method === 'PUT' && /-\d+-[0-9a-f]{64}$/.test(key);
const toolsOf = (files: Files) => ({ files, hasher: nodeHasher, log: silentLog, doubtful: new Map() });

t.test(
  'what a server only says that it stored, or says nothing of, is asked for again or told',
  async (t) => {
    const { server, start } = await placeOf(t);
    const file = await RecordFile.open(toolsOf(await start()), path, () => {});
    for (const fault of ['lose', 'late'] as const) {
      server.fault = (request): Fault | undefined => (isData(request) ? fault : undefined);
      await t.rejects(file.append([appendOfText('never')]), { code: 'STORE_FAULT' });
    }
    let answers = 0;
    server.fault = (request): Fault | undefined => {
      answers += isData(request) ? 1 : 0;
      return isData(request) && answers % 2 === 1 ? 'no answer' : undefined;
    };
    for (const one of ['one', 'two']) await file.append([appendOfText(one)]);
    server.deliverLate();
    await file.reread();
    const again = await start();
    const texts: string[] = [];
    await RecordFile.open(toolsOf(again), path, (group) => {
      for (const { body } of group) texts.push(Buffer.from(body).toString());
    });
    t.same(texts, ['one', 'two']);
  },
);

t.test('a large object goes in parts', async (t) => {
  const { server, start } = await placeOf(t);
  const files = await start();
  let parts = 0;
  server.before = ({ query }) => {
    parts += query.has('partNumber') ? 1 : 0;
  };
  const bytes = Buffer.from(random.bytes(1_000)).toString('hex').repeat(8_500);
  await files.replace(path, [Buffer.from(bytes)]);
  t.equal(parts, 2);
  t.ok((await textOf(files, path)) === bytes);
  const [key = ''] = [...server.objects('evidence').keys()].filter((one) =>
    isData({ method: 'PUT', key: one }),
  );
  t.match(key, /a\.seal\/00000001\.[0-9a-f]{8}-0{8}17000000-17000000-[0-9a-f]{64}$/);
});

t.test('a versioned bucket: what is destroyed is destroyed in all its versions, or it is said', async (t) => {
  const { server, start } = await placeOf(t, { versioned: true });
  const files = await start();
  await files.replace(path, [Buffer.from('a key')]);
  await files.replace(path, [Buffer.from('a newer key')]);
  t.equal(server.versions('evidence').filter(({ length }) => length > 0).length, 2, 'the bucket keeps both');
  t.equal(await files.destroy(path), true);
  t.same(server.versions('evidence'), []);
  await files.replace(path, [Buffer.from('a third')]);
  server.fault = ({ method }): Fault | undefined => (method === 'DELETE' ? 'lose' : undefined);
  await t.rejects(files.destroy(path), { code: 'S3_KEPT' });
});

t.test(
  'object lock: evidence is locked, receipts too, and nothing else; it is asked for at the start',
  async (t) => {
    const lock = { mode: 'GOVERNANCE', days: 30 } as const;
    const plain = await S3Server.start(t);
    await t.rejects(filesAt(plain, place, credentials, random, { lock }), { code: 'S3_LOCK' });
    const server = await S3Server.start(t, { versioned: true, lock: true });
    const files = await filesAt(server, place, credentials, random, { lock });
    await files.replace(path, [Buffer.from('evidence')]);
    await t.rejects(files.destroy(path), { code: 'S3_KEPT' });
    const journal = join(folder, '.receipts-journal');
    await files.replace(journal, [Buffer.from('journal')]);
    t.equal(await files.destroy(journal), true);
  },
);

t.test('what a fault says names no secret; wrong credentials and places are told at once', async (t) => {
  const server = await S3Server.start(t, { allowed: { evidence: 'somebody-else' } });
  const files = await filesAt(server, place, credentials, random);
  const error: Error = await files.list(folder).then(
    () => new Error('it was listed'),
    (error) => error,
  );
  t.match(error, { code: 'S3_REQUEST', message: /AccessDenied, status 403/ });
  t.notMatch(`${error.message} ${error.cause}`, /station|secret/);
  const access = accessTo(server, credentials);
  for (const [endpoint, isAllowed] of [
    ['http://127.evil.com:9000', false],
    ['http://127.0.0.1:9000', true],
  ] as const)
    t.equal(v.safeParse(s3AccessSchema, { endpoint }).success, isAllowed, endpoint);
  await t.rejects(filesAt(server, place, `${access.credentials}.none`, random), { code: 'ENOENT' });
  for (const wrong of ['s3://', 's3://B', 's3://evidence/../x', 's3://evidence/a b'])
    await t.rejects(async () => filesAt(server, wrong, credentials, random), { code: 'S3_PLACE' });
});
