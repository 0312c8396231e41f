import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { readRoot } from '../../evidence/root.ts';
import { pythonMissing } from '../independent/python.ts';
import { SecondImplementation } from '../independent/second.ts';
import { verdictOf } from '../support/evidence/verdict.ts';
import { sealcam } from '../support/sealcam.ts';

// Journals of boots, made when the format got them: their verdicts stay for ever.

const folder = resolve(import.meta.dirname, '../../../test/golden/journal');
const at = (name: string): string => join(folder, name);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(at(name)));
const root = readRoot(read('root.crt'));

const cases: [string, readonly string[], string][] = [
  ['shut down', ['whole.seal'], 'boot 1 shut down iiiiiiiiiiiiiii, exit 0'],
  [
    'with its recording',
    ['recording.seal', 'whole.seal'],
    '1 complete i, boot 1 shut down iiiiiiiiiiiiiii, exit 0',
  ],
  ['receipted', ['whole.seal', 'complete.receipts'], 'boot 1 shut down iiiiiiiiiiiiiii, exit 0'],
  ['cut', ['cut.seal'], 'boot 2 open iii, exit 3'],
  ['cut, and found', ['cut.seal', 'finding.seal'], 'boot 2 cut iii, boot 3 shut down iii, exit 3'],
  [
    'cut, receipted and found',
    ['cut.seal', 'finding.seal', 'complete.receipts'],
    'boot 2 cut iii, boot 3 shut down iii, exit 3',
  ],
  ['less than was found', ['short.seal', 'finding.seal'], 'boot 2 cut ii-, boot 3 shut down iii, exit 5'],
  ['less than was receipted', ['short.seal', 'complete.receipts'], 'boot 2 open ii-, exit 5'],
  ['forked', ['cut.seal', 'fork.seal'], 'boot 2 conflict iii, exit 5'],
  ['after the shutdown', ['whole.seal', 'after.seal'], 'boot 1 conflict iiiiiiiiiiiiiiii, exit 5'],
];

t.test('the golden journals have their verdict, from both verifiers', async (t) => {
  const second = pythonMissing === false ? new SecondImplementation(t) : undefined;
  for (const [name, files, picture] of cases) {
    t.equal(await verdictOf(files.map(read), root), picture, name);
    const answer = await second?.ask({ root: at('root.crt'), files: files.map(at) });
    if (answer === undefined) continue;
    t.equal(
      `exit ${answer.exitCode}`,
      picture.slice(picture.lastIndexOf('exit')),
      `${name}, second verifier`,
    );
    const theirs = (answer.journals ?? []).map(({ boot, verdict, entries }) => {
      const symbols = entries.map((one) => (one === 'intact' ? 'i' : one === 'missing' ? '-' : '!'));
      return `boot ${boot} ${verdict} ${symbols.join('')}`;
    });
    t.same(
      theirs,
      picture.split(', ').filter((one) => one.startsWith('boot')),
      `${name}, second verifier`,
    );
  }
});

t.test('a boot that dropped journals says of which boots', async (t) => {
  const own = resolve(folder, '../journal-dropped');
  const files = [join(own, 'dropped.seal')];
  const dropped = new Uint8Array(readFileSync(join(own, 'dropped.seal')));
  const theirRoot = readRoot(new Uint8Array(readFileSync(join(own, 'root.crt'))));
  t.equal(await verdictOf([dropped], theirRoot), 'boot 1030 shut down iii, exit 0');
  const second = pythonMissing === false ? new SecondImplementation(t) : undefined;
  const answer = await second?.ask({ root: join(own, 'root.crt'), files });
  if (answer !== undefined) t.same([answer.exitCode, answer.journals?.[0]?.entries.length], [0, 3]);
  const { out } = await sealcam('verify', ...files, '--trust', join(own, 'root.crt'));
  t.match(
    out,
    /entry 1: .*, the camera had no more room for 5 journals of the boots 3 to 9, and removed them/,
  );
});

t.test('a boot that took a key of the vault and a revocation list says which', async (t) => {
  const own = resolve(folder, '../journal-taken');
  const files = [join(own, 'taken.seal')];
  const taken = new Uint8Array(readFileSync(join(own, 'taken.seal')));
  const theirRoot = readRoot(new Uint8Array(readFileSync(join(own, 'root.crt'))));
  t.equal(await verdictOf([taken], theirRoot), 'boot 2 shut down iiii, exit 0');
  const second = pythonMissing === false ? new SecondImplementation(t) : undefined;
  const answer = await second?.ask({ root: join(own, 'root.crt'), files });
  if (answer !== undefined) {
    t.equal(answer.exitCode, 0, 'second verifier');
    t.match(answer.journals, [{ boot: 2, verdict: 'shut down', entries: Array(4).fill('intact') }]);
  }
  const { out } = await sealcam('verify', ...files, '--trust', join(own, 'root.crt'));
  t.match(out, /entry 1: .*, took the vault's key 2 \(D (ab){32}\)/);
  t.match(out, /entry 2: .*, took revocation list 3 \(D (ab){32}\)/);
});

t.test('the command says from when to when a boot was, how it ended, and each event', async (t) => {
  const trust = ['--trust', at('root.crt')];
  const { code, out } = await sealcam(
    'verify',
    at('whole.seal'),
    at('cut.seal'),
    at('finding.seal'),
    ...trust,
  );
  t.equal(code, 3);
  for (const words of [
    /golden-camera boot 1: 2026-06-01T00:00:00.000Z to 2026-06-01T00:00:14.000Z by the camera's clock; shut down/,
    /golden-camera boot 2: .*; cut; the next boots found it without a shutdown/,
    /entry 0: 2026-06-01T00:00:00.000Z, booted with software 1\.0\.0 (ab){32}/,
    /entry 1: .*, the wall clock stepped by \+3600\.000 s, and is synchronised/,
    /entry 4: .*, command start: not-allowed/,
    /entry 8: .*, 7 more events of the kind sensor-lost/,
    /entry 13: .*, the storage failed: eio/,
    /entry 1: .*, found an earlier boot without a shutdown, after 3 entries/,
    /verdict: nothing was altered, but a recording or a journal may have been cut short \(exit code 3\)/,
  ]) {
    t.match(out, words);
  }
  t.notMatch(out, /no recording was found/);
  const missing = await sealcam('verify', at('short.seal'), at('finding.seal'), ...trust);
  t.equal(missing.code, 5);
  t.match(missing.out, /entry 2: missing/);
});
