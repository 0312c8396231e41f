import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { endWhenTold, unlessTold } from './endings.ts';
import { processRows } from './processes.ts';
import { messageOf, type Row, type Scale } from './row.ts';
import { clockRows } from './rows/clocks.ts';
import { conformanceRows } from './rows/conformance.ts';
import { diskFullRows } from './rows/disk/disk-full.ts';
import { powerRows } from './rows/disk/power-cuts.ts';
import { spoolCrashRows } from './rows/disk/spool-crashes.ts';
import { spoolDamageRows } from './rows/disk/spool-damage.ts';
import { stallRows } from './rows/disk/stalls.ts';
import { hangRows } from './rows/hangs.ts';
import { memoryRows } from './rows/memory.ts';
import { bucketStoreRows } from './rows/network/bucket-stores.ts';
import { cellRows } from './rows/network/cells.ts';
import { certificateRows } from './rows/network/certificates.ts';
import { floodRows } from './rows/network/floods.ts';
import { networkRows } from './rows/network/network.ts';
import { programRows } from './rows/programs.ts';
import { sensorLineRows } from './rows/sensor-line.ts';
import { sweepRows } from './rows/sweeps.ts';
import { chaosRows } from './rows/whole/chaos.ts';
import { scenarioRows } from './rows/whole/scenarios.ts';
import { simulationRows } from './rows/whole/simulation.ts';
import { stormRows } from './rows/whole/storm.ts';

// `npm run torture -- --rows 1,2,3`: rows of the fault table at their full figures, and what came of each.

const rows: readonly Row[] = [
  ...spoolCrashRows,
  ...spoolDamageRows,
  ...programRows,
  ...networkRows,
  ...processRows,
  ...cellRows,
  ...bucketStoreRows,
  ...hangRows,
  ...certificateRows,
  ...memoryRows,
  ...stallRows,
  ...clockRows,
  ...sensorLineRows,
  ...diskFullRows,
  ...powerRows,
  ...simulationRows,
  ...chaosRows,
  ...stormRows,
  ...floodRows,
  ...scenarioRows,
  ...conformanceRows,
  ...sweepRows,
].sort((a, b) => orderOf(a) - orderOf(b));

/** Rows with a number first, ascending. */
function orderOf({ row }: Row): number {
  return typeof row === 'number' ? row : Number.MAX_SAFE_INTEGER;
}

const known = [...new Set(rows.map(({ row }) => row))].join(',');
const usage = `Usage: npm run torture -- [--rows ${known}] [--part 0.1] [--seeds N] [--seed S] [--keep FOLDER]`;

function scaleOf(values: { part?: string; seeds?: string; seed?: string; keep?: string }): Scale {
  const part = Number(values.part ?? 1);
  const seeds = values.seeds === undefined ? undefined : Number(values.seeds);
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  if (!(part > 0 && part <= 1))
    throw new RangeError(`--part must be above 0 and at most 1, is ${values.part}`);
  if (seeds !== undefined && !(Number.isInteger(seeds) && seeds > 0)) {
    throw new RangeError(`--seeds must be a whole number above 0, is ${values.seeds}`);
  }
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new RangeError(`--seed must be a whole number below 2^32, is ${values.seed}`);
  }
  return { part, seeds, seed, keep: values.keep, say: (line) => process.stderr.write(`  ${line}\n`) };
}

async function run(asked: readonly Row[], scale: Scale): Promise<number> {
  let failed = 0;
  for (const { row, what, expected, run: torture } of asked) {
    process.stdout.write(`row ${row}: ${what}\n  expected: ${expected}\n  seed: ${scale.seed}\n`);
    const startMs = performance.now();
    let figure = 'ended early';
    let faults: readonly string[];
    try {
      ({ figure, faults } = await torture(scale));
    } catch (error) {
      faults = [messageOf(error)];
    }
    await unlessTold();
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    const verdict = faults.length === 0 ? 'holds' : `FAILS\n    ${faults.join('\n    ')}`;
    process.stdout.write(`  measured: ${figure}\n  seconds: ${seconds}\n  verdict: ${verdict}\n`);
    if (faults.length > 0) failed += 1;
  }
  process.stdout.write(`${asked.length - failed} rows hold, ${failed} fail\n`);
  return failed === 0 ? 0 : 1;
}

try {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string' },
      part: { type: 'string' },
      seeds: { type: 'string' },
      seed: { type: 'string' },
      keep: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n${rows.map(({ row, what }) => `  ${row}: ${what}`).join('\n')}\n`);
    process.exit(0);
  }
  const names = (values.rows ?? known).split(',');
  const asked = rows.filter(({ row }) => names.includes(`${row}`));
  const unknown = names.filter((name) => !rows.some(({ row }) => `${row}` === name));
  if (unknown.length > 0) throw new RangeError(`there is no row ${unknown.join(', ')}; there are ${known}`);
  const scale = scaleOf(values);
  endWhenTold();
  process.exit(await run(asked, scale));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exit(2);
}
