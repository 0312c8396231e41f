import t from 'tap';
import type { CapturedSample } from '../../../../agent/recorder/stream/segmenter.ts';
import { Driver, start, stop } from '../driver.ts';
import { picture } from '../stream.ts';

// Pictures that refer to later ones come after them: the times of capture go back and forth in a stream without a break.

const frameUs = 40_000;
const frameTicks = 3_600;
const groupPictures = 25;

/** Pictures from number `from` on in the order of decoding: I P B B P B B ..., captured when they are shown. */
function reordered(from: number, groups: number): CapturedSample[] {
  const samples: CapturedSample[] = [];
  for (let group = 0; group < groups; group += 1) {
    const first = from + group * groupPictures;
    const shown = [0];
    for (let at = 3; at < groupPictures; at += 3) shown.push(at, at - 2, at - 1);
    for (const [decoded, at] of shown.entries()) {
      samples.push({
        ...picture(first + decoded, at === 0),
        duration: frameTicks,
        dts: (first + decoded) * frameTicks,
        pts: (first + at) * frameTicks,
        capturedUs: 1_000_000 + (first + at) * frameUs,
      });
    }
  }
  return samples;
}

const gaps = ({ log }: Driver): string[] => log.filter((line) => line.startsWith('gap'));

t.test('a minute of reordered pictures without a break has no gap', async (t) => {
  const driver = new Driver().hear(start).stream(reordered(0, 60)).hear(stop(61_000_000));
  t.same(gaps(driver), []);
  t.equal(driver.log.filter((line) => line.startsWith('seal')).length, 60);
});

t.test('a break in them is one gap of its length', async (t) => {
  const driver = new Driver()
    .hear(start)
    .stream(reordered(0, 5))
    .stream(reordered(5 * groupPictures + 50, 20))
    .hear(stop(28_000_000));
  t.same(gaps(driver), ['gap link 0+0']);
  const gap = driver.effects.find((effect) => effect.kind === 'gap');
  t.match(gap, { gap: { fromUs: 6_000_000, toUs: 8_000_000, atLeast: true } });
});
