import t from 'tap';
import { crc32c } from '../../base/crc32c.ts';
import { seeded } from '../support/seed.ts';

/** One bit at a time, as the polynomial is defined. */
function bitwise(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

t.test('gives the published values', async (t) => {
  // RFC 3720, B.4, and the check value of the catalogue of CRCs.
  t.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
  t.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  t.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  t.equal(crc32c(Uint8Array.from({ length: 32 }, (_, n) => n)), 0x46dd794e);
  t.equal(crc32c(new Uint8Array(0)), 0);
});

t.test('agrees with the definition at every length and cut', async (t) => {
  const random = seeded(t);
  for (let length = 0; length < 70; length += 1) {
    const bytes = random.bytes(length);
    const cut = random.int(length + 1);
    t.equal(crc32c(bytes), bitwise(bytes), `${length} bytes`);
    t.equal(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut))), bitwise(bytes), `cut at ${cut}`);
  }
});
