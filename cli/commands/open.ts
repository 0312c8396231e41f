import { SealcamError } from '../../base/errors.ts';
import { type HpkePrivateKey, importHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { parsePrivateKeyFile } from '../../evidence/keys/key-file.ts';
import { openRecording, recordingShares } from '../../evidence/open/open.ts';
import {
  exitCode,
  type FoundRecording,
  type RecordingReport,
  type Verified,
} from '../../evidence/verify/index.ts';
import { parseWords, required, runCommand, usage } from '../command.ts';
import { fastestHasher } from '../evidence/hasher.ts';
import { nothingWritten, writeOpened } from '../evidence/opened-files.ts';
import {
  readPolicyFiles,
  readRevocationLists,
  readRosterFiles,
  revocationWords,
  verifyFiles,
} from '../evidence/verification.ts';
import { besides, closeFiles, presentOf, readRootFile, readSmallFile } from '../files.ts';
import { say } from '../output.ts';
import { Passphrases, passphraseHelp, passphraseOptions, readKeyFile } from '../passphrase.ts';
import { reportWords } from '../words.ts';

/** What `sealcam open --help` prints. */
export const help = `sealcam open FILE --keys KEYS --identity KEY... --trust ROOT -o OUT.mp4: opens a recording

  FILE               NAME.seal, one recording
  --keys KEYS        its key object, NAME.keys
  --identity KEY     your private key file; once for each role that the recording asks for
  --trust ROOT       the agency's root certificate, PEM or DER
  --revocations FILE the agency's newest revocation list; of several the newest counts
  --roster FILE      a roster of the agency, once for each: compares who can open the recording with the roster that
                     it names
  --policy FILE      a policy of the agency, once for each: compares the roles and the name in the opening with it
  -o, --out OUT      the MP4 to write; next to it go its telemetry (.telemetry.json), the way that the camera went
                     (.gpx) and captions for a player (.vtt)
  --subtitles        puts the captions into the MP4 too, as a track that a player shows or hides: time, place, lamp,
                     mute, bookmarks, gaps
  --fragmented       writes the sealed pieces end to end, a fragmented MP4, instead of an ordinary one
${passphraseHelp}
It verifies first, writes every chunk that is intact, lists what could not be opened, and says what "sealcam verify"
says. It exits as "sealcam verify" does once it has written the good chunks: 0 complete, 3 recovered or open-ended,
4 with signed gaps or losses, 5 anything missing, damaged, untrusted, in conflict or impossible to write; 1 when it wrote
nothing, 2 on wrong usage.
`;

/** `sealcam open`. */
export function run(args: string[]): Promise<number> {
  return runCommand('open', help, args, async () => {
    const { values, positionals } = parseWords('open', args, {
      keys: { type: 'string' },
      identity: { type: 'string', multiple: true },
      trust: { type: 'string' },
      revocations: { type: 'string', multiple: true },
      roster: { type: 'string', multiple: true },
      policy: { type: 'string', multiple: true },
      out: { type: 'string', short: 'o' },
      fragmented: { type: 'boolean' },
      subtitles: { type: 'boolean' },
      ...passphraseOptions,
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw usage('Give exactly one .seal file');
    const out = required('open', 'out', values.out);
    const { fragmented = false, subtitles = false } = values;
    if (fragmented && subtitles)
      throw usage(
        '"--fragmented" writes the sealed pieces as they are: "--subtitles" can not be added to them',
      );
    const keysPath = required('open', 'keys', values.keys);
    const identityPaths = values.identity ?? [];
    if (identityPaths.length === 0) throw usage('"--identity" is missing: see "sealcam open --help"');
    const root = await readRootFile(required('open', 'trust', values.trust));
    const revocations = await readRevocationLists(values.revocations, root);
    const rosters = await readRosterFiles(values.roster, root);
    const policies = await readPolicyFiles(values.policy, root);
    const keyEnvelope = await readSmallFile(keysPath);
    const identities: HpkePrivateKey[] = [];
    const passphrases = new Passphrases(values['passphrase-fd']);
    for (const path of identityPaths) identities.push(await readIdentity(path, passphrases));
    const beside = await presentOf([besides(file, 'receipts'), besides(file, 'deletion')]);
    const files = { records: [file, ...beside], keys: [keysPath], checkpoints: [], stores: [], notes: [] };
    const judges = { root, revocations, rosters, policies, hasher: await fastestHasher() };
    try {
      const verified = await verifyFiles(files, judges);
      const { found, report } = theOne(file, verified);
      const shares = await recordingShares(found, keyEnvelope, identities);
      try {
        const opened = openRecording(found, report, shares);
        const options = { out, fragmented, subtitles };
        const { withPictures, spoilt } = await writeOpened(options, found.recording.core, opened);
        say(reportWords(verified.report, revocationWords(revocations)));
        const code = exitCode(verified.report);
        if (withPictures === 0) throw nothingWritten(code < 5 && !spoilt);
        if (!spoilt) return code;
        if (code < 5) say('opened: not all that verifies could be written (exit code 5)');
        return 5;
      } finally {
        for (const share of shares) share.fill(0);
      }
    } finally {
      await closeFiles();
    }
  });
}

/** The one recording of a file. @throws SealcamError `OPEN_ONE_RECORDING`, `OPEN_UNTRUSTED`. */
function theOne(
  file: string,
  { found, report }: Verified,
): { readonly found: FoundRecording; readonly report: RecordingReport } {
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
  return { found: recording, report: recordingReport };
}

async function readIdentity(path: string, passphrases: Passphrases): Promise<HpkePrivateKey> {
  const file = await readKeyFile(path, passphrases);
  const { pair } = parsePrivateKeyFile(file);
  file.fill(0);
  try {
    return await importHpkeKeyPair(pair);
  } finally {
    pair.seed.fill(0);
  }
}
