import t from 'tap';
import { toHex } from '../../base/bytes.ts';
import { isKeyFrame, nalLengthSize, nalRole, nalUnits, parameterSets } from '../../media/nal.ts';
import { defaultClip, readAll } from './clips.ts';

t.test('NAL units are split at every length size, and damage is named', async (t) => {
  const cases = [
    [1, [2, 0x65, 1, 1, 0x41]],
    [2, [0, 2, 0x65, 1, 0, 1, 0x41]],
    [4, [0, 0, 0, 2, 0x65, 1, 0, 0, 0, 1, 0x41]],
  ] as const;
  for (const [size, bytes] of cases) {
    t.same([...nalUnits(Uint8Array.from(bytes), size)].map(toHex), ['6501', '41']);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      if (cut === size + 2) continue;
      t.throws(
        () => [...nalUnits(Uint8Array.from(bytes.slice(0, cut)), size)],
        { code: 'MEDIA_NAL' },
        `cut at ${cut}`,
      );
    }
  }
  t.same([...nalUnits(new Uint8Array(), 4)], []);
  t.throws(() => [...nalUnits(Uint8Array.of(0, 0, 0, 0), 4)], { code: 'MEDIA_NAL' });
  t.throws(() => [...nalUnits(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1), 4)], { code: 'MEDIA_NAL' });
});

t.test('what a NAL unit is for', async (t) => {
  const h264 = [0x65, 0x41, 0x67, 0x68, 0x06, 0x09].map((byte) => nalRole('h264', Uint8Array.of(byte)));
  t.same(h264, ['key', 'picture', 'parameters', 'parameters', 'other', 'other']);
  const h265 = [19, 21, 1, 32, 33, 34, 39].map((type) => nalRole('h265', Uint8Array.of(type << 1, 1)));
  t.same(h265, ['key', 'key', 'picture', 'parameters', 'parameters', 'parameters', 'other']);
});

t.test('a key frame by its NAL units is one by the file, and the record holds SPS and PPS', async (t) => {
  const { parameters, samples } = await readAll(defaultClip);
  const size = nalLengthSize(parameters.video);
  t.equal(size, 4);
  for (const sample of samples.filter((one) => one.track === 'video')) {
    t.equal(isKeyFrame('h264', sample.data, size), sample.key);
  }
  t.same(
    parameterSets(parameters.video).map((set) => (set[0] ?? 0) & 0x1f),
    [7, 8],
  );
});

t.test('a malformed configuration record is refused', async (t) => {
  const record = (...bytes: number[]) => ({ codec: 'h264' as const, description: Uint8Array.from(bytes) });
  t.throws(() => nalLengthSize(record()), { code: 'MEDIA_PARAMETERS' });
  t.throws(() => nalLengthSize(record(0, 1, 1, 1, 0xff, 0xe0, 0)), { code: 'MEDIA_PARAMETERS' });
  t.throws(() => nalLengthSize(record(1, 1, 1, 1, 0xfe, 0xe0, 0)), { code: 'MEDIA_PARAMETERS' });
  t.throws(() => parameterSets(record(1, 1, 1, 1, 0xff, 0xe1, 0xff, 0xff, 1)), { code: 'MEDIA_PARAMETERS' });
});
