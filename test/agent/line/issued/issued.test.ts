import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { policyOf, readProfile } from '../../../../agency/policy-draft.ts';
import { IssuedIntake } from '../../../../agent/commands/issued.ts';
import { commandLimits } from '../../../../agent/limits.ts';
import { takeIssued } from '../../../../agent/line/issued/issued.ts';
import { PolicyTaker } from '../../../../agent/line/issued/policy-in-force.ts';
import { Recipients } from '../../../../agent/line/kept/recipients.ts';
import { RevocationMemory } from '../../../../agent/line/kept/revocation-memory.ts';
import { checkPolicy, obeyedPart } from '../../../../agent/recorder/policy.ts';
import { systemClock } from '../../../../base/clock.ts';
import { jsonLog, silentLog } from '../../../../base/log.ts';
import { checkCertificate } from '../../../../evidence/certificate.ts';
import type { Signer } from '../../../../evidence/crypto.ts';
import { generateHpkeKeyPair } from '../../../../evidence/keys/hpke.ts';
import { readPolicy } from '../../../../evidence/policy.ts';
import { encodeRecord, statementRecord } from '../../../../evidence/records.ts';
import { type Body, makeStatement } from '../../../../evidence/statements.ts';
import { type IssuedLeaf, issuedLeaves, type Topic } from '../../../../proto/topics.ts';
import { IssuedPost } from '../../../../station/orders/issued.ts';
import { systemFiles } from '../../../../station/store/files.ts';
import { fileLimitMs } from '../../../support/patience.ts';
import { testAgency } from '../../../support/recording.ts';

// A camera takes what the root signed if it is newer than what it has, and refuses everything else with a sentence.

t.setTimeout(fileLimitMs);
const agency = await testAgency();
const stranger = (await testAgency()).signer;
const device = await agency.device('camera-1');
const identity = { deviceId: 'camera-1', certificate: checkCertificate(device.der, agency.root, 'device') };
const { publicKey } = await generateHpkeKeyPair();
const { publicKey: otherKey } = await generateHpkeKeyPair();
const { publicKey: pressKey } = await generateHpkeKeyPair();
const lab = await readProfile('lab');

/** `press`: with one role more. */
type Say = {
  readonly version: number;
  readonly other?: boolean;
  readonly press?: boolean;
  readonly station?: string;
  readonly by?: Signer;
};

/** What the agency, or someone else, signed, as a file. */
const made: Readonly<Record<IssuedLeaf, (say: Say) => Uint8Array>> = {
  policy: ({ version, other, press, by = agency.signer }) => {
    const policy = policyOf(lab, version);
    const roles = press ? [...policy.roles, 'press'] : policy.roles;
    return makeStatement('policy', { ...policy, roles, ...(other && { name: 'other' }) }, by).encoded;
  },
  revocation: ({ version, other, by = agency.signer }) => {
    const keyId = new Uint8Array(32).fill(other ? 1 : 2);
    const body = { version, certificates: [{ keyId, fromUtcUs: 0 }], issuedUtcUs: 0 };
    return makeStatement('revocation', body, by).encoded;
  },
  roster: ({ version, other, press, by = agency.signer }) => {
    const keys = { court: publicKey, evidence: otherKey, ...(press && { press: pressKey }) };
    const roles: Body<'roster'>['roles'] = Object.entries(keys).map(([name, key]) => ({
      name,
      recipients: [{ label: other ? 'B' : 'A', publicKey: key }],
    }));
    return makeStatement('roster', { version, roles }, by).encoded;
  },
  'vault-key': ({ version, other, station = 'station-1', by = agency.signer }) =>
    makeStatement('vault-key', { stationId: station, version, publicKey: other ? otherKey : publicKey }, by)
      .encoded,
};

