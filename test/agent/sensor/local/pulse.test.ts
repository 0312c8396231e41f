import t from 'tap';
import { localLimits } from '../../../../agent/sensor/local/limits.ts';
import { Pulse } from '../../../../agent/sensor/local/pulse.ts';
import { linkLimits } from '../../../../proto/link/limits.ts';
import { fakeClock } from '../../../support/fake-clock.ts';

/** A pulse, and what it was set to, each with the milliseconds since the start. */
function rig() {
  const clock = fakeClock();
  const beganUs = clock.uptimeUs();
  const set: string[] = [];
  let faults = 0;
  let isBroken = false;
  const pulse = new Pulse(
    async (on) => {
      if (isBroken) throw new Error('no such device');
      set.push(`${on ? 'on' : 'off'} ${(clock.uptimeUs() - beganUs) / 1000}`);
    },
    clock,
    () => {
      faults += 1;
    },
  );
  const breakIt = (): void => {
    isBroken = true;
  };
  return { clock, pulse, set, breakIt, faults: () => faults };
}

t.test('a signal lasts as long as it is told, and no longer than a signal may', async (t) => {
  t.equal(localLimits.signalMsMax, linkLimits.signalMsMax, 'as on the link');
  const { clock, pulse, set } = rig();
  pulse.begin(200);
  await clock.advance(1_000);
  t.same(set, ['on 0', 'off 200']);
  pulse.begin(localLimits.signalMsMax + 1);
  await clock.advance(localLimits.signalMsMax - 1);
  t.equal(set.length, 3, 'it is still on');
  await clock.advance(1);
  t.equal(set.at(-1), `off ${1_000 + localLimits.signalMsMax}`);
  pulse.begin(0);
  pulse.begin(-5);
  await clock.advance(1_000);
  t.equal(set.length, 4, 'nothing is no signal');
  t.equal(clock.timers, 0);
});

t.test('a signal takes the place of the one before; a stop ends it, and a fault is counted', async (t) => {
  const { clock, pulse, set, breakIt, faults } = rig();
  pulse.begin(500);
  await clock.advance(400);
  pulse.begin(500);
  await clock.advance(400);
  t.same(set, ['on 0', 'on 400']);
  await pulse.stop();
  t.same(set.at(-1), 'off 800');
  await pulse.stop();
  t.equal(set.length, 3, 'once');
  breakIt();
  pulse.begin(100);
  await clock.advance(200);
  t.equal(faults(), 2);
});
