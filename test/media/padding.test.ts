import t from 'tap';
import { concatBytes } from '../../base/bytes.ts';
import { memorySource } from '../../media/byte-source.ts';
import { innerBoxes } from '../../media/reader/mp4-boxes.ts';
import { readMp4 } from '../../media/reader/mp4-reader.ts';
import { Fragmenter } from '../../media/writer/fragmenter.ts';
import { padding } from '../../media/writer/padding.ts';
import { defaultClip, groupsOf, readAll } from './clips.ts';

t.test('any size becomes whole units by one free box', async (t) => {
  for (let bytes = 0; bytes <= 200; bytes += 1) {
    const box = padding(bytes, 64);
    t.equal((bytes + box.length) % 64, 0);
    t.ok(box.length < 128);
    if (box.length > 0) {
      t.same(
        [...innerBoxes(box)].map((one) => [one.type, one.content.length + 8]),
        [['free', box.length]],
      );
    }
  }
});

t.test('a padded recording reads as an unpadded one', async (t) => {
  const { parameters, samples } = await readAll(defaultClip);
  const fragmenter = new Fragmenter(parameters);
  const chunks = [[fragmenter.init()], ...groupsOf(samples).map((group) => fragmenter.fragment(group))];
  const padded = chunks.map((pieces) => {
    const bytes = concatBytes(...pieces);
    return concatBytes(bytes, padding(bytes.length, 65_496));
  });
  t.ok(padded.every((chunk) => chunk.length % 65_496 === 0));
  const file = await readMp4(memorySource(concatBytes(...padded)));
  t.same(file.counts, { video: 250, audio: 470 });
});
