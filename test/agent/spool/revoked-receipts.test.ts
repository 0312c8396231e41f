import t from 'tap';
import { type CellSetting, oneCell } from '../../../agent/spool/cell-facts.ts';
import type { ReceiptKeys } from '../../../agent/spool/receipt-keys.ts';
import type { Statement } from '../../../evidence/statements.ts';
import { keepsAll, SimFileSystem } from '../../../scenario/fast/disks/sim-file-system.ts';
import { type Booted, bootSim, record } from '../../support/camera/booted-spool.ts';
import { closingOf, receiptOf } from '../../support/camera/camera-statements.ts';

// A receipt that was journaled counts only as long as the agency has not revoked its key.

const both: CellSetting = { stations: ['a', 'b'], needed: 2 };

/** Keys by the first byte of their certificate; the test revokes some, and may lose the list. */
class Keys implements ReceiptKeys {
  readonly revoked = new Set<number>();
  known = true;
  readonly isRevoked = ({ body }: Statement<'receipt'>): boolean =>
    this.revoked.has(body.certificate[0] ?? 0);
  readonly knowsRevoked = (): boolean => this.known;
}

type Sign = (stationId: string, key: number, complete?: boolean) => Statement<'receipt'>;

/** A closed recording of three chunks, and what a station signs for it with one of its keys. */
async function recorded(booted: Booted): Promise<Sign> {
  const { opening, writer, last } = await record(booted, 3);
  const closing = closingOf(opening, 3, last);
  await writer.close(closing);
  return (stationId, key, complete = true) =>
    receiptOf(opening, 3, complete ? closing.digest : last, {
      ...{ complete, stationId, certificate: new Uint8Array(300).fill(key) },
    });
}

async function start(cells: CellSetting, fileSystem = new SimFileSystem()) {
  const receiptKeys = new Keys();
  const booted = await bootSim(fileSystem, { cells, receiptKeys });
  const { spool } = booted;
  const restart = async (next: CellSetting, { revoked, known }: { revoked: number[]; known: boolean }) => {
    await spool.close();
    const keys = new Keys();
    for (const key of revoked) keys.revoked.add(key);
    keys.known = known;
    const again = await bootSim(fileSystem.restart(keepsAll), { cells: next, receiptKeys: keys });
    return { spool: again.spool, keys };
  };
  return { booted, spool, keys: receiptKeys, restart };
}

t.test('two needed: one whose key was revoked meanwhile does not count, until it signs again', async (t) => {
  const { booted, spool, keys } = await start(both);
  const by = await recorded(booted);
  await spool.acceptReceipt(by('a', 1), true);
  t.match(spool.recordings(), [{ complete: false, receipted: 3 }]);
  keys.revoked.add(1);
  let changes = 0;
  spool.onChange(() => {
    changes += 1;
  });
  await spool.recount();
  t.ok(changes > 0, 'the uplink looks again');
  t.match(spool.recordings(), [{ complete: false, receipted: -1 }], 'it is to be sent to a again');
  t.notOk(spool.recordings()[0]?.stations?.has('a'));
  await spool.acceptReceipt(by('b', 2), true);
  t.match(spool.recordings(), [{ complete: false, receipted: 3 }], 'b alone holds it');
  t.equal(await spool.acceptReceipt(by('a', 1), true), 'revoked', 'the old one is not taken again');
  t.equal(await spool.acceptReceipt(by('a', 3), true), 'journaled', 'the same under a new key is news');
  t.same(spool.recordings(), []);
});

t.test('at a start only what enough good keys signed is deleted', async (t) => {
  for (const [revoked, left] of [
    [[], 0],
    [[1], 1],
    [[2], 0],
  ] as const) {
    const { booted, spool, restart } = await start(both);
    const by = await recorded(booted);
    await spool.acceptReceipt(by('a', 1), true);
    const { spool: after } = await restart(oneCell, { revoked: [...revoked], known: true });
    t.equal(after.recordings().length, left, `revoked: ${revoked}`);
    if (left > 0) t.match(after.recordings(), [{ complete: false, receipted: -1 }]);
    await after.close();
  }
});

t.test('a start that does not know which keys are revoked deletes nothing until it does', async (t) => {
  for (const revoked of [true, false]) {
    const { booted, spool, restart } = await start(both);
    const by = await recorded(booted);
    await spool.acceptReceipt(by('a', 1), true);
    const { spool: after, keys } = await restart(oneCell, { revoked: [], known: false });
    t.equal(after.recordings().length, 1);
    await after.recount();
    t.equal(after.recordings().length, 1);
    keys.known = true;
    if (revoked) keys.revoked.add(1);
    await after.recount();
    t.equal(after.recordings().length, revoked ? 1 : 0, revoked ? 'it stays' : 'now it goes');
    await after.close();
  }
});

t.test('a deletion that a crash cut short is finished only under a good key', async (t) => {
  for (const [revoked, known, left] of [
    [[], true, false],
    [[1], true, true],
    [[], false, true],
  ] as const) {
    const fileSystem = new SimFileSystem();
    const { booted, spool, restart } = await start(oneCell, fileSystem);
    const by = await recorded(booted);
    fileSystem.failAll('EIO', /unlink/);
    await spool.acceptReceipt(by('a', 1), true);
    fileSystem.failAll(undefined);
    const after = await restart(oneCell, { revoked: [...revoked], known });
    t.equal(after.spool.recordings().length, left ? 1 : 0, `revoked ${revoked}, list known: ${known}`);
    if (known && left) {
      t.match(after.spool.recordings(), [{ complete: false, receipted: -1 }]);
      await after.spool.acceptReceipt(by('a', 3), true);
      t.same(after.spool.recordings(), [], 'its station signs again');
    }
    await after.spool.close();
  }
});

t.test('an incomplete receipt of a revoked key is no progress', async (t) => {
  const { booted, spool, keys } = await start(oneCell);
  const by = await recorded(booted);
  await spool.acceptReceipt(by('a', 1, false), true);
  keys.revoked.add(1);
  await spool.recount();
  t.match(spool.recordings(), [{ receipted: -1 }]);
  await spool.acceptReceipt(by('b', 2, false), true);
  t.match(spool.recordings(), [{ receipted: 3 }]);
});

t.test('who is told of a recording that is deleted gets a receipt of a good key', async (t) => {
  const { booted, spool, keys } = await start({ stations: ['a', 'b', 'c', 'd'], needed: 2 });
  const by = await recorded(booted);
  await spool.acceptReceipt(by('b', 2), true);
  keys.revoked.add(2);
  await spool.acceptReceipt(by('a', 1), true);
  await spool.acceptReceipt(by('c', 3), true);
  t.same(
    [...spool.cells.handovers.values()].map(({ told, receipt }) => [receipt.body.stationId, ...told]),
    [['c', 'a', 'c']],
    'b is told too, as nothing that it signed counts',
  );
});
