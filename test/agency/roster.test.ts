import t from 'tap';
import { issueRoot } from '../../agency/issue.ts';
import { signRoster } from '../../agency/sign.ts';
import { newSigningKey } from '../../agency/signing-key.ts';
import { p384Signer } from '../../evidence/crypto.ts';
import { generateHpkeKeyPair } from '../../evidence/keys/hpke.ts';
import { readSigningKey } from '../../evidence/keys/key-file.ts';
import { recipientsMax, rolesMax } from '../../evidence/limits.ts';
import { checkRoster, checkRosterSuccession, readRoster } from '../../evidence/roster.ts';
import { makeStatement, type Roster } from '../../evidence/statements.ts';

const validity = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2046-01-01T00:00:00Z') };
const rootKey = newSigningKey();
const { root } = await issueRoot(p384Signer(rootKey.privateKey), 'Test agency', validity);
const signer = readSigningKey(rootKey.pem);
const member = async (label: string) => ({ label, publicKey: (await generateHpkeKeyPair()).publicKey });
const [alice, bob] = [await member('Alice'), await member('Bob')];
const roster = (roles: Roster['roles'], version = 1): Roster => ({ version, roles });
const good = roster([
  { name: 'court', recipients: [bob] },
  { name: 'evidence', recipients: [alice] },
]);
/** Signed by the root without any check: what a reader must stand. */
const forced = (body: Roster): Uint8Array => makeStatement('roster', body, signer).encoded;

t.test('a roster that the root signed is read back', async (t) => {
  const statement = readRoster(signRoster(good, signer, root), root);
  t.same(statement.body, good);
  t.equal(statement.digest.length, 32);
});

t.test('refused, by who signs and by who reads', async (t) => {
  const many = await Promise.all(
    Array.from({ length: recipientsMax + 1 }, (_, n) => member(`Recipient ${n}`)),
  );
  const cases: Record<string, [string, Roster]> = {
    'an empty role': ['ROSTER_INVALID', roster([{ name: 'court', recipients: [] }])],
    'no role': ['ROSTER_INVALID', roster([])],
    'a key under two roles': [
      'ROSTER_INVALID',
      roster([
        { name: 'court', recipients: [alice] },
        { name: 'evidence', recipients: [{ ...alice, label: 'Another' }] },
      ]),
    ],
    'a key twice in a role': ['ROSTER_INVALID', roster([{ name: 'court', recipients: [alice, alice] }])],
    'a role twice': [
      'ROSTER_INVALID',
      roster([
        { name: 'court', recipients: [alice] },
        { name: 'court', recipients: [bob] },
      ]),
    ],
    'roles that do not ascend': ['ROSTER_INVALID', roster([...good.roles].reverse())],
    '65 recipients': [
      'ROSTER_INVALID',
      roster([
        { name: 'court', recipients: many.slice(0, 30) },
        { name: 'evidence', recipients: many.slice(30) },
      ]),
    ],
    'a key off its curve': [
      'HPKE_KEY',
      roster([
        {
          name: 'court',
          recipients: [
            { label: 'Alice', publicKey: alice.publicKey.map((b, at) => (at === 1_664 ? b ^ 1 : b)) },
          ],
        },
      ]),
    ],
    'a role name with a capital': ['EVIDENCE_MALFORMED', roster([{ name: 'Court', recipients: [alice] }])],
    'a role name of 33 letters': [
      'EVIDENCE_MALFORMED',
      roster([{ name: 'a'.repeat(33), recipients: [alice] }]),
    ],
    'a label with a line break': [
      'EVIDENCE_MALFORMED',
      roster([{ name: 'court', recipients: [{ ...alice, label: 'a\nb' }] }]),
    ],
    'version 0': ['EVIDENCE_MALFORMED', roster(good.roles, 0)],
  };
  for (const [name, [code, body]] of Object.entries(cases)) {
    t.throws(() => signRoster(body, signer, root), { code }, `${name}: not signed`);
    // The parser refuses some of these before the rules are looked at.
    t.throws(
      () => readRoster(forced(body), root),
      { code: new RegExp(`${code}|EVIDENCE_MALFORMED`) },
      `${name}: not read`,
    );
  }
});

t.test('a roster has 1 to 16 roles', async (t) => {
  for (const count of [0, rolesMax + 1]) {
    const roles = Array.from({ length: count }, (_, n) => ({ name: `role-${10 + n}`, recipients: [alice] }));
    const message = new RegExp(`has ${count} roles`);
    t.throws(() => checkRoster(roster(roles)), { code: 'ROSTER_INVALID', message });
  }
});

t.test('only the root signs rosters', async (t) => {
  const other = readSigningKey(newSigningKey().pem);
  const foreign = makeStatement('roster', good, other).encoded;
  t.throws(() => readRoster(foreign, root), { code: 'STATEMENT_UNSIGNED' });
  const vaultKey = makeStatement(
    'vault-key',
    { stationId: 's', version: 1, publicKey: alice.publicKey },
    signer,
  );
  t.throws(() => readRoster(vaultKey.encoded, root), { code: 'STATEMENT_KIND' });
});

t.test('a camera goes forward only', async (t) => {
  const at = (version: number, roles = good.roles) => readRoster(forced(roster(roles, version)), root);
  const two = at(2);
  const seen = { version: 2, digest: two.digest };
  checkRosterSuccession(two, undefined, undefined);
  checkRosterSuccession(at(2), seen, 2);
  checkRosterSuccession(at(3), seen, 2);
  t.throws(
    () => checkRosterSuccession(at(1), seen, undefined),
    { code: 'ROSTER_ROLLBACK' },
    'below what it has seen',
  );
  t.throws(
    () => checkRosterSuccession(at(1), undefined, 2),
    { code: 'ROSTER_ROLLBACK' },
    'below its certificate',
  );
  const twin = at(2, [{ name: 'evidence', recipients: [alice] }]);
  t.throws(
    () => checkRosterSuccession(twin, seen, undefined),
    { code: 'ROSTER_CONFLICT' },
    'another of one version',
  );
});
