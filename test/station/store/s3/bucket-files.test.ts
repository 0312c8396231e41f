import { join } from 'node:path';
import t, { type Test } from 'tap';
import { silentLog } from '../../../../base/log.ts';
import { nodeHasher } from '../../../../evidence/hasher.ts';
import type { Files } from '../../../../station/store/files.ts';
import { RecordFile } from '../../../../station/store/record-file.ts';
import { BucketFiles } from '../../../../station/store/s3/bucket-files.ts';
import { directBucket } from '../../../support/s3/direct.ts';
import { type Fault, S3Objects } from '../../../support/s3/objects.ts';
import { seeded } from '../../../support/seed.ts';
import { appendOfText, filesContract, textOf } from '../files-contract.ts';

// Files in a bucket that does wrong what servers do wrong. The same by Amazon's client: aws-bucket.test.ts.

const random = seeded(t);
const folder = 's3:/evidence/cell-1';
const path = join(folder, 'camera-1', 'a.seal');

async function placeOf() {
  const server = new S3Objects();
  const bucket = directBucket(server, 'evidence');
  const start = async (): Promise<Files> =>
    new BucketFiles({ bucket, folder, prefix: 'cell-1/', randomness: random });
  return { server, folder, start };
}

await filesContract(t, placeOf, random);

const isData = ({ method, key }: { method: string; key: string }): boolean =>
  method === 'PUT' && /-\d+-[0-9a-f]{64}$/.test(key);
const toolsOf = (files: Files) => ({ files, hasher: nodeHasher, log: silentLog, doubtful: new Map() });

async function textsOf(files: Files): Promise<string[]> {
  const texts: string[] = [];
  await RecordFile.open(toolsOf(files), path, (group) => {
    for (const { body } of group) texts.push(Buffer.from(body).toString());
  });
  return texts;
}

for (const fault of ['lose', 'late', 'alter', 'busy'] as const) {
  t.test(
    `what a server did not store is not taken for stored (${fault}), and what comes later counts`,
    async (t) => {
      const { server, start } = await placeOf();
      const file = await RecordFile.open(toolsOf(await start()), path, () => {});
      await file.append([appendOfText('one')]);
      server.fault = (request): Fault | undefined => (isData(request) ? fault : undefined);
      await t.rejects(file.append([appendOfText('two')]), { code: 'STORE_FAULT' });
      server.fault = () => undefined;
      await file.append([appendOfText('three')]);
      await file.reread();
      server.deliverLate();
      await file.look();
      await file.append([appendOfText('four')]);
      t.same(await textsOf(await start()), ['one', 'three', 'four']);
    },
  );
}

t.test('a replacement that was not finished changes nothing, also if it arrives later', async (t) => {
  for (const fault of ['lose', 'late'] as const) {
    for (const which of [isData, ({ key }: { key: string }) => key.endsWith('-begin')]) {
      const { server, start } = await placeOf();
      const files = await start();
      await files.replace(path, [Buffer.from('before')]);
      server.fault = (request): Fault | undefined =>
        request.method === 'PUT' && which(request) ? fault : undefined;
      await t.rejects(files.replace(path, [Buffer.from('never')]));
      server.fault = () => undefined;
      t.equal(await textOf(files, path), 'before');
      await files.replace(path, [Buffer.from('after')]);
      server.deliverLate();
      t.equal(await textOf(await start(), path), 'after');
    }
  }
});

t.test(
  'of two writers the later one goes on, and the earlier one is told before it could sign',
  async (t) => {
    const { start } = await placeOf();
    const first = await RecordFile.open(toolsOf(await start()), path, () => {});
    await first.append([appendOfText('one')]);
    const second = await RecordFile.open(toolsOf(await start()), path, () => {});
    await second.append([appendOfText('two')]);
    await t.rejects(first.look(), { code: 'STORE_CHANGED' });
    await t.rejects(first.append([appendOfText('never')]), { code: 'STORE_CHANGED' });
    await second.look();
    t.same(await textsOf(await start()), ['one', 'two']);
  },
);

