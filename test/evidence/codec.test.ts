import Long from 'long';
import t from 'tap';
import { sealcam } from '#generated/evidence.js';
import {
  bytes,
  bytesUpTo,
  choice,
  codec,
  count,
  type Field,
  flag,
  list,
  optionalBytes,
  text,
} from '../../evidence/encoding/codec.ts';

// Each rule of a field, at its bounds, and what is refused of the wire's types.

const of = (length: number): Uint8Array => new Uint8Array(length);
const most = Number.MAX_SAFE_INTEGER;
const message = codec('segment', sealcam.evidence.LostSegment, { part: count(1), number: count(5) });

const rules: [string, Field<unknown> | Field<never>, unknown[], unknown[]][] = [
  ['bytes', bytes(3), [of(3)], [of(2), of(4), 'abc', [1, 2, 3], undefined]],
  ['bytesUpTo', bytesUpTo(4, 2), [of(2), of(4)], [of(1), of(5), 'abc', null]],
  ['optionalBytes', optionalBytes(3), [of(3)], [of(2), of(4), '', null]],
  [
    'count',
    count(5, 1),
    [1, 5, Long.fromNumber(5)],
    [0, 6, 1.5, -1, Number.NaN, '3', null, undefined, Long.fromNumber(6)],
  ],
  ['count from 0', count(5), [0, 5], [6, null, undefined, '']],
  [
    'count of 64 bits',
    count(),
    [0, most, Long.fromString(`${most}`, true)],
    [most + 1, Long.fromString(`${most + 1}`, true), Long.MAX_UNSIGNED_VALUE],
  ],
  ['flag', flag, [true, false], [1, 'true', null, undefined]],
  ['text', text(/^a{1,3}$/, 'some a'), ['a', 'aaa'], ['', 'aaaa', 'b', 7, ['a'], null]],
  ['choice', choice({ one: 1, two: 2 }), [1, 2], [0, 3, 'one', '1', null]],
  ['list', list(count(5), 2, 1), [[1], [1, 2]], [[], [1, 2, 3], [6], { length: 1 }, 'a', null]],
  ['message', message, [{ part: 1, number: 5 }], [{ part: 2, number: 5 }, { part: 1 }, null, undefined, 7]],
];

for (const [name, field, good, bad] of rules) {
  t.test(name, async (t) => {
    for (const wire of good) t.doesNotThrow(() => field.read(wire, 'x'), `${wire}`);
    for (const wire of bad) {
      t.throws(() => field.read(wire, 'x'), { code: 'EVIDENCE_MALFORMED', message: /^"x/ }, `${wire}`);
    }
  });
}

t.test('what is read is what was meant', async (t) => {
  t.equal(optionalBytes(3).read(of(0), 'x'), undefined);
  t.equal(count().read(Long.fromString(`${most}`, true), 'x'), most);
  t.equal(choice({ one: 1, two: 2 }).read(2, 'x'), 'two');
  t.same(list(count(5), 2).read([], 'x'), []);
});

t.test('no number that has no encoding is written', async (t) => {
  for (const value of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, most + 1]) {
    t.throws(() => count().write(value), RangeError, `${value}`);
  }
  t.equal(count().write(most), most);
});

t.test('a message without the one that it must hold is refused', async (t) => {
  const outer = codec('opening', sealcam.evidence.Core, {
    previous: codec('previous', sealcam.evidence.PreviousRecording, { number: count() }),
  });
  t.same(outer.decode(outer.encode({ previous: { number: 7 } })), { previous: { number: 7 } });
  t.throws(() => outer.decode(new Uint8Array(0)), {
    code: 'EVIDENCE_MALFORMED',
    message: '"opening.previous": expected a message, got none',
  });
});
