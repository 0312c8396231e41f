import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { policyOf, readProfile } from '../../../../agency/policy-draft.ts';
import { Holders, HoldingRule, holdersOf, policyAtStart } from '../../../../agent/line/issued/holding.ts';
import { PolicyTaker } from '../../../../agent/line/issued/policy-in-force.ts';
import { Recipients } from '../../../../agent/line/kept/recipients.ts';
import { versionMemory } from '../../../../agent/line/kept/version-memory.ts';
import { obeyedPart } from '../../../../agent/recorder/policy.ts';
import { Attempts } from '../../../../agent/spool/disk/attempts.ts';
import { jsonLog } from '../../../../base/log.ts';
import { checkCertificate } from '../../../../evidence/certificate.ts';
import { readPolicy } from '../../../../evidence/policy.ts';
import type { SeenVersion } from '../../../../evidence/roster.ts';
import { makeStatement, type Policy, type Statement } from '../../../../evidence/statements.ts';
import { SimFileSystem } from '../../../../scenario/fast/disks/sim-file-system.ts';
import { bootSim, record } from '../../../support/camera/booted-spool.ts';
import { closingOf, receiptOf } from '../../../support/camera/camera-statements.ts';
import { testRecipients } from '../../../support/camera/sealer.ts';
import { testAgency } from '../../../support/recording.ts';
import { WaitingClock } from '../../../support/waiting-clock.ts';

// The stricter of policy and configuration says how many stations must hold a recording, and which.

const agency = await testAgency();
const device = await agency.device('camera-1');
const identity = { deviceId: 'camera-1', certificate: checkCertificate(device.der, agency.root, 'device') };
const { recipients: made } = await testRecipients(agency, 'camera-1', ['court', 'evidence']);
const lab = policyOf(await readProfile('lab'), 1);
const signed = (changes: Partial<Policy>): Uint8Array =>
  makeStatement('policy', { ...lab, ...changes }, agency.signer).encoded;
const obeyed = (changes: Partial<Policy>) => obeyedPart(readPolicy(signed(changes), agency.root));
const vaultKey = (stationId: string, version = 1): Uint8Array =>
  makeStatement('vault-key', { stationId, version, publicKey: made.vault.body.publicKey }, agency.signer)
    .encoded;

function eventLog() {
  const events: string[] = [];
  return { events, log: jsonLog('agent', (line) => events.push(JSON.parse(line).event)) };
}

/** Obeys a policy on a camera with an empty spool. */
const obeys = (
  cells: HoldingRule,
  policy: Parameters<Holders['obey']>[0],
  named?: SeenVersion,
  recipients: Pick<Recipients, 'current' | 'allow'> = { current: made, allow: () => {} },
) =>
  new Holders({ cells, recipients, spool: { recount: async () => {}, sealedTo: { tooFew: 0 } } }).obey(
    policy,
    named,
  );

/** A camera of the cells a, b and c, each of which has signed that it holds all of the one recording. */
async function complete(cells: HoldingRule) {
  const booted = await bootSim(new SimFileSystem(), { cells });
  const { spool } = booted;
  const { opening, writer, last } = await record(booted, 3);
  const closing = closingOf(opening, 3, last);
  await writer.close(closing);
  const by = (stationId: string): Statement<'receipt'> =>
    receiptOf(opening, 3, closing.digest, { complete: true, stationId });
  return { spool, takes: (stationId: string) => spool.acceptReceipt(by(stationId), true) };
}

t.test('the stricter of policy and configuration counts', async (t) => {
  for (const [configured, policy, needed] of [
    [1, 0, 1],
    [1, 2, 2],
    [2, 1, 2],
    [2, 0, 2],
    [1, 3, 3],
  ] as const) {
    const cells = new HoldingRule({ stations: ['a', 'b', 'c'], needed: configured });
    t.equal(cells.needed, Number.POSITIVE_INFINITY, 'before a policy is in force');
    await obeys(cells, obeyed({ stationsNeeded: policy }));
    t.equal(cells.needed, needed, `configured: ${configured}, policy: ${policy}`);
  }
});

