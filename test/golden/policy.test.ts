import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { toHex } from '../../base/bytes.ts';
import { readPolicy } from '../../evidence/policy.ts';
import { readRoot } from '../../evidence/root.ts';
import { verifyEvidence } from '../../evidence/verify/index.ts';
import { auditPolicy } from '../../evidence/verify/policies.ts';
import { pythonMissing } from '../independent/python.ts';
import { SecondImplementation } from '../independent/second.ts';
import { picture } from '../support/evidence/verdict.ts';
import { memorySource } from '../support/recording.ts';
import { sealcam } from '../support/sealcam.ts';

// Recordings under signed policies, made when the format got them: their verdicts stay for ever.

const folder = resolve(import.meta.dirname, '../../../test/golden/policy');
const at = (name: string): string => join(folder, name);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(at(name)));
const root = readRoot(read('root.crt'));
const policies = [1, 2].map((version) => readPolicy(read(`policy-${version}.dsse`), root));
const files = ['before.seal', 'first.seal', 'second.seal'];

t.test('a policy comes, is replaced, and each recording names its own', async (t) => {
  const { report, found } = await verifyEvidence(
    files.map((file) => memorySource(read(file), file)),
    root,
  );
  t.equal(picture(report), '1 complete ii, 2 complete ii, 3 complete ii, exit 0');
  const digests = policies.map(({ digest }) => toHex(digest));
  t.same(
    report.recordings.map(({ signedPolicy }) => signedPolicy),
    [undefined, { version: 1, digest: digests[0] }, { version: 2, digest: digests[1] }],
  );
  const audits = found.map(({ recording: { core } }) => auditPolicy(core, policies));
  t.same(
    audits.map(({ faults }) => faults),
    [[], [], []],
  );
  t.same(
    audits.map(({ notes }) => notes.length),
    [1, 0, 0],
    'of the first nothing is known',
  );
});

t.test('an opening that differs from its policy is a fault', async (t) => {
  const { found } = await verifyEvidence([memorySource(read('second.seal'), 'second.seal')], root);
  const core = found[0]?.recording.core;
  const [, policy] = policies;
  if (core === undefined || policy === undefined) throw new TypeError('the file has a recording');
  const cases: [RegExp, Partial<typeof core>][] = [
    [/calls its policy version 3, which is version 2/, { policyVersion: 3 }],
    [/another name/, { policy: 'bpolg' }],
    [
      /sealed for the roles court, but its policy asks for evidence, and in dwellings for court, evidence/,
      { roles: ['court'] },
    ],
    [/sealed for the roles evidence, oversight/, { roles: ['evidence', 'oversight'] }],
  ];
  for (const [words, change] of cases) {
    const { faults } = auditPolicy({ ...core, ...change }, policies);
    t.equal(faults.length, 1);
    t.match(faults[0], words);
  }
  t.same(auditPolicy({ ...core, roles: ['evidence'] }, policies).faults, [], 'outside of dwellings');
  t.same(auditPolicy(core, []), { faults: [], notes: [] }, 'nothing is compared without policies');
  t.match(auditPolicy(core, policies.slice(0, 1)).notes, [/version 2, is not among those given/]);
});

t.test(
  'the command says under which policy a recording was made, and compares them where they are given',
  async (t) => {
    const trust = ['--trust', at('root.crt')];
    const given = ['--policy', at('policy-1.dsse'), '--policy', at('policy-2.dsse')];
    const { code, out } = await sealcam('verify', ...files.map(at), ...trust, ...given);
    t.equal(code, 0);
    t.match(
      out,
      new RegExp(
        `under the signed policy lab, version 2, D ${toHex(policies[1]?.digest ?? new Uint8Array())}`,
      ),
    );
    t.match(out, /note: it names no policy that the agency signed/);
    const json = JSON.parse((await sealcam('verify', at('first.seal'), ...trust, '--json')).out);
    t.match(json.recordings[0], { policy: 'lab', signedPolicy: { version: 1 } });
    const wrong = await sealcam('verify', at('first.seal'), ...trust, '--policy', at('first.seal'));
    t.equal(wrong.code, 1);
  },
);

t.test(
  'a policy that goes back, and a role that no policy asks for: both verifiers say the same',
  async (t) => {
    const trust = ['--trust', at('root.crt')];
    const paths = [1, 2].map((version) => at(`policy-${version}.dsse`));
    const second = pythonMissing === false ? new SecondImplementation(t) : undefined;
    const cases: [string, readonly string[], readonly string[], number, RegExp][] = [
      ['in order', files, paths, 0, /verdict: complete/],
      [
        'back',
        [...files, 'back.seal'],
        [],
        5,
        /conflict: golden-camera 4 names policy 1, though its camera had policy 2/,
      ],
      ['back, alone', ['back.seal'], paths, 0, /verdict: complete/],
      [
        'a strange role',
        [...files, 'strange.seal'],
        paths,
        5,
        /fault: it is sealed for the roles oversight, but/,
      ],
      ['a strange role, without policies', [...files, 'strange.seal'], [], 0, /verdict: complete/],
    ];
    for (const [name, given, policyFiles, code, words] of cases) {
      const options = policyFiles.flatMap((path) => ['--policy', path]);
      const said = await sealcam('verify', ...given.map(at), ...trust, ...options);
      t.equal(said.code, code, name);
      t.match(said.out, words, name);
      const one = { root: at('root.crt'), files: given.map(at), policies: policyFiles };
      if (second !== undefined) t.equal((await second.ask(one)).exitCode, code, `${name}, second verifier`);
    }
  },
);
