import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** How a run of the command line ended, and what it printed. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs `sealcam` with `words` to its end. */
export function sealcam(...words: string[]): Ran {
  const main = join(import.meta.dirname, '../../cli/main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...words], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, out: stdout, error: stderr };
}
