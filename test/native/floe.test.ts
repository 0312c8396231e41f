import { readFileSync } from 'node:fs';
import t from 'tap';
import { floeHeaderBytes, floeOpen, floeSeal } from '../../native/index.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';
import { referenceOpen, seededBytes } from './support/reference.ts';

const zeros = new Uint8Array(32);
const published = Buffer.from('This is AAD');

function segmentsOf(message: Uint8Array, segmentLength: number): Uint8Array[] {
  const segments: Uint8Array[] = [];
  let at = floeHeaderBytes;
  while (message.length - at > segmentLength) {
    segments.push(message.subarray(at, at + segmentLength));
    at += segmentLength;
  }
  segments.push(message.subarray(at));
  return segments;
}

t.test('published vectors', async (t) => {
  const vectors: { name: string; options: { segmentLength: number; rotationBits?: number } }[] = [
    { name: 'go_GCM256_IV256_64', options: { segmentLength: 64 } },
    { name: 'go_GCM256_IV256_4K', options: { segmentLength: 4096 } },
    { name: 'go_rotation', options: { segmentLength: 40, rotationBits: 2 } },
    { name: 'java_GCM256_IV256_64', options: { segmentLength: 64 } },
    { name: 'java_lastSegAligned', options: { segmentLength: 40 } },
    { name: 'java_lastSegEmpty', options: { segmentLength: 40 } },
  ];
  for (const { name, options } of vectors) {
    const [sealed, plain] = ['ct', 'pt'].map((kind) => sharedFile(`vectors/floe/${name}_${kind}.txt`));
    const absent = sealed === undefined || plain === undefined;
    t.test(name, { skip: absent && sharedMissing }, async (t) => {
      const [message, text] = [sealed ?? '', plain ?? ''].map((path) =>
        Buffer.from(readFileSync(path, 'utf8').trim(), 'hex'),
      );
      if (message === undefined || text === undefined) return;
      t.same(Buffer.from(floeOpen(zeros, published, message, options)), text);
      const { segmentLength, rotationBits } = options;
      const header = message.subarray(0, floeHeaderBytes);
      const segments = segmentsOf(message, segmentLength);
      const reference = referenceOpen(zeros, published, header, segments, segmentLength, rotationBits);
      t.same(reference, text, 'by the reference of these tests');
    });
  }
});

t.test('what it seals, it and node:crypto open', async (t) => {
  const key = seededBytes(32, 11);
  for (const segmentLength of [33, 40, 64, 4096, 65_536]) {
    const full = segmentLength - 32;
    for (const length of [0, 1, full - 1, full, full + 1, 3 * full, 4 * full - 1, 4 * full, 4 * full + 1]) {
      const text = seededBytes(length, length + 1);
      const sealed = floeSeal(key, published, text, { segmentLength, rotationBits: 1 });
      const segments = segmentsOf(sealed, segmentLength);
      t.equal(segments.length, Math.max(1, Math.ceil(length / full)), `${length} in ${segmentLength}`);
      const header = sealed.subarray(0, floeHeaderBytes);
      if (!text.equals(floeOpen(key, published, sealed, { segmentLength, rotationBits: 1 })))
        t.fail('native');
      if (!text.equals(referenceOpen(key, published, header, segments, segmentLength, 1)))
        t.fail('node:crypto');
    }
  }
});

t.test('no IV and no nonce comes twice', async (t) => {
  const seen = new Set<string>();
  let expected = 0;
  for (let round = 0; round < 50; round += 1) {
    const sealed = Buffer.from(floeSeal(zeros, published, new Uint8Array(100), { segmentLength: 40 }));
    seen.add(sealed.toString('hex', 10, 42));
    const segments = segmentsOf(sealed, 40);
    for (const segment of segments) seen.add(Buffer.from(segment.subarray(4, 16)).toString('hex'));
    expected += 1 + segments.length;
  }
  t.equal(seen.size, expected);
});

