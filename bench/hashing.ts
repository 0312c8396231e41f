// What the addon's hashing gains where every byte of a recording is read: when verifying a file, and when a
// station takes a recording in; each with node:crypto and TypeScript, and with the addon, in one process and in
// turns.
//
// node dist/bench/hashing.js [MB] [ROUNDS]
//
// The file is in the system's folder for temporary files and is read once before the rounds. At the station,
// each round takes the same records into a new store, 8 at a time, with a receipt and its syncs for each such
// batch. It prints medians, and one line `ratio ... = N` for each of both, the median of the rounds' ratios and
// their range.
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { nativeHasher } from '../cli/evidence/hasher.ts';
import { openSource } from '../cli/files.ts';
import { type Hasher, nodeHasher } from '../evidence/hasher.ts';
import { fileMagic } from '../evidence/records.ts';
import type { Root } from '../evidence/root.ts';
import { verifyEvidence } from '../evidence/verify/index.ts';
import { Harness } from '../test/station/support/harness.ts';
import { type Messages, recorded, takeIn, withAgency } from './intake.ts';
import { quantile } from './proc.ts';

interface Figure {
  readonly ms: number;
  readonly cpuMs: number;
}

async function main(): Promise<void> {
  const [megabytes = 64, rounds = 5] = process.argv.slice(2).map(Number);
  await withAgency(async (folder, agency) => {
    const messages = await recorded(agency, megabytes);
    const path = join(folder, 'recording.seal');
    const bytes = await writeRecording(path, messages);
    const hashers = [nodeHasher, await nativeHasher()] as const;
    const first = await Harness.start(agency, join(folder, 'first'));
    const { root } = first.credentials;
    await verify(path, root, nodeHasher);
    await report('verify', bytes, rounds, hashers, (hasher) => verify(path, root, hasher));
    await report('station', bytes, rounds, hashers, async (hasher) => {
      const place = mkdtempSync(join(folder, 'station-'));
      const harness = await Harness.start(agency, place, { hasher });
      const figure = await timed(() => takeIn(harness, messages));
      rmSync(place, { recursive: true });
      return figure;
    });
  });
}

async function writeRecording(path: string, messages: Messages): Promise<number> {
  const file = await open(path, 'wx');
  let bytes = 0;
  for (const [topic, record] of [['magic', fileMagic] as const, ...messages]) {
    if (topic.endsWith('/keys')) continue;
    await file.writeFile(record);
    bytes += record.length;
  }
  await file.close();
  return bytes;
}

async function timed(work: () => Promise<void>): Promise<Figure> {
  const before = process.cpuUsage();
  const from = performance.now();
  await work();
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000 };
}

async function verify(path: string, root: Root, hasher: Hasher): Promise<Figure> {
  const source = await openSource(path);
  try {
    return await timed(async () => {
      const { report } = await verifyEvidence([source], root, { hasher });
      if (report.recordings[0]?.verdict !== 'complete') throw new Error('the recording is not complete');
    });
  } finally {
    await source.close();
  }
}

/** Runs `work` with each hasher in turns, and prints how fast it was. */
async function report(
  name: string,
  bytes: number,
  rounds: number,
  hashers: readonly [Hasher, Hasher],
  work: (hasher: Hasher) => Promise<Figure>,
): Promise<void> {
  const figures = hashers.map((): Figure[] => []);
  for (let round = 0; round < rounds; round += 1) {
    // Who goes first alternates, because other load on the machine slows both of a round.
    const order = round % 2 === 0 ? [0, 1] : [1, 0];
    for (const which of order) figures[which]?.push(await work(hashers[which === 0 ? 0 : 1]));
  }
  const megabytes = bytes / 1e6;
  for (const [which, hasher] of hashers.entries()) {
    const one = figures[which] ?? [];
    const speed =
      megabytes /
      (quantile(
        one.map(({ ms }) => ms),
        0.5,
      ) /
        1000);
    const cpu =
      quantile(
        one.map(({ cpuMs }) => cpuMs),
        0.5,
      ) / megabytes;
    console.log(
      `${name.padEnd(8)} ${speed.toFixed(0).padStart(5)} MB/s ${cpu.toFixed(2).padStart(6)} CPU-ms/MB  ${hasher.name}`,
    );
  }
  for (const what of ['ms', 'cpuMs'] as const) {
    const ratios = (figures[0] ?? []).map(
      (slow, round) => slow[what] / (figures[1]?.[round]?.[what] ?? Number.NaN),
    );
    const range = `${quantile(ratios, 0).toFixed(2)} to ${quantile(ratios, 1).toFixed(2)}`;
    const words = what === 'ms' ? 'throughput' : 'CPU';
    console.log(`ratio ${name} ${words} = ${quantile(ratios, 0.5).toFixed(2)} (${range})`);
  }
}

await main();
