import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { toHex } from '../../../../base/bytes.ts';
import { statementRecord } from '../../../../evidence/records.ts';
import { readRoster } from '../../../../evidence/roster.ts';
import {
  type AgentRun,
  type Provisioned,
  provision,
  runAgent,
  verifySpool,
} from '../../../support/camera/disk-camera.ts';
import { full, sweepLimitMs } from '../../../support/full.ts';
import { testAgency } from '../../../support/recording.ts';
import { seeded } from '../../../support/seed.ts';

// Whatever becomes of a file in the folders that the camera writes to, the agent starts and records, for the people it
// should, under an alarm that names what is damaged; and nothing that it has recorded before is lost with it.

t.setTimeout(sweepLimitMs);
const random = seeded(t);
/** Cases that are tried by `npm test`; each is a whole start and recording of the agent. */
const sampleMax = 3;

type Damage = (path: string) => void;

const damages: Readonly<Record<string, Damage>> = {
  removed: (path) => rmSync(path, { force: true }),
  emptied: (path) => writeFileSync(path, ''),
  truncated: (path) => writeFileSync(path, contentOf(path).subarray(0, contentOf(path).length >> 1)),
  'one bit flipped': (path) => {
    const bytes = contentOf(path);
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  },
  garbage: (path) => writeFileSync(path, Buffer.alloc(contentOf(path).length + 10, 0xa5)),
  'a folder': (path) => {
    rmSync(path, { force: true });
    mkdirSync(path);
  },
  'a FIFO': (path) => {
    rmSync(path, { force: true });
    execFileSync('mkfifo', [path]);
  },
};

function contentOf(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}

const keptNames = ['roster.dsse', 'vault.pub', 'policy.dsse', 'revocation.dsse'];
const seenNames = ['roster.seen', 'vault-station-1.seen', 'revocation.seen'];
const kept = [...keptNames, ...seenNames];

/** Files that are damaged together, and what must be said of each. */
interface Group {
  /** Those of the spool's folder, or of the runtime folder, for which it is true. */
  readonly is: (name: string) => boolean;
  /** Those that are put there, as a crash may leave a draft. */
  readonly more?: readonly string[];
  /** What is told of each by its name. */
  readonly named?: (damage: string) => boolean;
  /** What is told at all; undefined where the file is made again and nothing was lost. */
  readonly told?: RegExp;
  /** The first recording's own evidence. */
  readonly evidence?: boolean;
  /** The folders in which they are. */
  readonly places?: readonly string[];
}

const groups: Readonly<Record<string, Group>> = {
  'first copies': { is: (name) => kept.includes(name), named: () => true },
  // A missing second copy is how an older release left it.
  'second copies': {
    is: (name) => kept.some((one) => name === `${one}.copy`),
    named: (damage) => damage !== 'removed',
  },
  drafts: { is: () => false, more: [...kept.map((name) => `${name}.new`), 'journal.new', 'counters.new'] },
  journal: {
    is: (name) => name === 'journal',
    told: /^(counter\.damaged|journal\.kept-aside|spool\.strange)$/,
  },
  // Half of it is the older of its two slots.
  counters: { is: (name) => name === 'counters' },
  reserve: { is: (name) => name === 'reserve' },
  lock: { is: () => false, more: ['lock'] },
  'the note and the count of starts': { is: (name) => /^(continuation|starts)-/.test(name) },
  'the index and the keys of a recording': { is: (name) => /^0.*\.(index|keys)$/.test(name) },
  'a recording': { is: (name) => /^0.*\.seal$/.test(name), evidence: true },
  'what the broker asks for': {
    places: ['camera'],
    is: (name) => name === 'tls.crt' || name === 'tls.key',
    told: /^certificate\.unusable$/,
  },
  "a boot's journal": { is: (name) => name.startsWith('boot-') },
};

/** A camera that has taken version 5 of all, and has a recording. */
async function prepared(folder: string): Promise<Provisioned> {
  const made = await provision(await testAgency(), folder);
  const issued = Object.entries({
    roster: made.roster(5),
    'vault-key': made.vaultKey(5),
    policy: made.policy(5),
    revocation: made.revocation(5),
  }).map(([leaf, encoded]) => [leaf, statementRecord(encoded)] as const);
  const first = await runAgent(folder, random.int(2 ** 30), issued);
  if (first.failed !== undefined || !first.recorded) throw new Error(`the first run failed: ${first.failed}`);
  return made;
}

function strike(
  folder: string,
  { is, more = [], places = ['spool', 'runtime'] }: Group,
  damage: Damage,
): readonly string[] {
  const struck: string[] = [];
  for (const place of places) {
    const names = readdirSync(join(folder, place)).filter(is);
    for (const name of place === 'spool' ? [...names, ...more] : names) {
      damage(join(folder, place, name));
      struck.push(name);
    }
  }
  return struck;
}

function judgeRun(t: Test, run: AgentRun, group: Group, damage: string, struck: readonly string[]): void {
  t.equal(run.failed, undefined, 'the agent starts');
  t.ok(run.recorded, 'it records');
  const alarms = run.lines.filter(({ level }) => level === 'alarm');
  if (group.named?.(damage))
    for (const name of struck)
      t.ok(
        alarms.some(({ file }) => file?.endsWith(`/${name}`)),
        `an alarm names ${name}`,
      );
  const { told } = group;
  if (told !== undefined) t.ok(alarms.some(({ event }) => told.test(event)));
}

async function judgeEvidence(
  t: Test,
  folder: string,
  made: Provisioned,
  group: Group,
  struck: readonly string[],
): Promise<void> {
  const { report, found } = await verifySpool(folder, made, struck);
  const newest = report.recordings.at(-1);
  t.match(
    newest,
    { verdict: 'complete', roles: ['evidence'], signedPolicy: { version: 5 } },
    'by its policy',
  );
  const core = found.at(-1)?.recording.core;
  t.equal(
    toHex(core?.roster ?? new Uint8Array()),
    toHex(readRoster(made.roster(5), made.agency.root).digest),
  );
  if (group.evidence) return;
  t.ok(report.recordings.length >= 2, 'what was recorded before is there');
  t.same([...new Set(report.recordings.map(({ verdict }) => verdict))], ['complete']);
}

t.test('whatever becomes of a file, the agent starts and records', async (t) => {
  const folder = t.testdir({ first: {}, cases: {} });
  const first = join(folder, 'first');
  const made = await prepared(first);
  const cases = Object.keys(groups).flatMap((group) =>
    Object.keys(damages).map((damage) => ({ group, damage })),
  );
  const chosen = full ? cases : Array.from({ length: sampleMax }, () => random.pick(cases));
  for (const [at, { group: name, damage }] of chosen.entries()) {
    await t.test(`${name}: ${damage}`, async (t) => {
      const here = join(folder, 'cases', String(at));
      cpSync(first, here, { recursive: true });
      const group = groups[name];
      const strikeOne = damages[damage];
      if (group === undefined || strikeOne === undefined)
        throw new TypeError('a case has a group and a damage');
      const struck = strike(here, group, strikeOne);
      t.not(struck.length, 0);
      judgeRun(t, await runAgent(here, random.int(2 ** 30)), group, damage, struck);
      await judgeEvidence(t, here, made, group, struck);
      rmSync(here, { recursive: true });
    });
  }
});
