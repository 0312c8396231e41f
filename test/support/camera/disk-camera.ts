import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { policyOf, readProfile } from '../../../agency/policy-draft.ts';
import { agentConfigSchema } from '../../../agent/config.ts';
import { startAgent } from '../../../agent/main.ts';
import { nodeFileSystem } from '../../../agent/spool/disk/node-file-system.ts';
import { jsonLog } from '../../../base/log.ts';
import { generateHpkeKeyPair, type HpkeKeyPair } from '../../../evidence/keys/hpke.ts';
import { makeStatement, type Policy } from '../../../evidence/statements.ts';
import { type EvidenceSource, type Verified, verifyEvidence } from '../../../evidence/verify/index.ts';
import { defaultVideo, Simulator } from '../../../hardware-sim/simulator.ts';
import { memorySource as mediaSource } from '../../../media/byte-source.ts';
import { type Mp4File, readMp4 } from '../../../media/reader/mp4-reader.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import { slowDisk } from '../../../scenario/fast/disks/slow-disk.ts';
import { InProcessKeys } from '../../../scenario/fast/key-keeper.ts';
import { fromSeed } from '../../../scenario/fast/seeded.ts';
import { SimLine, simulatedPort } from '../../../scenario/fast/sim-line.ts';
import { ProcessClock, SimTime } from '../../../scenario/fast/sim-time.ts';
import { memorySource, type TestAgency } from '../recording.ts';
import { tlsFiles } from '../uplink/fake-station.ts';
import { identityFiles } from './sealer.ts';

// The whole agent in this process with its files on the machine's disk: what a test does to them between two runs is what
// a broken card does. The sensor is the simulated one, time is simulated, and there is no network.

/** A line of the agent's log. */
export interface AgentLine {
  readonly level: string;
  readonly event: string;
  readonly file?: string;
  readonly code?: string;
}

const utcUs = Date.UTC(2026, 0, 1) * 1_000;
const waitMsMax = 60_000;

/** What the agency gives a camera, and what it signs for it. */
export interface Provisioned {
  readonly agency: TestAgency;
  readonly roster: (version: number) => Uint8Array;
  readonly vaultKey: (version: number) => Uint8Array;
  readonly policy: (version: number) => Uint8Array;
  readonly revocation: (version: number) => Uint8Array;
}

/** Makes the folder `camera` in `folder`, with version 3 of all. */
export async function provision(agency: TestAgency, folder: string): Promise<Provisioned> {
  const pairs: HpkeKeyPair[] = [await generateHpkeKeyPair(), await generateHpkeKeyPair()];
  const [evidence, court] = pairs.map(({ publicKey }) => publicKey);
  if (evidence === undefined || court === undefined) throw new TypeError('two pairs were made');
  const lab = policyOf(await readProfile('lab'), 1);
  const roles = { court, evidence };
  const made: Provisioned = {
    agency,
    roster: (version) =>
      makeStatement(
        'roster',
        {
          version,
          roles: Object.entries(roles).map(([name, publicKey]) => ({
            name,
            recipients: [{ label: 'A', publicKey }],
          })),
        },
        agency.signer,
      ).encoded,
    vaultKey: (version) =>
      makeStatement('vault-key', { stationId: 'station-1', version, publicKey: evidence }, agency.signer)
        .encoded,
    policy: (version) =>
      makeStatement('policy', { ...(lab as Policy), version, preEventS: 0, runOnS: 0 }, agency.signer)
        .encoded,
    revocation: (version) =>
      makeStatement('revocation', { version, certificates: [], issuedUtcUs: 0 }, agency.signer).encoded,
  };
  const identity = await identityFiles(agency, 'camera-1');
  const tls = await tlsFiles(agency, 'tls-client', 'camera-1');
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'root.crt': agency.authority.certificatePem,
    'identity.crt': identity.certificate,
    'identity.key': identity.privateKey,
    'tls.crt': tls.certificate,
    'tls.key': tls.privateKey,
    'roster.dsse': made.roster(3),
    'vault.pub': made.vaultKey(3),
    'policy.dsse': made.policy(3),
    'revocation.dsse': made.revocation(3),
    new: '',
  };
  await mkdir(join(folder, 'camera'), { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, 'camera', name), content);
  return made;
}

/** What a run of the agent came to. */
export interface AgentRun {
  readonly lines: readonly AgentLine[];
  /** Why the agent did not start. */
  readonly failed: unknown;
  /** A recording was opened, had a chunk, and was closed. */
  readonly recorded: boolean;
}

let video: Promise<Mp4File> | undefined;