t.test(
  'what a writer stored, and may have signed for, while another took over, is never cut off',
  async (t) => {
    const { server, start } = await placeOf();
    const first = await RecordFile.open(toolsOf(await start()), path, () => {});
    await first.append([appendOfText('one')]);
    const second = await RecordFile.open(toolsOf(await start()), path, () => {});
    let stored: Promise<void> | undefined;
    // Between the listing by which the second takes over and the object with which it does.
    server.before = async ({ method, key }) => {
      if (method !== 'PUT' || !key.includes('-after-') || stored !== undefined) return;
      stored = first.append([appendOfText('signed for')]).then(() => first.look());
      await stored;
    };
    await t.rejects(second.append([appendOfText('two')]), { code: 'STORE_CHANGED' });
    await stored;
    t.same(await textsOf(await start()), ['one', 'signed for']);
  },
);

for (const how of ['gone', 'altered', 'shorter'] as const) {
  t.test(`an object that is ${how} in the middle is noticed, and the rest is read`, async (t) => {
    const { server, start } = await placeOf();
    const file = await RecordFile.open(toolsOf(await start()), path, () => {});
    for (const one of ['one', 'two', 'three']) await file.append([appendOfText(one)]);
    const [, key = ''] = [...server.objects('evidence').keys()]
      .filter((one) => isData({ method: 'PUT', key: one }))
      .sort();
    const bytes = Buffer.from(server.objects('evidence').get(key) ?? '');
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    server.tamper('evidence', key, { gone: undefined, altered: bytes, shorter: bytes.subarray(1) }[how]);
    await t.rejects(file.reread(), { code: 'STORE_CHANGED' });
    const files = await start();
    await t.rejects(textsOf(files), { code: 'STORE_DAMAGED' });
    const texts: string[] = [];
    await RecordFile.openMended(toolsOf(files), path, (group) => {
      for (const { body } of group) texts.push(Buffer.from(body).toString());
    });
    t.same(texts.slice(-2), ['one', 'three']);
  });
}

for (const wrong of ['not handed out', 'altered'] as const) {
  t.test(`an object that is listed and ${wrong}, once or for good, shortens no file`, async (t) => {
    const all = ['one', 'two', 'three'];
    for (const times of [1, 2, Number.POSITIVE_INFINITY]) {
      const { server, start } = await placeOf();
      const file = await RecordFile.open(toolsOf(await start()), path, () => {});
      for (const one of all) await file.append([appendOfText(one)]);
      const last = [...server.objects('evidence').keys()]
        .filter((key) => isData({ method: 'PUT', key }))
        .sort();
      let left = times;
      const well = directBucket(server, 'evidence');
      const get = async (key: string, bytesMax: number): Promise<Uint8Array | undefined> => {
        const bytes = await well.get(key, bytesMax);
        if (key !== last.at(-1) || left <= 0) return bytes;
        left -= 1;
        return wrong === 'altered' ? bytes?.map((one) => one ^ 1) : undefined;
      };
      const bucket = { ...well, get };
      const files = new BucketFiles({ bucket, folder, prefix: 'cell-1/', randomness: random });
      const code = wrong === 'altered' ? 'STORE_DAMAGED' : 'S3_LOST';
      if (times === 1) t.same(await textsOf(files), all);
      else await t.rejects(textsOf(files), { code });
      left = times;
      await file.look();
      left = times;
      const read = textOf(files, path);
      if (times > 1 && wrong === 'not handed out') await t.rejects(read, { code });
      else await read;
      t.same(await textsOf(await start()), all);
    }
  });
}

t.test('whatever request of a dead writer comes late, what its successor stored counts', async (t) => {
  const count = { late: 0 };
  for (const isNew of [true, false]) {
    for (const what of ['append', 'truncate', 'replace'] as const) {
      for (const late of [0, 1, 2]) {
        // It arrives after the successor's step with this number.
        for (const step of [1, 2, 3]) {
          // Which of the two writers has the higher digits is by chance.
          for (let chance = 0; chance < 2; chance += 1)
            await successor(t, count, { isNew, what, late, step });
        }
      }
    }
  }
  t.ok(count.late > 20, `${count.late} late requests`);
});

