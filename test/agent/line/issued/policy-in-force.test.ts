import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { policyOf, readProfile } from '../../../../agency/policy-draft.ts';
import {
  type PolicySources,
  PolicyTaker,
  policyInForce,
} from '../../../../agent/line/issued/policy-in-force.ts';
import { checkPolicy, obeyedPart } from '../../../../agent/recorder/policy.ts';
import { Attempts } from '../../../../agent/spool/disk/attempts.ts';
import { newestPolicyOf } from '../../../../agent/spool/recordings/recording.ts';
import { isSealcamError } from '../../../../base/errors.ts';
import { jsonLog, silentLog } from '../../../../base/log.ts';
import { readPolicy } from '../../../../evidence/policy.ts';
import { makeStatement, type Policy } from '../../../../evidence/statements.ts';
import { testRecipients } from '../../../support/camera/sealer.ts';
import { testAgency } from '../../../support/recording.ts';
import { WaitingClock } from '../../../support/waiting-clock.ts';

const agency = await testAgency();
const { recipients } = await testRecipients(agency, 'camera-1', ['court', 'evidence']);
const lab = policyOf(await readProfile('lab'), 1);
const configured = checkPolicy({
  name: 'configured',
  ringSeconds: 5,
  runOnSeconds: 0,
  ringInDwellings: false,
  roles: ['evidence'],
  dwellingRoles: [],
  padMedia: false,
  commands: [],
});
const signed = (changes: Partial<Policy> = {}): Uint8Array =>
  makeStatement('policy', { ...lab, ...changes }, agency.signer).encoded;

const copies = ['policy.dsse', 'policy.dsse.copy'];

/** A camera with its two files; each `start` is a start of the agent. */
class Camera {
  readonly #folder: string;
  readonly lines: { readonly event: string; readonly code?: string; readonly reason?: string }[] = [];

  constructor(t: Test) {
    this.#folder = t.testdir({ camera: {}, spool: {} });
  }