/** A camera with version 3 of each, and what it logs; each `start` is a start of the agent. */
async function camera(t: Test) {
  const folder = t.testdir({ camera: {}, spool: {} });
  const offered = (name: string): string => join(folder, 'camera', name);
  const kept = (name: string): string => join(folder, 'spool', name);
  writeFileSync(offered('roster.dsse'), made.roster({ version: 3 }));
  writeFileSync(offered('vault.pub'), made['vault-key']({ version: 3 }));
  writeFileSync(offered('revocation.dsse'), made.revocation({ version: 3 }));
  const configured = { name: 'test', roles: ['evidence'], dwellingRoles: ['court'] };
  const checked = checkPolicy({
    ...{ ...configured, ringSeconds: 0, runOnSeconds: 0, ringInDwellings: false, padMedia: false },
    ...{ commands: [], automaticStarts: [] },
  } as Parameters<typeof checkPolicy>[0]);
  const third = { ...checked, signed: { version: 3, digest } };
  const lines: string[] = [];
  const log = jsonLog('agent', (line) => {
    const { event, code, kind } = JSON.parse(line);
    lines.push([event, kind, code].filter((one) => one !== undefined).join(' '));
  });
  const start = async (policy = third, stations: readonly string[] = []) => {
    const { root } = agency;
    const recipients = await Recipients.load({ offered, kept, root, identity, log }, stations);
    const revoked = await RevocationMemory.open({
      ...{
        offered: offered('revocation.dsse'),
        kept: kept('revocation.dsse'),
        root,
        seen: kept('revocation.seen'),
        log: silentLog,
      },
    });
    const roster = () => recipients.current.roster;
    const policies = new PolicyTaker({ kept: kept('policy.dsse'), root, roster, log }, policy, undefined);
    const renewals = { count: 0 };
    const keys = {
      renew() {
        renewals.count += 1;
      },
      announce: (sets: readonly (readonly string[])[]) => {
        announced.push(sets.map((roles) => roles.join('+')).join(' '));
      },
    };
    const announced: string[] = [];
    const obeyed: (number | undefined)[] = [];
    const counted: string[] = [];
    const took: string[] = [];
    const tookVersions: number[] = [];
    const intake = takeIssued({
      certificates: { take: async () => false },
      recipients,
      policies,
      policy: () => policy,
      obey: ({ signed }) => obeyed.push(signed?.version),
      holding: {
        async obey({ signed }) {
          counted.push(`policy ${signed?.version}`);
        },
        async recount() {
          counted.push('again');
        },
      },
      took(what, { version }) {
        took.push(what);
        tookVersions.push(version);
      },
      revoked,
      keys,
      log,
    });
    const take = async (kind: IssuedLeaf, message: Uint8Array): Promise<string | undefined> => {
      lines.length = 0;
      intake.take(kind, message);
      await intake.settled();
      return lines.filter((line) => line.startsWith('issued')).join();
    };
    const versions = () => ({
      policy: policies.version,
      revocation: revoked.version,
      roster: recipients.current.roster.body.version,
      'vault-key': recipients.current.vault.body.version,
    });
    const station = () => recipients.current.vault.body.stationId;
    const vaults = () =>
      [recipients.current.vault, ...(recipients.current.otherVaults ?? [])].map(
        ({ body }) => `${body.stationId} ${body.version}`,
      );
    const seen = { obeyed, counted, took, tookVersions, announced };
    return { take, versions, station, vaults, renewals, intake, revoked, ...seen };
  };
  /** The policy that the camera has taken. */
  const keptPolicy = () => {
    const { signed, ...obeyed } = obeyedPart(readPolicy(readFileSync(kept('policy.dsse')), agency.root));
    if (signed === undefined) throw new TypeError('a policy that was taken is signed');
    return { ...obeyed, signed };
  };
  return { start, folder, offered, kept, keptPolicy, lines };
}
const { digest } = makeStatement('policy', policyOf(lab, 3), agency.signer);

t.test('a newer one is taken, kept, and in force after a restart', async (t) => {
  const { start } = await camera(t);
  const first = await start();
  for (const kind of issuedLeaves) {
    const message = statementRecord(made[kind]({ version: 5 }));
    t.equal(await first.take(kind, message), `issued.taken ${kind}`);
    t.equal(await first.take(kind, message), '', `${kind}, once more`);
    t.equal(first.versions()[kind], 5, kind);
  }
  t.equal(first.renewals.count, 3, 'for the policy, the roster and the vault key');
  t.same(
    first.counted,
    ['policy 5', 'again', 'again'],
    'who holds what, for the list of revoked keys and the vault key too',
  );
  t.same(first.took, issuedLeaves, 'the journal of the boot tells of each once');
  t.same(first.obeyed, [5], 'the policy is obeyed without a restart');
  t.equal(first.announced.length, 1, 'and keys are made for its roles');
  t.ok(first.revoked.isRevoked('02'.repeat(32)));
  t.same(first.intake.counts, {
    taken: { policy: 1, revocation: 1, roster: 1, 'vault-key': 1 },
    refused: {},
  });
  const again = await start();
  t.match(again.versions(), { revocation: 5, roster: 5, 'vault-key': 5 });
});

