import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { telemetryJson } from '../../cli/evidence/telemetry-json.ts';
import { sha256 } from '../../evidence/crypto.ts';
import { type Hasher, nodeHasher } from '../../evidence/hasher.ts';
import { importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { parsePrivateKeyFile } from '../../evidence/keys/key-file.ts';
import { openRecording, recordingShares } from '../../evidence/open/open.ts';
import { readRoot } from '../../evidence/root.ts';
import { exitCode, verifyEvidence } from '../../evidence/verify/index.ts';
import { memorySource } from '../support/recording.ts';

/** What verifying and opening the golden recording in `folder` gives: the texts of the files that state it. */
export async function expectedOf(
  folder: string,
  hasher: Hasher = nodeHasher,
): Promise<{ 'report.json': string; 'telemetry.json': string; 'opened.json': string }> {
  const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
  const root = readRoot(file('root.crt'));
  const sources = ['golden.seal', 'golden.receipts'].map((name) => memorySource(file(name), name));
  const { report, found } = await verifyEvidence(sources, root, { hasher });
  const [recording, recordingReport] = [found[0], report.recordings[0]];
  if (recording === undefined || recordingReport === undefined) throw new RangeError('no recording');
  const identities = await Promise.all(
    ['court.key', 'evidence.key'].map((name) => importHpkeKeyPair(parsePrivateKeyFile(file(name)).pair)),
  );
  const shares = await recordingShares(recording, file('golden.keys'), identities);
  const media: Uint8Array[] = [];
  const telemetry: string[] = [];
  const holes: unknown[] = [];
  for await (const one of openRecording(recording, recordingReport, shares)) {
    if ('hole' in one) {
      holes.push(one.hole);
    } else {
      media.push(one.chunk.media);
      telemetry.push(telemetryJson(one.chunk));
    }
  }
  const hex = (_key: string, value: unknown): unknown =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  const mp4 = {
    bytes: media.reduce((sum, { length }) => sum + length, 0),
    sha256: Buffer.from(sha256(...media)).toString('hex'),
    holes,
  };
  return {
    'report.json': `${JSON.stringify({ exitCode: exitCode(report), ...report }, hex, 2)}\n`,
    'telemetry.json': `[\n${telemetry.join(',\n')}\n]\n`,
    'opened.json': `${JSON.stringify(mp4, null, 2)}\n`,
  };
}
