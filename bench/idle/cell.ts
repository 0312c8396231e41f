import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { type MeasuredProcess, startMosquittoProcess, startStationProcess } from '../fleet/station.ts';

/** What cameras connect to. */
export type BrokerKind = 'embedded' | 'mosquitto';

/** Milliseconds of CPU that something cost, and how long it took. */
interface CellCost<T> {
  readonly broker: number;
  /** 0 where the broker is embedded: there it is one process. */
  readonly station: number;
  readonly seconds: number;
  readonly given: T;
}

/** A station and its broker, which may be killed and started again at the same address. */
export interface BenchCell {
  readonly url: string;
  /** Resident memory; the station's is 0 where the broker is embedded. */
  readonly rssMib: { readonly broker: number; readonly station: number };
  cost<T>(work: () => Promise<T>): Promise<CellCost<T>>;
  /** Kills the broker. */
  kill(): Promise<void>;
  /** Starts it again; resolves when it takes connections. */
  start(): Promise<void>;
  end(): Promise<void>;
}

/** Starts a cell of the station in `folder`/station. */
export async function startCell(folder: string, kind: BrokerKind): Promise<BenchCell> {
  const port = await freePort();
  const url = `mqtts://127.0.0.1:${port}`;
  const isEmbedded = kind === 'embedded';
  if (!isEmbedded) configureMosquitto(folder, port);
  const startBroker = (): Promise<MeasuredProcess> =>
    isEmbedded
      ? startStationProcess(folder, folder, undefined, { embedded: { host: '127.0.0.1', port } })
      : startMosquittoProcess(join(folder, 'mosquitto.conf'), url);
  let broker = await startBroker();
  const station = isEmbedded ? undefined : await startStationProcess(folder, folder, undefined, { url });
  const now = () => ({ broker: broker.cpuMs, station: station?.cpuMs ?? 0, ms: performance.now() });
  return {
    url,
    get rssMib() {
      return { broker: broker.rssMib, station: station?.rssMib ?? 0 };
    },
    async cost(work) {
      const from = now();
      const given = await work();
      const to = now();
      return {
        broker: to.broker - from.broker,
        station: to.station - from.station,
        seconds: (to.ms - from.ms) / 1_000,
        given,
      };
    },
    kill: () => broker.end('SIGKILL'),
    async start() {
      broker = await startBroker();
    },
    async end() {
      await station?.end();
      await broker.end();
    },
  };
}

/** Fills in the example that the documentation gives; this agency has revoked no key. */
function configureMosquitto(folder: string, port: number): void {
  const places: Record<string, string> = {
    FOLDER: folder,
    PORT: String(port),
    ADDRESS: '127.0.0.1',
    STATION: join(folder, 'station'),
    STATION_ID: 'station',
  };
  for (const name of ['mosquitto.conf', 'mosquitto.acl']) {
    const text = readFileSync(resolve(import.meta.dirname, '../../../docs/examples', name), 'utf8');
    const lines = text.split('\n').filter((line) => !line.startsWith('crlfile'));
    const filled = lines.join('\n').replace(/@([A-Z_]+)@/g, (_, key: string) => places[key] ?? '');
    const user = name.endsWith('.conf') && process.getuid?.() === 0 ? '\nuser root\n' : '';
    writeFileSync(join(folder, name), filled + user, { mode: 0o600 });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  await new Promise((done) => {
    server.close(done);
  });
  if (address === null || typeof address === 'string') throw new TypeError('a server has a port');
  return address.port;
}
