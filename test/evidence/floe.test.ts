import { createCipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { beBytes, concatBytes } from '../../base/bytes.ts';
import { systemRandomness } from '../../base/random.ts';
import { floeHeaderBytes } from '../../evidence/limits.ts';
import { type FloeMessage, floeOpen, floeSeal, hkdfExpand } from '../../evidence/open/floe.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';

// FLOE in TypeScript, which shares nothing with the native sealer.

const aad = Buffer.from('This is AAD');

function taken(message: Uint8Array, segmentBytes: number): FloeMessage {
  const segments: Uint8Array[] = [];
  for (let at = floeHeaderBytes; at < message.length; at += segmentBytes) {
    segments.push(message.subarray(at, at + segmentBytes));
  }
  return { header: message.subarray(0, floeHeaderBytes), segments };
}

t.test('published vectors', async (t) => {
  const vectors: readonly (readonly [string, number, number])[] = [
    ['go_GCM256_IV256_64', 64, 20],
    ['go_GCM256_IV256_4K', 4096, 20],
    ['go_rotation', 40, 2],
    ['java_GCM256_IV256_64', 64, 20],
    ['java_lastSegAligned', 40, 20],
    ['java_lastSegEmpty', 40, 20],
  ];
  for (const [name, segmentBytes, rotationBits] of vectors) {
    const [sealed, plain] = ['ct', 'pt'].map((kind) => sharedFile(`vectors/floe/${name}_${kind}.txt`));
    t.test(name, { skip: (sealed === undefined || plain === undefined) && sharedMissing }, async (t) => {
      const [message, text] = [sealed ?? '', plain ?? ''].map((path) =>
        Uint8Array.from(Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')),
      );
      if (message === undefined || text === undefined) throw new Error('both are there');
      const parameters = { segmentBytes, rotationBits };
      if (name === 'java_lastSegEmpty') {
        // FLOE allows an empty final segment after others; format 1 does not, so that a part has one form.
        const open = () => floeOpen(new Uint8Array(32), aad, taken(message, segmentBytes), parameters);
        t.throws(open, { code: 'FLOE_SEGMENT', message: /^Segment 2 / });
        return;
      }
      t.same(floeOpen(new Uint8Array(32), aad, taken(message, segmentBytes), parameters), text);
    });
  }
});

t.test('any bit that differs is refused, for what it is', async (t) => {
  const parameters = { segmentBytes: 64, rotationBits: 1 };
  const key = new Uint8Array(32).fill(6);
  const { header, segments } = floeSeal(key, aad, new Uint8Array(90).fill(1), systemRandomness, parameters);
  const message = Buffer.concat([header, ...segments]);
  t.same(floeOpen(key, aad, taken(message, 64), parameters), new Uint8Array(90).fill(1));
  for (let bit = 0; bit < 8 * message.length; bit += 1) {
    const changed = Uint8Array.from(message);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const code = bit < 8 * floeHeaderBytes ? 'FLOE_HEADER' : 'FLOE_SEGMENT';
    t.throws(() => floeOpen(key, aad, taken(changed, 64), parameters), { code }, `bit ${bit}`);
  }
  const refused = (
    header_: Uint8Array,
    segments_: readonly Uint8Array[],
    code: string,
    what: string,
  ): void => {
    t.throws(() => floeOpen(key, aad, { header: header_, segments: segments_ }, parameters), { code }, what);
  };
  refused(header, segments.slice(0, -1), 'FLOE_SEGMENT', 'the last segment is gone');
  refused(header, segments.toReversed(), 'FLOE_SEGMENT', 'their order');
  refused(header, [...segments, ...segments.slice(-1)], 'FLOE_SEGMENT', 'one more');
  refused(header, [], 'FLOE_SEGMENT', 'none');
  refused(header.subarray(1), segments, 'FLOE_HEADER', 'a short header');
  const otherKey = key.with(31, 7);
  t.throws(() => floeOpen(otherKey, aad, { header, segments }, parameters), { code: 'FLOE_HEADER' });
  t.throws(() => floeOpen(key, aad.subarray(1), { header, segments }, parameters), { code: 'FLOE_HEADER' });
  const other = { segmentBytes: 65, rotationBits: 1 };
  t.throws(() => floeOpen(key, aad, { header, segments }, other), { code: 'FLOE_HEADER' });
});

t.test('a segment has its length, though the key itself made it authentic', async (t) => {
  const parameters = { segmentBytes: 64, rotationBits: 20 };
  const key = new Uint8Array(32).fill(6);
  const { header } = floeSeal(key, aad, new Uint8Array(0), systemRandomness, parameters);
  const derived = (from: Uint8Array, purpose: Uint8Array | string, length: number): Uint8Array =>
    hkdfExpand(from, concatBytes(header.subarray(0, 42), Buffer.from(purpose), aad), length);
  const messageKey = derived(key, 'MESSAGE_KEY:', 48);
  const segmentKey = derived(messageKey, concatBytes(Buffer.from('DEK:'), new Uint8Array(8)), 32);
  const segment = (number: number, final: boolean, plainBytes: number): Uint8Array => {
    const nonce = new Uint8Array(12).fill(number);
    const cipher = createCipheriv('aes-256-gcm', segmentKey, nonce);
    cipher.setAAD(concatBytes(beBytes(number, 8), Uint8Array.of(final ? 1 : 0)));
    const length = beBytes(final ? 32 + plainBytes : 0xffff_ffff, 4);
    return concatBytes(
      length,
      nonce,
      cipher.update(new Uint8Array(plainBytes)),
      cipher.final(),
      cipher.getAuthTag(),
    );
  };
  const open = (...segments: Uint8Array[]) => floeOpen(key, aad, { header, segments }, parameters);
  t.equal(open(segment(0, false, 32), segment(1, true, 32)).length, 64);
  t.equal(open(segment(0, true, 0)).length, 0);
  const refused = { code: 'FLOE_SEGMENT' };
  t.throws(() => open(segment(0, true, 33)), refused, 'a final one that is too long');
  t.throws(() => open(segment(0, false, 31), segment(1, true, 0)), refused, 'another that is too short');
  t.throws(() => open(segment(0, false, 33), segment(1, true, 0)), refused, 'another that is too long');
  for (const bytes of [0, 3, 4, 15, 31]) {
    const short = concatBytes(beBytes(bytes, 4), new Uint8Array(28)).subarray(0, bytes);
    t.throws(() => open(short), refused, `a final one of ${bytes} bytes`);
  }
});
