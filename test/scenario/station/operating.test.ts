import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import t from 'tap';
import { TcpProxy } from '../../../scenario/processes/tcp-proxy.ts';
import { fileLimitMs, patienceMs } from '../../support/patience.ts';
import { reissue } from '../../support/scenario/scenario-certificates.ts';
import { resumed, startManagedAgent } from '../../support/scenario/service-manager.ts';
import {
  camera,
  receipted,
  Scenario,
  sealcamHere,
  sealed,
  startRecording,
  stopRecording,
  streaming,
} from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

type Test = Parameters<Parameters<typeof t.test>[0]>[0];

const health = { socket: 'agent.sock' };

function ask(scenario: Scenario, path: string): Promise<{ code: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: scenario.at(health.socket), path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ code: response.statusCode, text }));
    });
    sent.on('error', reject).end();
  });
}

const seriesValue = (metrics: string, series: string): number =>
  Number(
    metrics
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1),
  );

t.test('who operates a camera is told what it does, and by nothing what it films', async (t) => {
  const scenario = await Scenario.begin(t);
  t.match(await status(scenario, await scenario.writeAgentConfig()), {
    code: 1,
    stderr: /has no "health"/,
  });
  const whole = await readFile(scenario.at('camera', 'tls.crt'));
  await reissue(scenario, 'camera/tls', new Date(Date.now() - 86_400_000));
  await scenario.startStation();
  const proxy = await TcpProxy.start(scenario.port);
  t.teardown(() => proxy.close());
  const sim = await scenario.startSim();
  const broker = { url: `mqtts://127.0.0.1:${proxy.port}` };
  const agent = await scenario.startAgent({ health, broker });
  await streaming(sim);

  await t.test('an expired certificate costs the uplink, with a clear alarm, and no recording', async (t) => {
    const { line } = await agent.line('the alarm', ({ event }) => event === 'certificate.expired');
    t.match(line, {
      level: 'alarm',
      what: 'TLS',
      msg: /^The TLS certificate expired on \d{4}-\d\d-\d\d: renew it$/,
    });
    await agent.says('broker.away');
    await sealed(agent, await startRecording(sim, agent), 1);
    const shown = await status(scenario);
    t.equal(shown.code, 1);
    t.match(shown.stdout, /^camera {3}RECORDING$/m);
    t.match(shown.stdout, /^ALARM {4}The TLS certificate expired/m);
    await stopRecording(sim, agent);
    const { report } = await scenario.verify(...(await scenario.files('spool', '.seal')));
    t.match(report.recordings, [{ verdict: 'complete' }], 'it is whole');

    const since = agent.mark;
    await writeFile(scenario.at('camera', 'tls.crt'), whole);
    await agent.says('certificate.renewed', since);
    await agent.says('broker.connected', since);
    await receipted(agent);
    await scenario.spoolEmptied();
    const after = await status(scenario, undefined, '--json');
    t.same(JSON.parse(after.stdout).conditions, [], 'renewed, it is no condition any more');
  });

  await t.test('probes, metrics and status while it records', async (t) => {
    let since = agent.mark;
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 2);
    sim.tell({ press: 'bookmark' });
    await agent.says('receipt.journaled', since);
    await tellsItsState(t, scenario);

    since = agent.mark;
    await stopRecording(sim, agent);
    await receipted(agent, since);
    await sim.signal('SIGKILL');
    await agent.says('sensor.away', since);
    t.match(await ask(scenario, '/readyz'), { code: 503, text: /"sensor":false/ });
    const away = await status(scenario);
    t.equal(away.code, 1);
    t.match(away.stdout, /^ALARM {4}The sensor is away/m);
  });

  await t.test('told to end while the broker says nothing, it seals, syncs and is gone', async (t) => {
    const since = agent.mark;
    const another = await scenario.startSim();
    await streaming(another);
    const number = await startRecording(another, agent);
    await agent.says('receipt.journaled', since);
    proxy.conditions = { ...proxy.conditions, blackHole: true };
    await agent.says('chunk.sealed', agent.mark);
    const { code } = await agent.signal('SIGTERM');
    t.equal(code, 0, 'though the broker never answers');
    const files = await scenario.files('spool', '.seal');
    t.equal(files.length, 1, 'nothing is deleted');
    const { report } = await scenario.verify(...files);
    t.match(report.recordings, [{ number, verdict: 'complete', closing: { reason: 'shutdown' } }]);
    const gone = await status(scenario);
    t.match(gone, { code: 1, stderr: /^sealcam status: The agent does not answer at .*: start it/ });
  });
});

