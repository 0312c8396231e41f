import t from 'tap';
import { silentLog } from '../../../base/log.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { encodeRecord, recordType } from '../../../evidence/records.ts';
import { StationDisk } from '../../../scenario/fast/disks/station-disk.ts';
import type { Append } from '../../../station/intake/append.ts';
import type { Files } from '../../../station/store/files.ts';
import { RecordFile } from '../../../station/store/record-file.ts';
import { seeded } from '../../support/seed.ts';

const random = seeded(t);
const path = '/store/a.seal';

/** A disk, of which one call after another can be made to fail. */
function failingDisk() {
  const disk = new StationDisk(random);
  const failing = new Set<keyof Files>();
  const whole = disk.files(
    async () => {},
    () => false,
    () => {},
  );
  const files: Files = {
    ...whole,
    async appendAt(...args) {
      // The bytes are written, and the sync after them fails.
      const written = await whole.appendAt(...args);
      if (failing.has('appendAt')) throw new Error('simulated EIO');
      return written;
    },
    async truncate(...args) {
      if (failing.has('truncate')) throw new Error('simulated EIO');
      return whole.truncate(...args);
    },
    async replace(...args) {
      if (failing.has('replace')) throw new Error('simulated EIO');
      return whole.replace(...args);
    },
  };
  return { disk, failing, tools: { files, hasher: nodeHasher, log: silentLog, doubtful: new Map() } };
}

function appendOf(text: string): Append {
  const body = new TextEncoder().encode(text);
  return { record: encodeRecord(recordType.statement, body), digest: sha256(body), segment: false };
}

/** What a start reads. */
async function textsOf(tools: ReturnType<typeof failingDisk>['tools']): Promise<string[]> {
  const texts: string[] = [];
  await RecordFile.open(tools, path, (group) => {
    for (const { body } of group) texts.push(new TextDecoder().decode(body));
  });
  return texts;
}

t.test(
  'a disk that fails and recovers: the file is cut back, and takes what comes, without a new start',
  async (t) => {
    for (const also of [[], ['truncate']] as const) {
      const { failing, tools } = failingDisk();
      const file = await RecordFile.open(tools, path, () => {});
      await file.append([appendOf('one')]);
      for (const name of ['appendAt', ...also] as const) failing.add(name);
      await t.rejects(file.append([appendOf('two')]), { code: 'STORE_FAULT' });
      await t.rejects(file.append([appendOf('three')]), { code: 'STORE_FAULT' });
      failing.clear();
      await file.append([appendOf('four')]);
      t.same(await textsOf(tools), ['one', 'four']);
    }
  },
);

t.test('what a failed sync left is never read as stored anywhere in this process', async (t) => {
  const { failing, tools } = failingDisk();
  const file = await RecordFile.open(tools, path, () => {});
  await file.append([appendOf('one')]);
  failing.add('appendAt').add('truncate');
  await t.rejects(file.append([appendOf('two')]), { code: 'STORE_FAULT' });
  await t.rejects(textsOf(tools), { code: 'STORE_FAULT' }, 'what cannot be cut off');
  failing.clear();
  t.same(await textsOf(tools), ['one']);
});

t.test('a file that was away meanwhile is as doubtful as before', async (t) => {
  const { failing, tools } = failingDisk();
  const file = await RecordFile.open(tools, path, () => {});
  await file.append([appendOf('one')]);
  failing.add('appendAt').add('truncate');
  await t.rejects(file.append([appendOf('two')]), { code: 'STORE_FAULT' });
  const away = { ...tools, files: { ...tools.files, identify: async () => undefined } };
  const empty = await RecordFile.open(away, path, () => {});
  t.equal(empty.size, 0);
  failing.clear();
  t.same(await textsOf(tools), ['one']);
});

t.test('a file that could not be started again takes only a restart, and then everything', async (t) => {
  const { failing, tools, disk } = failingDisk();
  const file = await RecordFile.open(tools, path, () => {});
  await file.append([appendOf('one'), appendOf('two')]);
  failing.add('replace');
  await t.rejects(file.restart([appendOf('two')]), { code: 'STORE_FAULT' });
  failing.clear();
  // It was, all the same, and the answer was lost.
  const begun = disk.durable(path)?.slice(0, -1) ?? new Uint8Array(0);
  await tools.files.replace(path, [begun]);
  // On that code the caller starts the file again.
  await t.rejects(file.append([appendOf('three')]), { code: 'STORE_CHANGED' });
  await file.restart([appendOf('two')]);
  await file.append([appendOf('three')]);
  t.same(await textsOf(tools), ['two', 'three']);
});