t.test('what is older, foreign, contradicting or malformed is refused, and nothing changes', async (t) => {
  const { start } = await camera(t);
  const { take, versions, renewals, intake } = await start();
  const before = versions();
  const codes: Readonly<Record<IssuedLeaf, readonly [older: string, other: string]>> = {
    policy: ['POLICY_ROLLBACK', 'POLICY_CONFLICT'],
    revocation: ['REVOCATION_ROLLBACK', 'REVOCATIONS_CONFLICT'],
    roster: ['ROSTER_ROLLBACK', 'ROSTER_CONFLICT'],
    'vault-key': ['VAULT_KEY_ROLLBACK', 'VAULT_KEY_CONFLICT'],
  };
  for (const kind of issuedLeaves) {
    const refused = async (encoded: Uint8Array): Promise<string | undefined> =>
      (await take(kind, statementRecord(encoded)))?.replace(`issued.refused ${kind} `, '');
    const [older, other] = codes[kind];
    t.equal(await refused(made[kind]({ version: 2 })), older, kind);
    t.equal(await refused(made[kind]({ version: 3, other: true })), other, kind);
    t.equal(await refused(made[kind]({ version: 9, by: stranger })), 'STATEMENT_UNSIGNED', kind);
    const wrong = kind === 'roster' ? 'policy' : 'roster';
    t.equal(await refused(made[wrong]({ version: 9 })), 'STATEMENT_KIND', kind);
    t.match(await take(kind, new Uint8Array(40)), /^issued\.refused .* RECORD_/, kind);
    t.match(await take(kind, encodeRecord(2, new Uint8Array(40))), /^issued\.refused/, kind);
  }
  const foreign = made['vault-key']({ version: 9, station: 'station-2' });
  t.match(await take('vault-key', statementRecord(foreign)), /VAULT_KEY_FOREIGN$/);
  const lacking = makeStatement(
    'roster',
    { version: 9, roles: [{ name: 'evidence', recipients: [{ label: 'A', publicKey }] }] },
    agency.signer,
  ).encoded;
  t.match(await take('roster', statementRecord(lacking)), /ROSTER_ROLE$/, 'no one could open a dwelling');
  t.same(versions(), before);
  t.equal(renewals.count, 0);
  t.same(intake.counts.taken, {});
  t.same(intake.counts.refused, { policy: 6, revocation: 6, roster: 7, 'vault-key': 7 });
});

t.test('a roster must fit the policy of the next start too, and the one in force', async (t) => {
  const { start, keptPolicy } = await camera(t);
  const take = async ({ take }: Awaited<ReturnType<typeof start>>, kind: IssuedLeaf, say: Say) =>
    take(kind, statementRecord(made[kind](say)));
  const first = await start();
  t.equal(await take(first, 'roster', { version: 4, press: true }), 'issued.taken roster');
  t.equal(await take(first, 'policy', { version: 4, press: true }), 'issued.taken policy');
  const lacking = { version: 5 };
  const refused = 'issued.refused roster ROSTER_ROLE';
  t.equal(await take(first, 'roster', lacking), refused, 'the camera could not start again');
  const second = await start(keptPolicy());
  t.equal(second.versions().roster, 4);
  t.equal(await take(second, 'roster', lacking), refused, 'nor after a start');
  t.equal(await take(second, 'policy', { version: 5 }), 'issued.taken policy');
  t.equal(await take(second, 'roster', lacking), refused, 'the policy in force still asks for the role');
  const third = await start(keptPolicy());
  t.equal(await take(third, 'roster', lacking), 'issued.taken roster');
});

t.test('a policy with a new role comes after the roster that has it', async (t) => {
  const { start, folder } = await camera(t);
  for (const [name, kind] of Object.entries({ policies: 'policy', rosters: 'roster' } as const)) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, '4.dsse'), made[kind]({ version: 4, press: true }));
  }
  const { take, versions } = await start();
  const messages: [Topic, Uint8Array][] = [];
  const post = new IssuedPost({
    ...{
      folder,
      stationId: 'station-1',
      root: agency.root,
      clock: systemClock(),
      files: systemFiles,
      log: silentLog,
    },
    publish: (topic, payload) => messages.push([topic, payload]),
  });
  await post.send('camera-1');
  t.equal(messages.length, 2);
  for (const [{ leaf }, payload] of messages)
    t.equal(await take(leaf as IssuedLeaf, payload), `issued.taken ${leaf}`);
  t.match(versions(), { roster: 4, policy: 4 });
});

