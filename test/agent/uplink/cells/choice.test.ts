import t from 'tap';
import {
  afterLook,
  type CellStanding,
  type CellView,
  cellsToUse,
  hopedFor,
} from '../../../../agent/uplink/cells/choice.ts';

const limits = { awayMs: 20_000, lateMs: 15_000, backMs: 10_000 };
const well: CellView = { connected: true, receiptLateMs: undefined, keysAbsent: false };
const gone: CellView = { connected: false, receiptLateMs: undefined, keysAbsent: false };
const deaf: CellView = { connected: true, receiptLateMs: 15_000, keysAbsent: false };

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

t.test('cameras leave a cell at different times', async (t) => {
  t.ok(after(hopedFor(0.99), 0, [gone, 29]).present);
  t.notOk(after(hopedFor(0.99), 0, [gone, 31]).present);
});

t.test('as many are used as are needed of those that answer, and those before them', async (t) => {
  const here = hopedFor(0);
  const away = { ...here, present: false };
  t.same(cellsToUse([undefined, undefined, undefined], 1), [true, false, false]);
  t.same(cellsToUse([away, undefined, undefined], 1), [true, true, false]);
  t.same(cellsToUse([away, away, undefined], 1), [true, true, true]);
  t.same(cellsToUse([away, away, away], 1), [true, true, true]);
  t.same(cellsToUse([here, here, undefined], 1), [true, false, false], 'the preferred one is back');
  t.same(cellsToUse([away, here, here], 1), [true, true, false]);
  t.same(cellsToUse([here, undefined, undefined], 2), [true, true, false]);
  t.same(cellsToUse([here, away, undefined], 2), [true, true, true]);
});
