import t from 'tap';
import type { CellSetting } from '../../../agent/spool/cell-facts.ts';
import { decodeEntries } from '../../../agent/spool/journal/journal-entries.ts';
import { spoolLimits } from '../../../agent/spool/limits.ts';
import { jsonLog } from '../../../base/log.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { keepsAll, SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { type Booted, bootSim, record } from '../../support/camera/booted-spool.ts';
import { closingOf, receiptOf } from '../../support/camera/camera-statements.ts';

/** Starts with cells `stations`, of which `needed` must hold a recording. */
const boot = (fileSystem: SimFileSystem, stations: readonly string[], needed: number): Promise<Booted> =>
  bootSim(fileSystem, { cells: { stations, needed } });

/** A closed recording of three chunks, and what each station signs that holds all of it. */
async function recorded(booted: Booted, name = 'a'): Promise<(stationId: string) => Statement<'receipt'>> {
  const { opening, writer, last } = await record(booted, 3, name);
  const closing = closingOf(opening, 3, last);
  await writer.close(closing);
  return (stationId) => receiptOf(opening, 3, closing.digest, { complete: true, stationId });
}

/** The spool of cells a and b, both needed, of which a alone holds all of the one recording; its agent has ended. */
async function completeAtOne(): Promise<{
  fileSystem: SimFileSystem;
  by: (stationId: string) => Statement<'receipt'>;
}> {
  const fileSystem = new SimFileSystem();
  const booted = await boot(fileSystem, ['a', 'b'], 2);
  const by = await recorded(booted);
  await booted.spool.acceptReceipt(by('a'), true);
  await booted.spool.close();
  return { fileSystem: fileSystem.restart(keepsAll), by };
}

t.test('no bit of the journal decides how many stations are needed', async (t) => {
  const { fileSystem } = await completeAtOne();
  const file = await fileSystem.open('/spool/journal', 'read');
  const bytes = new Uint8Array(await file.size());
  await file.read(bytes, 0);
  await file.close();
  const { places } = decodeEntries(bytes);
  t.ok(places.length >= 4);
  for (const { from } of places) {
    const rotten = fileSystem.restart(keepsAll);
    rotten.damage('journal', (whole) => whole.map((byte, at) => (at === from + 9 ? byte ^ 1 : byte)));
    const { spool } = await boot(rotten, ['a', 'b'], 2);
    t.equal(spool.recordings().length, 1, `the recording that one station holds is there: rot at ${from}`);
    await spool.close();
  }
});

t.test('fewer stations needed: what is complete now is deleted by that start', async (t) => {
  const { fileSystem } = await completeAtOne();
  const { spool } = await boot(fileSystem, ['a', 'b'], 1);
  t.same(spool.recordings(), []);
  t.same(
    [...spool.cells.handovers.values()].map(({ told }) => [...told]),
    [['a']],
    'b is told',
  );
});

t.test('more stations needed: what one holds stays', async (t) => {
  const fileSystem = new SimFileSystem();
  const before = await boot(fileSystem, ['a', 'b'], 1);
  const by = await recorded(before);
  await before.spool.close();
  const { spool } = await boot(fileSystem.restart(keepsAll), ['a', 'b'], 2);
  await spool.acceptReceipt(by('b'), true);
  t.match(spool.recordings(), [{ complete: false }]);
  await spool.acceptReceipt(by('a'), true);
  t.same(spool.recordings(), []);
});

t.test('a station that is no longer a cell does not count', async (t) => {
  const { fileSystem, by } = await completeAtOne();
  const { spool } = await boot(fileSystem, ['b', 'c'], 2);
  t.match(spool.recordings(), [{ complete: false }]);
  await spool.acceptReceipt(by('b'), true);
  t.match(spool.recordings(), [{ complete: false }], 'a may be gone: only b holds it for certain');
  await spool.acceptReceipt(by('someone'), true);
  t.match(spool.recordings(), [{ complete: false }], 'nor does one that never was one');
  await spool.acceptReceipt(by('c'), true);
  t.same(spool.recordings(), []);
  t.equal(spool.cells.handovers.size, 0);
});