/** Runs `sealcam status`. */
function status(scenario: Scenario, config = scenario.at('agent.yaml'), ...more: string[]) {
  return sealcamHere(['status', '--config', config, ...more]);
}

/** What an agent that records, with nothing wrong, says of itself. */
async function tellsItsState(t: Test, scenario: Scenario): Promise<void> {
  t.same(await ask(scenario, '/healthz'), { code: 200, text: 'alive\n' });
  t.match(await ask(scenario, '/readyz'), { code: 200, text: /"ready":true/ });
  const { text: metrics } = await ask(scenario, '/metrics');
  const value = (name: string): number => seriesValue(metrics, `sealcam_${name}`);
  t.equal(value('recording'), 1);
  t.ok(value('chunks_sealed_total') >= 3);
  t.equal(value('uplink_connected'), 1);
  t.ok(value('spool_fsync_seconds_count') >= 3);
  t.ok(value('spool_fsync_p99_seconds') > 0);
  t.ok(value('receipts_accepted_total') >= 1);
  const zero = [
    'gaps_total{cause="storage"}',
    'spool_losses_total',
    'spool_kept_aside',
    'spool_statements_lost',
  ];
  for (const name of zero) t.equal(value(name), 0, name);
  const present = ['receipts_repeated_total', 'uplink_resent_messages_total', 'uplink_resent_bytes_total'];
  for (const name of [...present, 'spool_oldest_unreceipted_seconds']) t.ok(value(name) >= 0, name);
  t.ok(value('spool_bytes') > 0);
  t.ok(value('storage_free_bytes') > 0);
  t.ok(value('alarms_total') > 0, 'the certificate had expired');
  const [spooled = ''] = await scenario.files('spool', '.seal');
  const id = /-([0-9a-f]{32})\.seal$/.exec(spooled)?.[1] ?? 'no id';
  t.notMatch(metrics, id);
  t.notMatch(metrics, camera);

  const shown = await status(scenario);
  t.equal(shown.code, 0, shown.stdout);
  t.match(shown.stdout, /^camera {3}RECORDING$/m);
  t.match(shown.stdout, /^broker {3}connected$/m);
  t.match(shown.stdout, /^receipt {2}\d+ s ago$/m);
  const asJson = await status(scenario, undefined, '--json');
  t.match(JSON.parse(asJson.stdout), {
    daemon: 'agent',
    recorder: 'recording',
    spool: { recordings: 1 },
    uplink: { connected: true },
    conditions: [],
  });
}

// A process that is stopped is a row of the torture table.
t.test(
  'a dead loop ends the beats that the service manager waits for; it kills, and starts again',
  async (t) => {
    const scenario = await Scenario.begin(t);
    const sim = await scenario.startSim();
    // So long that a busy machine is not taken for a hang.
    const times = { watchdogSeconds: 8, stopSeconds: 10, restartSeconds: 0.1 };
    const { lines: agent, hang } = await startManagedAgent(scenario, times);
    await streaming(sim);
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 1);
    await agent.says('WATCHDOG=1');
    t.notOk(agent.count('hung'));
    const since = agent.mark;
    hang('a dead loop');
    await agent.says('hung', since);
    const { line } = await agent.says('ended', since);
    t.ok(Number(line.code) < 0, `a signal ended it: ${line.code}`);
    const { line: chunk } = await resumed(agent, since, patienceMs);
    t.equal(chunk.number, number + 1, 'it records again, in a linked recording');
  },
);
