import { copyFile, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { readProfile, withField } from '../../../../agency/policy-draft.ts';
import { provisionStation } from '../../../../agency/provision.ts';
import { provisionPolicy } from '../../../../agency/provision-policy.ts';
import type { Part } from '../../../../scenario/processes/part.ts';
import {
  freePort,
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
import { type Result, type Row, type Scale, scaled } from '../../row.ts';

// Two cells, each a station with its broker in one process, of which either is killed at random times while the camera records.

/** How long the camera may take to go to the other cell, send all of a recording there, and hear that it is held. */
const receiptMsMax = 180_000;
/** A kill comes up to this long after the one before. */
const pauseMsMax = 5_000;

/** A station with its broker, its store and its vault; `name` is its id. */
class KilledCell {
  readonly name: string;
  readonly #scenario: Scenario;
  readonly #port: number;
  part: Part | undefined;

  constructor(scenario: Scenario, name: string, port: number) {
    this.name = name;
    this.#scenario = scenario;
    this.#port = port;
  }

  get url(): string {
    return `mqtts://127.0.0.1:${this.#port}`;
  }

  get store(): string {
    return this.#scenario.at(`store-of-${this.name}`);
  }

  get vault(): string {
    return this.#scenario.at(`vault-of-${this.name}`);
  }

  async start(): Promise<void> {
    const { name, store, vault } = this;
    const folder = name === 'station-1' ? 'station' : name;
    const broker = { embedded: { host: '127.0.0.1', port: this.#port } };
    const path = this.#scenario.at(`${name}.yaml`);
    await writeFile(path, stringify({ station: folder, store, vault, broker, log: 'debug' }));
    this.part = this.#scenario.start(name, process.execPath, [program, 'station', '--config', path]);
    await this.part.says('station.ready');
  }

  async kill(): Promise<void> {
    await this.part?.signal('SIGKILL');
  }

  /** What its inventory says of each recording. */
  async inventory(): Promise<readonly Recorded[]> {
    const { store, vault } = this;
    const trust = this.#scenario.at('agency/root.crt');
    const words = ['inventory', '--json', '--store', store, '--vault', vault, '--trust', trust];
    const { stdout, stderr } = await sealcamHere(words);
    if (stdout === '') throw new Error(`inventory of ${this.name} said: ${stderr}`);
    const { cameras } = JSON.parse(stdout) as { cameras: readonly { recordings: readonly Recorded[] }[] };
    return cameras.flatMap(({ recordings }) => recordings);
  }
}

interface Recorded {
  readonly number: number;
  readonly state: string;
  readonly statements: number;
  readonly keys: string;
  readonly completeAt?: string;
  readonly faults: readonly string[];
}

/** A camera of two cells that both run, under a policy by which so many stations must hold a recording. */
async function begin(scenario: Scenario, needed: number) {
  const agency = { folder: scenario.at('agency') };
  await provisionStation(agency, { id: 'station-2', folder: scenario.at('station-2') });
  await copyFile(scenario.at('station-2/vault.pub'), scenario.at('camera/vault-station-2.pub'));
  const fields = { roles: 'evidence', 'dwelling-mode': 'same', 'dwelling-roles': 'none' };
  let draft = await readProfile('lab');
  for (const [field, value] of Object.entries({ ...fields, 'stations-needed': `${needed}` }))
    draft = withField(draft, field, value, 'torture');
  const { path } = await provisionPolicy(agency, draft);
  await copyFile(path, scenario.at('camera/policy.dsse'));
  const cells = [
    new KilledCell(scenario, 'station-1', scenario.port),
    new KilledCell(scenario, 'station-2', await freePort()),
  ] as const;
  for (const cell of cells) await cell.start();
  const sim = await scenario.startSim();
  const [first, second] = cells;
  const agent = await scenario.startAgent({
    broker: {
      ...{ url: first.url, station: first.name },
      others: [{ url: second.url, station: second.name }],
    },
  });
  await streaming(sim);
  return { cells, sim, agent };
}

/** Waits for a complete receipt of a station from line `since` of the agent on. */
async function heldBy(agent: Part, station: string, since: number): Promise<void> {
  await agent.line(
    `all of a recording at ${station}`,
    (line) => line.event === 'recording.receipted' && line.station === station,
    since,
    receiptMsMax,
  );
}

async function killCells(scale: Scale, kills: number, needed: number): Promise<Result> {
  const random = fromSeed(scale.seed);
  return withEndings(async (endings) => {
    const scenario = await Scenario.begin(endings);
    const { cells, sim, agent } = await begin(scenario, needed);
    const faults: string[] = [];
    const inSpool = async (): Promise<number> => (await scenario.files('spool', '.seal')).length;
    let made = 1;
    await startRecording(sim, agent);
    for (let done = 1; done <= kills; done += 1) {
      await new Promise((resolve) => setTimeout(resolve, random.int(pauseMsMax)));
      const at = random.int(2);
      const [victim, other] = at === 0 ? cells : [cells[1], cells[0]];
      await victim.kill();
      await sealsMore(agent, 1);
      if (random.int(3) === 0) {
        // The whole of it is sent to the other cell while the first one is away.
        const since = agent.mark;
        await stopRecording(sim, agent);
        await heldBy(agent, other.name, since);
        // A station's own word is in its store before it leaves.
        const held = (await other.inventory()).find(({ number }) => number === made);
        if (held?.state !== 'complete') faults.push(`recording ${made} was receipted early: ${held?.state}`);
        if (needed > 1 && (await inSpool()) === 0)
          faults.push(`recording ${made} is deleted, though ${other.name} alone holds it`);
        await startRecording(sim, agent);
        made += 1;
      }
      await victim.start();
      if (done % 10 === 0) scale.say(`${done} of ${kills} kills, ${made} recordings`);
    }
    await stopRecording(sim, agent);
    await scenario.spoolEmptied('spool', receiptMsMax);
    for (const fault of await judge(cells, made, needed)) faults.push(fault);
    return { figure: `${kills} kills, ${made} recordings, ${needed} stations needed`, faults };
  });
}

/** Every recording must be complete at as many stations as were needed; what a station says of the others must be true. */
async function judge(cells: readonly KilledCell[], made: number, needed: number): Promise<string[]> {
  const faults: string[] = [];
  const found = await Promise.all(cells.map((cell) => cell.inventory()));
  const complete = (at: number, number: number): boolean =>
    found[at]?.some((one) => one.number === number && one.state === 'complete' && one.keys === 'present') ??
    false;
  for (let number = 1; number <= made; number += 1) {
    const holders = cells.filter((_, at) => complete(at, number)).length;
    if (holders < needed) faults.push(`recording ${number} is complete at ${holders} stations`);
  }
  for (const [at, cell] of cells.entries())
    for (const { number, state, completeAt, faults: wrong } of found[at] ?? []) {
      for (const one of wrong) faults.push(`${cell.name}, recording ${number}: ${one}`);
      const there = cells.findIndex(({ name }) => name === completeAt);
      if (state === 'elsewhere' && !complete(there, number))
        faults.push(`${cell.name} says of recording ${number} that it is at ${completeAt}, which it is not`);
    }
  return faults;
}

const row = (needed: number): Row => ({
  row: 14,
  what: `either of two cells (station with its broker) killed while recording, ${needed} needed by the policy`,
  expected: '100 SIGKILLs at random times; each recording complete at as many stations, none receipted early',
  run: (scale) => killCells(scale, scaled(100, scale), needed),
});

export const cellRows: readonly Row[] = [row(1), row(2)];
