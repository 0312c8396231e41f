import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import t from 'tap';
import {
  camera,
  type Part,
  receipted,
  report,
  Scenario,
  sealed,
  startRecording,
  station as stationId,
  stopRecording,
  streaming,
} from '../support/scenario.ts';
import { defaultVideo, installed } from '../support/scenario-clips.ts';
import { compareWithSource } from '../support/scenario-media.ts';

t.setTimeout(110_000);

const examples = resolve(import.meta.dirname, '../../../docs/examples');
const missing = 'Mosquitto is not installed: apt-get install mosquitto';
// Debian puts it where an ordinary user's path does not lead.
const program = ['mosquitto', '/usr/sbin/mosquitto'].find((name) => installed(name, '-h'));

t.test(
  'the same over Mosquitto, which is killed in mid-recording',
  { skip: program === undefined && missing },
  async (t) => {
    const scenario = await Scenario.begin(t);
    await configure(scenario);
    let broker = await startMosquitto(scenario);
    const url = `mqtts://127.0.0.1:${scenario.port}`;
    const station = await scenario.startStation({ url });
    await station.says('The broker is there');
    const sim = await scenario.startSim();
    const agent = await scenario.startAgent();
    await streaming(sim);
    const number = await startRecording(sim, agent);
    await agent.says('a receipt is journaled');
    await sealed(agent, number, 2);
    const since = { agent: agent.mark, station: station.mark };
    await broker.signal('SIGKILL');
    await agent.says('no connection to the broker', since.agent);
    await station.says('No connection to the broker', since.station);
    await sealed(agent, number, 4);
    broker = await startMosquitto(scenario);
    await station.says('The broker is there', since.station);
    await agent.says('connected to the broker', since.agent);
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

/** Fills in the example that the documentation gives. */
async function configure(scenario: Scenario): Promise<void> {
  const places = {
    FOLDER: scenario.folder,
    PORT: String(scenario.port),
    ADDRESS: '127.0.0.1',
    STATION: scenario.at('station'),
    STATION_ID: stationId,
  };
  for (const name of ['mosquitto.conf', 'mosquitto.acl']) {
    const text = await readFile(resolve(examples, name), 'utf8');
    const filled = text.replace(/@([A-Z_]+)@/g, (_, key: string) => Reflect.get(places, key) ?? '');
    // It starts as the user who runs the test, who owns the keys.
    const user = name.endsWith('.conf') && process.getuid?.() === 0 ? '\nuser root\n' : '';
    await writeFile(scenario.at(name), filled + user, { mode: 0o600 });
  }
}

async function startMosquitto(scenario: Scenario): Promise<Part> {
  const args = ['-c', scenario.at('mosquitto.conf'), '-v'];
  const broker = scenario.start('mosquitto', program ?? '', args);
  await broker.line('running', ({ text }) => /mosquitto version .* running/.test(String(text)));
  return broker;
}
