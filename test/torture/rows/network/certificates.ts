import { reissue } from '../../../support/scenario/scenario-certificates.ts';
import { type Line, type Part, Scenario, startRecording } from '../../../support/scenario.ts';
import { type Endings, withEndings } from '../../endings.ts';
import { connectionMsMax, endWhole, sealsMore } from '../../one-recording.ts';
import { type Result, type Row, scaled } from '../../row.ts';

/** Long enough that everything has started, and a receipt has come, before the certificate ends. */
const lifeMs = 30_000;
const dayMs = 86_400_000;
const renewed = (): Date => new Date(Date.now() + 300 * dayMs);

const alarms =
  (which: string) =>
  ({ event, what }: Line): boolean =>
    event === 'certificate.expired' && what === which;

/** A connection was tried and came to nothing. */
function refused(agent: Part, since: number): Promise<unknown> {
  return agent.says('broker.away', since, connectionMsMax);
}

/** One recording, in which both certificates expire and are renewed, one after the other. */
async function expire(endings: Endings): Promise<Result> {
  const scenario = await Scenario.begin(endings);
  await reissue(scenario, 'camera/tls', new Date(Date.now() + lifeMs));
  const { station, sim, agent } = await scenario.startAll();
  await startRecording(sim, agent);
  await agent.says('receipt.journaled');
  await agent.line('the alarm', alarms('TLS'));
  // Connections that are up go on; what is cut is refused from then on.
  let since = agent.mark;
  await agent.says('receipt.journaled', since);
  await station.signal('SIGKILL');
  const second = await scenario.startStation();
  since = agent.mark;
  await refused(agent, since);
  await sealsMore(agent, 1);
  since = agent.mark;
  await reissue(scenario, 'camera/tls', renewed(), true);
  await agent.says('broker.connected', since, 2 * connectionMsMax);
  await agent.says('receipt.journaled', since);

  since = agent.mark;
  await second.signal('SIGKILL');
  await reissue(scenario, 'station/broker', new Date(Date.now() - dayMs));
  const third = await scenario.spawnStation();
  await third.line('the alarm', alarms('broker'));
  since = agent.mark;
  await refused(agent, since);
  await sealsMore(agent, 1);
  await third.signal('SIGKILL');
  since = agent.mark;
  await reissue(scenario, 'station/broker', renewed(), true);
  await scenario.startStation();
  await agent.says('broker.connected', since, connectionMsMax);
  return endWhole(scenario, { sim, agent });
}

const certificates: Row = {
  row: 21,
  what: "the camera's TLS certificate, then the broker's, expires while recording, and is renewed",
  expected: '3 times each: recording goes on, a clear alarm, drains without a restart of the agent, 0 lost',
  async run(scale) {
    const times = scaled(3, scale);
    const figures: string[] = [];
    const faults: string[] = [];
    for (let done = 1; done <= times; done += 1) {
      const result = await withEndings(expire);
      figures.push(result.figure);
      faults.push(...result.faults);
      scale.say(`${done} of ${times} times`);
    }
    return { figure: `${times} times: ${figures.join('; ')}`, faults };
  },
};

export const certificateRows: readonly Row[] = [certificates];
