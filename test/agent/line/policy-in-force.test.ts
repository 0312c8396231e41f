import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { policyOf, readProfile } from '../../../agency/policy-draft.ts';
import { type PolicySources, policyInForce } from '../../../agent/line/policy-in-force.ts';
import { checkPolicy, obeyedPart } from '../../../agent/recorder/policy.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { jsonLog } from '../../../base/log.ts';
import { readPolicy } from '../../../evidence/policy.ts';
import { makeStatement, type Policy } from '../../../evidence/statements.ts';
import { testAgency } from '../../support/recording.ts';
import { testRecipients } from '../../support/sealer.ts';

const agency = await testAgency();
const { recipients } = await testRecipients(agency, 'camera-1', ['court', 'evidence']);
const lab = policyOf(await readProfile('lab'), 1);
const configured = checkPolicy({
  name: 'configured',
  ringSeconds: 5,
  ringInDwellings: false,
  roles: ['evidence'],
  dwellingRoles: [],
  padMedia: false,
});
const signed = (changes: Partial<Policy> = {}): Uint8Array =>
  makeStatement('policy', { ...lab, ...changes }, agency.signer).encoded;

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
    t.same(readdirSync(camera.at('spool')), ['policy.dsse'], 'no draft is left');
  },
);

t.test('a refused one does not become the first', async (t) => {
  const camera = new Camera(t).offer(signed({ roles: ['press'] }));
  t.equal(await camera.start(), 'policy.refused ROSTER_ROLE -> configured unsigned');
  t.equal(await camera.start({ configured: undefined }), 'policy.refused ROSTER_ROLE -> POLICY_MISSING');
});

t.test('a kept policy that was damaged is not taken for none', async (t) => {
  const camera = new Camera(t).offer(signed({ version: 4 }));
  await camera.start();
  truncateSync(camera.at('spool', 'policy.dsse'), 40);
  t.equal(await camera.offer(signed({ version: 3 })).start(), ' -> POLICY_MEMORY');
});
