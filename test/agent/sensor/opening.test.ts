import t from 'tap';
import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import { jsonLog } from '../../../base/log.ts';
import { SensorLink } from '../../../hardware-sim/link/index.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import type { BytePort } from '../../../proto/link/port.ts';
import { identity } from '../../contract/sensor.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { portPair } from '../../support/sensor/link.ts';

/** What an agent said of its sensor, whose ports are opened as `openings` say, one after the other; the last one again. */
class Tried {
  readonly clock: FakeClock = fakeClock();
  readonly said: { event: string; reason?: string; code?: string }[] = [];
  readonly link: AgentLink;
  tries = 0;

  constructor(...openings: ((clock: FakeClock) => Promise<BytePort>)[]) {
    this.link = new AgentLink({
      open: () => {
        const opening = openings[Math.min(this.tries, openings.length - 1)];
        this.tries += 1;
        if (opening === undefined) throw new Error('no opening is given');
        return opening(this.clock);
      },
      onEvent: (event) => {
        if (event.type === 'lost') this.said.push({ event: 'lost', ...(event.code && { code: event.code }) });
      },
      clock: this.clock,
      log: jsonLog('sensor', (line) => {
        const { event, reason } = JSON.parse(line);
        this.said.push({ event, reason });
      }),
    });
    this.link.start();
  }
}

const never = (): Promise<BytePort> => new Promise(() => {});
const away = (): Promise<BytePort> => Promise.reject(new Error('no such port'));

/** A port of a sensor that answers. */
function answering(clock: FakeClock): { open: () => Promise<BytePort>; closed: () => boolean } {
  const device = new SensorLink({ identity, clock });
  let closed = false;
  const open = async (): Promise<BytePort> => {
    const [far, near] = portPair();
    device.attach(far);
    return {
      ...near,
      close: () => {
        closed = true;
        near.close();
      },
    };
  };
  return { open, closed: () => closed };
}

t.test('an opening that never ends is told of within seconds, and tried again', async (t) => {
  const tried = new Tried(never, async (clock) => answering(clock).open());
  await tried.clock.advance(linkLimits.openMsMax - 100);
  t.same(tried.said, [], 'it may take a while');
  await tried.clock.advance(200);
  t.match(tried.said, [
    { event: 'sensor.away', reason: /has not opened within 3000 ms/ },
    { event: 'lost', code: 'SENSOR_PORT_HANGS' },
  ]);
  await tried.clock.advance(1_000);
  t.equal(tried.link.connected, true);
  t.match(tried.said.at(-1), { event: 'sensor.back' });
  await tried.link.stop();
});

t.test('openings that never end are not piled up: each holds a thread that the disk needs', async (t) => {
  const tried = new Tried(never);
  await tried.clock.advance(60_000);
  t.equal(tried.tries, linkLimits.openingsMax);
  t.equal(tried.said.filter(({ event }) => event === 'sensor.away').length, 1, 'told once');
  await tried.link.stop();
});

t.test('when one of them ends after all, the port is opened again', async (t) => {
  let fail = (_: Error): void => {};
  const late = (): Promise<BytePort> =>
    new Promise((_, reject) => {
      fail = reject;
    });
  const tried = new Tried(never, late, async (clock) => answering(clock).open());
  await tried.clock.advance(30_000);
  t.equal(tried.link.connected, false);
  fail(new Error('the driver gave up'));
  await tried.clock.advance(2_000);
  t.equal(tried.link.connected, true);
  await tried.link.stop();
});

t.test('a port that opens after its time is closed, and not used', async (t) => {
  const late = answering(fakeClock());
  const tried = new Tried(
    (clock) => new Promise((resolve) => clock.setTimer(10_000, () => void late.open().then(resolve))),
    async (clock) => answering(clock).open(),
  );
  await tried.clock.advance(9_900);
  t.equal(tried.link.connected, true, 'over the second one');
  t.equal(late.closed(), false);
  await tried.clock.advance(200);
  t.equal(late.closed(), true);
  t.equal(tried.link.connected, true);
  t.equal(tried.tries, 2);
  await tried.link.stop();
});

t.test('an opening that throws at once is a port that is away', async (t) => {
  const tried = new Tried(
    () => {
      throw new Error('the driver is not loaded');
    },
    async (clock) => answering(clock).open(),
  );
  await tried.clock.advance(10);
  t.match(tried.said, [{ event: 'sensor.away', reason: 'the driver is not loaded' }, { event: 'lost' }]);
  await tried.clock.advance(500);
  t.equal(tried.link.connected, true);
  await tried.link.stop();
});

t.test('a port that opens after the agent has stopped is closed', async (t) => {
  const late = answering(fakeClock());
  const tried = new Tried(
    (clock) => new Promise((resolve) => clock.setTimer(1_000, () => void late.open().then(resolve))),
  );
  await tried.clock.advance(100);
  await tried.link.stop();
  await tried.clock.advance(5_000);
  t.equal(late.closed(), true);
  t.equal(tried.clock.timers, 0, 'and nothing is tried any more');
});

t.test('whatever keeps a sensor away, the agent says so within seconds', async (t) => {
  const silent = async (): Promise<BytePort> => portPair()[0];
  const gone = async (): Promise<BytePort> => {
    const [near] = portPair();
    return {
      ...near,
      onClose: (take) => {
        near.onClose(take);
        near.close();
      },
    };
  };
  for (const [what, open] of Object.entries({ never, away, silent, gone })) {
    const tried = new Tried(open);
    await tried.clock.advance(5_000);
    t.match(tried.said, [{ event: 'sensor.away' }, { event: 'lost' }], what);
    t.equal(tried.link.connected, false, what);
    await tried.link.stop();
  }
});
