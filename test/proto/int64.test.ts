import fc from 'fast-check';
import t from 'tap';
import { sealcam } from '#generated/sensor-link.js';
import { isSealcamError } from '../../base/errors.ts';
import { i64, toBigint, toSafe, u64 } from '../../proto/int64.ts';

const { Ack, MediaSample } = sealcam.link;

t.test('the trap: a bigint given to encode() straight is written as 0', (t) => {
  const smuggled: object = { received: 5n };
  t.equal(
    toBigint(Ack.decode(Ack.encode(smuggled).finish()).received),
    0n,
    'if this changes, int64.ts may too',
  );
  t.equal(toBigint(Ack.decode(Ack.encode({ received: u64(5n) }).finish()).received), 5n);
  t.end();
});

t.test('every unsigned value survives the wire exactly', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      const bytes = Ack.encode({ received: u64(value) }).finish();
      return toBigint(Ack.decode(bytes).received) === value;
    }),
  );
  for (const value of [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
    t.equal(toBigint(Ack.decode(Ack.encode({ received: u64(value) }).finish()).received), value);
  }
  t.end();
});

t.test('every signed value survives the wire exactly', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      const bytes = MediaSample.encode({ pts: i64(value) }).finish();
      return toBigint(MediaSample.decode(bytes).pts) === value;
    }),
  );
  t.end();
});

t.test('a safe number is given where it is one, and a typed error where it is not', (t) => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const { pts } = MediaSample.decode(MediaSample.encode({ pts: i64(value) }).finish());
      return toSafe(pts, 'pts') === value;
    }),
  );
  for (const value of [2n ** 53n, 2n ** 63n - 1n, -(2n ** 53n), -(2n ** 63n)]) {
    const { pts } = MediaSample.decode(MediaSample.encode({ pts: i64(value) }).finish());
    t.throws(() => toSafe(pts, 'pts'), { code: 'INT64_UNSAFE', message: new RegExp(`"pts".*${value}`) });
  }
  t.throws(() => toSafe(u64(2n ** 64n - 1n), 'seq'), { code: 'INT64_UNSAFE' });
  t.throws(() => toSafe(0.5, 'seq'), { message: /./ });
  t.end();
});

t.test('an absent field is 0', (t) => {
  const empty = Ack.decode(new Uint8Array(0));
  t.equal(toBigint(empty.received), 0n);
  t.equal(toSafe(empty.received, 'received'), 0);
  t.equal(toSafe(undefined, 'x'), 0);
  t.equal(toBigint(null), 0n);
  t.end();
});

t.test('what is no 64-bit integer is refused', (t) => {
  for (const value of [-1, -1n, 2n ** 64n, 0.5, Number.NaN, 2 ** 53]) {
    t.throws(() => u64(value), { code: 'INT64_RANGE' }, `${value} unsigned`);
  }
  for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 1.5, Number.POSITIVE_INFINITY]) {
    t.throws(() => i64(value), { code: 'INT64_RANGE' }, `${value} signed`);
  }
  t.ok(
    isSealcamError(
      t.throws(() => u64(-1)),
      'INT64_RANGE',
    ),
  );
  t.end();
});

t.test('unknown fields are left out, as a canonical check by re-encoding needs', (t) => {
  const message = Ack.decode(Uint8Array.of(0x08, 0x05, 0xf8, 0x01, 0x07));
  t.same([...Ack.encode(message).finish()], [0x08, 0x05]);
  t.equal(message.$unknowns, undefined);
  t.end();
});
