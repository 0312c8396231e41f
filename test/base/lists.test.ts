import t from 'tap';
import { concatBytes, joinBytes } from '../../base/bytes.ts';
import { append, greatestOf, leastOf } from '../../base/lists.ts';

/** More than a call may have arguments. */
const many = Array.from({ length: 1_000_000 }, (_, at) => (at * 7919) % 1_000_003);

t.test('lists of any length', (t) => {
  t.throws(() => Math.max(...many), RangeError, 'what a call cannot take');
  t.same([leastOf(many), greatestOf(many)], [0, 1_000_002]);
  t.same([leastOf([]), greatestOf([])], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  t.ok(Number.isNaN(leastOf([1, Number.NaN])), 'as Math.min');
  const list = [5];
  append(list, many);
  t.same([list.length, list[0], list[1], list.at(-1)], [1_000_001, 5, many[0], many.at(-1)]);
  const parts = many.map((one) => Uint8Array.of(one & 0xff));
  t.ok(Buffer.from(joinBytes(parts)).equals(Buffer.concat(parts)));
  t.same(concatBytes(Uint8Array.of(1), Uint8Array.of(2, 3)), Uint8Array.of(1, 2, 3));
  t.end();
});
