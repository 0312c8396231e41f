import t from 'tap';
import { AgentLink } from '../../../agent/sensor/link/agent-link.ts';
import { silentLog } from '../../../base/log.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import type { BytePort } from '../../../proto/link/port.ts';
import { fakeClock } from '../../support/fake-clock.ts';

/** A sensor on a port that is closed when `closed` is called, and the time that stopping it has taken. */
async function stopping(closes: boolean): Promise<{ stopped: boolean; timers: number; afterMs: number }> {
  const clock = fakeClock();
  let closed = (): void => {};
  const port: BytePort = {
    onData() {},
    onClose(take) {
      closed = take;
    },
    write: async () => {},
    close() {
      if (closes) closed();
    },
  };
  const sensor = new AgentLink({ open: async () => port, onEvent() {}, clock, log: silentLog });
  sensor.start();
  await clock.advance(100);
  const result = { stopped: false, timers: 0, afterMs: 0 };
  const fromUs = clock.uptimeUs();
  const stop = sensor.stop().then(() => {
    result.stopped = true;
    result.afterMs = (clock.uptimeUs() - fromUs) / 1000;
  });
  await clock.advance(linkLimits.closeMsMax);
  await stop;
  result.timers = clock.timers;
  return result;
}

t.test('stopping waits until the port is closed', async (t) => {
  t.same(await stopping(true), { stopped: true, timers: 0, afterMs: 0 });
});

t.test('a port that its driver does not release delays a stop by at most 2 s', async (t) => {
  t.same(await stopping(false), { stopped: true, timers: 0, afterMs: 2_000 });
});
