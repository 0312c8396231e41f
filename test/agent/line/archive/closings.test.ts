import t from 'tap';
import { Closings } from '../../../../agent/line/archive/closings.ts';
import { SealcamError } from '../../../../base/errors.ts';
import { silentLog } from '../../../../base/log.ts';
import { chunkOf, closingOf, openingOf, sessionOf } from '../../../support/camera/camera-statements.ts';

const session = sessionOf({ bootCounter: 1 });
const full = new SealcamError('SPOOL_FULL', 'there is no room');
const broken = new SealcamError('SPOOL_IO', 'the disk failed');

/** A recording to be closed, whose closing fails with the next of `failures`. */
function unended(number: number, written: number[], failures: (Error | undefined)[] = []) {
  const opening = openingOf(session, number, `recording ${number}`);
  const closing = closingOf(opening, 1, chunkOf(opening, 0, opening.digest).link.digest, {});
  const writer = {
    id: String(number),
    append: async () => {},
    abandon: async () => {},
    close: async () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      written.push(number);
    },
  };
  return { writer, sign: async () => closing, number };
}

t.test('a closing that cannot be written keeps no later one from it, and is written once', async (t) => {
  const written: number[] = [];
  const closings = new Closings(silentLog);
  closings.add(unended(1, written, [full, broken]));
  closings.add(unended(2, written, [broken]));
  closings.add(unended(3, written));
  await t.rejects(closings.write(), full, 'the first failure is told');
  t.same(written, [3]);
  await t.rejects(closings.write(), broken);
  t.same(written, [3, 2]);
  await closings.write();
  await closings.write();
  t.same(written, [3, 2, 1]);
});

t.test(
  'a closing that cannot be signed is signed again, and keeps no other from being written',
  async (t) => {
    const written: number[] = [];
    const closings = new Closings(silentLog);
    const one = unended(1, written, [full]);
    let signatures = 0;
    const sign = async () => {
      signatures += 1;
      if (signatures === 1) throw new Error('there is no memory for a signature');
      return one.sign();
    };
    closings.add({ ...one, sign });
    closings.add(unended(2, written));
    await t.rejects(closings.write(), { message: /no memory/ });
    t.same(written, [2]);
    await t.rejects(closings.write(), full);
    await closings.write();
    t.same([written, signatures], [[2, 1], 2], 'what is signed is written again as it is');
  },
);

t.test('what waits for a closing waits for no other', async (t) => {
  const written: number[] = [];
  const closings = new Closings(silentLog);
  await closings.written();
  closings.add(unended(1, written, [broken, broken, broken]));
  await t.rejects(closings.write());
  const first = closings.written().then(() => 'written');
  closings.add(unended(2, written));
  await t.rejects(closings.write());
  await closings.written();
  t.same(written, [2], 'the first one cannot be written, and may never be');
  t.equal(await Promise.race([first, Promise.resolve('not yet')]), 'not yet');
  await t.rejects(closings.write());
  await closings.write();
  t.equal(await first, 'written');
});

t.test('a fault of the program is not taken for one of the storage', async (t) => {
  const closings = new Closings(silentLog);
  closings.add(unended(1, [], [new TypeError('a fault')]));
  await t.rejects(closings.write(), TypeError);
});
