import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { issueRoot } from '../../agency/issue.ts';
import {
  type PolicyDraft,
  parsePolicyDraft,
  policyDraftText,
  policyOf,
  profileNames,
  readProfile,
  withField,
} from '../../agency/policy-draft.ts';
import { policyFields } from '../../agency/policy-fields.ts';
import { provisionAgency } from '../../agency/provision.ts';
import { agencyPolicy, provisionPolicy } from '../../agency/provision-policy.ts';
import { signPolicy } from '../../agency/sign.ts';
import { newSigningKey } from '../../agency/signing-key.ts';
import { p384Signer } from '../../evidence/crypto.ts';
import { readSigningKey } from '../../evidence/keys/key-file.ts';
import { checkPolicySuccession, readPolicy } from '../../evidence/policy.ts';
import { makeStatement, type Policy } from '../../evidence/statements.ts';

const validity = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2046-01-01T00:00:00Z') };
const rootKey = newSigningKey();
const { root } = await issueRoot(p384Signer(rootKey.privateKey), 'Test agency', validity);
const signer = readSigningKey(rootKey.pem);
const lab = await readProfile('lab');
const good = policyOf(lab, 1);
/** Signed by the root without any check: what a reader must stand. */
const forced = (body: Policy): Uint8Array => makeStatement('policy', body, signer).encoded;
const set = (draft: PolicyDraft, values: Record<string, string>): PolicyDraft =>
  Object.entries(values).reduce((before, [field, text]) => withField(before, field, text, 'test'), draft);

t.test('a policy that the root signed is read back', async (t) => {
  const statement = readPolicy(signPolicy(good, signer, root), root);
  t.same(statement.body, good);
  t.match(good, {
    name: 'lab',
    preEventS: 10,
    retentionDaysMax: 30,
    holds: [
      { ground: 'prosecution', monthsMax: 0 },
      { ground: 'danger', monthsMax: 6 },
      { ground: 'review', monthsMax: 0 },
    ],
    dwellingMode: 'linked',
    dwellingRoles: ['court'],
    commands: ['bookmark', 'start'],
    automaticStarts: [],
  });
});

t.test('each value is written as it is read', async (t) => {
  for (const [name, field] of Object.entries(policyFields)) {
    const text = lab.fields.get(name)?.value.replaceAll(', ', ',');
    t.equal(field.text(good), text, name);
  }
});

t.test('whichever field is unset, the policy is not signed, and all of them are named', async (t) => {
  for (const field of Object.keys(policyFields)) {
    const draft = withField(lab, field, 'unset', 'test');
    t.throws(() => policyOf(draft, 1), { code: 'POLICY_UNSET', message: new RegExp(` says ${field}: `) });
  }
  const message = /run-on-s, hold-prosecution, hold-review, roles, dwelling-mode, dwelling-roles, reasons/;
  t.throws(() => policyOf(set(lab, { padding: 'unset' }), 1), { message: /says padding: decide/ });
  const bpolg = await readProfile('bpolg');
  t.throws(() => policyOf(bpolg, 1), { code: 'POLICY_UNSET', message });
});

t.test('profiles have the values of their laws, each with its source, and no others', async (t) => {
  t.same(await profileNames(), ['bpolg', 'bw', 'lab', 'rp']);
  const values = async (name: string) =>
    [...(await readProfile(name)).fields].flatMap(([field, given]) => {
      if (given === undefined) return [];
      t.match(given.source, /s\. (27a|44)|lab: |Rhineland/, `${name} ${field}`);
      return [`${field}=${given.value}`];
    });
  t.same(await values('bpolg'), [
    'pre-event-s=30',
    'retention-days-min=30',
    'retention-days-max=30',
    'hold-danger=6',
  ]);
  t.same(await values('bw'), ['pre-event-s=60', 'dwelling-mode=linked', 'dwelling-roles=court']);
  t.same(await values('rp'), ['pre-event-s=0', 'pre-event-sound=no', 'pre-event-in-dwellings=no']);
  t.equal((await values('lab')).length, Object.keys(policyFields).length);
});

