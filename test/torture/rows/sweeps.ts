import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { filesBelow } from '../../../scenario/processes/store-files.ts';
import { runProcess } from '../../support/process.ts';
import { fromSeed } from '../../support/seed.ts';
import { type Endings, withEndings } from '../endings.ts';
import type { Row } from '../row.ts';

const tests = resolve(import.meta.dirname, '../..');

/** The test files whose text has `text`. */
async function testsWith(text: string): Promise<string[]> {
  const files = await filesBelow(tests, /\.test\.js$/);
  return files.filter((file) => readFileSync(file, 'utf8').includes(text));
}

/** What a test file said was wrong: nothing, or one sentence. */
async function faultOf(
  endings: Endings,
  file: string,
  variables: Record<string, string>,
): Promise<string | undefined> {
  const env = { ...variables, TAP_TIMEOUT: '7200' };
  const { code, stdout } = await runProcess(endings, process.execPath, [file], { env });
  if (code === 0) return undefined;
  const failed = stdout.split('\n').find((line) => /^ *not ok/.test(line));
  return `${relative(tests, file)}: ${failed?.trim() ?? `ended with ${code}`}`;
}

const sweeps: Row = {
  row: 'sweeps',
  what: 'every case of the tests that try a sample of them in npm test',
  expected: 'no test fails',
  async run({ seed, part, say }) {
    const faults: string[] = [];
    const all = await testsWith('support/full.');
    const files = all.slice(0, Math.ceil(all.length * part));
    await withEndings(async (endings) => {
      for (const file of files) {
        const fault = await faultOf(endings, file, { SEALCAM_TORTURE: '1', SEALCAM_TEST_SEED: `${seed}` });
        if (fault !== undefined) faults.push(fault);
        say(`${relative(tests, file)}: ${fault === undefined ? 'passed' : 'failed'}`);
      }
    });
    return { figure: `${files.length} of ${all.length} files of tests, each case of them`, faults };
  },
};

const runsEach = 20;

const seeds: Row = {
  row: 'seeds',
  what: `every random test with ${runsEach} seeds that npm test does not try`,
  expected: 'no test fails',
  async run({ seed, part, say }) {
    const faults: string[] = [];
    const random = fromSeed(seed);
    const files = await testsWith('seeded(t)');
    const runs = Math.ceil(runsEach * part);
    await withEndings(async (endings) => {
      for (const file of files) {
        const before = faults.length;
        for (let run = 0; run < runs; run += 1) {
          const chosen = random.int(2 ** 32);
          const fault = await faultOf(endings, file, { SEALCAM_TEST_SEED: `${chosen}` });
          if (fault !== undefined) faults.push(`seed ${chosen}, ${fault}`);
        }
        say(`${relative(tests, file)}: ${faults.length - before} of ${runs} failed`);
      }
    });
    return { figure: `${files.length} files of tests, ${runs} seeds each`, faults };
  },
};

export const sweepRows: readonly Row[] = [sweeps, seeds];
