import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { filesBelow } from '../../../scenario/processes/store-files.ts';
import { runProcess } from '../../support/process.ts';
import { withEndings } from '../endings.ts';
import type { Row } from '../row.ts';

const tests = resolve(import.meta.dirname, '../..');

/** The test files that try a sample of their cases in `npm test`. */
async function sweeping(): Promise<string[]> {
  const files = await filesBelow(tests, /\.test\.js$/);
  return files.filter((file) => readFileSync(file, 'utf8').includes('support/full.'));
}

const sweeps: Row = {
  row: 'sweeps',
  what: 'every case of the tests that try a sample of them in npm test',
  expected: 'no test fails',
  async run({ seed, part, say }) {
    const faults: string[] = [];
    const all = await sweeping();
    const files = all.slice(0, Math.ceil(all.length * part));
    await withEndings(async (endings) => {
      for (const file of files) {
        const env = { SEALCAM_TORTURE: '1', SEALCAM_TEST_SEED: String(seed), TAP_TIMEOUT: '7200' };
        const { code, stdout } = await runProcess(endings, process.execPath, [file], { env });
        const name = relative(tests, file);
        const failed = stdout.split('\n').find((line) => /^ *not ok/.test(line));
        if (code !== 0) faults.push(`${name}: ${failed?.trim() ?? `ended with ${code}`}`);
        say(`${name}: ${code === 0 ? 'passed' : 'failed'}`);
      }
    });
    return { figure: `${files.length} of ${all.length} files of tests, each case of them`, faults };
  },
};

export const sweepRows: readonly Row[] = [sweeps];
