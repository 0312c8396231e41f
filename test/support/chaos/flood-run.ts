import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { provisionCamera } from '../../../agency/provision.ts';
import {
  type Line,
  type Part,
  Scenario,
  startRecording,
  station,
  stopRecording,
  streaming,
} from '../scenario.ts';

// A hostile camera that floods a real station from a process of its own, next to an honest camera that records.

type Test = { teardown(done: () => unknown): unknown };

/** What a station came through; times in milliseconds by the wall clock. */
export interface FloodResult {
  /** From the moment a chunk is durable on the camera until its receipt is: the slowest before the flood, and all in it. */
  readonly receiptMsBefore: number;
  readonly receiptMs: readonly number[];
  /** The slowest answer of the health socket in the flood. */
  readonly healthMs: number;
  /** From SIGTERM, in the flood, to the station's end. */
  readonly endMs: number;
  readonly sent: number;
  readonly connections: number;
  /** The alarms that named the hostile camera, and those that named the honest one. */
  readonly alarms: readonly string[];
  readonly wrongAlarms: readonly string[];
  readonly code: number | null;
}

const healthEveryMs = 500;
const hostile = 'camera-2';

/** Records alone for a while, then for `seconds` next to the flood, and ends the station in it. */
export async function runFlood(t: Test, seed: number, seconds: number): Promise<FloodResult> {
  const scenario = await Scenario.begin(t);
  const agency = { folder: scenario.at('agency') };
  for (const id of [hostile, 'camera-3'])
    await provisionCamera(agency, { id, station, folder: scenario.at(id) });
  const path = await scenario.writeStationConfig();
  await writeFile(path, `${await readFile(path, 'utf8')}health:\n  socket: station.sock\n`);
  const stationPart = await scenario.spawnStation(undefined, path);
  await stationPart.says('station.ready');
  const sim = await scenario.startSim();
  const agent = await scenario.startAgent();
  await streaming(sim);
  await startRecording(sim, agent);
  await pause(Math.min(10, seconds) * 1_000);
  const floodFrom = agent.mark;
  const client = fileURLToPath(new URL('./flood-client.js', import.meta.url));
  const args = [scenario.port, scenario.at(hostile), scenario.at('camera-3'), seed].map(String);
  const flood = scenario.start('flood', process.execPath, [client, ...args]);
  const healthMs = await askFor(seconds * 1_000, scenario.at('station.sock'));
  const since = agent.mark;
  await stopRecording(sim, agent);
  await agent.line(
    'a complete receipt',
    ({ event, complete }) => event === 'receipt.journaled' && complete === true,
    since,
  );
  const { line } = await flood.says('flood', flood.mark);
  const fromMs = performance.now();
  const { code } = await stationPart.signal('SIGTERM');
  const endMs = performance.now() - fromMs;
  const alarmsOf = (id: string): string[] =>
    stationPart.lines.flatMap(({ level, device, event }) =>
      level === 'alarm' && device === id ? [String(event)] : [],
    );
  return {
    receiptMsBefore: Math.max(...receiptTimes(agent, 0, floodFrom)),
    receiptMs: receiptTimes(agent, floodFrom, agent.mark),
    ...{ healthMs, endMs, code, sent: Number(line.sent), connections: Number(line.connections) },
    ...{ alarms: alarmsOf(hostile), wrongAlarms: alarmsOf('camera-1') },
  };
}

/** How long the receipts took of the chunks that were sealed in lines `from` to `to`; infinite where one never came. */
function receiptTimes({ lines }: Part, from: number, to: number): readonly number[] {
  return lines.slice(0, to).flatMap((sealed, at) => {
    if (at < from || sealed.event !== 'chunk.sealed') return [];
    const covers = ({ event, complete, count }: Line): boolean =>
      event === 'receipt.journaled' && (complete === true || Number(count) > Number(sealed.index));
    const receipt = lines.slice(at).find(covers);
    return [receipt === undefined ? Number.POSITIVE_INFINITY : timeOf(receipt) - timeOf(sealed)];
  });
}

function timeOf({ t }: Line): number {
  return Date.parse(String(t));
}

/** Asks the health socket again and again; gives the slowest answer's time. */
async function askFor(ms: number, socketPath: string): Promise<number> {
  const untilMs = performance.now() + ms;
  let most = 0;
  while (performance.now() < untilMs) {
    const fromMs = performance.now();
    await new Promise<void>((resolve, reject) => {
      const asked = request({ socketPath, path: '/healthz' }, (answer) => answer.resume().on('end', resolve));
      asked.on('error', reject).end();
    });
    most = Math.max(most, performance.now() - fromMs);
    await pause(healthEveryMs);
  }
  return most;
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
