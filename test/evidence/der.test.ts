import t from 'tap';
import { concatBytes } from '../../base/bytes.ts';
import { derContent, derElements, derTag } from '../../evidence/encoding/der.ts';

// DER as a certificate is made of it: one encoding of each length, nothing after the last element.

const of = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const filled = (head: readonly number[], length: number): Uint8Array =>
  concatBytes(Uint8Array.from(head), new Uint8Array(length).fill(5));

t.test('elements that stand end to end', async (t) => {
  t.same(derElements(of()), []);
  const [first, second, ...rest] = derElements(of(0x02, 1, 7, 0x30, 0));
  t.same(first, { tag: 2, content: of(7), whole: of(0x02, 1, 7) });
  t.same(second, { tag: 0x30, content: of(), whole: of(0x30, 0) });
  t.same(rest, []);
  for (const [head, length] of [
    [[4, 0x7f], 0x7f],
    [[4, 0x81, 0x80], 0x80],
    [[4, 0x81, 0xff], 0xff],
    [[4, 0x82, 0x01, 0x00], 0x100],
    [[4, 0x82, 0xff, 0xff], 0xffff],
    [[4, 0x83, 0x01, 0x00, 0x00], 0x10000],
  ] as const) {
    t.equal(derElements(filled(head, length))[0]?.content.length, length, `${length} bytes`);
  }
});

t.test('what is not DER is refused', async (t) => {
  const wrong: [string, Uint8Array][] = [
    ['a tag alone', of(0x02)],
    ['a tag after an element', of(0x02, 1, 7, 0x02)],
    ['a number above 30', of(0x1f, 0)],
    ['less than its length', of(0x02, 2, 7)],
    ['an indefinite length', of(0x30, 0x80, 0, 0)],
    ['an indefinite length before 256 bytes', filled([4, 0x80, 0x01, 0x00], 0xfe)],
    ['a length that is cut', of(0x04, 0x82, 0x01)],
    ['a length that is missing', of(0x04, 0x81)],
    ['256 in four bytes', filled([4, 0x83, 0, 0x01, 0x00], 0x100)],
    ['a length of three bytes, read as two', filled([4, 0x83, 0x01, 0x00, 0x00], 0x100)],
    ['a length of four bytes', filled([4, 0x84, 0, 0x01, 0x00, 0x00], 0x10000)],
    ['127 in two bytes', filled([4, 0x81, 0x7f], 0x7f)],
    ['255 in three bytes', filled([4, 0x82, 0, 0xff], 0xff)],
  ];
  for (const [name, bytes] of wrong) {
    t.throws(() => derElements(bytes), { code: 'CERTIFICATE_MALFORMED' }, name);
  }
});

t.test('an element is the one that is expected', async (t) => {
  const [element] = derElements(of(0x02, 1, 7));
  t.same(derContent(element, derTag.integer), of(7));
  t.throws(() => derContent(element, derTag.octetString), { code: 'CERTIFICATE_MALFORMED' });
  t.throws(() => derContent(undefined, derTag.integer), { code: 'CERTIFICATE_MALFORMED' });
});
