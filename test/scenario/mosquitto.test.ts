import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
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
} from '../support/scenario.ts';
import { defaultVideo } from '../support/scenario-clips.ts';
import { compareWithSource } from '../support/scenario-media.ts';
import { configureMosquitto, startMosquitto, withoutMosquitto } from '../support/scenario-mosquitto.ts';

t.setTimeout(fileLimitMs);

t.test(
  'the same over Mosquitto, which is killed in mid-recording',
  { skip: withoutMosquitto ?? false },
  async (t) => {
    const scenario = await Scenario.begin(t);
    await configureMosquitto(scenario);
    let broker = await startMosquitto(scenario);
    const url = `mqtts://127.0.0.1:${scenario.port}`;
    const station = await scenario.startStation({ url });
    await station.says('broker.connected');
    const sim = await scenario.startSim();
    const agent = await scenario.startAgent();
    await streaming(sim);
    const number = await startRecording(sim, agent);
    await agent.says('receipt.journaled');
    await sealed(agent, number, 2);
    const since = { agent: agent.mark, station: station.mark };
    await broker.signal('SIGKILL');
    await agent.says('broker.away', since.agent);
    await station.says('broker.away', since.station);
    await sealed(agent, number, 4);
    broker = await startMosquitto(scenario);
    await station.says('broker.connected', since.station);
    await agent.says('broker.connected', since.agent);
    await sealed(agent, number, 5);
    await stopRecording(sim, agent);
    await receipted(agent, since.agent);
    await scenario.spoolEmptied();

    const files = await scenario.files('store', '.seal');
    t.equal(files.length, 1);
    const { code, report: verdict } = await scenario.verify(t, ...files);
    t.equal(code, 0, 'complete, and nothing was altered');
    t.equal(verdict.recordings[0]?.completeReceipt, true);
    const { video, differences } = await compareWithSource(
      (await scenario.open(t, files[0] ?? '')).path,
      defaultVideo,
    );
    t.same(differences, []);
    const { takes } = await report(sim);
    t.equal(video.last, takes[0]?.video.last?.index, 'to the last picture');
    const clients = [...broker.words.matchAll(/New client connected from \S+ as (\S+) /g)].map(
      ([, name]) => name,
    );
    t.same([...new Set(clients)].sort(), [camera, stationId], 'each is known by its certificate');
  },
);
