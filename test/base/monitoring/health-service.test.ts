import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import t from 'tap';
import { jsonLog } from '../../../base/log.ts';
import { healthRetryMs, keepHealthServer } from '../../../base/monitoring/health-service.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const answers = { ready: () => ({}), metrics: () => '', status: () => ({}) };

t.test('an address that is taken is one alarm, and listened on once it is free', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const clock = fakeClock();
  const lines: { level: string; event: string }[] = [];
  let heard = (): void => {};
  const log = jsonLog('test', (line) => {
    lines.push(JSON.parse(line));
    heard();
  });
  const health = await keepHealthServer({ port }, answers, clock, log);
  t.match(lines, [{ level: 'alarm', event: 'health.not-served', code: 'HEALTH_ADDRESS' }]);
  t.equal(clock.timers, 1);
  other.close();
  await once(other, 'close');
  const served = new Promise<void>((resolve) => {
    heard = resolve;
  });
  clock.tick(healthRetryMs);
  await served;
  t.match(lines[1], { level: 'info', event: 'health.served' });
  t.equal(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text(), 'alive\n');
  await health.close();
  t.equal(clock.timers, 0);
});

t.test('it is not tried any more once it is closed', async (t) => {
  const clock = fakeClock();
  const health = await keepHealthServer(
    { socket: `/${'x'.repeat(200)}` },
    answers,
    clock,
    jsonLog('', () => {}),
  );
  t.equal(clock.timers, 1);
  await health.close();
  t.equal(clock.timers, 0);
});