t.test('a camera that is provisioned for another station seals for the vault of that one', async (t) => {
  const { start, offered } = await camera(t);
  const vaultKey = (version: number, station: string) => made['vault-key']({ version, station });
  const old = await start();
  t.equal(await old.take('vault-key', statementRecord(vaultKey(5, 'station-1'))), 'issued.taken vault-key');
  rmSync(offered('vault.pub'));
  t.equal((await start()).versions()['vault-key'], 5, 'what it has taken holds while nothing is offered');
  writeFileSync(offered('vault.pub'), vaultKey(1, 'station-2'));
  const moved = await start();
  t.equal(moved.station(), 'station-2');
  t.equal(moved.versions()['vault-key'], 1);
  t.equal(await moved.take('vault-key', statementRecord(vaultKey(2, 'station-2'))), 'issued.taken vault-key');
  const again = await start();
  t.equal(again.station(), 'station-2');
  t.equal(again.versions()['vault-key'], 2);
  writeFileSync(offered('vault.pub'), vaultKey(3, 'station-1'));
  await t.rejects(start(), { code: 'VAULT_KEY_ROLLBACK' }, 'the first station was at version 5');
});

t.test('a camera of several cells seals to the vaults whose keys are there', async (t) => {
  const { start, offered, lines } = await camera(t);
  const cells = ['station-1', 'station-2'];
  const alone = await start(undefined, cells);
  t.same(alone.vaults(), ['station-1 3'], 'the key of the second one is not there');
  t.ok(lines.includes('vault-key.missing VAULT_KEY_FILE'));
  writeFileSync(offered('vault-station-2.pub'), made['vault-key']({ version: 6, station: 'station-9' }));
  t.same((await start(undefined, cells)).vaults(), ['station-1 3'], 'nor is it if it is of another station');

  writeFileSync(offered('vault-station-2.pub'), made['vault-key']({ version: 7, station: 'station-2' }));
  lines.length = 0;
  const both = await start(undefined, cells);
  t.same(both.vaults(), ['station-1 3', 'station-2 7']);
  t.notOk(lines.some((line) => line.startsWith('vault-key.missing')));
  await both.take('vault-key', statementRecord(made['vault-key']({ version: 8, station: 'station-2' })));
  t.same(both.vaults(), ['station-1 3', 'station-2 8']);
  t.same(both.tookVersions, [8], "the journal tells of that cell's version, not of the preferred one's");
  await both.take('vault-key', statementRecord(made['vault-key']({ version: 4 })));
  t.same(both.vaults(), ['station-1 4', 'station-2 8']);

  const swapped = await start(undefined, ['station-2', 'station-1']);
  t.same(swapped.vaults(), ['station-2 8', 'station-1 4'], 'another preference needs no new files');
  await swapped.take('vault-key', statementRecord(made['vault-key']({ version: 9, station: 'station-2' })));
  t.same(swapped.vaults(), ['station-2 9', 'station-1 4']);
  await t.rejects(start(undefined, ['station-3', 'station-4']), { code: 'VAULT_KEY_FOREIGN' });
});

t.test('one damaged file costs nothing, before one was taken and after', async (t) => {
  const { start, kept, offered, lines } = await camera(t);
  const files = ['roster.dsse', 'vault.pub', 'roster.seen', 'vault-station-1.seen'];
  for (const version of [3, 5]) {
    const { take } = await start();
    for (const kind of ['roster', 'vault-key'] as const)
      await take(kind, statementRecord(made[kind]({ version })));
    for (const name of files.flatMap((name) => [kept(name), kept(`${name}.copy`)])) {
      writeFileSync(name, 'noise');
      lines.length = 0;
      const { versions, take } = await start();
      t.match(versions(), { roster: version, 'vault-key': version }, name);
      t.match(lines, [/^kept-file\.damaged/], name);
      const older = statementRecord(made.roster({ version: version - 1 }));
      t.match(await take('roster', older), /ROSTER_ROLLBACK$/, name);
    }
  }
  for (const name of ['roster.dsse', 'vault.pub'] as const) {
    const given = readFileSync(offered(name));
    for (const bad of [Buffer.from('noise'), undefined]) {
      if (bad === undefined) rmSync(offered(name));
      else writeFileSync(offered(name), bad);
      t.match((await start()).versions(), { roster: 5, 'vault-key': 5 }, `what is offered: ${name}`);
    }
    writeFileSync(offered(name), given);
  }
});

