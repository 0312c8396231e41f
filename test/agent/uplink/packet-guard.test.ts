import t from 'tap';
import { PacketGuard } from '../../../agent/uplink/packet-guard.ts';
import { seeded } from '../../support/seed.ts';

/** A packet with a body of `length` bytes, as MQTT frames it. */
function packet(length: number): Uint8Array {
  const head = [0x30];
  let rest = length;
  do {
    head.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  // Bodies full of what looks like long headers.
  return Uint8Array.from([...head, ...new Uint8Array(length).fill(0xff)]);
}

t.test('packets up to the bound pass, whole, byte by byte, and cut anywhere', (t) => {
  const random = seeded(t);
  const stream = Buffer.concat([0, 1, 127, 128, 300, 0, 16_383, 16_384, 20_000].map(packet));
  t.ok(new PacketGuard(20_000).accepts(stream));
  const single = new PacketGuard(20_000);
  t.ok(stream.every((byte) => single.accepts(Uint8Array.of(byte))));
  const cut = new PacketGuard(20_000);
  for (let at = 0; at < stream.length; ) {
    const end = at + 1 + random.int(4_000);
    if (!cut.accepts(stream.subarray(at, end))) t.fail(`refused at ${at}`);
    at = end;
  }
  t.end();
});

t.test('a longer packet is refused as soon as its length is stated', (t) => {
  for (const length of [20_001, 100_000, 268_435_455]) {
    const guard = new PacketGuard(20_000);
    t.ok(guard.accepts(packet(5)));
    const [type = 0, ...lengthBytes] = Buffer.from(packet(Math.min(length, 100_000))).subarray(0, 4);
    const bytes = length > 100_000 ? [0xff, 0xff, 0xff, 0x7f] : lengthBytes;
    t.notOk(guard.accepts(Uint8Array.from([type, ...bytes])), `${length}`);
  }
  t.end();
});

t.test('a length that does not end after four bytes is refused', (t) => {
  t.notOk(new PacketGuard(1e9).accepts(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80)));
  t.end();
});