interface LateRequest {
  readonly isNew: boolean;
  readonly what: 'append' | 'truncate' | 'replace';
  /** Which of the puts of the dead writer. */
  readonly late: number;
  readonly step: number;
}

async function successor(t: Test, count: { late: number }, { isNew, what, late, step }: LateRequest) {
  const { server, start } = await placeOf();
  if (!isNew) {
    const first = await RecordFile.open(toolsOf(await start()), path, () => {});
    for (const one of ['one', 'two']) await first.append([appendOfText(one)]);
  }
  const dead = await start();
  const is = await dead.identify(path);
  let puts = 0;
  server.fault = ({ method }): Fault | undefined =>
    method === 'PUT' && puts++ === late ? 'late' : undefined;
  const { record } = appendOfText('never');
  await (what === 'append'
    ? dead.appendAt(path, is, [record])
    : what === 'truncate'
      ? dead.truncate(path, 5)
      : dead.replace(path, [record])
  ).catch(() => {});
  count.late += puts > late ? 1 : 0;
  server.fault = () => undefined;
  const texts: string[] = [];
  const next = await RecordFile.open(toolsOf(await start()), path, (group) => {
    for (const { body } of group) texts.push(Buffer.from(body).toString());
  }).catch(() => undefined);
  // What the dead writer had done in full is not the question here.
  if (next === undefined || puts <= late) return;
  for (const now of [1, 2, 3]) {
    const told = `${what} ${isNew} ${late} ${step}`;
    const stored = await next.append([appendOfText(`${now}`)]).then(
      () => next.look().then(() => next.reread()),
      (error) => t.match(error, { code: 'STORE_CHANGED' }, told) && 'told',
    );
    if (stored === 'told') break;
    texts.push(`${now}`);
    if (now === step) server.deliverLate();
    t.same((await textsOf(await start())).slice(0, texts.length), texts, told);
  }
}

t.test('a name that claims more than there is makes no large file', async (t) => {
  const { server, start } = await placeOf();
  await (await start()).appendAt(path, undefined, [Buffer.from('one')]);
  const claim = (end: string): string =>
    `cell-1/camera-1/a.seal/00000002.00000000-${end}-1-${'0'.repeat(64)}`;
  for (const [end, code] of [
    ['0000004000000000', 'FILE_SPARSE'],
    ['9000000000000000', 'FILE_SPARSE'],
  ] as const) {
    server.tamper('evidence', claim(end), Buffer.from('x'));
    await t.rejects((await start()).identify(path), { code });
  }
  server.tamper(
    'evidence',
    'cell-1/camera-1/a.seal/99999999.ffffffff-0000000000000000-begin',
    Buffer.alloc(0),
  );
  await t.rejects((await start()).replace(path, []), { code: 'S3_TURNS' });
});

t.test(
  'a file that was moved does not come back, also if what is left of it cannot be removed',
  async (t) => {
    const { server, start } = await placeOf();
    const files = await start();
    await files.appendAt(path, undefined, [Buffer.from('one')]);
    server.fault = ({ method, key }): Fault | undefined =>
      method === 'DELETE' && !key.endsWith('-gone') ? 'busy' : undefined;
    await files.move(path, `${path}.damaged-1`);
    server.fault = () => undefined;
    t.equal(await (await start()).size(path), undefined);
    t.equal(await textOf(await start(), `${path}.damaged-1`), 'one');
  },
);

t.test('the index is rebuilt from the chunks: without a single head the file is the same', async (t) => {
  const { server, start } = await placeOf();
  const files = await start();
  let is = await files.appendAt(path, undefined, [Buffer.from('one ')]);
  const other = await start();
  is = await other.appendAt(path, await other.identify(path), [Buffer.from('two ')]);
  await other.truncate(path, is.bytes - 1);
  is = await other.appendAt(path, await other.identify(path), [Buffer.from(' three')]);
  for (const [key, bytes] of server.objects('evidence'))
    if (bytes.length === 0 && !key.endsWith('/')) server.tamper('evidence', key, undefined);
  t.equal(await textOf(await start(), path), 'one two three');
});
