import { rm } from 'node:fs/promises';
import { uplinkLimits } from '../../agent/limits.ts';
import {
  configureMosquitto,
  startMosquitto,
  withoutMosquitto,
} from '../support/scenario/scenario-mosquitto.ts';
import { type Part, Scenario, startRecording, streaming } from '../support/scenario.ts';
import { fromSeed } from '../support/seed.ts';
import { withEndings } from './endings.ts';
import { connectionMsMax, endWhole, sealsMore } from './one-recording.ts';
import { type Result, type Row, type Scale, scaled } from './row.ts';

// Rows that need the real processes: agent, simulated camera, station, broker.

/** A broker that is killed and started again. */
interface Victim {
  readonly sim: Part;
  readonly agent: Part;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** The station with its own broker, in one process. */
async function embedded(scenario: Scenario): Promise<Victim> {
  const started = await scenario.startAll();
  let { station } = started;
  return {
    ...started,
    async kill() {
      await station.signal('SIGKILL');
    },
    async restart() {
      station = await scenario.startStation();
    },
  };
}

/**
 * Mosquitto, the station a client of it. Where it is to be wiped, the station dies first, so that Mosquitto
 * acknowledges what nothing else has stored, and then loses it with all that it stored.
 */
async function mosquitto(scenario: Scenario, wiped: boolean): Promise<Victim> {
  await configureMosquitto(scenario);
  const url = `mqtts://127.0.0.1:${scenario.port}`;
  let broker = await startMosquitto(scenario);
  let station = await scenario.startStation({ url });
  const sim = await scenario.startSim();
  const agent = await scenario.startAgent();
  await streaming(sim);
  return {
    sim,
    agent,
    async kill() {
      if (wiped) {
        await station.signal('SIGKILL');
        await sealsMore(agent, 2);
      }
      await broker.signal('SIGKILL');
      if (wiped) await rm(scenario.at('mosquitto.db'), { force: true });
    },
    async restart() {
      const since = station.mark;
      broker = await startMosquitto(scenario);
      if (wiped) station = await scenario.startStation({ url });
      else await station.says('broker.connected', since);
    },
  };
}

/** A kill comes up to this long after the connection stood again, one of five times; */
const earlyMsMax = 2_500;
/** else only when the connection counts as good, so that the next one is not waited for longer and longer. */
const goodMs = uplinkLimits.stableConnectionMs;

async function killBroker(
  scale: Scale,
  kills: number,
  begin: (scenario: Scenario) => Promise<Victim>,
): Promise<Result> {
  const random = fromSeed(scale.seed);
  return withEndings(async (endings) => {
    const scenario = await Scenario.begin(endings);
    const { sim, agent, kill, restart } = await begin(scenario);
    await startRecording(sim, agent);
    for (let done = 1; done <= kills; done += 1) {
      const waitMs = random.int(earlyMsMax) + (random.int(5) === 0 ? 0 : goodMs);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      const since = agent.mark;
      await kill();
      await sealsMore(agent, 1);
      await restart();
      await agent.says('broker.connected', since, connectionMsMax);
      if (done % 10 === 0) scale.say(`${done} of ${kills} kills`);
    }
    const { figure, faults } = await endWhole(scenario, { sim, agent });
    return { figure: `${kills} kills, ${figure}`, faults };
  });
}

const broker: Row = {
  row: 14,
  what: 'the station with its broker (aedes) killed while recording',
  expected: '100 SIGKILLs at random times, resent, 0 lost',
  run: (scale) => killBroker(scale, scaled(100, scale), embedded),
};

const otherBroker: Row = {
  row: 14,
  what: 'Mosquitto killed while recording, the station a client of it',
  expected: '100 SIGKILLs at random times, resent, 0 lost',
  run: (scale) => overMosquitto(scale, scaled(100, scale), false),
};

const wipedBroker: Row = {
  row: 15,
  what: 'Mosquitto killed and its store wiped while recording, all it had acknowledged with it',
  expected: 'resent, nothing deleted',
  run: (scale) => overMosquitto(scale, scaled(20, scale), true),
};

async function overMosquitto(scale: Scale, kills: number, wiped: boolean): Promise<Result> {
  if (withoutMosquitto !== undefined) return { figure: 'nothing', faults: [withoutMosquitto] };
  return killBroker(scale, kills, (scenario) => mosquitto(scenario, wiped));
}

export const processRows: readonly Row[] = [broker, otherBroker, wipedBroker];
