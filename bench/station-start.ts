// How long a station takes from the start of its process until it serves cameras, with few complete recordings
// in its store and with many, in turns.
//
// node dist/bench/station-start.js [MANY] [ROUNDS]
//
// The complete recordings are copies of one that a station took: their names differ, and no start reads them.
// The bench measures that they cost a start next to nothing. It prints the medians, and `ratio many/few = N`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { completedName } from '../station/store/completed.ts';
import { fileName } from '../station/store/recording-name.ts';
import { statusKib } from '../test/support/scenario/process-memory.ts';
import { quantile } from './proc.ts';
import { provisionBench } from './provision.ts';

const many = Number(process.argv[2] ?? 100_000);
const rounds = Number(process.argv[3] ?? 5);
const few = 10;
const folder = mkdtempSync(join(tmpdir(), 'sealcam-bench-'));
const at = (...parts: string[]): string => join(folder, ...parts);

try {
  await provisionBench(folder);
  for (const count of [few, many]) fill(count);
  const times: Record<number, Start[]> = { [few]: [], [many]: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const count of [few, many]) times[count]?.push(await start(count));
  }
  const median = (count: number): number =>
    quantile(
      (times[count] ?? []).map(({ ms }) => ms),
      0.5,
    );
  for (const count of [few, many]) {
    const mib = quantile(
      (times[count] ?? []).map(({ rssMib }) => rssMib),
      0.5,
    );
    console.log(
      `${count} complete recordings: ready after ${median(count).toFixed(0)} ms, ${mib.toFixed(0)} MiB`,
    );
  }
  console.log(`ratio many/few = ${(median(many) / median(few)).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A store with `count` complete recordings of one camera, as a station leaves it; the contents are not read. */
function fill(count: number): void {
  const store = at(`evidence-${count}`, 'camera');
  mkdirSync(store, { recursive: true });
  writeFileSync(at('content'), Buffer.alloc(4_096));
  const lines: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const id = number.toString(16).padStart(32, '0');
    const name = fileName({ number, id });
    // One file may have 65,000 names, then another copy is needed.
    if (number % 20_000 === 1) copyFileSync(at('content'), at(`content-${count}-${number}`));
    const content = at(`content-${count}-${number - ((number - 1) % 20_000)}`);
    for (const ending of ['seal', 'receipts']) linkSync(content, join(store, `${name}.${ending}`));
    lines.push(`${String(number).padStart(16, '0')}-${id} ${String(number).padStart(16, '0')}\n`);
  }
  writeFileSync(join(store, completedName), lines.join(''));
  const config = {
    station: 'station',
    store: `evidence-${count}`,
    vault: `vault-${count}`,
    broker: { embedded: { port: 0 } },
  };
  writeFileSync(at(`station-${count}.yaml`), stringify(config));
}

interface Start {
  readonly ms: number;
  readonly rssMib: number;
}

async function start(count: number): Promise<Start> {
  const sealcam = join(import.meta.dirname, '../cli/main.js');
  const args = [sealcam, 'station', '--config', at(`station-${count}.yaml`)];
  const from = process.hrtime.bigint();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  let ready: Start | undefined;
  for await (const line of createInterface(child.stdout)) {
    if (ready !== undefined || !line.includes('The station runs')) continue;
    const ms = Number(process.hrtime.bigint() - from) / 1e6;
    ready = { ms, rssMib: statusKib(child.pid ?? 0, 'VmRSS') / 1024 };
    child.kill('SIGTERM');
  }
  await exited;
  if (ready === undefined) throw new Error('the station ended before it was ready');
  return ready;
}
