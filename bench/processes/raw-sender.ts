// The other side of bench/processes/bare-pipe.ts: bytes on a pseudo-terminal, at a rate, and nothing else.
import { write } from 'node:fs';
import { promisify } from 'node:util';
import { openPty } from '../../native/index.ts';
import { incompressible } from './sender.ts';

const [bitsPerSecond = 20e6] = process.argv.slice(2).map(Number);
const { masterFd, path } = openPty();
const writeAsync = promisify(write);
const piece = incompressible(16_384);
const started = process.hrtime.bigint();
let sent = 0;
process.send?.(path);
process.on('disconnect', () => process.exit(0));
for (;;) {
  const due = (Number(process.hrtime.bigint() - started) / 1e9) * (bitsPerSecond / 8);
  if (sent + piece.length > due) await new Promise((resolve) => setTimeout(resolve, 2));
  else {
    try {
      sent += (await writeAsync(masterFd, piece)).bytesWritten;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
