import * as v from 'valibot';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { nodeHasher } from '../../evidence/hasher.ts';
import { openFromVault } from '../../evidence/keys/key-envelope.ts';
import { formatTopic, isCameraTopic, parseTopic } from '../../proto/topics.ts';
import { readCredentials } from '../../station/credentials.ts';
import { stationConfigSchema } from '../../station/index.ts';
import { joinRooms } from '../../station/rooms.ts';
import type { Files } from '../../station/store/files.ts';
import { type RoomsAtWork, startWork } from '../../station/work.ts';
import type { StationDisk } from './disks/station-disk.ts';
import type { SimBroker } from './network/sim-broker.ts';
import type { Seeded } from './seeded.ts';
import { ProcessClock, type SimTime } from './sim-time.ts';

/** Where the station keeps evidence and keys on its disk. */
export const stationFolders = { store: '/store', vault: '/vault' } as const;

/** How long it takes to open a key envelope, of the world's time. */
const openKeysMs = 20;

/** What a station runs in. */
export interface StationSurroundings {
  readonly time: SimTime;
  readonly random: Seeded;
  readonly broker: SimBroker;
  readonly disk: StationDisk;
  /** As provisioned. */
  readonly folder: string;
  readonly utcUs: number;
  readonly log: (utc: () => Date) => Log;
  readonly failed: (error: unknown) => void;
}

/** One process of the station: all rooms of the real one. The simulated broker takes the place of its own. */
interface StationProcess {
  readonly clock: ProcessClock;
  alive: boolean;
  work: RoomsAtWork | undefined;
}

/** The station's machine, and one process after the other on it. */
export class SimStation {
  readonly #in: StationSurroundings;
  #process: StationProcess | undefined;

  constructor(surroundings: StationSurroundings) {
    this.#in = surroundings;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Starts the station, unless it runs. */
  async start(): Promise<void> {
    if (this.#process !== undefined) return;
    const { time, random, broker, folder, utcUs, log: makeLog, failed } = this.#in;
    const own = new ProcessClock(time, () => utcUs, random.bytes(16));
    const process: StationProcess = { clock: own, alive: true, work: undefined };
    this.#process = process;
    const clock = yielding(own, time);
    const log = makeLog(() => new Date(clock.utcUs() / 1_000));
    const config = v.parse(stationConfigSchema, {
      station: folder,
      ...stationFolders,
      broker: { embedded: { port: 0 } },
    });
    try {
      const credentials = await time.real(readCredentials(config.station, config.vaultKeys));
      const rooms = await joinRooms(config, credentials, {
        ...{ clock, randomness: random, files: this.#filesOf(process), hasher: nodeHasher, log },
        openKeys: (...sealed) => time.lasting(openKeysMs, () => openFromVault(...sealed)),
        publish: (topic, payload) => {
          if (process.alive) broker.toCamera({ topic: formatTopic(topic), payload });
        },
        disconnect: () => broker.cut(),
      });
      process.work = await startWork(rooms, clock);
      if (!process.alive) return;
      broker.subscribe(async ({ topic, payload }) => {
        const parsed = parseTopic(topic);
        rooms.counts.messages += 1;
        if (parsed !== undefined && isCameraTopic(parsed)) await rooms.lanes.put({ topic: parsed, payload });
      });
      log.info('station.ready', 'The station runs', { id: credentials.id, hashing: nodeHasher.name });
    } catch (error) {
      if (!process.alive) return;
      this.#process = undefined;
      failed(error);
    }
  }

  /** As SIGKILL does: the broker is gone with it. */
  kill(): void {
    const process = this.#process;
    if (process === undefined) return;
    this.#process = undefined;
    process.alive = false;
    process.clock.kill();
    this.#in.broker.unsubscribe();
    this.#in.broker.end();
  }

  /** As SIGTERM does: makes durable what it has taken, and answers it. */
  async stop(): Promise<void> {
    const process = this.#process;
    if (process === undefined) return;
    this.#in.broker.unsubscribe();
    await process.work?.stop();
    await process.work?.finish();
    this.kill();
  }

  /** The disk as one process sees it: to one that was killed it never answers again. */
  #filesOf(process: StationProcess): Files {
    const pass = (): Promise<void> => {
      this.#in.time.activity += 1;
      return process.alive ? Promise.resolve() : new Promise(() => {});
    };
    return this.#in.disk.files(
      pass,
      () => false,
      () => {},
    );
  }
}

/**
 * The clock of a process that yields turns of the event loop wherever one of its timers leads to. Its wall clock never shows the
 * same microsecond twice, as no real one does to two signatures.
 */
function yielding(clock: ProcessClock, time: SimTime): Clock {
  let shownUs = 0;
  return {
    epoch: clock.epoch,
    uptimeUs: () => clock.uptimeUs(),
    utcUs: () => {
      shownUs = Math.max(shownUs + 1, clock.utcUs());
      return shownUs;
    },
    setTimer: (delayMs, fire) =>
      clock.setTimer(delayMs, () => {
        time.activity += 1;
        fire();
      }),
  };
}