t.test('a value beyond its bound is refused, where it is set and where it is read', async (t) => {
  const cases: [string, string, string, Partial<Policy>][] = [
    ['pre-event-s', '120', '121', { preEventS: 121 }],
    ['run-on-s', '300', '301', { runOnS: 301 }],
    ['retention-days-min', '30', '36501', { retentionDaysMin: 36_501 }],
    ['retention-days-max', '36500', '36501', { retentionDaysMax: 36_501 }],
    ['hold-danger', '1200', '1201', { holds: [{ ground: 'danger', monthsMax: 1_201 }] }],
    ['reasons', 'a'.repeat(64), 'a'.repeat(65), { reasons: ['a'.repeat(65)] }],
    ['roles', 'b'.repeat(32), 'b'.repeat(33), { roles: ['b'.repeat(33)] }],
    ['dwelling-roles', 'none', 'Court', { dwellingRoles: ['Court'] }],
    ['commands', 'stop,start', 'delete', { commands: ['delete' as 'stop'] }],
    ['automatic-starts', 'peer', 'moon', { automaticStarts: ['moon' as 'peer'] }],
  ];
  for (const [field, most, beyond, body] of cases) {
    t.ok(readPolicy(forced(policyOf(set(lab, { [field]: most }), 1)), root), `${field} ${most}`);
    t.throws(() => set(lab, { [field]: beyond }), {
      code: 'POLICY_FIELD',
      message: new RegExp(`"${field}"`),
    });
    t.throws(() => readPolicy(forced({ ...good, ...body }), root), { code: 'EVIDENCE_MALFORMED' }, field);
  }
  for (const [field, wrong] of [
    ['pre-event-s', '-1'],
    ['pre-event-s', '1.5'],
    ['pre-event-s', '07'],
    ['pre-event-s', ''],
    ['pre-event-sound', 'true'],
    ['hold-review', '0'],
    ['dwelling-mode', 'off'],
    ['roles', ''],
    ['roles', 'a,a'],
    ['reasons', 'a\u202eb'],
    ['__proto__', 'yes'],
    ['version', '7'],
  ] as const) {
    t.throws(() => set(lab, { [field]: wrong }), { code: 'POLICY_FIELD' }, `${field}=${wrong}`);
  }
});

t.test('fields that contradict each other are refused, by who signs and by who reads', async (t) => {
  const cases: Record<string, [RegExp, Partial<Policy>]> = {
    'kept longer than it may be': [/at least 31 and at most 30/, { retentionDaysMin: 31 }],
    'a role always and in dwellings': [/"court" both always/, { roles: ['court', 'evidence'] }],
    '17 roles': [
      /17 roles, 16 are allowed/,
      { roles: Array.from({ length: 16 }, (_, n) => `role-${10 + n}`), dwellingRoles: ['court'] },
    ],
    'roles for dwellings without a use': [/dwelling mode is "same"/, { dwellingMode: 'same' }],
    'roles out of order': [/"roles" in another order/, { roles: ['z', 'a'] }],
    'a role twice': [/"roles" in another order/, { roles: ['a', 'a'] }],
    'commands out of order': [/"commands"/, { commands: ['stop', 'start'] }],
    'a trigger twice': [/"automatic-starts"/, { automaticStarts: ['peer', 'peer'] }],
    'a reason twice': [/"reasons"/, { reasons: ['a', 'a'] }],
    'a ground twice': [
      /"holds"/,
      {
        holds: [
          { ground: 'danger', monthsMax: 1 },
          { ground: 'danger', monthsMax: 2 },
        ],
      },
    ],
  };
  for (const [name, [message, change]] of Object.entries(cases)) {
    const body = { ...good, ...change };
    t.throws(
      () => signPolicy(body, signer, root),
      { code: 'POLICY_INVALID', message },
      `${name}: not signed`,
    );
    t.throws(() => readPolicy(forced(body), root), { code: 'POLICY_INVALID', message }, `${name}: not read`);
  }
  for (const change of [{ version: 0 }, { name: '' }, { name: 'a\nb' }, { roles: [] }]) {
    t.throws(() => readPolicy(forced({ ...good, ...change }), root), { code: 'EVIDENCE_MALFORMED' });
  }
});

t.test('only the root signs policies, under their own payload type', async (t) => {
  const other = readSigningKey(newSigningKey().pem);
  const foreign = makeStatement('policy', good, other).encoded;
  t.throws(() => readPolicy(foreign, root), { code: 'STATEMENT_UNSIGNED' });
  const revocation = makeStatement('revocation', { version: 1, certificates: [], issuedUtcUs: 0 }, signer);
  t.throws(() => readPolicy(revocation.encoded, root), { code: 'STATEMENT_KIND' });
  const signed = signPolicy(good, signer, root);
  // The key id is a hint, which proves nothing: it is not damaged here.
  const hint = Buffer.from(signed).indexOf(signer.keyId);
  for (let at = 0; at < hint; at += 7) {
    const damaged = signed.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const code = /^(STATEMENT_|EVIDENCE_|ENVELOPE_)/;
    t.throws(() => readPolicy(damaged, root), { code }, `byte ${at}`);
  }
  t.throws(() => readPolicy(signed.subarray(0, -1), root), { code: /./ });
});

