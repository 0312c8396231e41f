/**
 * Holds a recording in a process of its own whose memory a test searches: `holder.js FILE COUNT CHUNKS` reads COUNT
 * shares from FILE by way of the share pipe, seals CHUNKS chunks with a skip after each third, prints what of them is
 * public as a line of JSON, and waits until its stdin ends. Then it erases the recording, says so, and waits again.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { capabilities, createSharePipe, openRecordingKeys } from '../../../native/index.ts';

const [file = '', count = '1', chunks = '1'] = process.argv.slice(2);
const pipe = createSharePipe();
// Another process writes them: they never pass this one's JavaScript.
const writer = spawn('sh', ['-c', 'cat "$0" >&3', file], {
  stdio: ['ignore', 'ignore', 'inherit', pipe.writeFd],
});
const shares = await pipe.readShares(Number(count));
if (writer.exitCode === null) await once(writer, 'exit');
const recording = openRecordingKeys(shares, Buffer.from('the opening core'));
const headers: string[] = [];
let index = 0;
for (let chunk = 0; chunk < Number(chunks); chunk += 1) {
  const sealed = await recording.seal({
    index,
    openingDigest: new Uint8Array(32).fill(9),
    media: [new Uint8Array(200_000).fill(chunk)],
    telemetry: new Uint8Array(300).fill(chunk),
  });
  for (const part of [sealed.media, sealed.telemetry]) headers.push(Buffer.from(part.header).toString('hex'));
  index += 1;
  if (chunk % 3 === 2) {
    recording.skip(index);
    index += 1;
  }
}
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
process.stdout.write(
  `${JSON.stringify({ next: index, headers, locked: capabilities().keyMemory.locked })}\n`,
);
await lines.next();
recording.erase();
process.stdout.write('erased\n');
await lines.next();
