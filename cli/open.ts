import { type FileHandle, link, open, rm } from 'node:fs/promises';
import { SealcamError } from '../base/errors.ts';
import { type HpkePrivateKey, importHpkeKeyPair } from '../evidence/hpke.ts';
import { parsePrivateKeyFile } from '../evidence/key-file.ts';
import { type Hole, openRecording, recordingShares } from '../evidence/open.ts';
import { type RecordingReport, type Report, verifyEvidence } from '../evidence/verify/index.ts';
import { parseWords, required, runCommand, usage } from './command.ts';
import {
  besides,
  openPresent,
  openSource,
  readRevocationFile,
  readRootFile,
  readSmallFile,
} from './files.ts';
import { fastestHasher } from './hasher.ts';
import { fragmentedMovie, ordinaryMovie } from './movie.ts';
import { say } from './output.ts';
import { telemetryJson } from './telemetry-json.ts';
import { gapWords } from './words.ts';

/** What `sealcam open --help` prints. */
export const help = `sealcam open FILE --keys KEYS --identity KEY... --trust ROOT -o OUT.mp4: opens a recording

  FILE               NAME.seal, one recording
  --keys KEYS        the key object that belongs to it, NAME.keys
  --identity KEY     your private key file; once for each role that the recording asks for
  --trust ROOT       the agency's root certificate, PEM or DER
  --revocations FILE the agency's newest revocation list
  -o, --out OUT      the MP4 to write; its telemetry is written beside it as OUT.telemetry.json
  --fragmented       writes the sealed pieces end to end, a fragmented MP4, instead of an ordinary one

It verifies first, and writes every chunk that is intact. What could not be opened is listed.
Exits 0 when all of it was opened (signed gaps are listed) and nothing contradicts it, 1 otherwise, 2 on wrong
usage. Whether the recording is complete, "sealcam verify" says.
`;

/** `sealcam open`. */
export function run(args: string[]): Promise<number> {
  return runCommand('open', help, args, async () => {
    const { values, positionals } = parseWords('open', args, {
      keys: { type: 'string' },
      identity: { type: 'string', multiple: true },
      trust: { type: 'string' },
      revocations: { type: 'string' },
      out: { type: 'string', short: 'o' },
      fragmented: { type: 'boolean' },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw usage('give exactly one .seal file');
    const out = required('open', 'out', values.out);
    const keysPath = required('open', 'keys', values.keys);
    const identityPaths = values.identity ?? [];
    if (identityPaths.length === 0) throw usage('"--identity" is missing: see "sealcam open --help"');
    const root = await readRootFile(required('open', 'trust', values.trust));
    const revocations = await readRevocationFile(values.revocations, root);
    const hasher = await fastestHasher();
    const keyEnvelope = await readSmallFile(keysPath);
    const identities: HpkePrivateKey[] = [];
    for (const path of identityPaths) identities.push(await readIdentity(path));
    const sources = [await openSource(file), ...(await openPresent([besides(file, 'receipts')]))];
    try {
      const { report, found } = await verifyEvidence(sources, root, { revocations, hasher });
      const [recording, ...others] = found;
      const [recordingReport] = report.recordings;
      if (recording === undefined || recordingReport === undefined || others.length > 0) {
        throw new SealcamError(
          'OPEN_ONE_RECORDING',
          `${file} holds ${found.length === 0 ? 'no recording that can be read' : `${found.length} recordings`}: give a file with exactly one`,
        );
      }
      if (!recordingReport.trusted) {
        throw new SealcamError(
          'OPEN_UNTRUSTED',
          `${file} was not signed by a camera of the given root: nothing was opened`,
        );
      }
      const shares = await recordingShares(recording, keyEnvelope, identities);
      try {
        const whole = await writeOpened(
          out,
          openRecording(recording, recordingReport, shares),
          values.fragmented === true,
        );
        const contradicted = contradictions(report, recordingReport);
        say(...contradicted);
        return whole && contradicted.length === 0 ? 0 : 1;
      } finally {
        for (const share of shares) share.fill(0);
      }
    } finally {
      for (const source of sources) await source.close();
    }
  });
}

/** What speaks against the recording beside its holes, a line each. */
function contradictions(report: Report, { conflicts, faults }: RecordingReport): string[] {
  return [
    ...[...conflicts, ...report.conflicts].map((sentence) => `conflict: ${sentence}`),
    ...faults.map((sentence) => `fault: ${sentence}`),
  ];
}

async function readIdentity(path: string): Promise<HpkePrivateKey> {
  const file = await readSmallFile(path);
  const { pair } = parsePrivateKeyFile(Buffer.from(file).toString('utf8'));
  file.fill(0);
  try {
    return await importHpkeKeyPair(pair);
  } finally {
    pair.seed.fill(0);
  }
}

/** Writes what was opened and lists what was not; true where nothing but signed gaps is absent. */
async function writeOpened(
  out: string,
  opened: ReturnType<typeof openRecording>,
  fragmented: boolean,
): Promise<boolean> {
  const telemetryPath = `${out.replace(/\.mp4$/, '')}.telemetry.json`;
  const media = await open(out, 'wx', 0o600);
  let telemetry: FileHandle;
  try {
    telemetry = await open(telemetryPath, 'wx', 0o600);
  } catch (error) {
    await media.close();
    await rm(out);
    throw error;
  }
  const movie = fragmented ? fragmentedMovie(media) : ordinaryMovie(media);
  const holes: Hole[] = [];
  let chunks = 0;
  try {
    await telemetry.writeFile('[');
    for await (const one of opened) {
      if ('hole' in one) {
        holes.push(one.hole);
        continue;
      }
      const { chunk } = one;
      await movie.add(chunk);
      await telemetry.writeFile(`${chunks === 0 ? '' : ','}\n${telemetryJson(chunk)}`);
      chunks += 1;
    }
    await telemetry.writeFile('\n]\n');
    await movie.finish();
    await media.sync();
    await telemetry.sync();
  } catch (error) {
    // What is cut short anywhere is no opened recording, and would stand in the way of another try.
    await rm(out);
    await rm(telemetryPath);
    throw error;
  } finally {
    await media.close();
    await telemetry.close();
  }
  say(...holes.map(holeWords));
  if (chunks === 0) {
    await rm(out);
    await rm(telemetryPath);
    throw new SealcamError('OPEN_NOTHING', 'no chunk of the recording could be opened: nothing was written');
  }
  if (movie.form !== 'mp4') {
    const bare = `${out.replace(/\.mp4$/, '')}.${movie.form}`;
    await link(out, bare);
    await rm(out);
    say(
      'the camera had no description of its stream that an MP4 could be made with: its pictures follow each other without times or sound, which ffmpeg or VLC may play',
      `${chunks} chunks opened: ${bare}, telemetry: ${telemetryPath}`,
    );
  } else say(`${chunks} chunks opened: ${out}, telemetry: ${telemetryPath}`);
  return holes.every(({ why }) => why === 'gap');
}

function holeWords({ from, to, why, gap }: Hole): string {
  const range = from === to ? `chunk ${from}` : `chunks ${from} to ${to}`;
  return gap ? `gap ${from}: ${gapWords(gap)} are absent` : `${range}: ${why}`;
}
