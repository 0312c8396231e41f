import { exitCode, verifyEvidence } from '../evidence/verify/index.ts';
import { parseWords, required, runCommand, usage } from './command.ts';
import { besides, openPresent, openSource, readRevocationFile, readRootFile } from './files.ts';
import { fastestHasher } from './hasher.ts';
import { say, sayJson } from './output.ts';
import { reportWords } from './words.ts';

/** What `sealcam verify --help` prints. */
export const help = `sealcam verify FILE... --trust ROOT: checks recordings without any key

  FILE                  NAME.seal; NAME.receipts and NAME.deletion beside it are read too. Several recordings
                        of a camera also show whether one between them is absent.
  --trust ROOT          the agency's root certificate, PEM or DER
  --revocations FILE    the agency's newest revocation list
  --json                prints the report as JSON

Exits 0 complete and without fault, 3 recovered or open-ended, 4 complete with signed gaps, losses or
withheld parts, 5 anything missing, damaged, untrusted or in conflict; 1 could not be verified, 2 wrong usage.
`;

/** `sealcam verify`. */
export function run(args: string[]): Promise<number> {
  return runCommand('verify', help, args, async () => {
    const { values, positionals } = parseWords('verify', args, {
      trust: { type: 'string' },
      revocations: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length === 0) throw usage('no file is given: give one or more .seal files');
    const root = await readRootFile(required('verify', 'trust', values.trust));
    const revocations = await readRevocationFile(values.revocations, root);
    const hasher = await fastestHasher();
    const given = [];
    for (const path of positionals) given.push(await openSource(path));
    const beside = positionals
      .filter((path) => path.endsWith('.seal'))
      .flatMap((path) => [besides(path, 'receipts'), besides(path, 'deletion')]);
    const sources = [...given, ...(await openPresent(beside.filter((path) => !positionals.includes(path))))];
    try {
      const { report } = await verifyEvidence(sources, root, { revocations, hasher });
      const code = exitCode(report);
      if (values.json) sayJson({ exitCode: code, ...report });
      else say(...reportWords(report));
      return code;
    } finally {
      for (const source of sources) await source.close();
    }
  });
}
