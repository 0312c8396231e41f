import t from 'tap';
import { noneRevoked } from '../../../../agent/spool/receipt-keys.ts';
import { CellSpool } from '../../../../agent/uplink/cells/cell-spool.ts';
import { usualLimits } from '../../../../agent/uplink/index.ts';
import { nextUplink, startMachine } from '../../../../agent/uplink/machine/machine.ts';
import type { Input, MachineState, UplinkEffect } from '../../../../agent/uplink/machine/machine-types.ts';
import { jsonLog } from '../../../../base/log.ts';
import type { Body, Statement } from '../../../../evidence/statements.ts';
import { keepsAll, SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, record } from '../../../support/camera/booted-spool.ts';
import { closingOf, digestFor, receiptOf } from '../../../support/camera/camera-statements.ts';

// What a cell is told of a recording that another one holds in full, and what it must answer.

async function start(stations: readonly string[] = ['a', 'b']) {
  const fileSystem = new SimFileSystem();
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
  return { fileSystem, spool, make, atB: new CellSpool(spool, spool.cells, 'b') };
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

/** A spool of the cells a, b and c, each of whose keys may be revoked, and the numbers that alarms name. */
async function revocable(needed: number, fileSystem = new SimFileSystem()) {
  const revoked = new Set<string>();
  const alarms: string[] = [];
  const log = jsonLog('agent', (line) => {
    const { event, level, numbers } = JSON.parse(line);
    if (level === 'alarm') alarms.push(`${event} ${numbers}`);
  });
  const isRevoked = ({ body }: Statement<'receipt'>): boolean => revoked.has(body.stationId);
  const cells = { stations: ['a', 'b', 'c'], needed };
  const booted = await bootSim(fileSystem, { cells, log, receiptKeys: { ...noneRevoked, isRevoked } });
  const make = async (name: string) => {
    const { opening, writer, last, id } = await record(booted, 3, name);
    const closing = closingOf(opening, 3, last);
    await writer.close(closing);
    const takes = (stationId: string, counter = 1) =>
      booted.spool.acceptReceipt(
        receiptOf(opening, 3, closing.digest, { complete: true, stationId, counter }),
        true,
      );
    return { takes, id };
  };
  const { spool } = booted;
  const handed = () =>
    [...spool.cells.handovers.values()].map(({ told, receipt }) => `${receipt.body.stationId}: ${[...told]}`);
  return { spool, revoked, alarms, make, handed };
}

t.test('under a key that was revoked since nothing is told, and a person is', async () => {
  const { spool, revoked, alarms, make, handed } = await revocable(1);
  await (await make('one')).takes('a');
  await (await make('two')).takes('b');
  await (await make('three')).takes('a');
  await spool.recount();
  t.same(handed(), ['a: a', 'b: b', 'a: a']);
  revoked.add('a');
  await spool.recount();
  t.same(handed(), ['b: b']);
  t.same(alarms, ['handover.revoked 1,3']);
});

t.test('another station signed it too: the others are told by its receipt', async () => {
  for (const restarts of [false, true]) {
    const fileSystem = new SimFileSystem();
    const first = await revocable(2, fileSystem);
    const { takes } = await first.make('one');
    await takes('a');
    await takes('b');
    t.same(first.handed(), ['b: a,b']);
    let { spool, revoked, alarms, handed } = first;
    if (restarts) {
      await spool.close();
      ({ spool, revoked, alarms, handed } = await revocable(2, fileSystem.restart(keepsAll)));
    }
    revoked.add('b');
    await spool.recount();
    t.same(handed(), ['a: a'], 'b is told too, as what it signed counts no more');
    t.same(alarms, []);
    revoked.add('a');
    await spool.recount();
    t.same(handed(), []);
    t.same(alarms, ['handover.revoked 1']);
    await spool.close();
  }
});

t.test('a recording that could not be deleted, and counts again, is listed once', async () => {
  const fileSystem = new SimFileSystem();
  const { spool, revoked, make, handed } = await revocable(2, fileSystem);
  const { takes, id } = await make('one');
  fileSystem.failAll('EIO', /unlink/);
  await takes('a');
  await takes('b');
  const atC = new CellSpool(spool, spool.cells, 'c');
  t.match(atC.recordings(), [{ id, journal: true }], 'it is complete: c is told');
  revoked.add('a');
  await spool.recount();
  t.same(handed(), ['b: a,b']);
  t.match(atC.recordings(), [{ id, closed: true, durable: 3, complete: false }], 'c is sent it');
  t.equal(atC.recordings()[0]?.journal, undefined);
  t.equal(atC.recordings().length, 1);
  t.equal((await atC.readStatements(id, 0)).length, 1);
  fileSystem.failAll(undefined);
  await takes('c');
  t.same(spool.recordings(), []);
});
