import { exitCode } from '../../evidence/verify/index.ts';
import { folderOf, isS3, parseS3 } from '../../station/store/s3/location.ts';
import { parseWords, required, runCommand, usage } from '../command.ts';
import { evidenceFiles } from '../evidence/evidence-files.ts';
import { fastestHasher } from '../evidence/hasher.ts';
import {
  expectCheckpoints,
  readPolicyFiles,
  readRevocationLists,
  readRosterFiles,
  revocationFacts,
  revocationWords,
  verifyFiles,
} from '../evidence/verification.ts';
import { besides, readRootFile } from '../files.ts';
import { say, sayJson } from '../output.ts';
import { filesFor, readsOf, s3Help } from '../store/places.ts';
import { reportWords } from '../words.ts';

/** What `sealcam verify --help` prints. */
export const help = `sealcam verify FILE... --trust ROOT: checks recordings without any key

  FILE                  NAME.seal; NAME.receipts and NAME.deletion next to it are read too. Several recordings
                        of a camera also show whether one between them is absent. A folder means all the
                        evidence below it; in a station's store the chain of its receipts is walked as well, which
                        shows whether something was taken out. Each may be s3://BUCKET/..., all of one bucket.
${s3Help}
  --trust ROOT          the agency's root certificate, PEM or DER
  --revocations FILE    the agency's newest revocation list; of several the newest counts
  --roster FILE         a roster of the agency, once for each: compares who can open a recording, by NAME.keys
                        next to it or given as a FILE, with the roster that it names
  --policy FILE         a policy of the agency, once for each: compares the roles and the name in an opening with the
                        policy that it names
  --checkpoint FILE     a checkpoint that the station once gave out, with its whole store given as a folder: the
                        receipts there must lead back to it
  --json                prints the report as JSON

Exits 0 complete and without fault, 3 recovered or open-ended, 4 complete with signed gaps or losses, or erased by
a signed order, 5 anything missing, damaged, untrusted or in conflict; 1 could not be verified, 2 wrong usage.
`;

/** `sealcam verify`. */
export function run(args: string[]): Promise<number> {
  return runCommand('verify', help, args, async () => {
    const { values, positionals } = parseWords('verify', args, {
      trust: { type: 'string' },
      revocations: { type: 'string', multiple: true },
      roster: { type: 'string', multiple: true },
      policy: { type: 'string', multiple: true },
      checkpoint: { type: 'string', multiple: true },
      s3: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length === 0) throw usage('No file is given: give one or more .seal files, or a folder');
    const root = await readRootFile(required('verify', 'trust', values.trust));
    const revocations = await readRevocationLists(values.revocations, root);
    const rosters = await readRosterFiles(values.roster, root);
    const policies = await readPolicyFiles(values.policy, root);
    const paths = positionals.map(folderOf);
    const reads = readsOf(await filesFor({ store: bucketOf(positionals) }, values.s3));
    const files = await evidenceFiles(paths, reads);
    const checkpoints = [...files.checkpoints, ...(values.checkpoint ?? [])];
    if (checkpoints.length > 0 && files.stores.length === 0) {
      throw usage("A checkpoint is about a station's whole store: give that as a folder");
    }
    const endings = ['receipts', 'deletion', ...(rosters.length > 0 ? ['keys'] : [])];
    const seals = paths.filter((path) => path.endsWith('.seal'));
    const beside: string[] = [];
    for (const path of seals.flatMap((seal) => endings.map((ending) => besides(seal, ending))))
      if ((await reads.kindOf(path)) !== undefined) beside.push(path);
    const isKeys = (path: string): boolean => path.endsWith('.keys');
    const given = {
      ...files,
      records: [...new Set([...files.records, ...beside.filter((path) => !isKeys(path))])],
      keys: [...new Set([...files.keys, ...beside.filter(isKeys)])],
      checkpoints,
    };
    const judges = { root, revocations, rosters, policies, hasher: await fastestHasher() };
    await expectCheckpoints(values.checkpoint ?? [], judges);
    const { report } = await verifyFiles(given, judges);
    const code = exitCode(report);
    if (values.json) sayJson({ exitCode: code, ...report, revocations: revocationFacts(revocations) });
    else say(reportWords(report, revocationWords(revocations)));
    return code;
  });
}

/** The bucket that paths are in, if any is. */
function bucketOf(paths: readonly string[]): string | undefined {
  const [bucket, ...others] = new Set(paths.filter(isS3).map((path) => parseS3(path).bucket));
  if (others.length > 0)
    throw usage(`The buckets "${bucket}" and "${others[0]}" are two: verify one at a time`);
  return bucket && `s3://${bucket}`;
}