t.test('a camera goes forward only', async (t) => {
  const at = (version: number, more: Partial<Policy> = {}) =>
    readPolicy(forced({ ...good, ...more, version }), root);
  const seen = { version: 2, digest: at(2).digest };
  checkPolicySuccession(at(1), undefined);
  checkPolicySuccession(at(2), seen);
  checkPolicySuccession(at(3), seen);
  t.throws(() => checkPolicySuccession(at(1), seen), { code: 'POLICY_ROLLBACK' });
  t.throws(() => checkPolicySuccession(at(2, { preEventS: 60 }), seen), { code: 'POLICY_CONFLICT' });
});

t.test('a file to fill in is read as it was printed, and refused by name where it is wrong', async (t) => {
  const draft = set(await readProfile('bpolg'), { roles: 'evidence, court', reasons: 'none' });
  t.same(parsePolicyDraft(Buffer.from(policyDraftText(draft)), 'x.yaml'), draft);
  const folder = t.testdir();
  const path = join(folder, 'ours.yaml');
  writeFileSync(path, policyDraftText(lab));
  t.same(await readProfile(path), lab);
  const cases: [string, string, RegExp][] = [
    ['POLICY_PROFILE', 'name: [', /is not a profile/],
    ['POLICY_PROFILE', 'name: a\nfields: {}\nmore: 1', /"more"/],
    ['POLICY_PROFILE', 'name: a\nfields: {run-on-s: {value: 5}}', /run-on-s/],
    ['POLICY_PROFILE', 'name: a\nfields: {run-on-s: 5}', /run-on-s/],
    ['POLICY_PROFILE', "name: a\nfields: {run-on-s: {value: 5, source: ''}}", /source/],
    ['POLICY_PROFILE', 'name: &a b\nfields: *a', /aliases/],
    ['POLICY_FIELD', 'name: a\nfields: {run-on-s: {value: 5.5, source: law}}', /"5\.5"/],
    ['POLICY_FIELD', 'name: a\nfields: {run-on: unset}', /no field "run-on"/],
  ];
  for (const [code, text, message] of cases) {
    t.throws(() => parsePolicyDraft(Buffer.from(text), 'x.yaml'), { code, message }, text);
  }
  t.throws(() => parsePolicyDraft(Uint8Array.of(0xff), 'x.yaml'), { message: /not UTF-8/ });
  t.throws(() => parsePolicyDraft(new Uint8Array(65_537), 'x.yaml'), { message: /at most 65536 are read/ });
  await t.rejects(readProfile('../lab'), { code: 'POLICY_PROFILE' });
  await t.rejects(readProfile(join(folder, 'none.yaml')), { code: 'PROVISION_MISSING' });
});

t.test('an agency signs version after version, and keeps the sources', async (t) => {
  const folder = join(t.testdir(), 'agency');
  await provisionAgency({ folder, name: 'Test agency' });
  t.equal(await agencyPolicy(folder), undefined);
  await t.rejects(provisionPolicy({ folder }, await readProfile('rp')), { code: 'POLICY_UNSET' });
  t.match(await provisionPolicy({ folder }, lab), { version: 1 });
  const { version, path } = await provisionPolicy({ folder }, set(lab, { 'run-on-s': '20' }));
  t.same([version, path], [2, join(folder, 'policies', '2.dsse')]);
  t.match((await agencyPolicy(folder))?.body, { version: 2, runOnS: 20 });
  const kept = parsePolicyDraft(readFileSync(join(folder, 'policies', '2.yaml')), '2.yaml');
  t.same(kept.fields.get('run-on-s'), { value: '20', source: 'test' });
  writeFileSync(path, forced(good));
  await t.rejects(agencyPolicy(folder), { code: 'STATEMENT_UNSIGNED' });
});

t.test('the table of docs/POLICY.md is that of the code', async (t) => {
  const document = readFileSync(resolve(import.meta.dirname, '../../../docs/POLICY.md'), 'utf8');
  const rows = document
    .split('\n')
    .filter((line) => line.endsWith('| camera |') || line.endsWith('| no one yet |'));
  t.same(
    rows,
    Object.entries(policyFields).map(
      ([name, { says, rule, obeyedBy }]) => `| \`${name}\` | ${says} | ${rule} | ${obeyedBy} |`,
    ),
  );
});
