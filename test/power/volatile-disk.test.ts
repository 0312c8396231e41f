import t from 'tap';
import { fromSeed, seeded } from '../support/seed.ts';
import { sectorBytes, VolatileDisk } from './volatile-disk.ts';

const sectors = 64;

function filled(value: number, count = 1): Buffer {
  return Buffer.alloc(count * sectorBytes, value);
}

t.test(
  'what was flushed survives every cut; each sector holds what was flushed or a later write',
  async (t) => {
    const random = seeded(t);
    for (let run = 0; run < 200; run += 1) {
      const disk = new VolatileDisk(filled(0, sectors));
      const possible = Array.from({ length: sectors }, () => [0]);
      for (let value = 1; value < 40; value += 1) {
        const count = 1 + random.int(8);
        const from = random.int(sectors - count + 1);
        disk.write(from * sectorBytes, filled(value, count));
        for (let at = from; at < from + count; at += 1) possible[at]?.push(value);
        if (random.int(10) > 0) continue;
        disk.flush();
        for (const [at, values] of possible.entries()) possible[at] = values.slice(-1);
      }
      const found = disk.cut(random).disk;
      // Who still has the old one changes nothing of it.
      disk.write(0, filled(255, sectors));
      disk.flush();
      for (const [at, values] of possible.entries()) {
        const sector = found.read(at * sectorBytes, sectorBytes);
        const [value = -1] = sector;
        if (!sector.equals(filled(value)) || !values.includes(value)) t.fail(`sector ${at} holds ${value}`);
      }
    }
  },
);

t.test('what was not flushed is read back before a cut, and a part of it is lost by one', async (t) => {
  const disk = new VolatileDisk(filled(0, sectors));
  disk.write(0, filled(7, sectors));
  t.same(disk.read(0, disk.bytes), filled(7, sectors));
  const { kept, lost, disk: found } = disk.cut(fromSeed(1));
  t.equal(kept + lost, sectors);
  t.ok(lost > 0);
  t.equal(found.read(0, found.bytes).filter((byte) => byte === 0).length, lost * sectorBytes);
});

t.test('a write that is waited for is not yet durable', async (t) => {
  const disk = new VolatileDisk(filled(0, sectors));
  const second = disk.written(2);
  disk.write(0, filled(1));
  disk.flush();
  disk.write(sectorBytes, filled(2));
  await second;
  const { kept, lost } = disk.cut(fromSeed(1));
  t.equal(kept + lost, 1);
});

t.test('a disk is a whole number of sectors', async (t) => {
  t.throws(() => new VolatileDisk(Buffer.alloc(sectorBytes + 1)), { message: /not 513 bytes/ });
});