t.test('with one cell that is not named any station counts', async (t) => {
  const fileSystem = new SimFileSystem();
  const booted = await bootSim(fileSystem);
  const by = await recorded(booted);
  await booted.spool.acceptReceipt(by('whoever'), true);
  t.same(booted.spool.recordings(), []);
});

t.test(
  'the oldest of too many handovers is forgotten, aloud where a cell that was used misses it',
  async (t) => {
    const events: string[] = [];
    const log = jsonLog('agent', (line) => events.push(JSON.parse(line).event));
    const cells: CellSetting = { stations: ['a', 'b'], needed: 1 };
    const booted = await bootSim(new SimFileSystem(), { cells, log });
    const { spool } = booted;
    const complete = async (name: string, stationId: string): Promise<string> => {
      const { opening, writer, last, id } = await record(booted, 1, name);
      const closing = closingOf(opening, 1, last);
      await writer.close(closing);
      await spool.acceptReceipt(receiptOf(opening, 1, closing.digest, { complete: true, stationId }), true);
      return id;
    };
    const first = await complete('first', 'a');
    for (let n = 1; n < spoolLimits.handoversMax; n += 1) await complete(`${n}`, 'a');
    t.ok(spool.cells.handovers.has(first));
    await complete('one more', 'a');
    t.equal(spool.cells.handovers.size, spoolLimits.handoversMax);
    t.notOk(spool.cells.handovers.has(first));
    t.notOk(events.includes('handover.forgotten'), 'b never was used');
    await complete('at b', 'b');
    await complete('the next', 'a');
    t.equal(events.filter((event) => event === 'handover.forgotten').length, 1);
  },
);

t.test('a station whose store was put back to an older state holds what it says now', async (t) => {
  const fileSystem = new SimFileSystem();
  const booted = await boot(fileSystem, ['a', 'b'], 2);
  const { opening, writer, last } = await record(booted, 3);
  const closing = closingOf(opening, 3, last);
  await writer.close(closing);
  const by = (stationId: string, counter: number, complete = true): Statement<'receipt'> =>
    receiptOf(opening, 3, complete ? closing.digest : last, { complete, stationId, counter });
  let { spool } = booted;
  const all = () =>
    [...(spool.recordings()[0]?.stations ?? [])].map(([id, { complete }]) => `${id} ${complete}`);
  await spool.acceptReceipt(by('a', 10), true);
  t.match(spool.recordings(), [{ held: true, complete: false }]);
  t.equal(await spool.acceptReceipt(by('a', 9, false), true), 'known', 'an older one, late or replayed');
  t.same(all(), ['a true']);
  t.equal(await spool.acceptReceipt(by('a', 20, false), false), 'held', 'while its key may be revoked');
  t.equal(await spool.acceptReceipt(by('a', 20, false), true), 'journaled');
  t.same(all(), ['a false']);
  t.equal(await spool.acceptReceipt(by('a', 10), true), 'known', 'what it held once is replayed');
  await spool.acceptReceipt(by('b', 5), true);
  t.same(all(), ['a false', 'b true'], 'b alone is not enough');
  await spool.close();
  ({ spool } = await boot(fileSystem.restart(keepsAll), ['a', 'b'], 2));
  t.same(all(), ['a false', 'b true'], 'also after a restart');
  t.equal(await spool.acceptReceipt(by('a', 10), true), 'known');
  await spool.acceptReceipt(by('a', 30), true);
  t.same(spool.recordings(), []);
});

t.test('a receipt costs one look at the others, however many wait', async (t) => {
  let asked = 0;
  const receiptKeys = {
    isRevoked: () => {
      asked += 1;
      return false;
    },
    knowsRevoked: () => true,
  };
  const cells: CellSetting = { stations: ['a', 'b'], needed: 2 };
  const booted = await bootSim(new SimFileSystem(), { cells, receiptKeys });
  const { spool } = booted;
  for (let n = 0; n < 40; n += 1) await spool.acceptReceipt((await recorded(booted, `${n}`))('a'), true);
  spool.onChange(() => spool.recordings());
  asked = 0;
  await spool.recount();
  t.equal(spool.recordings().length, 40);
  t.ok(asked <= 3 * 40, `${asked} questions for 40 receipts`);
});
