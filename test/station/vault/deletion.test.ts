import { link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { statementRecord } from '../../../evidence/records.ts';
import { StationDisk } from '../../../scenario/fast/disks/station-disk.ts';
import { takeInventory } from '../../../station/audit/inventory.ts';
import { type CameraInventory, inventoryExitCode } from '../../../station/audit/inventory-report.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { fileName } from '../../../station/store/recording-name.ts';
import { type Deleted, type DeletionOrder, deleteRecording } from '../../../station/vault/deletion.ts';
import { ofSample, sweepLimitMs } from '../../support/full.ts';
import {
  fileOfNames,
  fileOfStatements,
  recoveredClosing,
  startUtcUs,
  testAgency,
  testReceipt,
  testRecording,
  testSession,
} from '../../support/recording.ts';
import { sameBytes } from '../../support/same-bytes.ts';
import { fromSeed, seeded } from '../../support/seed.ts';

t.setTimeout(sweepLimitMs);
const random = seeded(t);
const agency = await testAgency();
const device = await agency.device('camera-1');
const station = await agency.certificate('station-1', 'receipt');
const chief = await agency.certificate('chief', 'deletion');
const session = testSession(device);
const envelope = new Uint8Array(40).fill(3);
const recording = testRecording({
  session,
  links: [new Uint8Array(100), 'gap', new Uint8Array(200)],
  keyEnvelopeHash: sha256(envelope),
});
const id = toHex(recording.core.recordingId);
const base = fileName({ number: 1, id });
const path = (ending: string): string =>
  ending === 'keys' ? `/vault/camera-1/${base}.keys` : `/store/camera-1/${base}.${ending}`;
type Contents = Readonly<Record<string, Uint8Array>>;
const whole: Contents = {
  [path('seal')]: fileOfNames(recording),
  [path('receipts')]: fileOfStatements(testReceipt(station, recording, 'complete')),
  [path('keys')]: envelope,
};
const order: DeletionOrder = {
  device: 'camera-1',
  recordingId: id,
  reason: 'retention ended',
  utcUs: startUtcUs,
  signer: chief.signer,
  certificate: chief.der,
};

function diskOf(contents: Contents, seed = 1): StationDisk {
  const disk = new StationDisk(fromSeed(seed));
  disk.restore(new Map(Object.entries(contents)));
  return disk;
}

const filesOf = (disk: StationDisk, pass: () => void = () => {}): Files => {
  let dead = false;
  return disk.files(
    async () => pass(),
    () => dead,
    () => {
      dead = true;
    },
  );
};

const placeOf = (files: Files, revoked: readonly string[] = []) => ({
  files,
  store: '/store',
  vault: '/vault',
  root: agency.root,
  revocations: new Map(revoked.map((keyId) => [keyId, 0])),
  hasher: nodeHasher,
});
const erase = (files: Files, change: Partial<DeletionOrder> = {}): Promise<Deleted> =>
  deleteRecording(placeOf(files), { ...order, ...change });

async function inventoryOf(disk: StationDisk): Promise<{ camera: CameraInventory; exit: number }> {
  const camera = await takeInventory(placeOf(filesOf(disk)), 'camera-1');
  return { camera, exit: inventoryExitCode([camera]) };
}

t.test('a recording is erased: the order first, then the key object, each durable', async (t) => {
  const disk = diskOf(whole);
  const files = filesOf(disk);
  const done: string[] = [];
  const noted = (name: 'replace' | 'sync' | 'destroy') => ({
    [name]: async (at: string, ...rest: [never]) => {
      done.push(`${name} ${at}`);
      return await files[name](at, ...rest);
    },
  });
  const noting: Files = { ...files, ...noted('replace'), ...noted('sync'), ...noted('destroy') };
  t.same(await erase(noting), { number: 1, path: path('deletion'), before: false, keysFound: true });
  t.same(done.splice(0), [`replace ${path('deletion')}`, `destroy ${path('keys')}`]);
  const { camera, exit } = await inventoryOf(disk);
  t.match(camera.recordings, [{ state: 'erased', keys: 'absent', faults: [], statements: 3 }]);
  t.equal(exit, 4);
  const signed = disk.durable(path('deletion'));
  t.match(await erase(noting, { reason: 'again' }), { before: true, keysFound: false });
  t.equal(done.at(-1), `destroy ${path('keys')}`);
  t.ok(done.includes(`sync ${path('deletion')}`), 'what an earlier run left is durable before the rest');
  t.same(disk.durable(path('deletion')), signed, 'nothing is signed twice');
  disk.restore(new Map([...disk.backup(), [path('keys'), envelope]]));
  t.equal((await inventoryOf(disk)).exit, 5, 'a key that a backup brought back');
  t.match(await erase(files), { before: true, keysFound: true });
  t.equal((await inventoryOf(disk)).exit, 4);
});

t.test('the order stays proven where the evidence is gone', async (t) => {
  const disk = diskOf(whole);
  await erase(filesOf(disk));
  for (const gone of [['seal'], ['seal', 'receipts']]) {
    const left = [...disk.backup()].filter(([at]) => !gone.some((ending) => at === path(ending)));
    const { camera, exit } = await inventoryOf(diskOf(Object.fromEntries(left)));
    t.match(camera, { recordings: [{ number: 1, state: 'erased', keys: 'absent' }], absent: [] });
    t.equal(exit, 4);
  }
});

t.test('a recording that was closed as recovered can be erased', async (t) => {
  const later = testSession(device, { bootCounter: 2, nextRecordingNumber: 5 });
  const closing = recoveredClosing(recording, 2, later);
  const cut = ['S', 'O', 'c0', 'm0.0', 't0.0', 'g1'];
  const disk = diskOf({
    ...whole,
    [path('seal')]: Buffer.concat([
      fileOfNames(recording, cut),
      statementRecord(later.statement.encoded),
      statementRecord(closing.encoded),
    ]),
    [path('receipts')]: fileOfStatements(
      testReceipt(station, recording, 'complete', { count: 2, statement: closing.digest }),
    ),
  });
  t.match(await erase(filesOf(disk)), { keysFound: true });
  t.match((await inventoryOf(disk)).camera.recordings, [{ state: 'erased' }]);
});

t.test('stopped or failing at every call: no key object goes without a proven order', async (t) => {
  let calls = 0;
  await erase(filesOf(diskOf(whole), () => (calls += 1)));
  t.ok(calls >= 10, `${calls} calls`);
  for (const trouble of ['crashOneIn', 'failOneIn'] as const) {
    for (let at = 1; at <= calls; at += 1) {
      for (let round = 0; round < ofSample(2, 6, 20); round += 1) {
        const disk = diskOf(whole, random.int(2 ** 32));
        let done = 0;
        const files = filesOf(disk, () => {
          done += 1;
          disk.trouble = { ...disk.trouble, [trouble]: done === at ? 1 : 0 };
        });
        await t.rejects(erase(files), `${trouble} ${at}`);
        disk.trouble = { failOneIn: 0, crashOneIn: 0, corruptOneIn: 0, full: false };
        const order = disk.durable(path('deletion'));
        const intact = Buffer.compare(disk.durable(path('keys')) ?? new Uint8Array(), envelope) === 0;
        if (!intact && order === undefined) t.fail(`${trouble} ${at}: a key object went without an order`);
        if (round % 2 === 0) disk.cutPower();
        const { before } = await erase(filesOf(disk));
        if (before && order !== undefined) t.same(disk.durable(path('deletion')), order);
        t.equal(disk.durable(path('keys')), undefined, `${trouble} ${at}: the key object is gone`);
        disk.cutPower();
        const { camera, exit } = await inventoryOf(disk);
        t.match(camera.recordings, [{ state: 'erased', keys: 'absent' }], `${trouble} ${at}`);
        t.equal(exit, 4);
      }
    }
  }
});

t.test('what must not be erased is not, and nothing changes', async (t) => {
  const other = await (await testAgency()).certificate('chief', 'deletion');
  const { [path('keys')]: _keys, ...keyless } = whole;
  const cut = recording.order.filter((name) => name !== 'X');
  const forged = testReceipt(station, recording, 1);
  const damaged = { ...whole, [path('seal')]: fileOfNames(recording, ['S', 'O', 'c0', 'm0.0', 't0.0', 'X']) };
  const partly = { ...whole, [path('receipts')]: fileOfStatements(testReceipt(station, recording, 3)) };
  const cases: [string, Contents, Partial<DeletionOrder>, string][] = [
    ['an open one', { ...partly, [path('seal')]: fileOfNames(recording, cut) }, {}, 'DELETION_OPEN'],
    ['its end cut off', { ...whole, [path('seal')]: fileOfNames(recording, cut) }, {}, 'DELETION_OPEN'],
    ['one that is not whole', damaged, {}, 'DELETION_UNPROVEN'],
    ['no opening', { ...whole, [path('seal')]: fileOfNames(recording, ['S']) }, {}, 'DELETION_UNPROVEN'],
    ['receipted in part', partly, {}, 'DELETION_UNRECEIPTED'],
    ['no key object', keyless, {}, 'DELETION_KEY_OBJECT'],
    ['another key object', { ...whole, [path('keys')]: new Uint8Array(40) }, {}, 'DELETION_KEY_OBJECT'],
    [
      'no order that counts',
      { ...whole, [path('deletion')]: fileOfStatements(forged) },
      {},
      'DELETION_EXISTS',
    ],
    ['another recording', whole, { recordingId: '00'.repeat(16) }, 'DELETION_UNKNOWN'],
    ['another camera', whole, { device: 'camera-2' }, 'DELETION_UNKNOWN'],
    ["a station's certificate", whole, { certificate: station.der }, 'CERTIFICATE_PURPOSE'],
    ["another agency's", whole, { certificate: other.der, signer: other.signer }, 'CERTIFICATE_UNTRUSTED'],
    ['a key of another certificate', whole, { signer: station.signer }, 'DELETION_KEY'],
    ['a reason that readers refuse', whole, { reason: 'order 7\u202e' }, 'EVIDENCE_MALFORMED'],
    ['a reason of two lines', whole, { reason: 'order 7\nforged' }, 'EVIDENCE_MALFORMED'],
    ['a reason that is too long', whole, { reason: 'ö'.repeat(129) }, 'EVIDENCE_MALFORMED'],
  ];
  for (const [name, contents, change, code] of cases) {
    const disk = diskOf(contents);
    await t.rejects(erase(filesOf(disk), change), { code }, name);
    t.same(Object.fromEntries(disk.backup()), contents, name);
  }
  const disk = diskOf(whole);
  const revoked = placeOf(filesOf(disk), [chief.signer.keyId]);
  await t.rejects(deleteRecording(revoked, order), { code: 'DELETION_KEY' }, 'a revoked key');
  t.same(Object.fromEntries(disk.backup()), whole);
  const lying = filesOf(disk);
  const replace: Files['replace'] = (at) => lying.replace(at, [new Uint8Array(8)]);
  await t.rejects(
    erase({ ...lying, replace }),
    { code: 'STORE_FAULT' },
    'an order that reads back differently',
  );
  t.same(disk.durable(path('keys')), envelope);
});

t.test('the machine overwrites a key object before it removes it', async (t) => {
  const folder = t.testdir();
  const [keys, also] = [join(folder, 'vault', 'one.keys'), join(folder, 'also')];
  await mkdir(join(folder, 'vault'));
  await writeFile(keys, envelope);
  await link(keys, also);
  t.equal(await systemFiles.destroy(keys), true);
  t.same(await readdir(join(folder, 'vault')), []);
  sameBytes(t, await readFile(also), new Uint8Array(envelope.length));
  t.equal(await systemFiles.destroy(keys), false);
  await t.rejects(systemFiles.destroy(join(folder, 'none', 'one.keys')), { code: 'ENOENT' });
});
