/**
 * A camera's run after its storage, its clock and the agent's own randomness were set back to what they were before:
 * `restored.js FILE`, where FILE holds the recipients. It prepares a recording and seals three chunks under the same
 * core and opening each time, and prints what is public of them.
 */
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { prepareRecording } from '../../../../agent/sealer/index.ts';
import { toHex } from '../../../../base/bytes.ts';
import { openRecordingKeys } from '../../../../native/index.ts';
import { fromSeed } from '../../../support/seed.ts';

const recipients = deserialize(readFileSync(process.argv[2] ?? ''));
const { recordingId, sealedKeys, shares } = await prepareRecording(recipients, ['evidence'], fromSeed(1));
const recording = openRecordingKeys(shares, Buffer.from('the same core'));
const chunks: { headers: string[]; records: string }[] = [];
for (let index = 0; index < 3; index += 1) {
  const sealed = await recording.seal({
    index,
    openingDigest: new Uint8Array(32),
    media: [new Uint8Array(70_000)],
    telemetry: new Uint8Array(10),
  });
  const headers = [sealed.media, sealed.telemetry].map(({ header }) => toHex(header));
  chunks.push({ headers, records: toHex(sealed.records) });
}
recording.erase();
process.stdout.write(
  JSON.stringify({ recordingId: toHex(recordingId), sealedKeys: toHex(sealedKeys), chunks }),
);
