import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { toHex } from '../../../base/bytes.ts';
import { run as inventory } from '../../../cli/commands/inventory.ts';
import { run as verify } from '../../../cli/commands/verify.ts';
import { bootJournalId, cutValue } from '../../../evidence/boot-journal.ts';
import { keyIdOf } from '../../../evidence/crypto.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { takeInventory } from '../../../station/audit/inventory.ts';
import { inventoryExitCode } from '../../../station/audit/inventory-report.ts';
import { walkStore } from '../../../station/audit/store-walk.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { fileName } from '../../../station/store/recording-name.ts';
import { journalFile, journalReceipt, testEntry, testJournal } from '../../support/evidence/boot-journals.ts';
import { fileOfStatements, type TestSession, testAgency, testSession } from '../../support/recording.ts';
import { ranHere } from '../../support/sealcam.ts';

// What an inventory says of the journals of a camera's boots, of good ones and of each way in which one is wrong.

const agency = await testAgency();
const device = await agency.device('camera-1');
const station = await agency.certificate('station-1', 'receipt');
const first = testSession(device);
const second = testSession(device, { bootCounter: 2, previousSession: first.statement.digest });
const fourth = testSession(device, { bootCounter: 4, previousSession: second.statement.digest });
const whole = testJournal(first, [['sensor-lost', 'link'], ['sensor-back'], ['shutdown', 'ordered']]);
const cut = testJournal(second, [['storage-full']]);
const open = testJournal(fourth, [
  ['cut', cutValue({ session: second.statement.digest, count: 2, last: cut[1]?.digest ?? new Uint8Array() })],
]);

type Entries = readonly Statement<'journal'>[];
type Files = Readonly<Record<string, Uint8Array>>;

const baseOf = ({ statement: { body, digest } }: TestSession): string =>
  fileName({ number: body.bootCounter, id: toHex(bootJournalId(digest)), journal: true });
const sealOf = (boot: TestSession, entries: Entries): Files => ({
  [`${baseOf(boot)}.seal`]: journalFile(boot, entries),
});
let counter = 0;
const receiptOf = (boot: TestSession, entries: Entries, count = entries.length, complete = false): Files => {
  counter += 1;
  const receipt = journalReceipt(station, boot, entries, { count, complete, counter });
  return { [`${baseOf(boot)}.receipts`]: fileOfStatements(receipt) };
};
const sessions: Files = {
  'sessions.seal': fileOfStatements(first.statement, second.statement, fourth.statement),
};
const good: Files = {
  ...sessions,
  ...sealOf(first, whole),
  ...receiptOf(first, whole, 4, true),
  ...sealOf(second, cut),
  ...receiptOf(second, cut, 2, true),
  ...sealOf(fourth, open),
  ...receiptOf(fourth, open, 1),
};

function stored(t: { testdir(): string }, files: Files): string {
  const store = join(t.testdir(), 'store');
  mkdirSync(join(store, 'camera-1'), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(store, 'camera-1', name), bytes);
  return store;
}

async function taken(t: { testdir(): string }, files: Files, revoked: readonly string[] = []) {
  const place = {
    ...{ files: systemFiles, store: stored(t, files), vault: undefined, root: agency.root },
    ...{ revocations: new Map(revoked.map((keyId) => [keyId, 0])), hasher: nodeHasher },
  };
  const { cameras, walk } = await walkStore(place, async () => [await takeInventory(place, 'camera-1')], []);
  const boots = (cameras[0]?.boots ?? []).map(
    ({ bootCounter, state, entries, receipted, faults }) =>
      `${bootCounter} ${state} ${entries.filter(({ verdict }) => verdict === 'intact').length}` +
      `${receipted === undefined ? '' : ` r${receipted.count}${receipted.complete ? 'c' : ''}`}` +
      `${faults.length > 0 ? ` (${faults.join('; ')})` : ''}`,
  );
  // No receipts journal is here: that is what other tests are about.
  const missing = walk.missing.filter((sentence) => !sentence.includes('receipts journal'));
  return { boots, missing, exit: inventoryExitCode(cameras, missing) };
}