  at(...parts: string[]): string {
    return join(this.#folder, ...parts);
  }

  offer(bytes: Uint8Array): this {
    writeFileSync(this.at('camera', 'policy.dsse'), bytes);
    return this;
  }

  get kept(): Uint8Array {
    return readFileSync(this.at('spool', 'policy.dsse'));
  }

  /** What the start says, and the name and version that hold then, or the code of its error. */
  async start(changes: Partial<PolicySources> = {}): Promise<string> {
    const from = this.lines.length;
    const log = jsonLog('agent', (line) => this.lines.push(JSON.parse(line)));
    const said = (): string =>
      this.lines
        .slice(from)
        .map(({ event, code }) => (code === undefined ? event : `${event} ${code}`))
        .join(', ');
    try {
      const policy = await policyInForce({
        offered: this.at('camera', 'policy.dsse'),
        kept: this.at('spool', 'policy.dsse'),
        ...{ root: agency.root, roster: recipients.roster, configured, log },
        ...{ named: undefined, attempts: new Attempts(new WaitingClock()) },
        ...changes,
      });
      return `${said()} -> ${policy.name} ${policy.signed?.version ?? 'unsigned'}`;
    } catch (error) {
      if (!isSealcamError(error)) throw error;
      return `${said()} -> ${error.code}`;
    }
  }
}

t.test('what a signed policy says replaces what the configuration says', async (t) => {
  const camera = new Camera(t);
  t.equal(await camera.start(), ' -> configured unsigned', 'until there is one');
  t.equal(await camera.offer(signed()).start(), 'policy.in-force -> lab 1');
  const statement = readPolicy(camera.kept, agency.root);
  t.match(obeyedPart(statement), {
    name: 'lab',
    ringSeconds: 10,
    preEventSound: true,
    ringInDwellings: false,
    roles: ['evidence'],
    dwellingMode: 'linked',
    dwellingRoles: ['court'],
    padMedia: false,
    signed: { version: 1, digest: statement.digest },
  });
  t.equal(
    await camera.start({ configured: undefined }),
    'policy.in-force -> lab 1',
    'no configuration needed',
  );
  t.equal(await new Camera(t).start({ configured: undefined }), ' -> POLICY_MISSING');
});

t.test(
  'a newer one is taken and kept; any other is refused, and the camera goes on with the one it has',
  async (t) => {
    const camera = new Camera(t);
    await camera.offer(signed({ version: 4, name: 'four' })).start();
    const { kept } = camera;
    const other = await testAgency();
    const foreign = makeStatement('policy', { ...lab, version: 9 }, other.signer).encoded;
    const roster = makeStatement('vault-key', recipients.vault.body, agency.signer).encoded;
    const whole = signed({ version: 9 });
    const refused: Record<string, [string, Uint8Array]> = {
      older: ['POLICY_ROLLBACK', signed({ version: 3 })],
      'of the same version, with other content': ['POLICY_CONFLICT', signed({ version: 4, name: 'five' })],
      foreign: ['STATEMENT_UNSIGNED', foreign],
      'another kind of statement': ['STATEMENT_KIND', roster],
      'a contradiction': ['POLICY_INVALID', signed({ version: 9, retentionDaysMin: 99 })],
      'a value beyond its bound': ['EVIDENCE_MALFORMED', signed({ version: 9, preEventS: 121 })],
      'a role that the roster lacks': ['ROSTER_ROLE', signed({ version: 9, roles: ['press'] })],
      'a role for dwellings that the roster lacks': [
        'ROSTER_ROLE',
        signed({ version: 9, dwellingRoles: ['press'] }),
      ],
      cut: ['EVIDENCE_MALFORMED', whole.subarray(0, -1)],
      empty: ['EVIDENCE_MALFORMED', new Uint8Array(0)],
      'too long': ['FILE_TOO_LARGE', new Uint8Array(130_001)],
    };
    for (const [name, [code, bytes]] of Object.entries(refused)) {
      const words = `policy.refused ${code}, policy.in-force -> four 4`;
      t.equal(await camera.offer(bytes).start(), words, name);
      t.same(camera.kept, kept, `${name}: nothing else is kept`);
    }
    for (const { event, reason } of camera.lines)
      if (event === 'policy.refused') t.match(reason, /^[A-Z"/].{20,}/);
    t.equal(await camera.offer(signed({ version: 5, name: 'five' })).start(), 'policy.in-force -> five 5');
    t.equal(
      await camera.offer(signed({ version: 4 })).start(),
      'policy.refused POLICY_ROLLBACK, policy.in-force -> five 5',
    );
    rmSync(camera.at('camera', 'policy.dsse'));
    t.equal(await camera.start(), 'policy.in-force -> five 5', 'without a file, what it has taken holds');
    mkdirSync(camera.at('camera', 'policy.dsse'));
    t.equal(
      await camera.start(),
      'policy.refused FILE_KIND, policy.in-force -> five 5',
      'a folder is no policy',
    );
    t.same(readdirSync(camera.at('spool')), ['policy.dsse', 'policy.dsse.copy'], 'no draft is left');
  },
);

t.test('a refused one does not become the first', async (t) => {
  const camera = new Camera(t).offer(signed({ roles: ['press'] }));
  t.equal(await camera.start(), 'policy.refused ROSTER_ROLE -> configured unsigned');
  t.equal(await camera.start({ configured: undefined }), 'policy.refused ROSTER_ROLE -> POLICY_MISSING');
});

t.test('a kept policy that was damaged does not stop the camera, and lets no older one in', async (t) => {
  const damaged = async (offered: Uint8Array | undefined, changes: Partial<PolicySources> = {}) => {
    const camera = new Camera(t).offer(signed({ version: 4 }));
    await camera.start();
    for (const name of copies) truncateSync(camera.at('spool', name), 40);
    if (offered === undefined) rmSync(camera.at('camera', 'policy.dsse'));
    else camera.offer(offered);
    return { camera, said: await camera.start({ named: four, ...changes }) };
  };
  const four = { version: 4, digest: readPolicy(signed({ version: 4 }), agency.root).digest };
  const alarm = 'kept-file.lost EVIDENCE_MALFORMED, kept-file.lost EVIDENCE_MALFORMED';
  const { camera, said } = await damaged(signed({ version: 4 }));
  t.equal(said, `${alarm}, policy.in-force -> lab 4`, 'the same, offered, is obeyed');
  t.equal(
    await camera.start({ named: four }),
    said,
    'a newer one may have been lost, until a station sends it',
  );
  t.match(await damaged(signed({ version: 5 })), { said: `${alarm}, policy.in-force -> lab 5` });
  for (const [code, offered] of [
    ['POLICY_ROLLBACK', signed({ version: 3 })],
    ['POLICY_CONFLICT', signed({ version: 4, name: 'other' })],
  ] as const)
    t.match(await damaged(offered), {
      said: `${alarm}, policy.refused ${code}, policy.older -> configured unsigned`,
    });
  t.match(await damaged(undefined), { said: `${alarm}, policy.older -> configured unsigned` });
  t.match(await damaged(undefined, { configured: undefined }), { said: `${alarm} -> POLICY_MISSING` });
});

t.test('a policy of which one copy is damaged holds, whichever it is', async (t) => {
  const camera = new Camera(t).offer(signed({ version: 4 }));
  await camera.start();
  rmSync(camera.at('camera', 'policy.dsse'));
  for (const name of [...copies, ...copies]) {
    truncateSync(camera.at('spool', name), 40);
    t.equal(await camera.start(), 'kept-file.damaged EVIDENCE_MALFORMED, policy.in-force -> lab 4', name);
  }
  t.equal(await camera.start(), 'policy.in-force -> lab 4', 'it was written again');
});

t.test('a policy that is fallen back to need not fit the roster', async (t) => {
  const camera = new Camera(t).offer(signed({ version: 4 }));
  await camera.start();
  rmSync(camera.at('camera', 'policy.dsse'));
  for (const name of copies) truncateSync(camera.at('spool', name), 40);
  const press = { ...configured, roles: ['press'] };
  const log = jsonLog('agent', (line) => camera.lines.push(JSON.parse(line)));
  const sources = {
    ...{
      offered: camera.at('camera', 'policy.dsse'),
      kept: camera.at('spool', 'policy.dsse'),
      root: agency.root,
    },
    ...{ roster: recipients.roster, configured: press, named: undefined, log },
    attempts: new Attempts(new WaitingClock()),
  };
  const fallen = await policyInForce(sources);
  t.same([fallen.roles, fallen.dwellingRoles], [['court', 'evidence'], []], 'all of them together');
  t.ok(camera.lines.some(({ event }) => event === 'policy.roles-missing'));
  for (const name of copies) rmSync(camera.at('spool', name));
  t.same(
    (await policyInForce(sources)).roles,
    ['press'],
    'a configuration that is wrong is told at the start',
  );
});

t.test('a policy that was lost on the camera is taken again when it comes', async (t) => {
  const camera = new Camera(t).offer(signed({ version: 4 }));
  await camera.start();
  rmSync(camera.at('camera', 'policy.dsse'));
  for (const name of copies) truncateSync(camera.at('spool', name), 40);
  const named = { version: 4, digest: readPolicy(signed({ version: 4 }), agency.root).digest };
  const lost =
    'kept-file.lost EVIDENCE_MALFORMED, kept-file.lost EVIDENCE_MALFORMED, policy.older -> configured unsigned';
  t.equal(await camera.start({ named }), lost);
  const sources = { kept: camera.at('spool', 'policy.dsse'), root: agency.root, log: silentLog };
  const taker = new PolicyTaker({ ...sources, roster: () => recipients.roster }, configured, named);
  t.equal(taker.version, undefined);
  await t.rejects(taker.take(signed({ version: 3 })), { code: 'POLICY_ROLLBACK' });
  await t.rejects(taker.take(signed({ version: 4, name: 'other' })), { code: 'POLICY_CONFLICT' });
  t.equal(await taker.take(signed({ version: 4 })), true);
  t.equal(taker.version, 4);
  t.equal(await taker.take(signed({ version: 4 })), false, 'it has it now');
  t.equal(await camera.start({ named }), 'policy.in-force -> lab 4');
});

t.test('a kept policy that the disk returns only later is waited for', async (t) => {
  const camera = new Camera(t).offer(signed({ version: 4 }));
  await camera.start();
  rmSync(camera.at('camera', 'policy.dsse'));
  let tries = 0;
  const clock = new WaitingClock();
  const waiting = new Attempts(clock);
  const attempts: PolicySources['attempts'] = {
    until: (attempt) =>
      waiting.until(async () => {
        tries += 1;
        if (tries < 4) throw Object.assign(new Error('a bad block'), { code: 'EIO' });
        return attempt();
      }),
  };
  t.equal(await camera.start({ attempts }), 'policy.in-force -> lab 4');
  t.equal(tries, 4);
  tries = Number.NEGATIVE_INFINITY;
  t.equal(
    await camera.start({ attempts }),
    'kept-file.lost EIO, kept-file.lost EIO -> configured unsigned',
    'not for ever',
  );
});

t.test('a policy that is older than the recordings name is an alarm', async (t) => {
  const two = { version: 2, digest: readPolicy(signed({ version: 2 }), agency.root).digest };
  const lost = new Camera(t);
  t.equal(await lost.start({ named: two }), 'policy.older -> configured unsigned', 'the kept one is gone');
  t.equal(
    await lost.offer(signed({ version: 1 })).start({ named: two }),
    'policy.refused POLICY_ROLLBACK, policy.older -> configured unsigned',
  );
  t.equal(await lost.offer(signed({ version: 2 })).start({ named: two }), 'policy.in-force -> lab 2');
  const rolledBack = new Camera(t).offer(signed({ version: 1 }));
  await rolledBack.start();
  t.equal(
    await rolledBack.start({ named: two }),
    'policy.refused POLICY_ROLLBACK, policy.older, policy.in-force -> lab 1',
  );
});

t.test('of all openings in the spool, the newest policy counts', (t) => {
  const opening = (policyVersion: number, digest?: Uint8Array) =>
    ({ core: { policyVersion, policyDigest: digest } }) as Parameters<typeof newestPolicyOf>[0][number];
  const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  t.equal(newestPolicyOf([opening(0)]), undefined);
  t.same(newestPolicyOf([opening(1, one), opening(2, two), opening(0), opening(1, one)]), {
    version: 2,
    digest: two,
  });
  t.end();
});
