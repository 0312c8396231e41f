import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { readRoot } from '../../evidence/root.ts';
import { exitCode, verifyEvidence } from '../../evidence/verify/index.ts';
import { pythonMissing } from '../independent/python.ts';
import { SecondImplementation } from '../independent/second.ts';
import { picture } from '../support/evidence/verdict.ts';
import { memorySource } from '../support/recording.ts';
import { sealcam } from '../support/sealcam.ts';

// Recordings of commands that end, made when the format got them: their verdicts stay for ever.

const folder = resolve(import.meta.dirname, '../../../test/golden/commands');
const at = (name: string): string => join(folder, name);
const root = readRoot(readFileSync(at('root.crt')));

const cases: readonly (readonly [string, string, readonly unknown[]])[] = [
  [
    'obeyed.seal',
    '1 complete iiii, exit 0',
    ['start', 'bookmark', 'bitrate', 'stop'].map((action) => ({ action, obeyed: true })),
  ],
  [
    'refused.seal',
    '1 complete iiiiiii, exit 0',
    [
      { action: 'reboot', obeyed: false, refusal: 'expired' },
      { action: 'renew-certificate', obeyed: false, refusal: 'forbidden' },
      { action: 'reboot', obeyed: false, refusal: 'counter' },
      { obeyed: false, refusal: 'key' },
      { obeyed: false, refusal: 'session' },
      { action: 'start', obeyed: false, refusal: 'impossible' },
      { action: 'reboot', obeyed: false, refusal: 'head' },
    ],
  ],
  ['strange.seal', '1 complete !!, exit 5', [{ obeyed: true }, { obeyed: true }]],
];

t.test('the verdict of each, and what the camera says of its commands', async (t) => {
  const second = pythonMissing === false ? new SecondImplementation(t) : undefined;
  for (const [file, verdict, commands] of cases) {
    const { report } = await verifyEvidence([memorySource(readFileSync(at(file)), file)], root);
    t.equal(picture(report), verdict, file);
    t.same(
      report.recordings[0]?.links.map(({ command }) => command),
      commands,
      file,
    );
    if (second === undefined) continue;
    const answer = await second.ask({ root: at('root.crt'), files: [at(file)] });
    t.equal(answer.exitCode, exitCode(report), `${file}, second verifier`);
    t.same(
      answer.recordings?.[0]?.links.map(({ verdict }) => verdict),
      report.recordings[0]?.links.map(({ verdict }) => verdict),
      `${file}, second verifier`,
    );
  }
});

t.test('people read what was ordered, and why it was not obeyed', async (t) => {
  const { code, out } = await sealcam('verify', at('refused.seal'), '--trust', at('root.crt'));
  t.equal(code, 0);
  t.match(out, /command 0: intact, reboot, not obeyed: it no longer held when it came/);
  t.match(out, /command 3: intact, of unknown content, not obeyed: no command key of the agency signed it/);
});