t.test('nothing is deleted before it is known what the policy says', async (t) => {
  const cells = new HoldingRule({ stations: ['a', 'b', 'c'], needed: 1 });
  const { spool, takes } = await complete(cells);
  for (const station of ['a', 'b']) await takes(station);
  await spool.recount();
  t.equal(spool.recordings().length, 1);
  await obeys(cells, obeyed({ stationsNeeded: 3 }));
  await spool.recount();
  t.equal(spool.recordings().length, 1, 'two hold it, three are needed');
  await obeys(cells, obeyed({ stationsNeeded: 2, version: 2 }));
  await spool.recount();
  t.equal(spool.recordings().length, 0, 'a newer policy counts for what was recorded before');
});

t.test('only stations that the policy names count', async (t) => {
  const cells = new HoldingRule({ stations: ['a', 'b', 'c'], needed: 1 });
  await obeys(cells, obeyed({ stationsNeeded: 2, stations: ['a', 'c', 'z'] }));
  const { spool, takes } = await complete(cells);
  await takes('a');
  await takes('b');
  t.equal(spool.recordings().length, 1, 'b may not hold it');
  await takes('c');
  t.equal(spool.recordings().length, 0);

  const one = new HoldingRule({ stations: [], needed: 1 });
  await obeys(one, obeyed({ stations: ['a'] }));
  const single = await complete(one);
  await single.takes('b');
  t.equal(single.spool.recordings().length, 1, 'of one cell that is not named likewise');
  await single.takes('a');
  t.equal(single.spool.recordings().length, 0);
});

t.test(
  'where the policy that a recording names is lost, no number is enough until one as new comes',
  async (t) => {
    const lost = Number.POSITIVE_INFINITY;
    for (const stations of [[], ['a', 'b']]) {
      const cells = new HoldingRule({ stations, needed: 1 });
      const policy = obeyed({ version: 4 });
      const named = (version: number) => ({ version, digest: new Uint8Array(32) });
      await obeys(cells, policy, named(4));
      t.equal(cells.needed, 1);
      await obeys(cells, policy, named(5));
      t.equal(cells.needed, lost);
      await obeys(cells, { signed: undefined }, named(1));
      t.equal(cells.needed, lost);
      await obeys(cells, obeyed({ version: 5, stationsNeeded: 2 }));
      t.equal(cells.needed, 2);
      await obeys(cells, { signed: undefined });
      t.equal(cells.needed, 1);
    }
  },
);

/** A camera whose cells are `stations`, with the vault keys of those in `there`. */
async function sealing(t: Test, stations: readonly string[], there: readonly string[]) {
  const folder = t.testdir({ camera: {}, spool: {} });
  const offered = (name: string): string => join(folder, 'camera', name);
  const kept = (name: string): string => join(folder, 'spool', name);
  writeFileSync(offered('roster.dsse'), made.roster.encoded);
  for (const station of there)
    writeFileSync(offered(station === stations[0] ? 'vault.pub' : `vault-${station}.pub`), vaultKey(station));
  const { events, log } = eventLog();
  const load = () => Recipients.load({ offered, kept, root: agency.root, identity, log }, stations);
  const to = ({ current: { vault, otherVaults = [] } }: Recipients): string[] =>
    [vault, ...otherVaults].map(({ body }) => `${body.stationId} ${body.version}`);
  return { load, to, events, offered, kept, log };
}

t.test('keys are sealed to the vaults of those cells alone that the policy names', async (t) => {
  const { load, to, events } = await sealing(t, ['a', 'b', 'c'], ['a', 'b', 'c']);
  const recipients = await load();
  t.same(to(recipients), ['a 1', 'b 1', 'c 1']);
  recipients.allow(['b', 'c', 'z']);
  t.same(to(recipients), ['b 1', 'c 1']);
  t.ok(await recipients.takeVaultKey(vaultKey('b', 2)));
  t.same(to(recipients), ['b 2', 'c 1']);
  t.notOk(events.includes('vault-key.not-allowed'));
  recipients.allow(['z']);
  t.same(to(recipients), ['a 1', 'b 2', 'c 1'], 'a camera that could not seal could not record');
  t.ok(events.includes('vault-key.not-allowed'));
  recipients.allow([]);
  t.same(to(recipients), ['a 1', 'b 2', 'c 1']);
});