t.test('boots with and without a journal, and how each ended', async (t) => {
  const { boots, missing, exit } = await taken(t, good);
  t.same(boots, ['1 shut down 4 r4c', '2 cut 2 r2c', '4 open 2 r1']);
  t.same([missing, exit], [[], 0]);
  const { [`${baseOf(first)}.seal`]: _, [`${baseOf(first)}.receipts`]: __, ...rest } = good;
  t.same((await taken(t, rest)).boots, ['1 no journal 0', '2 cut 2 r2c', '4 open 2 r1']);
  t.equal((await taken(t, rest)).exit, 0, 'a boot without a journal says nothing');
  const begun = { ...sessions, ...sealOf(first, []), ...receiptOf(first, whole, 0) };
  t.equal((await taken(t, begun)).boots[0], '1 open 0 r0', 'its session alone');
});

t.test('what is wrong with a journal is a fault of the inventory', async (t) => {
  const fork = [...whole, testEntry(first, whole.slice(0, 2), { event: 'lamp-fault' })];
  const without = ([, ...entries]: Entries): Entries => entries;
  const stranger = { ...sealOf(first, whole), [`${baseOf(first)}.seal`]: journalFile(second, cut) };
  const cases: readonly (readonly [string, Files, string, RegExp | undefined])[] = [
    [
      'two entries of one index',
      sealOf(first, fork),
      '1 conflict 4 (there are two entries with index 2)',
      undefined,
    ],
    ['an entry is missing', sealOf(first, without(whole)), '1 shut down 3 (entry 0 is missing)', undefined],
    [
      'less than a receipt says',
      { ...sealOf(first, whole.slice(0, 2)), ...receiptOf(first, whole) },
      '1 open 2 r4 (the entries 2 to 3 are missing)',
      /signed that it held 4 statements of it, and 2 statements are here/,
    ],
    [
      'its evidence is gone',
      receiptOf(first, whole, 4, true),
      '1 absent 0 r4c (nothing that the agency vouches for is here)',
      undefined,
    ],
    [
      'its entries are gone',
      { ...sealOf(first, []), ...receiptOf(first, whole, 4) },
      '1 absent 0 r4 (its entries are gone)',
      undefined,
    ],
    ["another boot's", stranger, '1 absent 0 (nothing that the agency vouches for is here)', undefined],
    [
      'no file of records',
      { [`${baseOf(first)}.seal`]: Buffer.from('no records') },
      '1 damaged 0',
      undefined,
    ],
  ];
  for (const [what, files, boot, gone] of cases) {
    const { boots, missing, exit } = await taken(t, { ...sessions, ...files });
    t.ok(boots[0]?.startsWith(boot), `${what}: ${boots[0]}`);
    t.equal(exit, 5, what);
    if (gone !== undefined) t.match(missing.join(), gone, what);
  }
});

