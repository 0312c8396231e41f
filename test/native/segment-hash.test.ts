import { createHash, randomInt } from 'node:crypto';
import t from 'tap';
import { capabilities, hashSegments } from '../../native/index.ts';
import { referenceCrc32c, seededBytes, testingAddon } from './support/reference.ts';

const addon = testingAddon();
const kernels = Object.keys(addon.hashLevels([])).filter((name) => name !== 'openssl');

function digestsOf(segments: readonly Uint8Array[]): Buffer {
  return Buffer.concat(segments.map((segment) => createHash('sha256').update(segment).digest()));
}

/** What differs, by every level that this processor has, from node:crypto and from the definition of the CRC. */
function faults(segments: readonly Uint8Array[], crcs: boolean): string[] {
  const digests = digestsOf(segments);
  const expected = segments.map((segment) => (crcs ? referenceCrc32c(segment) : undefined));
  return Object.entries(addon.hashLevels(segments)).flatMap(([name, got]) => [
    ...(got.digests.equals(digests) ? [] : [`${name}: digests of ${segments.map((s) => s.length)}`]),
    ...expected.flatMap((crc, i) =>
      crc === undefined || got.crcs.readUInt32BE(i * 4) === crc
        ? []
        : [`${name}: CRC of ${segments[i]?.length}`],
    ),
  ]);
}

t.test('the levels of this processor', async (t) => {
  t.ok('openssl' in addon.hashLevels([]), 'the reference is always built');
  t.ok(
    ['openssl', ...kernels].includes(capabilities().segmentHash),
    `${capabilities().segmentHash} is in use`,
  );
  if (kernels.length === 0) t.comment('this processor has no SHA instructions: OpenSSL alone was tested');
});

t.test('equal lanes, around every boundary of a block and of its padding', async (t) => {
  const data = seededBytes(8 * 300, 21);
  const found: string[] = [];
  for (let length = 0; length <= 260; length += 1) {
    const count = 1 + (length % 8);
    const from = length % 17;
    found.push(
      ...faults(
        Array.from({ length: count }, (_, i) =>
          data.subarray(i * 280 + from, i * 280 + from + Math.min(length, 280 - from)),
        ),
        true,
      ),
    );
  }
  t.same(found, []);
});

t.test('unequal lanes: one ends while others go on, in every place', async (t) => {
  const data = seededBytes(4096, 22);
  const lengths = [0, 1, 63, 64, 65, 500, 1024];
  const found: string[] = [];
  for (const short of lengths) {
    for (const long of lengths) {
      for (let place = 0; place < 5; place += 1) {
        const segments = Array.from({ length: 5 }, (_, i) =>
          data.subarray(i * 7, i * 7 + (i === place ? short : long)),
        );
        found.push(...faults(segments, place === 0));
      }
    }
  }
  t.same(found, []);
});

t.test('random numbers of random lengths', async (t) => {
  const seed = randomInt(1, 2 ** 31);
  t.comment(`seed ${seed}`);
  const data = seededBytes(70_000, seed);
  const choice = seededBytes(4000, seed + 1);
  let at = 0;
  const next = (below: number) => {
    at = (at + 2) % 3998;
    return choice.readUInt16BE(at) % below;
  };
  const found: string[] = [];
  for (let round = 0; round < 150; round += 1) {
    const most = round % 10 === 0 ? 66_000 : 700;
    const segments = Array.from({ length: next(11) }, () => {
      const from = next(100);
      return data.subarray(from, from + next(most));
    });
    found.push(...faults(segments, most === 700));
  }
  t.same(found, []);
});

t.test('lengths around a segment, and four segments and one', async (t) => {
  const data = seededBytes(5 * 65_536 + 10, 23);
  for (const length of [65_503, 65_504, 65_505, 65_535, 65_536, 65_537]) {
    const segments = [0, 1, 2, 3, 4].map((i) =>
      data.subarray(i * 65_536, i * 65_536 + (i === 4 ? 33 : length)),
    );
    t.same(faults(segments, false), [], `${length} bytes`);
  }
});

t.test('a wrong byte anywhere changes its lane alone', async (t) => {
  const segments = [0, 1, 2, 3].map((i) => seededBytes(200, 30 + i));
  for (const [name, before] of Object.entries(addon.hashLevels(segments))) {
    for (let lane = 0; lane < 4; lane += 1) {
      const changed = segments.map((segment) => Buffer.from(segment));
      changed[lane]?.writeUInt8((segments[lane]?.readUInt8(130) ?? 0) ^ 1, 130);
      const after = addon.hashLevels(changed)[name];
      const differs = [0, 1, 2, 3].map(
        (i) =>
          !after?.digests.subarray(i * 32, i * 32 + 32).equals(before.digests.subarray(i * 32, i * 32 + 32)),
      );
      t.same(
        differs,
        [0, 1, 2, 3].map((i) => i === lane),
        `${name}, lane ${lane}`,
      );
    }
  }
});

t.test('hashing at once and off the thread is the same', async (t) => {
  const data = seededBytes(100_000, 9);
  const segments = [data.subarray(0, 65_536), data.subarray(65_536)];
  for (const atOnceMax of [data.length, data.length - 1]) {
    const got = Buffer.concat(await hashSegments(segments, atOnceMax));
    t.ok(got.equals(digestsOf(segments)), `at once up to ${atOnceMax} bytes`);
  }
});

t.test('a level that this processor does not have is not taken', async (t) => {
  t.equal(addon.hashBy('of another world'), false);
  t.equal(addon.hashBy('openssl'), true);
});
