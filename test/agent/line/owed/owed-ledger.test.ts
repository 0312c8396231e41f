import t from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import { OwedLedger } from '../../../../agent/line/archive/owed-ledger.ts';
import type { GapSpan } from '../../../../agent/recorder/inputs.ts';
import { momentsOf } from '../../../../agent/sealer/index.ts';
import { openSpool } from '../../../../agent/spool/open-spool.ts';
import { silentLog } from '../../../../base/log.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

const second = 1_000_000;

/** A ledger over a spool in memory, at the tenth second. `owes` says what the spool owes: when it begins, and its gap. */
async function ledgerOver() {
  const spool = await openSpool({ directory: 'spool', fileSystem: new SimFileSystem() });
  const clock = fakeClock({ uptimeUs: 10 * second });
  const moments = momentsOf(clock, { now: () => ({ clockState: 'free-running', errorUs: 0 }) });
  const ledger = new OwedLedger({ spool, moments, log: silentLog });
  const nameOf = (startUs: number): string => {
    const owed = ledger.startingAt(startUs);
    if (owed === undefined) throw new Error(`nothing is owed since ${startUs}`);
    return `${Buffer.from(owed.start.epoch).toString('hex')}-${startUs}`;
  };
  const owes = (): string[] =>
    spool.owed.map(({ start, startKind, missed }) => {
      const gap = missed && ` ${missed.durationUs / second} s ${missed.videoSamples} ${missed.ended ?? ''}`;
      return `${startKind} ${start.uptimeUs / second}${gap ?? ''}`.trim();
    });
  return { ledger, nameOf, owes };
}

const press = (startUs: number, missed?: GapSpan): Parameters<OwedLedger['owe']>[0] => ({
  kind: 'owe',
  ...{ start: 'button', startUs, dwelling: false, muted: false, place: undefined, missed },
});

const span = (fromUs: number, toUs: number, video = 1): GapSpan => ({
  ...{ fromUs, toUs, cause: 'fault', video, audio: 0 },
});

const lost = (recording: number, opened: boolean, gap: GapSpan) =>
  ({ kind: 'lost', recording, opened, gap, reason: 'button', dwelling: false }) as const;

t.test('what has been paid is not owed again by a promise that comes later', async (t) => {
  const { ledger, nameOf, owes } = await ledgerOver();
  await ledger.owe(press(second));
  const name = nameOf(second);
  ledger.opening(name, 1);
  ledger.opened(name, false);
  await ledger.paid(name);
  await ledger.owe(press(second, span(second, 2 * second)));
  t.same(owes(), []);
  await ledger.owe(press(3 * second));
  t.same(owes(), ['button 3'], 'another press is');
});

t.test('what an opening lost is the gap of its own recording, and ends it', async (t) => {
  const { ledger, nameOf, owes } = await ledgerOver();
  await ledger.owe(press(second));
  ledger.opening(nameOf(second), 1);
  let settled = 0;
  await ledger.lost(lost(1, false, span(second, 4 * second, 75)), () => {
    settled += 1;
  });
  t.same(owes(), ['button 1 3 s 75 button']);
  t.equal(settled, 1);
  t.same(
    ledger.over.map(({ missed }) => missed.ended),
    ['button'],
  );
});

t.test('what was lost of a recording that has been made meanwhile is owed by nothing', async (t) => {
  const { ledger, nameOf, owes } = await ledgerOver();
  await ledger.owe(press(second));
  const name = nameOf(second);
  ledger.opening(name, 1);
  ledger.opened(name, false);
  await ledger.paid(name);
  await ledger.lost(lost(1, false, span(second, 4 * second)), () => t.fail('nothing is to be made'));
  t.same(owes(), []);
});

t.test('what a durable recording lost is the gap of another one', async (t) => {
  const { ledger, owes } = await ledgerOver();
  await ledger.lost(lost(1, true, span(5 * second, 7 * second, 50)), () => {});
  t.same(owes(), ['linked 5 2 s 50 button']);
});

t.test('a loss that the entry of its recording does not cover gets an entry of its own', async (t) => {
  for (const [what, gap, own] of [
    ['within it', span(second, 3 * second), false],
    ['from just before the press', span(second - agentLimits.unstatedUsMax, 2 * second), false],
    ['from long before the press', span(second - agentLimits.unstatedUsMax - 1, 2 * second), true],
    ['longer than it', span(2 * second, 6 * second), true],
  ] as const) {
    const { ledger, nameOf, owes } = await ledgerOver();
    await ledger.owe(press(second));
    ledger.opening(nameOf(second), 1);
    await ledger.lost(lost(1, false, span(second, 3 * second)), () => {});
    ledger.opening(nameOf(second), 2);
    await ledger.lost(lost(2, false, gap), () => {});
    t.equal(owes().length, own ? 2 : 1, `${what}: ${owes().join(', ')}`);
  }
});
