import t from 'tap';
import type { AgentStatus } from '../../../agent/health.ts';
import { SealcamError } from '../../../base/errors.ts';
import { runningAgent } from '../../../cli/selftest/running-agent.ts';
import type { SelfTestStep } from '../../../cli/selftest/selftest.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const status: AgentStatus = {
  daemon: 'agent',
  recorder: 'standby',
  sensorPresent: true,
  sensor: null,
  spool: { recordings: 0, bytes: 0, freeBytes: 1e9, secondsLeft: null, oldestUnreceiptedSeconds: 0 },
  uplink: { connected: false, lastReceiptSeconds: null, sending: null },
  inForce: { policy: 'p', policyVersion: 1, rosterVersion: 1, vaultKeyVersion: 1, revocationVersion: null },
  restarts: 0,
  conditions: [],
  alarms: { count: 0, newest: null, newestSeconds: null },
};
const away = { name: 'sensor-away', says: 'The sensor is away' } as const;
const waiting = { ...status, spool: { ...status.spool, recordings: 2 } };

/** What is said of an agent that answers with `answers` in turn, a second apart, the last for ever; at most 5 s are waited. */
async function said(...answers: (AgentStatus | SealcamError)[]): Promise<string[]> {
  const clock = fakeClock();
  const steps: SelfTestStep[] = [];
  let over = false;
  const ask = async (): Promise<AgentStatus> => {
    const [answer = status] = answers.length > 1 ? answers.splice(0, 1) : answers;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const running = runningAgent(
    { health: { port: 1 } },
    (path) => path,
    5_000,
    clock,
    (step) => steps.push(step),
    ask,
  );
  void running.finally(() => {
    over = true;
  });
  while (!over) await clock.advance(1_000);
  await running;
  return steps.map(({ step, state, says }) => `${state} ${step}: ${says}`);
}

const silent = new SealcamError('STATUS_AWAY', 'The agent does not answer');
const ready = 'ok agent: The agent runs, has opened its spool, and is ready to record';

t.test('an agent that answers, and its sensor, are waited for', async (t) => {
  t.same(
    await said(
      silent,
      { ...status, conditions: [away] },
      { ...status, uplink: { ...status.uplink, connected: true } },
    ),
    [ready, 'ok receipt: The broker is connected, and nothing waits for a receipt'],
  );
});

t.test('one that cannot record fails', async (t) => {
  t.same(await said(silent), ['fail agent: The agent does not answer']);
  t.same(await said({ ...status, conditions: [away] }), [
    'fail agent: The agent runs, and can not record for 5 s: The sensor is away [sensor-away]',
  ]);
});

t.test('a receipt is told, and not required', async (t) => {
  t.same(await said(waiting), [
    ready,
    'ok receipt: No station answered within 5 s, which is not required; 2 recordings wait for a receipt',
  ]);
  const condition = { name: 'not-connected', says: 'Not connected' } as const;
  t.equal(
    (await said({ ...waiting, conditions: [condition] }))[0],
    ready,
    'the network keeps no one from recording',
  );
  const receipted = { ...waiting, uplink: { ...waiting.uplink, connected: true, lastReceiptSeconds: 3.2 } };
  t.same(await said(waiting, waiting, receipted), [
    ready,
    'ok receipt: A station has receipted what this agent sent, 3 s ago',
  ]);
});

t.test('a storage that will be full soon keeps no one from recording now', async (t) => {
  const low = { name: 'storage-low', says: 'The storage is nearly full' } as const;
  t.equal((await said({ ...waiting, conditions: [low] }))[0], ready);
  const full = { name: 'storage-full', says: 'The storage is full' } as const;
  t.match(await said({ ...waiting, conditions: [low, full] }), [
    /^fail agent: .*: The storage is full \[storage-full\]$/,
  ]);
});

t.test('without "health" no agent can be asked', async (t) => {
  await t.rejects(
    runningAgent(
      {},
      (path) => path,
      1,
      fakeClock(),
      () => {},
    ),
    { code: 'STATUS_OFF' },
  );
});