/** The video without its file, which every run can read. */
function openVideo(): Promise<Mp4File> {
  video ??= readFile(defaultVideo).then((bytes) =>
    readMp4(mediaSource(Uint8Array.from(bytes), defaultVideo), { sampleBytesMax: linkLimits.sampleBytesMax }),
  );
  return video;
}

/**
 * Runs the agent in `folder`: starts it, presses start, then stop once something is sealed, and ends it.
 * @param seed of its random numbers: those of two runs must differ.
 * @param issued what the station sends it: leaf and record.
 */
export async function runAgent(
  folder: string,
  seed: number,
  issued: readonly (readonly [leaf: string, record: Uint8Array])[] = [],
): Promise<AgentRun> {
  const time = new SimTime();
  const random = fromSeed(seed);
  const line = new SimLine();
  const clock = new ProcessClock(time, () => utcUs, random.bytes(16), 0);
  const keys = new InProcessKeys(time, await readFile(join(folder, 'camera', 'identity.key')));
  const simulator = new Simulator({
    ...{ file: await openVideo(), seed, once: false, openPort: line.plug },
    clock: new ProcessClock(time, () => utcUs, random.bytes(16)),
    onEvent: () => {},
    onQuit: () => {},
  });
  const lines: AgentLine[] = [];
  const heard = (event: string): number => lines.filter((one) => one.event === event).length;
  const until = async (event: string, count = 1): Promise<boolean> => {
    while (heard(event) < count && time.nowMs < waitMsMax) if (!(await time.quickStep())) return false;
    return heard(event) >= count;
  };
  const config = v.parse(agentConfigSchema, {
    ...{ camera: 'camera', sensor: { port: simulatedPort }, broker: { url: 'mqtts://localhost:8883' } },
    ...{ spool: 'spool', runtime: 'runtime', log: 'debug' },
    policy: { name: 'configured', roles: ['evidence'], ringSeconds: 0, dwellingRoles: ['court'] },
  });
  const ports = {
    clock,
    clockQuality: { now: () => ({ clockState: 'unknown', errorUs: 0 }) as const },
    randomness: random,
    fileSystem: slowDisk(nodeFileSystem, async () => {
      time.activity += 1;
    }),
    openLine: line.open,
    openBroker: (
      events: Parameters<NonNullable<Parameters<typeof startAgent>[3]>['openBroker'] & object>[0],
    ) => {
      if (issued.length > 0)
        time.after(1, () => {
          events.up();
          for (const [leaf, record] of issued) events.message(`sealcam/1/camera-1/session/${leaf}`, record);
        });
      return { publish: () => {}, close: (reason: string) => void time.after(0, () => events.down(reason)) };
    },
    keyKeeper: keys,
  };
  const log = jsonLog('agent', (text) => lines.push(JSON.parse(text)), 'debug');
  try {
    const starting = startAgent(config, (path) => join(folder, path), log, ports);
    let agent: Awaited<typeof starting> | undefined;
    let failed: unknown;
    starting.then(
      (started) => {
        agent = started;
      },
      (error: unknown) => {
        failed = error;
      },
    );
    while (agent === undefined && failed === undefined && time.nowMs < waitMsMax) {
      await time.quiet();
      if (agent === undefined && failed === undefined) await time.step();
    }
    if (agent === undefined)
      return { lines, failed: failed ?? new Error('the start did not end'), recorded: false };
    simulator.start();
    await until('key.prepared');
    simulator.perform({ does: 'press', button: 'start', on: undefined });
    const sealed = await until('chunk.sealed', 2);
    simulator.perform({ does: 'press', button: 'stop', on: undefined });
    const closed = sealed && (await until('recording.closed'));
    let over = false;
    const ending = agent.close().finally(() => {
      over = true;
    });
    await time.quiet();
    while (!over && time.nowMs < 2 * waitMsMax) await time.step();
    if (over) await ending;
    return { lines, failed: over ? undefined : new Error('the end did not end'), recorded: closed };
  } finally {
    simulator.close();
    clock.kill();
    keys.kill();
  }
}

/** What a verifier says of the recordings in `folder`, and what it found; `except` is what it is not shown. */
export async function verifySpool(
  folder: string,
  { agency }: Provisioned,
  except: readonly string[] = [],
): Promise<Verified> {
  const spool = join(folder, 'spool');
  const sources: EvidenceSource[] = [];
  for (const entry of await readdir(spool, { withFileTypes: true })) {
    const { name } = entry;
    if (!entry.isFile() || !/\.seal$/.test(name) || except.includes(name)) continue;
    sources.push(memorySource(Uint8Array.from(await readFile(join(spool, name))), name));
  }
  return verifyEvidence(sources, agency.root);
}