t.test('a vault key that was missing counts as soon as it comes', async (t) => {
  for (const missing of ['a', 'b']) {
    const { load, to, events } = await sealing(
      t,
      ['a', 'b'],
      ['a', 'b'].filter((one) => one !== missing),
    );
    const recipients = await load();
    t.equal(to(recipients).length, 1);
    t.ok(events.includes('vault-key.missing'));
    await t.rejects(recipients.takeVaultKey(vaultKey('z')), { code: 'VAULT_KEY_FOREIGN' });
    t.ok(await recipients.takeVaultKey(vaultKey(missing, 3)));
    t.same(
      to(recipients),
      ['a', 'b'].map((one) => `${one} ${one === missing ? 3 : 1}`),
      'in order of preference',
    );
    t.notOk(await recipients.takeVaultKey(vaultKey(missing, 3)), 'once');
    await t.rejects(recipients.takeVaultKey(vaultKey(missing, 2)), { code: 'VAULT_KEY_ROLLBACK' });
    t.equal(to(await load()).length, 2, 'also after a restart');
  }
});

t.test(
  'those alone can hold a recording to whose vaults keys are sealed, and whom the policy allows',
  async (t) => {
    const { load } = await sealing(t, ['a', 'b', 'c'], ['a', 'b']);
    const recipients = await load();
    const cells = new HoldingRule({ stations: ['a', 'b', 'c'], needed: 1 });
    const obeying = async (policy: Partial<Policy>) => {
      await obeys(cells, obeyed(policy), undefined, recipients);
      return holdersOf(cells, recipients.current);
    };
    t.same(await obeying({ stationsNeeded: 2 }), { needed: 2, able: 2 });
    t.same(
      await obeying({ stationsNeeded: 2, stations: ['b', 'c'] }),
      { needed: 2, able: 1 },
      'a key is missing',
    );
    t.same(
      await obeying({ stations: ['c'] }),
      { needed: 1, able: 0 },
      'sealed to those that are there all the same',
    );
    await recipients.takeVaultKey(vaultKey('c'));
    t.same(holdersOf(cells, recipients.current), { needed: 1, able: 1 }, 'it has come');
  },
);

t.test('a camera whose one cell has a wrong name records, and deletes nothing', async (t) => {
  const { load, to } = await sealing(t, ['wrong'], []);
  await t.rejects(load(), { code: 'VAULT_KEY_FILE' });
  const named = await sealing(t, ['wrong'], ['wrong']);
  writeFileSync(named.offered('vault.pub'), vaultKey('a'));
  const recipients = await named.load();
  t.same(to(recipients), ['a 1']);
  t.ok(named.events.includes('vault-key.missing'));
  const cells = new HoldingRule({ stations: ['wrong'], needed: 1 });
  await obeys(cells, obeyed({}), undefined, recipients);
  t.same(to(recipients), ['a 1']);
  t.same(holdersOf(cells, recipients.current), { needed: 1, able: 0 });
  const { spool, takes } = await complete(cells);
  await takes('a');
  t.equal(spool.recordings().length, 1);
  t.ok(await recipients.takeVaultKey(vaultKey('wrong')));
  t.same(to(recipients), ['wrong 1'], 'the name was right, and the key was not');
  t.same(holdersOf(cells, recipients.current), { needed: 1, able: 1 });
});

