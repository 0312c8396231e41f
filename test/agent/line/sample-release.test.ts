import t from 'tap';
import { agentLimits } from '../../../agent/limits.ts';
import { SampleRelease } from '../../../agent/line/sample-release.ts';

/** A release between a recorder that a test sets, and a sensor that holds so many bytes; `told` says what it was told. */
function joined(holdsBytes = 8_000_000) {
  const told: string[] = [];
  const recorder = { promising: false, oldestHeld: undefined as number | undefined, holds: 0 };
  const samples = new SampleRelease();
  const release = (): string[] => {
    told.length = 0;
    samples.release(
      { ...recorder, heldAtMost: (bytesMax) => recorder.holds <= bytesMax },
      {
        holdsBytes,
        release: (ordinal) => told.push(`release ${ordinal}`),
        releaseBeyond: (bytes) => told.push(`beyond ${bytes}`),
      },
    );
    return [...told];
  };
  return { recorder, samples, release };
}

t.test('everything is released up to the oldest that is not durable, and only once', async (t) => {
  const { recorder, samples, release } = joined();
  recorder.holds = agentLimits.heldAloneBytesMax + 1;
  t.same(release(), []);
  samples.came(5);
  t.same(release(), ['release 5']);
  recorder.oldestHeld = 9;
  samples.came(12);
  t.same(release(), ['release 8']);
  t.same(release(), []);
  recorder.oldestHeld = undefined;
  t.same(release(), ['release 12']);
});

t.test('nothing is released while what it means is not durable', async (t) => {
  const { recorder, samples, release } = joined();
  samples.came(5);
  recorder.promising = true;
  t.same(release(), []);
  recorder.promising = false;
  t.same(release(), ['release 5', 'beyond 5000000']);
});

t.test('a sensor without room is relieved of as much as the agent can hold alone', async (t) => {
  const { recorder, release } = joined(1_000_000);
  recorder.holds = agentLimits.heldAloneBytesMax;
  t.same(release(), ['beyond 625000']);
  recorder.holds += 1;
  t.same(release(), []);
});
