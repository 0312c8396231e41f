import t from 'tap';
import {
  afterLook,
  type CellStanding,
  type CellView,
  cellsToUse,
  hopedFor,
} from '../../../../agent/uplink/cells/choice.ts';

const limits = { awayMs: 20_000, lateMs: 15_000, backMs: 10_000 };
const well: CellView = { connected: true, receiptLateMs: undefined, receipts: 5, keysAbsent: false };
const gone: CellView = { ...well, connected: false };
const deaf: CellView = { ...well, receiptLateMs: 15_000 };

/** After it looked so for that many seconds, looked at each second. */
function after(
  standing: CellStanding,
  fromMs: number,
  ...views: readonly (readonly [CellView, number])[]
): CellStanding {
  let nowMs = fromMs;
  let one = standing;
  for (const [view, seconds] of views)
    for (let n = 0; n < seconds; n += 1) {
      nowMs += 1_000;
      one = afterLook(one, view, nowMs, limits);
    }
  return one;
}

t.test('a cell is away after a while, and back after a while', async (t) => {
  const one = hopedFor(0);
  t.ok(after(one, 0, [gone, 20]).present);
  const away = after(one, 0, [gone, 21]);
  t.notOk(away.present);
  t.notOk(after(one, 0, [deaf, 21]).present, 'one that signs nothing does not answer');
  t.ok(after(one, 0, [gone, 15], [well, 1], [gone, 15]).present, 'a link that comes and goes moves nothing');
  t.notOk(after(away, 21_000, [well, 10]).present);
  t.notOk(after(away, 21_000, [well, 9], [gone, 1], [well, 9]).present);
  t.ok(after(away, 21_000, [well, 11]).present);
});

t.test('a cell that signs nothing is back once it has signed, not while it owes nothing', async (t) => {
  const deafened = after(hopedFor(0), 0, [deaf, 21], [well, 100]);
  t.notOk(deafened.present);
  t.notOk(
    after(deafened, 121_000, [deaf, 15], [gone, 5], [well, 60]).present,
    'not by connecting again either',
  );
  const signed = { ...well, receipts: 6 };
  t.notOk(after(deafened, 121_000, [signed, 10]).present);
  t.ok(after(deafened, 121_000, [signed, 11]).present);
  t.notOk(after(deafened, 121_000, [signed, 5], [{ ...deaf, receipts: 6 }, 1], [signed, 60]).present);
  t.ok(after(hopedFor(0), 0, [gone, 21], [well, 11]).present, 'one that was gone need not sign');
  const silent = after(hopedFor(0), 0, [gone, 21], [deaf, 5], [well, 60]);
  t.notOk(silent.present, 'one that was gone, and signs nothing since');
});

t.test('cameras leave a cell at different times', async (t) => {
  t.ok(after(hopedFor(0.99), 0, [gone, 29]).present);
  t.notOk(after(hopedFor(0.99), 0, [gone, 31]).present);
});

t.test('as many are used as are needed of those that answer, and those before them', async (t) => {
  const here = hopedFor(0);
  const away = { ...here, present: false };
  const each = [true, true, true];
  t.same(cellsToUse([undefined, undefined, undefined], 1, each), [true, false, false]);
  t.same(cellsToUse([away, undefined, undefined], 1, each), [true, true, false]);
  t.same(cellsToUse([away, away, undefined], 1, each), [true, true, true]);
  t.same(cellsToUse([away, away, away], 1, each), [true, true, true]);
  t.same(cellsToUse([here, here, undefined], 1, each), [true, false, false], 'the preferred one is back');
  t.same(cellsToUse([away, here, here], 1, each), [true, true, false]);
  t.same(cellsToUse([here, undefined, undefined], 2, each), [true, true, false]);
  t.same(cellsToUse([here, away, undefined], 2, each), [true, true, true]);
});

t.test('one that the policy does not allow is used only while too few others answer', async (t) => {
  const here = hopedFor(0);
  const away = { ...here, present: false };
  t.same(cellsToUse([here, undefined, undefined], 1, [false, true, true]), [false, true, false]);
  t.same(cellsToUse([here, away, undefined], 1, [false, true, true]), [false, true, true]);
  t.same(cellsToUse([here, away, away], 1, [false, true, true]), [true, true, true]);
  t.same(cellsToUse([undefined, here, undefined], 2, [true, false, true]), [true, false, true]);
  t.same(cellsToUse([undefined, undefined], 1, [false, false]), [true, true], 'none is allowed');
});