t.test('a start obeys the policy before it deletes what the spool left', async (t) => {
  const { load, to, offered, kept, log } = await sealing(t, ['a', 'b'], ['a', 'b']);
  const cells = new HoldingRule({ stations: ['a', 'b'], needed: 1 });
  const { spool, takes } = await complete(cells);
  await takes('a');
  const recipients = await load();
  const sources = { offered: offered('policy.dsse'), kept: kept('policy.dsse'), root: agency.root, log };
  const holding = new Holders({ cells, recipients, spool });
  const given = { ...sources, configured: undefined, attempts: new Attempts(new WaitingClock()) };
  const start = () => policyAtStart(given, recipients.current.roster, spool.newestPolicy, holding);
  writeFileSync(offered('policy.dsse'), signed({ stationsNeeded: 2 }));
  t.equal((await start()).name, 'lab');
  t.equal(spool.recordings().length, 1);
  for (const copy of ['policy.dsse', 'policy.dsse.copy']) writeFileSync(kept(copy), 'rot');
  writeFileSync(offered('policy.dsse'), signed({ version: 1, stationsNeeded: 1 }));
  for (const _ of ['the start', 'the next one']) {
    const policy = await start();
    t.equal(cells.needed, Number.POSITIVE_INFINITY, 'what was lost may have been newer');
    const roster = () => recipients.current.roster;
    const taker = new PolicyTaker({ ...sources, roster }, policy, undefined, true);
    if (_ === 'the next one') t.ok(await taker.take(signed({ version: 1, stationsNeeded: 1 })), 'sent again');
  }
  t.equal(spool.recordings().length, 1);
  writeFileSync(offered('policy.dsse'), signed({ version: 2, stations: ['a'] }));
  await start();
  t.equal(spool.recordings().length, 0);
  t.same(to(recipients), ['a 1']);
});

t.test('a policy that the camera had taken and that is simply gone is missed', async (t) => {
  const { load, events, offered, kept, log } = await sealing(t, ['a', 'b'], ['a', 'b']);
  const cells = new HoldingRule({ stations: ['a', 'b'], needed: 1 });
  const { spool, takes } = await complete(cells);
  await takes('a');
  const recipients = await load();
  const holding = new Holders({ cells, recipients, spool });
  const sources = { offered: offered('policy.dsse'), kept: kept('policy.dsse'), root: agency.root, log };
  const given = { ...sources, configured: undefined, attempts: new Attempts(new WaitingClock()) };
  const memory = () => versionMemory({ path: kept('policy.seen'), log }, undefined);
  const start = async () =>
    policyAtStart(
      { ...given, taken: await memory() },
      recipients.current.roster,
      spool.newestPolicy,
      holding,
    );
  writeFileSync(offered('policy.dsse'), signed({ version: 2, stationsNeeded: 2 }));
  await start();
  t.same((await memory()).seen()?.version, 2);
  t.notOk(events.includes('policy.older'));

  for (const copy of ['policy.dsse', 'policy.dsse.copy']) rmSync(kept(copy));
  writeFileSync(offered('policy.dsse'), signed({ version: 1 }));
  for (const _ of ['the start', 'the next one']) {
    const policy = await start();
    t.equal(policy.signed?.version, 1, 'it records');
    t.equal(cells.needed, Number.POSITIVE_INFINITY);
    t.ok(events.splice(0).includes('policy.older'));
  }
  t.equal(spool.recordings().length, 1);
  t.notOk(existsSync(kept('policy.dsse')), 'the older one does not take its place');

  const known = await memory();
  const inForce = obeyed({ version: 1 });
  const roster = () => recipients.current.roster;
  const taker = new PolicyTaker({ ...sources, roster, taken: known }, inForce, known.seen(), true);
  await t.rejects(taker.take(signed({ version: 1 })), { code: 'POLICY_ROLLBACK' });
  t.ok(await taker.take(signed({ version: 3 })));
  await holding.obey(taker.next);
  t.equal(spool.recordings().length, 0, 'one that is as new allows it');
  t.equal((await memory()).seen()?.version, 3);

  for (const copy of ['policy.seen', 'policy.seen.copy']) writeFileSync(kept(copy), 'rot');
  await start();
  t.equal(cells.needed, 1, 'the kept one itself is there');
  t.equal((await memory()).seen()?.version, 3, 'and is remembered again');
  for (const copy of ['policy.seen', 'policy.seen.copy']) writeFileSync(kept(copy), 'rot');
  for (const copy of ['policy.dsse', 'policy.dsse.copy']) rmSync(kept(copy));
  await start();
  t.equal(cells.needed, Number.POSITIVE_INFINITY, 'neither is');
});
