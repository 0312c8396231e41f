import t from 'tap';
import { Closings } from '../../../agent/line/closings.ts';
import { SealcamError } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { chunkOf, closingOf, openingOf, sessionOf } from '../../support/camera/camera-statements.ts';

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
  return { writer, closing, number };
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

t.test('a fault of the program is not taken for one of the storage', async (t) => {
  const closings = new Closings(silentLog);
  closings.add(unended(1, [], [new TypeError('a fault')]));
  await t.rejects(closings.write(), TypeError);
});
