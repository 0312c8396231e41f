import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { RecordScanner, statementRecord } from '../../../evidence/records.ts';
import { takeInventory } from '../../../station/audit/inventory.ts';
import { inventoryExitCode } from '../../../station/audit/inventory-report.ts';
import { walkStore } from '../../../station/audit/store-walk.ts';
import { type Files, systemFiles } from '../../../station/store/files.ts';
import { ofSample, sweepLimitMs } from '../../support/full.ts';
import { sameBytes } from '../../support/same-bytes.ts';
import { seeded } from '../../support/seed.ts';
import { makeAgency, temporaryFolder } from '../support/agency.ts';
import { FakeCamera } from '../support/camera.ts';
import { failingFiles } from '../support/failing-files.ts';
import { Harness, messagesOf } from '../support/harness.ts';

// A receipt is written to the journal, then to its recording's own file. Whatever comes between the two, and wherever the
// journal begins again: the walk over the chain of receipts accuses no one.

t.setTimeout(sweepLimitMs);
const random = seeded(t);
const agency = await makeAgency(t);
const camera = new FakeCamera('camera-1', agency.camera('camera-1'), random);
const first = await camera.record(1);
const firstLinks = [first.chunk(100), first.chunk(100), first.close()];
const closing = firstLinks[2]?.statement.digest;
const second = await camera.record(2, undefined, { number: 1, statement: closing, state: 'closed' });
const secondLinks = [second.chunk(100), second.close()];
type Message = readonly [string, Uint8Array];
const toFirst = messagesOf(first, firstLinks);
const toSecond = messagesOf(second, secondLinks);
/** Both recordings grow with each batch, so that one batch of receipts has two. */
const batches: Message[][] = [
  [
    ['session/record', statementRecord(camera.session.encoded)],
    ...toFirst.slice(0, 2),
    ...toSecond.slice(0, 2),
  ],
  [...toFirst.slice(2, 5), ...toSecond.slice(2, 5)],
  [...toFirst.slice(5), ...toSecond.slice(5)],
];

/** What `sealcam inventory` finds in a station's store. */
async function found(harness: Harness): Promise<{ missing: readonly string[]; exit: number }> {
  const { root } = harness.credentials;
  const place = {
    files: systemFiles,
    store: harness.store,
    vault: harness.vault,
    root,
    revocations: new Map<string, number>(),
    hasher: nodeHasher,
  };
  const { cameras, walk } = await walkStore(place, async () => [await takeInventory(place, 'camera-1')], []);
  return { missing: walk.missing, exit: inventoryExitCode(cameras, walk.missing) };
}

async function startedOrNot(
  folder: string,
  options: { readonly files: Files; readonly journalFull: boolean },
): Promise<Harness | undefined> {
  try {
    return await Harness.start(agency, folder, options);
  } catch {
    return undefined;
  }
}

/** Of how many writes one is where power is lost; the seed chooses which. */
const stride = ofSample(9, 3, 1);

for (const journalFull of [false, true]) {
  const when = journalFull ? 'begins again with each batch' : 'goes on';
  t.test(`power lost at a write while the journal ${when}: no receipt is missing`, async (t) => {
    let at = random.int(stride);
    for (; ; at += stride) {
      const folder = await temporaryFolder(t);
      const { files, dead } = failingFiles(at, random);
      const before = await startedOrNot(folder, { files, journalFull });
      for (const batch of before === undefined ? [] : batches) {
        await before?.send(...batch);
        if (dead()) break;
      }
      if (!dead()) break;
      // The crash may come again while the receipts are put back.
      const again = failingFiles(random.int(6), random);
      await startedOrNot(folder, { files: again.files, journalFull: true });
      const after = await Harness.start(agency, folder, { journalFull: true });
      for (const batch of batches) await after.send(...batch);
      const { missing, exit } = await found(after);
      if (missing.length > 0 || exit !== 0) t.fail(`crash at ${at}`, { missing, exit });
    }
    t.ok(at >= 20, `${at} places`);
  });
}

t.test('a receipt that cannot be stored stays in the journal, and is stored before the next', async (t) => {
  let isFull = false;
  const files: Files = {
    ...systemFiles,
    appendAt: (path, before, parts) =>
      isFull && path.endsWith(`${first.name}.receipts`)
        ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
        : systemFiles.appendAt(path, before, parts),
  };
  const folder = await temporaryFolder(t);
  const harness = await Harness.start(agency, folder, { files, journalFull: true });
  const [start = [], middle = [], end = []] = batches;
  await harness.send(...start);
  isFull = true;
  await harness.send(...middle);
  await harness.send(...end.filter(([topic]) => topic.startsWith(second.id)));
  t.equal(harness.last, '1k complete', 'the other recording goes on');
  const path = join(harness.store, '.receipts-journal');
  const kept = new RecordScanner().push(new Uint8Array(await readFile(path)));
  t.equal([...kept].filter(({ kind }) => kind === 'record').length, 2, 'and the journal keeps the first one');
  await harness.restart();
  t.ok(harness.alarms.includes('receipt.not-put-back'));
  isFull = false;
  for (const batch of batches) await harness.send(...batch);
  t.same(await found(harness), { missing: [], exit: 0 });
});

t.test('what was taken is still told: nothing is put back for a recording without a file', async (t) => {
  const folder = await temporaryFolder(t);
  const harness = await Harness.start(agency, folder);
  for (const batch of batches) await harness.send(...batch);
  for (const ending of ['seal', 'receipts']) {
    await rm(join(harness.store, 'camera-1', `${second.name}.${ending}`));
  }
  const after = await Harness.start(agency, folder, { journalFull: true });
  t.equal((await found(after)).exit, 5);
  const third = await camera.record(3, undefined, { number: 2, statement: undefined, state: 'last-known' });
  await after.send([`${third.id}/record`, third.opening]);
  const { missing } = await found(after);
  t.ok(
    missing.some((one) => one.includes('that is not here: what it was for was removed')),
    missing.join(),
  );
});

t.test('a recording that lost the file of its receipts gets them back without an alarm', async (t) => {
  const harness = await Harness.start(agency, await temporaryFolder(t));
  for (const batch of batches) await harness.send(...batch);
  const path = join(harness.store, 'camera-1', `${second.name}.receipts`);
  const before = await readFile(path);
  await rm(path);
  await harness.restart();
  sameBytes(t, await readFile(path), before);
  t.same(harness.alarms, []);
  t.ok(harness.warnings.includes('receipt.put-back'));
});
