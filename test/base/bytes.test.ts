import t from 'tap';
import { beBytes, concatBytes, equalBytes, fromHex, toHex } from '../../base/bytes.ts';
import { seeded } from '../support/seed.ts';

t.test('hexadecimal goes there and back', async (t) => {
  const random = seeded(t);
  for (let length = 0; length < 40; length += 1) {
    const bytes = random.bytes(length);
    t.same(fromHex(toHex(bytes)), bytes);
  }
  t.equal(toHex(Uint8Array.of(0, 1, 0xab, 0xff)), '0001abff');
  t.same(fromHex('0001ABff'), Uint8Array.of(0, 1, 0xab, 0xff));
});

t.test('hexadecimal of a view is that of its part alone', async (t) => {
  t.equal(toHex(Uint8Array.of(1, 2, 3, 4).subarray(1, 3)), '0203');
});

t.test('what is no hexadecimal is undefined, not half read', async (t) => {
  for (const text of ['0', 'abc', '0g', 'zz', '00 11', '0x00', '00\n'])
    t.equal(fromHex(text), undefined, JSON.stringify(text));
  t.same(fromHex(''), new Uint8Array(0));
});

t.test('equal bytes are equal, others are not', async (t) => {
  t.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)), true);
  t.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)), false);
  t.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0)), false);
  t.equal(equalBytes(new Uint8Array(0), new Uint8Array(0)), true);
  t.equal(equalBytes(Uint8Array.of(9, 1, 2).subarray(1), Buffer.from([1, 2])), true);
});

t.test('parts come out end to end, in a memory of their own', async (t) => {
  const part = Uint8Array.of(1, 2);
  const whole = concatBytes(part, new Uint8Array(0), Uint8Array.of(3));
  t.same(whole, Uint8Array.of(1, 2, 3));
  part[0] = 9;
  t.equal(whole[0], 1);
  t.same(concatBytes(), new Uint8Array(0));
});

t.test('integers are big-endian, to the largest safe one', async (t) => {
  t.same(beBytes(0, 1), Uint8Array.of(0));
  t.same(beBytes(258, 4), Uint8Array.of(0, 0, 1, 2));
  t.same(beBytes(Number.MAX_SAFE_INTEGER, 8), Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255));
  t.same(beBytes(0, 0), new Uint8Array(0));
});

t.test('an integer that does not fit is refused', async (t) => {
  for (const [value, length] of [
    [256, 1],
    [1, 0],
    [-1, 4],
    [0.5, 4],
    [Number.MAX_SAFE_INTEGER + 1, 8],
    [Number.NaN, 4],
  ] as const) {
    t.throws(() => beBytes(value, length), RangeError, `${value} in ${length}`);
  }
});
