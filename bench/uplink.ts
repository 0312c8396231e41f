// How fast the uplink drains a backlog over loopback, compared with a bare mqtt.js publisher (QoS 1, the same
// TLS, messages of the same size, as many in flight) in the same run. Both publish to the same broker, a
// process of its own without a subscriber: the station's speed is not measured here.
//
// node dist/bench/uplink.js [MB] [ROUNDS]
//
// Each takes its turn ROUNDS times, each time in a new process; it prints medians and one line `ratio
// uplink/bare = N`, the median of the rounds' ratios, and their range.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import mqtt from 'mqtt';
import { keptOpen } from '../agent/spool/disk/kept-open.ts';
import { nodeFileSystem } from '../agent/spool/disk/node-file-system.ts';
import { openSpool } from '../agent/spool/open-spool.ts';
import { mqttBroker, startUplink, usualLimits } from '../agent/uplink/index.ts';
import { systemClock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { systemRandomness } from '../base/random.ts';
import { readRoot } from '../evidence/root.ts';
import { chunkOf, closingOf, openingOf, sessionOf } from '../test/support/camera/camera-statements.ts';
import { quantile } from './proc.ts';
import { provisionBench } from './provision.ts';

const camera = 'camera-1';
/** A segment record of 64 KiB: what nearly all messages of a backlog are. */
const messageBytes = 65_579;
const chunkBytes = 1024 * 1024;
/** The total size of the bare publisher's messages: more than caches hold. */
const bareBytes = 64 * 1024 * 1024;
const chunksEach = 64;

interface Figure {
  readonly megabytesPerSecond: number;
  readonly cpuMsPerMegabyte: number;
}

async function main(): Promise<void> {
  const [megabytes = 256, rounds = 5] = process.argv.slice(2).map(Number);
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-bench-'));
  let broker: ChildProcess | undefined;
  try {
    await provisionBench(folder, [camera]);
    await fillSpool(join(folder, 'spool'), megabytes);
    const files = ['root.crt', 'broker.crt', 'broker.key'].map((name) => join(folder, 'station', name));
    broker = spawn(process.execPath, [join(import.meta.dirname, 'processes/bare-broker.js'), ...files], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await firstLine(broker);
    const figures: Record<'drain' | 'bare', Figure[]> = { drain: [], bare: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const one of ['bare', 'drain'] as const) {
        const args = [process.argv[1] ?? '', one, folder, port, String(megabytes)];
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        figures[one].push(JSON.parse(await firstLine(child)) as Figure);
      }
    }
    const median = (one: 'drain' | 'bare', field: keyof Figure): number =>
      quantile(
        figures[one].map((figure) => figure[field]),
        0.5,
      );
    for (const [name, one] of [
      ['bare mqtt.js', 'bare'],
      ['uplink', 'drain'],
    ] as const) {
      const speed = median(one, 'megabytesPerSecond').toFixed(0);
      const cpu = median(one, 'cpuMsPerMegabyte').toFixed(2);
      console.log(`${name.padEnd(14)}${speed.padStart(5)} MB/s${cpu.padStart(8)} CPU-ms/MB`);
    }
    // Compare pair by pair: other load on the machine slows both of a round.
    const ratios = figures.drain.map(
      ({ megabytesPerSecond }, round) => megabytesPerSecond / (figures.bare[round]?.megabytesPerSecond ?? 0),
    );
    const [least, middle, most] = [0, 0.5, 1].map((at) => quantile(ratios, at).toFixed(2));
    console.log(`ratio uplink/bare = ${middle} (${least} to ${most})`);
  } finally {
    broker?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Recordings of 64 chunks of 1 MiB each. Their signatures are invalid: nothing here checks them. */
async function fillSpool(directory: string, megabytes: number): Promise<void> {
  const spool = await openSpool({ directory });
  const session = sessionOf({ bootCounter: spool.bootCounter });
  await spool.beginSession(session);
  for (let left = Math.ceil((megabytes * 1e6) / chunkBytes); left > 0; left -= chunksEach) {
    const number = spool.nextRecordingNumber;
    const opening = openingOf(session, number, `recording ${number}`);
    const writer = await spool.open({ opening, sealedKeys: new Uint8Array(5_000) });
    let last = opening.digest;
    const chunks = Math.min(left, chunksEach);
    for (let index = 0; index < chunks; index += 1) {
      const chunk = chunkOf(opening, index, last, { mediaBytes: chunkBytes });
      await writer.append(chunk.link, chunk.records);
      last = chunk.link.digest;
    }
    await writer.close(closingOf(opening, chunks, last));
  }
  await spool.close();
}

async function contend(as: 'drain' | 'bare'): Promise<void> {
  const [, folder = '', port = '', megabytes = ''] = process.argv.slice(2);
  const bytes = Number(megabytes) * 1e6;
  const took = as === 'drain' ? await drain(folder, port, bytes) : await bare(folder, port, bytes);
  console.log(
    JSON.stringify({
      megabytesPerSecond: bytes / 1e6 / took.seconds,
      cpuMsPerMegabyte: took.cpuMs / (bytes / 1e6),
    }),
  );
  process.exit(0);
}

type Took = { readonly seconds: number; readonly cpuMs: number };

/** Measures from the first message to the acknowledgement with which `bytes` are reached. */
class Meter {
  readonly #bytes: number;
  readonly #done: (took: Took) => void;
  readonly took: Promise<Took>;
  #acknowledged = 0;
  #from: bigint | undefined;
  #cpu = process.cpuUsage();

  constructor(bytes: number) {
    let done = (_: Took): void => {};
    this.took = new Promise((resolve) => {
      done = resolve;
    });
    this.#done = done;
    this.#bytes = bytes;
  }

  sent(): void {
    if (this.#from !== undefined) return;
    this.#from = process.hrtime.bigint();
    this.#cpu = process.cpuUsage();
  }

  acknowledged(bytes: number): void {
    this.#acknowledged += bytes;
    if (this.#acknowledged < this.#bytes || this.#from === undefined) return;
    const { user, system } = process.cpuUsage(this.#cpu);
    const seconds = Number(process.hrtime.bigint() - this.#from) / 1e9;
    this.#done({ seconds, cpuMs: (user + system) / 1_000 });
  }
}

async function drain(folder: string, port: string, bytes: number): Promise<Took> {
  const file = (name: string): string => readFileSync(join(folder, 'camera', name), 'utf8');
  const root = readRoot(Buffer.from(file('root.crt')));
  const { fileSystem } = keptOpen(nodeFileSystem);
  const spool = await openSpool({ directory: join(folder, 'spool'), fileSystem });
  const session = sessionOf({ bootCounter: spool.bootCounter });
  const clock = systemClock();
  const open = mqttBroker(
    {
      url: `mqtts://127.0.0.1:${port}`,
      root,
      certificate: file('tls.crt'),
      privateKey: file('tls.key'),
    },
    camera,
    clock,
  );
  const meter = new Meter(bytes);
  const sizes = new Map<number, number>();
  const uplink = startUplink({
    spool,
    deviceId: camera,
    root,
    session,
    makeHead: () => {
      throw new Error('no one asks');
    },
    makeLoss: () => {
      throw new Error('nothing has rotted');
    },
    openBroker: (events) => {
      const broker = open({
        ...events,
        acked(message) {
          events.acked(message);
          meter.acknowledged(sizes.get(message) ?? 0);
          sizes.delete(message);
        },
      });
      return {
        close: () => broker.close('the bench ends'),
        publish(message, topic, payload) {
          meter.sent();
          sizes.set(message, payload.length);
          broker.publish(message, topic, payload);
        },
      };
    },
    onReceipt: () => {},
    clock,
    randomness: systemRandomness,
    log: silentLog,
  });
  const took = await meter.took;
  await uplink.close();
  await spool.close();
  return took;
}

async function bare(folder: string, port: string, bytes: number): Promise<Took> {
  const file = (name: string): Buffer => readFileSync(join(folder, 'camera', name));
  const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${port}`, {
    ca: file('root.crt'),
    cert: file('tls.crt'),
    key: file('tls.key'),
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  // Each message has other bytes in memory than the ones before, as in a real backlog.
  const messages = Array.from({ length: Math.ceil(bareBytes / messageBytes) }, () =>
    randomBytes(messageBytes),
  );
  const meter = new Meter(bytes);
  let next = 0;
  const publish = (): void => {
    meter.sent();
    const message = messages[next % messages.length] ?? Buffer.alloc(0);
    next += 1;
    client.publish('bench', message, { qos: 1 }, () => {
      meter.acknowledged(messageBytes);
      publish();
    });
  };
  for (let n = 0; n < usualLimits.window.messagesMax; n += 1) publish();
  return meter.took;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('a child without output');
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`a child ended with ${code}`)));
  return Promise.race([line, ended]);
}

const [role = ''] = process.argv.slice(2);
if (role === 'drain' || role === 'bare') await contend(role);
else await main();