t.test('receipts and entries by revoked keys prove nothing', async (t) => {
  const identity = await taken(t, good, [keyIdOf(device.signer.publicKey)]);
  t.match(identity.boots[0], /^1 open 0 r4c \(entry 0 is untrusted key/);
  t.equal(identity.exit, 5);
  const receipts = await taken(t, good, [keyIdOf(station.signer.publicKey)]);
  t.equal(receipts.boots[0], '1 shut down 4');
});

t.test('a file that was taken out of the store breaks the chain of receipts', async (t) => {
  const store = stored(t, good);
  const chained = journalReceipt(station, fourth, open, {
    ...{ counter: counter + 1 },
    previousReceipt: journalReceipt(station, first, whole, { counter }).digest,
  });
  writeFileSync(join(store, 'camera-1', `${baseOf(fourth)}.receipts`), fileOfStatements(chained));
  rmSync(join(store, 'camera-1', `${baseOf(first)}.receipts`));
  const place = {
    ...{ files: systemFiles, store, vault: undefined, root: agency.root },
    ...{ revocations: new Map<string, number>(), hasher: nodeHasher },
  };
  const { walk } = await walkStore(place, async () => [await takeInventory(place, 'camera-1')], []);
  t.match(walk.missing.join('\n'), /that is not here: what it was for was removed/);
});

t.test(
  'the words explain a silence, and a boot that runs does not change the verdict on a store',
  async (t) => {
    const store = stored(t, good);
    const root = join(store, '..', 'root.crt');
    writeFileSync(root, agency.authority.certificatePem);
    const { code, out } = await ranHere(inventory, '--store', store, '--trust', root, '--journals');
    for (const line of [
      /^ {2}boot 1: .*Z to .*Z by the camera's clock; shut down; 4 entries, receipted all of it$/m,
      /^ {4}entry 1: .*Z, the sensor was lost: link$/m,
      /^ {2}silent from .*Z to .*Z by the camera's clock: it was off$/m,
      /^ {2}boot 2: .*; cut; the next boots found it without a shutdown; 2 entries/m,
      /^ {2}boot 3: neither a session nor a journal is here$/m,
      /^ {2}boot 4: .*; no shutdown: the camera is on, or was cut off and not started since; 2 entries, receipted 1 entries$/m,
    ])
      t.match(out, line);
    const json = JSON.parse((await ranHere(inventory, '--store', store, '--trust', root, '--json')).out);
    t.same(
      json.cameras[0].boots.map(({ state }: { state: string }) => state),
      ['shut down', 'cut', 'open'],
    );
    t.equal(code, json.exitCode);
    const third = testSession(device, { bootCounter: 3, previousSession: second.statement.digest });
    const cutOff = stored(t, { ...good, ...sealOf(third, testJournal(third, [])) });
    writeFileSync(root, agency.authority.certificatePem);
    const told = (await ranHere(inventory, '--store', cutOff, '--trust', root)).out;
    t.match(
      told,
      /^ {2}nothing in its journal after .*Z, next boot at .*Z by the camera's clock: it was cut off .*; recordings may reach further$/m,
      'entries tell of events, so the last is not when it was cut off',
    );
    t.equal(
      told.match(/silent from/g)?.length,
      1,
      'only the boot that was shut down was off from its last entry on',
    );
    const shut: Files = { ...sessions, ...sealOf(first, whole), ...sealOf(fourth, testJournal(fourth, [])) };
    const running = stored(t, shut);
    writeFileSync(root, agency.authority.certificatePem);
    t.equal(
      (await ranHere(verify, running, '--trust', root)).code,
      0,
      'the newest boot of a store may go on',
    );
    t.equal(
      (await ranHere(verify, join(running, 'camera-1'), '--trust', root)).code,
      3,
      'in files it is open',
    );
    writeFileSync(join(running, 'camera-1', `${baseOf(second)}.seal`), journalFile(second, cut));
    t.equal((await ranHere(verify, running, '--trust', root)).code, 3, 'an earlier one is not');
  },
);

t.test('boots of two chains are told apart, and nothing is said of the time between them', async (t) => {
  const chain = new Uint8Array(16).fill(7);
  const lost = testSession(device, { bootCounter: 2, chain });
  const later = testJournal(lost, [['shutdown', 'ordered']]);
  const store = stored(t, {
    'sessions.seal': fileOfStatements(first.statement, second.statement, lost.statement),
    ...sealOf(first, whole),
    ...sealOf(second, testJournal(second, [])),
    ...sealOf(lost, later),
  });
  const root = join(store, '..', 'root.crt');
  writeFileSync(root, agency.authority.certificatePem);
  const { out } = await ranHere(inventory, '--store', store, '--trust', root);
  const lines = out.match(/^ {2}(boot \S+|silent)(?: of chain \S+)?/gm);
  t.same(lines, ['  boot 1:', '  silent', '  boot 2:', `  boot 2 of chain ${toHex(chain)}:`]);
});