t.test('whatever is altered is refused', async (t) => {
  const options = { segmentLength: 64 };
  const text = seededBytes(32 * 3 + 10, 5);
  const sealed = Buffer.from(floeSeal(zeros, published, text, options));
  const segments = segmentsOf(sealed, 64).map((segment) => Buffer.from(segment));
  const header = sealed.subarray(0, floeHeaderBytes);
  const refused = (message: Uint8Array, code: string, what: string) =>
    t.throws(() => floeOpen(zeros, published, message, options), { name: 'SealcamError', code }, what);
  const joined = (...parts: (Buffer | undefined)[]) =>
    Buffer.concat([header, ...parts.filter((part) => part !== undefined)]);
  const [first, second, third, last] = segments;

  t.same(Buffer.from(floeOpen(zeros, published, joined(...segments), options)), text, 'as it was');

  t.test('each bit', async (t) => {
    for (let at = 0; at < sealed.length; at += 1) {
      const bad = Buffer.from(sealed);
      bad.writeUInt8(bad.readUInt8(at) ^ (1 << (at % 8)), at);
      const code = at < floeHeaderBytes ? 'FLOE_HEADER' : 'FLOE_SEGMENT';
      try {
        floeOpen(zeros, published, bad, options);
        t.fail(`byte ${at} was accepted`);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === code)) t.match(error, { code });
      }
    }
  });

  t.test('each length', async (t) => {
    for (let length = 0; length < sealed.length; length += 1) {
      t.throws(() => floeOpen(zeros, published, sealed.subarray(0, length), options), {
        code: length < floeHeaderBytes ? 'FLOE_HEADER' : 'FLOE_SEGMENT',
      });
    }
  });

  t.test('a last segment too short to be one, with its own length in front', async (t) => {
    for (let length = 4; length < 32; length += 1) {
      const short = Buffer.alloc(length);
      short.writeUInt32BE(length);
      const message = joined(first, short);
      t.throws(
        () => floeOpen(zeros, published, message, options),
        { code: 'FLOE_SEGMENT' },
        `${length} bytes`,
      );
    }
  });

  refused(joined(second, first, third, last), 'FLOE_SEGMENT', 'two swapped');
  refused(joined(first, first, third, last), 'FLOE_SEGMENT', 'one repeated');
  refused(joined(first, third, last), 'FLOE_SEGMENT', 'one dropped');
  refused(joined(first, second, third), 'FLOE_SEGMENT', 'the last dropped');
  refused(joined(...segments, last), 'FLOE_SEGMENT', 'the last twice');
  refused(joined(...segments, Buffer.of(0)), 'FLOE_SEGMENT', 'one byte more');
  const posing = Buffer.from(third ?? []);
  posing.writeUInt32BE(posing.length, 0);
  refused(joined(first, second, posing), 'FLOE_SEGMENT', 'a middle one posing as the last');
  const other = segmentsOf(floeSeal(zeros, published, text, options), 64).map((part) => Buffer.from(part));
  refused(joined(first, other[1], third, last), 'FLOE_SEGMENT', 'one from another message of the same key');

  t.throws(() => floeOpen(seededBytes(32, 1), published, sealed, options), { code: 'FLOE_HEADER' }, 'key');
  t.throws(() => floeOpen(zeros, Buffer.from('this'), sealed, options), { code: 'FLOE_HEADER' }, 'aad');
  t.throws(
    () => floeOpen(zeros, published, sealed, { segmentLength: 65 }),
    { code: 'FLOE_HEADER' },
    'length',
  );
});

t.test('wrong arguments are named', async (t) => {
  const message = new Uint8Array(106);
  t.throws(() => floeSeal(new Uint8Array(31), published, message), {
    name: 'TypeError',
    message: '"key": expected 32 bytes, got 31',
  });
  for (const segmentLength of [32, 16_777_217, 40.5]) {
    t.throws(() => floeOpen(zeros, published, message, { segmentLength }), {
      name: 'TypeError',
      message: /"segmentLength": expected a whole number from 33 to 16777216/,
    });
  }
  t.throws(() => floeOpen(zeros, published, message, { rotationBits: 33 }), { message: /"rotationBits"/ });
});
