import t from 'tap';
import { noneRevoked } from '../../../../agent/spool/receipt-keys.ts';
import { CellSpool } from '../../../../agent/uplink/cells/cell-spool.ts';
import { usualLimits } from '../../../../agent/uplink/index.ts';
import { nextUplink, startMachine } from '../../../../agent/uplink/machine/machine.ts';
import type { Input, MachineState, UplinkEffect } from '../../../../agent/uplink/machine/machine-types.ts';
import type { Body, Statement } from '../../../../evidence/statements.ts';
import { keepsAll, SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, record } from '../../../support/camera/booted-spool.ts';
import { closingOf, digestFor, receiptOf } from '../../../support/camera/camera-statements.ts';

// What a cell is told of a recording that another one holds in full, and what it must answer.

async function start(stations: readonly string[] = ['a', 'b']) {
  const fileSystem = new SimFileSystem();
  const events: string[] = [];
  const cells = { stations, needed: 1 };
  const booted = await bootSim(fileSystem, { cells });
  const { spool } = booted;
  const make = async (name = 'a') => {
    const { opening, writer, last, id } = await record(booted, 3, name);
    const closing = closingOf(opening, 3, last);
    await writer.close(closing);
    const by = (stationId: string, body: Partial<Body<'receipt'>> = {}): Statement<'receipt'> =>
      receiptOf(opening, 3, closing.digest, { complete: true, stationId, ...body });
    return { by, id, opening, last };
  };
  return { fileSystem, spool, make, events, atB: new CellSpool(spool, spool.cells, 'b') };
}

t.test('a cell is told until it says the same, for certain', async (t) => {
  const { spool, make, atB } = await start();
  const { by, id, opening, last } = await make();
  await spool.acceptReceipt(by('a'), true);
  t.match(atB.recordings(), [{ id, journal: true, openingDigest: opening.digest, receipted: -1 }]);
  const waits = (): boolean => atB.recordings().length === 1;

  t.equal(await atB.acceptReceipt(by('a'), false), 'held', 'while its key may be revoked');
  t.ok(waits());
  for (const [what, other] of Object.entries({
    'fewer statements, complete': by('b', { count: 2 }),
    'more statements': by('b', { count: 4, complete: false }),
    'another closing': by('b', { statement: digestFor('another') }),
    'another closing, by a third': by('c', { statement: digestFor('another') }),
    'another camera': by('b', { deviceId: 'camera-2' }),
  })) {
    t.equal(await atB.acceptReceipt(other, true), 'contradicting', what);
    t.ok(waits(), what);
  }
  t.equal(await atB.acceptReceipt(by('b', { count: 2, complete: false, statement: last }), true), 'known');
  t.ok(waits(), 'it holds a part');
  t.equal(await atB.acceptReceipt(by('b'), false), 'held');
  t.ok(waits());
  t.equal(await atB.acceptReceipt(by('b'), true), 'known', 'it holds all of it itself');
  t.notOk(waits());
  t.equal(await atB.acceptReceipt(by('b', { complete: false }), true), 'known', 'its word may come again');
});

t.test('what is told from now on begins with its head at once', (t) => {
  const recording = {
    ...{ id: 'aa', number: 1, openingDigest: digestFor('o'), durable: 1, closed: true, receipted: 1 },
    ...{ complete: false, marked: false, keyEnvelopeHash: digestFor('k') },
  };
  let state: MachineState = startMachine(0, usualLimits);
  let effects: readonly UplinkEffect[] = [];
  let sent: string[] = [];
  const put = (input: Input): void => {
    const step = nextUplink(state, input, 1, usualLimits);
    ({ state, effects } = step);
    for (const effect of effects) {
      if (effect.kind !== 'load') continue;
      const { task, job } = effect;
      sent.push('index' in task ? `${task.what} ${task.index}` : task.what);
      if (task.what !== 'session') put({ kind: 'loaded', job, sizes: [10] });
    }
  };
  put({ kind: 'spool', recordings: [recording] });
  put({ kind: 'up', connection: 1 });
  put({ kind: 'receipt', recording: 'aa', count: 1, keys: false });
  t.ok(sent.includes('keys'), 'it is being sent');
  sent = [];
  const told = {
    ...recording,
    keyEnvelopeHash: undefined,
    durable: 0,
    receipted: -1,
    journal: true,
  } as const;
  put({ kind: 'spool', recordings: [told] });
  t.same(sent, ['head']);
  put({ kind: 'spool', recordings: [told] });
  t.same(sent, ['head'], 'once');
  t.end();
});

t.test('cells that are left out are not waited for', async (t) => {
  const { fileSystem, spool, make } = await start(['a', 'b', 'c']);
  const { by } = await make();
  await spool.acceptReceipt(by('a'), true);
  await spool.cells.told([...spool.cells.handovers.keys()][0] ?? '', 'b');
  t.equal(spool.cells.handovers.size, 1, 'c is to be told');
  await spool.close();
  for (const [stations, waiting] of [
    [['a', 'b', 'c'], 1],
    [['a', 'b'], 0],
    [['c'], 1],
    [[], 0],
  ] as const) {
    const after = await bootSim(fileSystem.restart(keepsAll), { cells: { stations, needed: 1 } });
    t.equal(after.spool.cells.handovers.size, waiting, `cells: ${stations}`);
    await after.spool.close();
  }
});

t.test('the one cell that is left is told what the other holds', async (t) => {
  const { fileSystem, spool, make } = await start(['a', 'b']);
  const { by, id } = await make();
  await spool.acceptReceipt(by('b'), true);
  await spool.close();
  const { spool: after } = await bootSim(fileSystem.restart(keepsAll), {
    cells: { stations: ['a'], needed: 1 },
  });
  const atA = new CellSpool(after, after.cells, 'a');
  t.match(atA.recordings(), [{ id, journal: true }]);
  t.equal((await atA.readHead(id)).length, 3, 'session, opening, receipt');
  await atA.acceptReceipt(by('b'), true);
  t.same(atA.recordings(), []);
  t.equal(after.cells.handovers.size, 0);
});

t.test('nothing is told under a key that was revoked since', async (t) => {
  const revoked = new Set<string>();
  const receiptKeys = {
    ...noneRevoked,
    isRevoked: ({ body }: Statement<'receipt'>) => revoked.has(body.stationId),
  };
  const booted = await bootSim(new SimFileSystem(), {
    cells: { stations: ['a', 'b'], needed: 1 },
    receiptKeys,
  });
  const { spool } = booted;
  const { opening, writer, last } = await record(booted, 3);
  const closing = closingOf(opening, 3, last);
  await writer.close(closing);
  await spool.acceptReceipt(receiptOf(opening, 3, closing.digest, { complete: true, stationId: 'a' }), true);
  await spool.recount();
  t.equal(spool.cells.handovers.size, 1);
  revoked.add('a');
  await spool.recount();
  t.equal(spool.cells.handovers.size, 0);
});
