import { readFile, writeFile } from 'node:fs/promises';
import t from 'tap';
import { fileLimitMs } from '../../support/patience.ts';
import { completeTakes } from '../../support/scenario/scenario-complete.ts';
import {
  configureMosquitto,
  startMosquitto,
  withoutMosquitto,
} from '../../support/scenario/scenario-mosquitto.ts';
import {
  camera,
  receipted,
  report,
  Scenario,
  sealed,
  startRecording,
  station as stationId,
  stopRecording,
  streaming,
} from '../../support/scenario.ts';

t.setTimeout(fileLimitMs);

/** Hardly a chunk with its statement: the rest is acknowledged and dropped. */
const queuedMessages = 4;

t.test(
  'Mosquitto drops what it acknowledged, and is killed, while a recording runs: nothing is lost',
  { skip: withoutMosquitto ?? false },
  async (t) => {
    const scenario = await Scenario.begin(t);
    await configureMosquitto(scenario);
    const conf = scenario.at('mosquitto.conf');
    const text = await readFile(conf, 'utf8');
    const limits = `max_queued_messages ${queuedMessages}\nmax_queued_bytes 0\nmax_inflight_messages 1\n`;
    await writeFile(
      conf,
      `${text.replaceAll(/^max_(queued_messages|queued_bytes|inflight_messages) .*$/gm, '')}\n${limits}`,
    );
    let broker = await startMosquitto(scenario);
    const station = await scenario.startStation({ url: `mqtts://127.0.0.1:${scenario.port}` });
    await station.says('broker.connected');
    const sim = await scenario.startSim();
    const agent = await scenario.startAgent();
    await streaming(sim);
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 1);
    await agent.says('receipt.journaled');

    process.kill(station.pid, 'SIGSTOP');
    await sealed(agent, number, 6);
    await broker.line('a message that it drops', ({ text }) =>
      /messages are being dropped/.test(String(text)),
    );
    process.kill(station.pid, 'SIGCONT');
    // More than was there when the station went on, and the recording has not ended.
    await agent.line('a receipt of what was dropped', ({ event, count, complete }) => {
      return event === 'receipt.journaled' && Number(count) > 6 && complete === false;
    });

    const since = { agent: agent.mark, station: station.mark };
    await broker.signal('SIGKILL');
    await agent.says('broker.away', since.agent);
    await station.says('broker.away', since.station);
    await agent.says('chunk.sealed', agent.mark);
    broker = await startMosquitto(scenario);
    await station.says('broker.connected', since.station);
    await agent.says('broker.connected', since.agent);
    await agent.says('chunk.sealed', agent.mark);
    await stopRecording(sim, agent);
    await receipted(agent, since.agent);
    const { takes } = await report(sim);
    await completeTakes(t, scenario, takes);
    const clients = [...broker.words.matchAll(/New client connected from \S+ as (\S+) /g)].map(
      ([, name]) => name,
    );
    t.same([...new Set(clients)].sort(), [camera, stationId], 'each is known by its certificate');
  },
);
