import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { full, sweepLimitMs } from '../support/full.ts';
import { fileLimitMs } from '../support/patience.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('./support/box-bombs.js', import.meta.url));

t.setTimeout(sweepLimitMs);

t.test('no count in any box, without the bytes for it, costs memory or time', async (t) => {
  // The heap has 48 MB; typed arrays, which are not in it, are held by what the child itself measures.
  const { stdout } = await run(process.execPath, ['--max-old-space-size=48', child], {
    timeout: fileLimitMs,
  });
  const { tried, refused, residentMiB, types } = JSON.parse(stdout);
  t.ok(tried > (full ? 20_000 : 5_000), `${tried} files, ${refused} refused`);
  t.ok(types > 150, `${types} box types`);
  t.ok(residentMiB < 96, `${residentMiB} MiB more in memory at most`);
});
