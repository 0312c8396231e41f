import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Part } from '../../../../scenario/processes/part.ts';
import { writeCredentials } from '../../../support/s3/places.ts';
import {
  program,
  Scenario,
  sealcamHere,
  startRecording,
  stopRecording,
  streaming,
} from '../../../support/scenario.ts';
import { fromSeed } from '../../../support/seed.ts';
import { withEndings } from '../../endings.ts';
import { sealsMore } from '../../one-recording.ts';
import { Radosgw } from '../../radosgw.ts';
import { type Result, type Row, type Scale, scaled } from '../../row.ts';

// A station whose store and vault are buckets of a real radosgw; either is killed at random times while the camera records.

/** How long until all of a recording is receipted after the last kill. */
const receiptMsMax = 300_000;
/** A kill comes up to this long after the one before. */
const pauseMsMax = 3_000;

const [store, vault] = ['s3://evidence/cell-1', 's3://keys'];

/** The station, and what reads its store. */
class BucketStation {
  readonly #scenario: Scenario;
  readonly #config: string;
  readonly #s3: string;
  part: Part | undefined;

  private constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#config = scenario.at('station.yaml');
    this.#s3 = scenario.at('s3.yaml');
  }

  static async begin(scenario: Scenario, { endpoint }: Radosgw): Promise<BucketStation> {
    const station = new BucketStation(scenario);
    const of = (user: string) => ({
      endpoint,
      credentials: writeCredentials(scenario.folder, user, `secret-of-${user}`),
    });
    const s3 = { store: of('evidence'), vault: of('keys') };
    const broker = { embedded: { host: '127.0.0.1', port: scenario.port } };
    await writeFile(station.#s3, stringify(s3));
    await writeFile(
      station.#config,
      stringify({ station: 'station', store, vault, s3, broker, log: 'debug' }),
    );
    return station;
  }

  async start(): Promise<void> {
    const words = [program, 'station', '--config', this.#config];
    this.part = this.#scenario.start('station', process.execPath, words);
    await this.part.says('station.ready');
  }

  async kill(): Promise<void> {
    await this.part?.signal('SIGKILL');
  }

  /** What its inventory says of each recording. */
  async inventory(): Promise<readonly { number: number; state: string; keys: string; faults: string[] }[]> {
    const places = ['--store', store, '--vault', vault, '--s3', this.#s3];
    const trust = ['--trust', this.#scenario.at('agency/root.crt')];
    const { stdout, stderr } = await sealcamHere(['inventory', '--json', ...places, ...trust]);
    if (stdout === '') throw new Error(`inventory said: ${stderr}`);
    return JSON.parse(stdout).cameras.flatMap(({ recordings }: { recordings: unknown[] }) => recordings);
  }
}

async function killStore(scale: Scale, kills: number): Promise<Result> {
  const random = fromSeed(scale.seed);
  return withEndings(async (endings) => {
    const scenario = await Scenario.begin(endings);
    const server = await Radosgw.begin(endings, scale.say);
    await server.start();
    for (const user of ['evidence', 'keys']) await server.makeUser(user, `secret-of-${user}`);
    const station = await BucketStation.begin(scenario, server);
    await station.start();
    const sim = await scenario.startSim();
    const agent = await scenario.startAgent({});
    await streaming(sim);
    const faults: string[] = [];
    let made = 1;
    await startRecording(sim, agent);
    for (let done = 1; done <= kills; done += 1) {
      await wait(random.int(pauseMsMax));
      const isServer = random.int(2) === 0;
      await (isServer ? server : station).kill();
      await sealsMore(agent, 1);
      const since = agent.mark;
      const isStopped = random.int(3) === 0;
      if (isStopped) await stopRecording(sim, agent);
      await (isServer ? server : station).start();
      if (isStopped) {
        await agent.line(
          'all of a recording',
          ({ event }) => event === 'recording.receipted',
          since,
          receiptMsMax,
        );
        // What is receipted as a whole is in the bucket before the camera hears of it.
        const held = (await station.inventory()).find(({ number }) => number === made);
        if (held?.state !== 'complete' || held.keys !== 'present')
          faults.push(`recording ${made} was receipted early: ${held?.state}, key ${held?.keys}`);
        await startRecording(sim, agent);
        made += 1;
      }
      if (done % 10 === 0) scale.say(`${done} of ${kills} kills, ${made} recordings`);
    }
    await stopRecording(sim, agent);
    await scenario.spoolEmptied('spool', receiptMsMax);
    const found = await station.inventory();
    for (let number = 1; number <= made; number += 1) {
      const one = found.find((entry) => entry.number === number);
      if (one?.state !== 'complete' || one.keys !== 'present')
        faults.push(`recording ${number} is ${one?.state}, key ${one?.keys}`);
      for (const fault of one?.faults ?? []) faults.push(`recording ${number}: ${fault}`);
    }
    return { figure: `${kills} kills, ${made} recordings`, faults };
  });
}

export const bucketStoreRows: readonly Row[] = [
  {
    row: 14,
    what: 'radosgw, with store and vault in its buckets, or the station killed while recording',
    expected: '50 SIGKILLs at random times; each recording complete, none receipted early',
    run: (scale) => killStore(scale, scaled(50, scale)),
  },
];
