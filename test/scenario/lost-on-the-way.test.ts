import { readFile, writeFile } from 'node:fs/promises';
import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import {
  receipted,
  report,
  Scenario,
  sealed,
  startRecording,
  stopRecording,
  streaming,
} from '../support/scenario.ts';
import { oneComplete } from '../support/scenario-complete.ts';
import { configureMosquitto, startMosquitto, withoutMosquitto } from '../support/scenario-mosquitto.ts';

t.setTimeout(fileLimitMs);

/** Hardly a chunk with its statement: the rest is acknowledged and dropped. */
const queuedMessages = 4;

t.test(
  'what Mosquitto acknowledged and dropped while the station stood still is sent again while the recording runs on',
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
    const broker = await startMosquitto(scenario);
    const station = await scenario.startStation({ url: `mqtts://127.0.0.1:${scenario.port}` });
    await station.says('broker.connected');
    const sim = await scenario.startSim();
    const agent = await scenario.startAgent();
    await streaming(sim);
    const number = await startRecording(sim, agent);
    await sealed(agent, number, 2);
    await agent.says('receipt.journaled');

    process.kill(station.pid, 'SIGSTOP');
    await sealed(agent, number, 9);
    process.kill(station.pid, 'SIGCONT');
    const resumed = performance.now();
    // More than was there when the station went on, and the recording has not ended.
    await agent.line('a receipt of what was dropped', (line) => {
      const { event, count, complete } = line;
      return event === 'receipt.journaled' && Number(count) > 9 && complete === false;
    });
    t.comment(`caught up ${((performance.now() - resumed) / 1_000).toFixed(1)} s after the station went on`);
    t.match(broker.words, /messages are being dropped/, 'the broker did lose some');
    const since = agent.mark;
    await stopRecording(sim, agent);
    await receipted(agent, since);
    const { takes } = await report(sim);
    await oneComplete(t, scenario, takes[0]?.video.last?.index);
  },
);
