/**
 * Prepares a recording as the agent does, in a process of its own whose memory a test searches: `preparer.js FILE`,
 * where FILE holds the recipients, serialised. It prints the sealed envelope when all that the agent does is done.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { deserialize } from 'node:v8';
import { prepareRecording } from '../../../../agent/sealer/index.ts';
import { toHex } from '../../../../base/bytes.ts';
import { systemRandomness } from '../../../../base/random.ts';

const recipients = deserialize(readFileSync(process.argv[2] ?? ''));
const prepared = await prepareRecording(recipients, ['court', 'evidence'], systemRandomness);
const { recordingId, sealedKeys } = prepared;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
process.stdout.write(
  `${JSON.stringify({ recordingId: toHex(recordingId), sealedKeys: toHex(sealedKeys) })}\n`,
);
await lines.next();
prepared.shares.erase();
process.stdout.write('erased\n');
await lines.next();
