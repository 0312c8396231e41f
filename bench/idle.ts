// What cameras that are connected and record nothing cost a broker and a station, and what becomes of them when the broker
// restarts: `npm run bench:idle -- --cameras N`; --help says more.
//
// The cameras are the agent's own uplink, with keys, certificates and sessions of their own and nothing in the spool, all in this
// process. It prints a table and, for programs, one line `idle {...}`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cameraId } from './fleet/run.ts';
import { type BrokerKind, startCell } from './idle/cell.ts';
import { IdleFleet, tlsHandshakes } from './idle/fleet.ts';
import { wait } from './proc.ts';
import { provisionBench } from './provision.ts';

const help = `npm run bench:idle -- [--cameras N] [--broker embedded|mosquitto] [--seconds S] [--away S]

N cameras (1 to 4000; 1000 unless given) connect at once to a station with its embedded broker or with Mosquitto, and record nothing.
After S seconds (30 unless given) the broker is killed, stays away for some seconds (10 unless given), and starts again.
`;

interface IdlePlan {
  readonly cameras: number;
  readonly broker: BrokerKind;
  readonly seconds: number;
  readonly awaySeconds: number;
}

function settingsOf(args: readonly string[]): IdlePlan | string {
  const text = { type: 'string' } as const;
  const options = { cameras: text, broker: text, seconds: text, away: text } as const;
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const { broker = 'embedded' } = values;
  if (broker !== 'embedded' && broker !== 'mosquitto')
    return `"--broker" is "${broker}": give embedded or mosquitto`;
  const [cameras, seconds, awaySeconds] = [
    values.cameras ?? 1_000,
    values.seconds ?? 30,
    values.away ?? 10,
  ].map(Number) as [number, number, number];
  const isGood = (value: number, most: number): boolean =>
    Number.isInteger(value) && value >= 1 && value <= most;
  if (!isGood(cameras, 4_000) || !isGood(seconds, 3_600) || !isGood(awaySeconds, 600))
    return 'Give whole numbers: cameras from 1 to 4000, seconds from 1 to 3600, seconds away from 1 to 600';
  return { cameras, broker, seconds, awaySeconds };
}

/** Seconds in which the storm must have ended, or the bench gives up. */
const stormSecondsMax = 600;
const handshakes = 300;

async function bench({ cameras, broker, seconds, awaySeconds }: IdlePlan, folder: string): Promise<object> {
  const ids = Array.from({ length: cameras }, (_, n) => cameraId(n + 1));
  await provisionBench(folder, ids);
  const cell = await startCell(folder, broker);
  const fleet = await IdleFleet.boot(folder, ids);
  try {
    const alone = await cell.cost(() => tlsHandshakes(join(folder, ids[0] ?? ''), cell.url, handshakes));
    const before = cell.rssMib;
    const first = await cell.cost(() => fleet.connect(cell.url, stormSecondsMax));
    await wait(5_000);
    const idle = await cell.cost(() => wait(seconds * 1_000));
    const rss = cell.rssMib;
    const attempts = fleet.attempts;
    await cell.kill();
    await fleet.until((connected) => connected === 0, stormSecondsMax);
    await wait(awaySeconds * 1_000);
    await cell.start();
    const storm = await cell.cost(() => fleet.until((connected) => connected === cameras, stormSecondsMax));
    await wait(10_000);
    const perCamera = (after: number, start: number): number => ((after - start) * 1_024) / cameras;
    const perSecond = (ms: number): number => (ms * 1_000) / seconds / cameras;
    return {
      ...{ cameras, broker, seconds, awaySeconds },
      handshake: { cpuMs: alone.broker / handshakes, perCpuSecond: handshakes / (alone.broker / 1_000) },
      first: {
        seconds: first.seconds,
        cpuMsPerCamera: first.broker / cameras,
        stationCpuMs: first.station / cameras,
      },
      idle: {
        brokerKibPerCamera: perCamera(rss.broker, before.broker),
        stationKibPerCamera: perCamera(rss.station, before.station),
        brokerCpuUsPerCameraSecond: perSecond(idle.broker),
        stationCpuUsPerCameraSecond: perSecond(idle.station),
        brokerMib: rss.broker,
        stationMib: rss.station,
      },
      storm: {
        seconds: storm.seconds,
        half: storm.given.times[Math.floor(cameras / 2)],
        ninety: storm.given.times[Math.floor(cameras * 0.9)],
        attempts: fleet.attempts - attempts,
        brokerCpuSeconds: storm.broker / 1_000,
        stationCpuSeconds: storm.station / 1_000,
        connectedAfter10s: fleet.connected,
        rssMib: cell.rssMib,
      },
      generator: { cpuSeconds: process.cpuUsage().user / 1e6, rssMib: process.memoryUsage().rss / 2 ** 20 },
    };
  } finally {
    await fleet.end();
    await cell.end();
  }
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(help);
    return 0;
  }
  const settings = settingsOf(args);
  if (typeof settings === 'string') {
    console.error(`bench:idle: ${settings}`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-idle-'));
  try {
    const figures = await bench(settings, folder);
    console.log(JSON.stringify(figures, (_, value) => (typeof value === 'number' ? round(value) : value), 2));
    console.log(`idle ${JSON.stringify(figures)}`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

process.exitCode = await main(process.argv.slice(2));
