// What a station pays for reading a whole recording back before it signs that it holds all of it, compared with
// a plain SHA-256 of the same file, and with taking the recording in.
//
// node dist/bench/complete-receipt.js [MB] [ROUNDS]
//
// All three read the same bytes in one process, in turns. One line `ratio ... = N` for each comparison: the
// median of the rounds' ratios, and their range.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../base/log.ts';
import { nativeHasher } from '../cli/evidence/hasher.ts';
import { sha256 } from '../evidence/crypto.ts';
import { parseRecord } from '../evidence/records.ts';
import type { Append } from '../station/intake/append.ts';
import { systemFiles } from '../station/store/files.ts';
import { RecordFile } from '../station/store/record-file.ts';
import { piecesOf } from '../station/store/record-scan.ts';
import { Harness } from '../test/station/support/harness.ts';
import { type Messages, recorded, takeIn, withAgency } from './intake.ts';
import { quantile } from './proc.ts';

async function main(): Promise<void> {
  const [megabytes = 64, rounds = 7] = process.argv.slice(2).map(Number);
  await withAgency(async (folder, agency) => {
    const messages = await recorded(agency, megabytes);
    const hasher = await nativeHasher();
    const path = join(folder, 'recording.seal');
    const tools = { files: systemFiles, hasher, log: silentLog, doubtful: new Map() };
    const file = await RecordFile.open(tools, path, () => {});
    await file.append(appendsOf(messages));
    const ratios: { hash: number[]; intake: number[] } = { hash: [], intake: [] };
    const per: number[] = [];
    const mebibytes = file.size / 1_048_576;
    for (let round = 0; round < rounds; round += 1) {
      const place = mkdtempSync(join(folder, 'station-'));
      const intake = await cpuMs(async () =>
        takeIn(await Harness.start(agency, place, { hasher }), messages),
      );
      rmSync(place, { recursive: true });
      const plain = await cpuMs(() => plainHash(path, file.size));
      const reread = await cpuMs(() => file.reread());
      ratios.hash.push(reread / plain);
      ratios.intake.push(reread / intake);
      per.push(reread / mebibytes);
    }
    console.log(
      `${mebibytes.toFixed(0)} MiB read back: ${quantile(per, 0.5).toFixed(2)} ms of CPU time a MiB`,
    );
    say('the whole-recording check against a plain SHA-256 of the file', ratios.hash);
    say('the whole-recording check against taking the recording in', ratios.intake);
  });
}

function say(what: string, ratios: readonly number[]): void {
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  console.log(`ratio ${what} = ${quantile(ratios, 0.5).toFixed(2)} (${range})`);
}

function appendsOf(messages: Messages): Append[] {
  return messages
    .filter(([topic]) => topic.endsWith('/record'))
    .map(([, record]) => ({ record, digest: sha256(parseRecord(record).body), segment: false }));
}

async function plainHash(path: string, size: number): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of piecesOf(systemFiles, path, size)) hash.update(piece);
  hash.digest();
}

/** CPU time of all threads of the process. */
async function cpuMs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

await main();
