import t from 'tap';
import { PacketGuard } from '../../proto/mqtt-packet-guard.ts';
import { seeded } from '../support/seed.ts';

const limits = { first: 100, later: 1_000 };

/** A packet of `length` bytes after its fixed header. */
function packet(length: number): Buffer {
  const header = [0x30];
  let rest = length;
  do {
    const more = rest >= 128;
    header.push((rest % 128) | (more ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

t.test('packets within the limits pass, however they are cut', async (t) => {
  const random = seeded(t);
  for (let run = 0; run < 50; run += 1) {
    const lengths = [random.int(101), ...Array.from({ length: 20 }, () => random.int(1_001))];
    const bytes = Buffer.concat(lengths.map(packet));
    const guard = new PacketGuard(limits);
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + random.int(300);
      t.equal(guard.push(bytes.subarray(at, end)), undefined);
      at = end;
    }
  }
});

t.test('a packet beyond its limit is told by its header alone', async (t) => {
  t.equal(new PacketGuard(limits).push(packet(101).subarray(0, 2)), 'too-long');
  const guard = new PacketGuard(limits);
  t.equal(guard.push(packet(100)), undefined);
  t.equal(guard.push(packet(1_000)), undefined);
  t.equal(guard.push(packet(1_001).subarray(0, 3)), 'too-long');
});

t.test('a length of more than four bytes is malformed', async (t) => {
  const guard = new PacketGuard({ first: 2 ** 28, later: 2 ** 28 });
  t.equal(guard.push(Buffer.from([0x10, 0x80, 0x80, 0x80])), undefined);
  t.equal(guard.push(Buffer.from([0x80])), 'malformed');
});
