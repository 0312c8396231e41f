import t from 'tap';
import { agentLimits } from '../../../../agent/limits.ts';
import type { CapturedSample } from '../../../../agent/recorder/stream/segmenter.ts';
import { Driver, start, stop } from '../driver.ts';
import { picture } from '../stream.ts';

const secondUs = 1_000_000;
const hourUs = 3_600 * secondUs;

/** One picture a second, each a second long, from number `from` on; every `group`th is a key picture. */
function seconds(from: number, count: number, group: number): CapturedSample[] {
  return Array.from({ length: count }, (_, n) => {
    const at = from + n;
    const dts = at * 90_000;
    const capturedUs = (1 + at) * secondUs;
    return { ...picture(at, at % group === 0, 8), dts, pts: dts, duration: 90_000, capturedUs };
  });
}

/** What each recording contains, its claimed start, and why it ended. */
function recordingsOf(driver: Driver) {
  const recordings: { startUs: number; start: string; samples: CapturedSample[]; ended?: string }[] = [];
  for (const effect of driver.effects) {
    const last = recordings.at(-1);
    if (effect.kind === 'open')
      recordings.push({ startUs: effect.startUs, start: effect.start, samples: [] });
    else if (effect.kind === 'seal') last?.samples.push(...(effect.chunk?.samples ?? []));
    else if (effect.kind === 'close' && last !== undefined) last.ended = effect.reason;
    if (effect.kind === 'gap') throw new Error(`A gap at ${effect.gap.fromUs}`);
  }
  return recordings;
}

t.test('a recording of four hours goes on in a linked one, at a key picture, without a loss', (t) => {
  const count = 9 * 3_600;
  const driver = new Driver({}, agentLimits).hear(start);
  // The storage keeps up.
  for (let n = 0; n < count; n += 60) {
    driver.stream(seconds(n, 60, 7));
    driver.settle();
  }
  driver.hear(stop(count * secondUs + secondUs));
  const recordings = recordingsOf(driver);
  t.same(
    recordings.map(({ start, ended }) => `${start} ${ended}`),
    ['button linked', 'linked linked', 'linked button'],
  );
  const all = recordings.flatMap(({ samples }) => samples);
  t.equal(all.length, count, 'every picture is in one of them');
  t.ok(
    all.every(({ capturedUs }, n) => capturedUs === (1 + n) * secondUs),
    'once, and in order',
  );
  for (const { samples } of recordings) t.equal(samples[0]?.key, true);
  for (const [n, { startUs, samples }] of recordings.slice(0, -1).entries()) {
    const endUs = (samples.at(-1)?.capturedUs ?? 0) + secondUs;
    t.ok(
      endUs - startUs >= 4 * hourUs && endUs - startUs < 4 * hourUs + 8 * secondUs,
      'as long as it may be',
    );
    t.equal(recordings[n + 1]?.startUs, endUs, 'the next begins where it ends');
  }
  const asked = driver.effects.filter(({ kind }) => kind === 'requestKeyFrame');
  t.equal(asked.length, 3, 'a key picture is requested for each');
  t.end();
});

t.test('where no key picture comes, the recording goes on as it is', (t) => {
  const driver = new Driver({}, { ...agentLimits, rollOverUs: 60 * secondUs }).hear(start);
  driver.stream([...seconds(0, 200, 1_000)]);
  t.equal(driver.log.filter((word) => word.startsWith('close')).length, 0);
  t.equal(driver.effects.filter(({ kind }) => kind === 'requestKeyFrame').length, 2, 'it is requested once');
  driver.stream([{ ...(seconds(200, 1, 200)[0] as CapturedSample) }]).hear(stop(202 * secondUs));
  t.same(
    recordingsOf(driver).map(({ samples }) => samples.length),
    [200, 1],
  );
  t.end();
});

t.test('the stop of a run-on stays known when the recording rolls over meanwhile', (t) => {
  const driver = new Driver({ runOnSeconds: 300 }, { ...agentLimits, rollOverUs: 60 * secondUs }).hear(start);
  driver
    .stream(seconds(0, 30, 5))
    .hear(stop(31 * secondUs))
    .stream(seconds(30, 400, 5));
  t.same(
    recordingsOf(driver).map(({ ended }) => ended),
    ['linked', 'linked', 'linked', 'linked', 'linked', 'button'],
  );
  t.equal(recordingsOf(driver).flatMap(({ samples }) => samples).length, 330);
  t.end();
});