t.test('what was provisioned and never replaced outlives a damaged file of the camera', async (t) => {
  const { start, offered, lines } = await camera(t);
  await start();
  for (const name of ['roster.dsse', 'vault.pub'] as const) {
    writeFileSync(offered(name), 'noise');
    t.match((await start()).versions(), { roster: 3, 'vault-key': 3 }, name);
  }
  t.match(lines, []);
});

t.test('with both copies lost, what was provisioned is used unless it is older than one seen', async (t) => {
  const { start, kept, offered, lines } = await camera(t);
  const lose = () => {
    for (const name of [kept('roster.dsse'), kept('roster.dsse.copy')]) writeFileSync(name, 'noise');
    lines.length = 0;
  };
  const first = await start();
  lose();
  t.equal((await start()).versions().roster, 3, 'it is the one that was seen');
  t.match(lines, [/^kept-file\.lost/, /^kept-file\.lost/]);
  t.equal(await first.take('roster', statementRecord(made.roster({ version: 5 }))), 'issued.taken roster');
  lose();
  await t.rejects(start(), { code: 'ROSTER_ROLLBACK' }, 'recipients that were removed could open recordings');
  writeFileSync(offered('roster.dsse'), made.roster({ version: 6 }));
  t.equal((await start()).versions().roster, 6);
});

t.test('a station sends the newest of each that the root signed, and of its own vault', async (t) => {
  const folder = t.testdir();
  const sent: string[] = [];
  const alarms: string[] = [];
  const { start } = await camera(t);
  const { take, versions } = await start();
  const messages: [Topic, Uint8Array][] = [];
  const post = new IssuedPost({
    ...{ folder, stationId: 'station-1', root: agency.root, clock: systemClock(), files: systemFiles },
    publish: (topic, payload) => {
      sent.push(`${topic.device} ${topic.leaf}`);
      messages.push([topic, payload]);
    },
    log: jsonLog('station', (line) => alarms.push(JSON.parse(line).kind)),
  });
  await post.send('camera-1');
  t.same(sent, [], 'there is nothing yet');
  const write = (name: string, bytes: Uint8Array): void => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  };
  for (const version of [4, 10, 9]) {
    write(`policies/${version}.dsse`, made.policy({ version }));
    write(`revocations/${version}.dsse`, made.revocation({ version }));
    write(`vaults/station-1.${version}.dsse`, made['vault-key']({ version }));
  }
  write('vaults/station-2.99.dsse', made['vault-key']({ version: 99 }));
  write('policies/10.yaml', new Uint8Array(3));
  write('rosters/12.dsse', made.roster({ version: 12, by: stranger }));
  await post.send('camera-1');
  t.same(sent, ['camera-1 policy', 'camera-1 revocation', 'camera-1 vault-key']);
  t.same(alarms, ['roster']);
  for (const [{ leaf }, payload] of messages)
    t.match(await take(leaf as IssuedLeaf, payload), /^issued\.taken/);
  t.same(versions(), { policy: 10, revocation: 10, roster: 3, 'vault-key': 10 });
});

t.test('a message that the program cannot deal with costs that message alone', async (t) => {
  const lines: string[] = [];
  const intake = new IssuedIntake(
    {
      policy: () => Promise.reject(new TypeError('a fault')),
      revocation: async () => true,
      roster: async () => true,
      'vault-key': async () => true,
      certificate: async () => true,
    },
    jsonLog('agent', (line) => lines.push(`${JSON.parse(line).event} ${JSON.parse(line).code ?? ''}`.trim())),
  );
  const message = statementRecord(made.policy({ version: 3 }));
  intake.take('policy', message);
  intake.take('roster', message);
  await intake.settled();
  t.same(lines, ['issued.refused PROGRAM_FAULT', 'issued.taken']);
});

t.test('what one cell floods the camera with keeps out nothing that comes from another', async (t) => {
  const taken: string[] = [];
  const says = (kind: string) => async () => taken.push(kind) > 0;
  const other = says('other');
  const others = { roster: other, 'vault-key': other, certificate: other };
  const takers = { policy: says('policy'), revocation: says('revocation'), ...others };
  const intake = new IssuedIntake(takers, silentLog);
  const message = statementRecord(made.policy({ version: 3 }));
  for (let n = 0; n < commandLimits.waitingMax + 3; n += 1) intake.take('policy', message, 1);
  intake.take('revocation', message, 0);
  await intake.settled();
  t.equal(taken.filter((kind) => kind === 'policy').length, commandLimits.waitingMax);
  t.equal(taken.at(-1), 'revocation');
});
