import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { policyOf, readProfile } from '../../agency/policy-draft.ts';
import { readPolicy } from '../../evidence/policy.ts';
import { makeStatement, type Policy } from '../../evidence/statements.ts';
import { fileOfNames, testAgency, testRecording, testSession } from '../support/recording.ts';
import { pythonMissing } from './python.ts';
import { SecondImplementation } from './second.ts';

// What a policy may not say even if the root signed it: both implementations refuse it, for the same reason.

const lab = policyOf(await readProfile('lab'), 1);

const [danger, review] = [
  { ground: 'danger', monthsMax: 6 },
  { ground: 'review', monthsMax: 0 },
] as const;

/** Each flaw, and how the second implementation calls it. */
const flaws: readonly (readonly [Partial<Policy>, RegExp])[] = [
  [{ roles: ['evidence', 'court-2'] }, /roles out of order/],
  [{ roles: ['evidence', 'evidence'] }, /roles out of order/],
  [{ dwellingRoles: ['judge', 'court'] }, /dwelling_roles out of order/],
  [{ reasons: ['zz', 'aa'] }, /reasons out of order/],
  [{ automaticStarts: ['peer', 'holster'] }, /automatic_starts out of order/],
  [{ commands: ['start', 'bookmark'] }, /commands out of order/],
  [{ stations: ['b', 'a'] }, /stations out of order/],
  [{ holds: [review, danger] }, /holds out of order/],
  [{ holds: [danger, danger] }, /holds out of order/],
  [{ retentionDaysMin: 31, retentionDaysMax: 30 }, /retention/],
  [{ roles: ['court', 'evidence'], dwellingRoles: ['court'] }, /a role both always and in dwellings/],
  [{ dwellingMode: 'same', dwellingRoles: ['court'] }, /not told apart/],
  [{ stations: ['a'], stationsNeeded: 2 }, /more stations than are named/],
  [
    {
      roles: Array.from({ length: 8 }, (_, n) => `a${n}`),
      dwellingRoles: Array.from({ length: 9 }, (_, n) => `b${n}`),
    },
    /too many roles/,
  ],
];

t.test(
  'a policy that breaks a rule between its fields is refused by both',
  { skip: pythonMissing },
  async (t) => {
    const folder = t.testdir();
    const at = (name: string): string => join(folder, name);
    const agency = await testAgency();
    writeFileSync(at('root.crt'), agency.authority.certificatePem);
    const session = testSession(await agency.device('camera-1'));
    const judged = async (policy: Policy): Promise<{ why: string; exitCode: number; error: unknown }> => {
      const { encoded, digest } = makeStatement('policy', policy, agency.signer);
      const core = { policy: policy.name, policyVersion: policy.version, policyDigest: digest };
      const recording = testRecording({ session, links: [new Uint8Array(100)], core });
      writeFileSync(at('policy.dsse'), encoded);
      writeFileSync(at('held.seal'), fileOfNames(recording));
      const paths = { root: at('root.crt'), files: [at('held.seal')], policies: [at('policy.dsse')] };
      const { exitCode, why = '' } = await second.ask(paths);
      const { authority } = agency;
      let error: unknown;
      try {
        readPolicy(encoded, authority.root);
      } catch (caught) {
        error = caught;
      }
      return { exitCode, why, error };
    };
    const second = new SecondImplementation(t);
    t.match(await judged(lab), { exitCode: 0, error: undefined }, 'as it is published');
    for (const [flaw, words] of flaws) {
      const { exitCode, why, error } = await judged({ ...lab, ...flaw });
      const what = JSON.stringify(flaw);
      t.equal(exitCode, 1, what);
      t.match(why, words, what);
      t.match(error, { code: 'POLICY_INVALID' }, what);
    }
  },
);
