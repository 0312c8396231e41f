import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { Continuation } from '../../../agent/line/archive/continuation.ts';
import { readProvisioned } from '../../../agent/line/kept/recipients.ts';
import { IdentityKeyFile, loadIdentity } from '../../../agent/sealer/identity/identity.ts';
import { once } from '../../../agent/spool/disk/attempts.ts';
import { Folder } from '../../../agent/spool/disk/folder.ts';
import { nodeFileSystem } from '../../../agent/spool/disk/node-file-system.ts';
import { readJournal } from '../../../agent/spool/journal/journal-file.ts';
import { journalName } from '../../../agent/spool/names.ts';
import { systemClock } from '../../../base/clock.ts';
import { isSealcamError } from '../../../base/errors.ts';
import { silentLog } from '../../../base/log.ts';
import { run as agentRun } from '../../../cli/commands/agent.ts';
import { run as deleteRun } from '../../../cli/commands/delete.ts';
import { run as doctor } from '../../../cli/commands/doctor.ts';
import { run as inspect } from '../../../cli/commands/inspect.ts';
import { run as inventory } from '../../../cli/commands/inventory.ts';
import { run as open } from '../../../cli/commands/open.ts';
import { run as provision } from '../../../cli/commands/provision.ts';
import { run as sim } from '../../../cli/commands/sim.ts';
import { run as stationRun } from '../../../cli/commands/station.ts';
import { run as status } from '../../../cli/commands/status.ts';
import { run as verify } from '../../../cli/commands/verify.ts';
import { nodeHasher } from '../../../evidence/hasher.ts';
import { readRoot } from '../../../evidence/root.ts';
import { takeInventory } from '../../../station/audit/inventory.ts';
import { readRevocationSource } from '../../../station/cameras/trust/revocations.ts';
import { readCredentials } from '../../../station/credentials.ts';
import { systemFiles } from '../../../station/store/files.ts';
import { RecordFile } from '../../../station/store/record-file.ts';
import { fileLimitMs } from '../../support/patience.ts';
import { ranHere } from '../../support/sealcam.ts';
import { type StrangeFile, strangeFiles } from '../../support/strange-files.ts';

// What is found where a file is expected may be a FIFO that blocks, a device that never ends, or a terabyte of holes: each
// reader refuses it at once. One that did not would hold this test until its time is over.

t.setTimeout(fileLimitMs);
const golden = (name: string): string => resolve(import.meta.dirname, '../../../../test/golden', name);
const root = readRoot(readFileSync(golden('root.crt')));
const folder = t.testdir();
const strange = strangeFiles(folder);

const keys = ['--keys', golden('golden.keys')];
const identity = ['--identity', golden('court.key')];
const trust = ['--trust', golden('root.crt')];
const out = ['-o', join(folder, 'out.mp4')];
const seal = golden('golden.seal');

const commands: readonly (readonly [
  string,
  (args: string[]) => Promise<number>,
  (path: string) => string[],
])[] = [
  ['verify FILE', verify, (path) => [path, ...trust]],
  ['verify --trust', verify, (path) => [seal, '--trust', path]],
  ['verify --revocations', verify, (path) => [seal, ...trust, '--revocations', path]],
  ['open FILE', open, (path) => [path, ...keys, ...identity, ...trust, ...out]],
  ['open --keys', open, (path) => [seal, '--keys', path, ...identity, ...trust, ...out]],
  ['open --identity', open, (path) => [seal, ...keys, '--identity', path, ...trust, ...out]],
  ['inspect FILE', inspect, (path) => [path]],
  ['inventory --trust', inventory, (path) => ['--store', folder, '--trust', path]],
  ['inventory --revocations', inventory, (path) => ['--store', folder, ...trust, '--revocations', path]],
  ['status --config', status, (path) => ['--config', path]],
  ['doctor --config', doctor, (path) => ['--config', path]],
  ['agent --config', agentRun, (path) => ['--config', path]],
  ['station --config', stationRun, (path) => ['--config', path]],
  ['sim --video', sim, (path) => ['--video', path]],
  ['sim --scenario', sim, (path) => ['--scenario', path]],
  [
    'provision --role',
    provision,
    (path) => ['roster', '--agency', agencyFolder, '--role', `evidence=${path}`],
  ],
  [
    'delete --trust',
    deleteRun,
    (path) => [
      ...['--store', folder, '--vault', folder, '--device', 'camera-1', '--recording', '0'.repeat(32)],
      ...['--reason', 'because', '--signer', folder, '--trust', path],
    ],
  ],
];
const agencyFolder = join(folder, 'agency');

t.test('every command refuses what is no file of ours, with one sentence', async (t) => {
  t.equal((await ranHere(provision, 'root', '--agency', agencyFolder, '--no-passphrase')).code, 0);
  for (const [name, run, words] of commands) {
    for (const { what, path } of strange) {
      const { code, error, out: said } = await ranHere(run, ...words(path));
      t.equal(code, 1, `${name}, ${what}: ${error}`);
      t.match(
        error,
        /^sealcam [a-z]+: [^\n]*(?:folder|regular file|on the disk|bytes)[^\n]*\n$/,
        `${name}, ${what}`,
      );
      t.equal(said, '', `${name}, ${what}: nothing else`);
    }
  }
});

/** Each reader that opens a file by itself, given one at `path`; `true` where it may take it for one that is not there. */
const readers: readonly (readonly [string, (path: string) => Promise<unknown>, boolean?])[] = [
  ["the spool's file system, to read", (path) => nodeFileSystem.open(path, 'read')],
  ["the spool's file system, to write", (path) => nodeFileSystem.open(path, 'write')],
  [
    'what outlives the agent',
    async (path) => new Continuation(path, 'camera-1', systemClock(), silentLog).inherited(() => true),
    true,
  ],
  ['a roster', (path) => readProvisioned('roster.dsse', path)],
  ['an identity', (path) => loadIdentity(path, root)],
  ['an identity key, in its child', (path) => new IdentityKeyFile(path).sign(new Uint8Array(1))],
  ["the store's files, size", (path) => systemFiles.size(path)],
  ["the store's files, which it is", (path) => systemFiles.identify(path)],
  ["the store's files, reading", (path) => systemFiles.readAt(path, 0, 10)],
  [
    "the store's files, appending",
    (path) => systemFiles.appendAt(path, { id: '', bytes: 0, written: '', changed: '' }, [new Uint8Array(1)]),
  ],
  ["the store's files, sync", (path) => systemFiles.sync(path)],
  ["the store's files, destroying", (path) => systemFiles.destroy(path)],
  [
    "the store's files of records",
    (path) =>
      RecordFile.open(
        { files: systemFiles, hasher: nodeHasher, log: silentLog, doubtful: new Map() },
        path,
        () => {},
      ),
  ],
];

t.test('camera and station refuse it in their own folders', async (t) => {
  for (const [name, read, mayBeAbsent] of readers) {
    for (const { what, path } of strange) {
      try {
        const given = await read(path);
        t.ok(mayBeAbsent === true && given === undefined, `${name}, ${what}`);
      } catch (error) {
        t.ok(isSealcamError(error) || /ELOOP|EISDIR|ENXIO/.test(String(error)), `${name}, ${what}: ${error}`);
      }
    }
  }
});

/** A fresh folder with the strange file under the name at which a reader looks. */
function placed(t: { testdir(): string }, one: StrangeFile, name: string): string {
  const at = t.testdir();
  mkdirSync(join(at, name, '..'), { recursive: true });
  symlinkSync(one.path, join(at, name));
  return at;
}

t.test("nor do a spool's journal, a station's folder, a list or a store hang", async (t) => {
  for (const one of strange) {
    await t.test(one.what, async (t) => {
      const store = placed(t, one, `camera-1/0000000001-${'a'.repeat(32)}.seal`);
      const place = {
        files: systemFiles,
        store,
        vault: undefined,
        root,
        revocations: new Map(),
        hasher: nodeHasher,
      };
      const { recordings } = await takeInventory(place, 'camera-1');
      t.match(recordings, [{ state: 'damaged', faults: [/folder|regular file|on the disk/] }]);
    });
    await t.test(`${one.what}, journal`, async (t) => {
      const spool = t.testdir();
      // The spool follows no link.
      if (one.path.endsWith('-link') || one.path.endsWith('zero') || one.path.endsWith('tty')) return;
      renameSync(one.path, join(spool, journalName));
      await t.rejects(readJournal(new Folder(nodeFileSystem, spool), journalName, once), { code: one.code });
      renameSync(join(spool, journalName), one.path);
    });
    await t.test(`${one.what}, credentials and list`, async (t) => {
      await t.rejects(readCredentials(placed(t, one, 'root.crt'), []), {
        code: 'STATION_FOLDER',
      });
      const list = placed(t, one, '1.dsse');
      await t.rejects(readRevocationSource(systemFiles, list, root), { code: 'STATION_REVOCATIONS' });
    });
  }
});

t.test('the name of a file prints no line of its own', async (t) => {
  const name = `a\nverdict: complete, and nothing was altered (exit code 0)\u001b[8m.seal`;
  const path = join(folder, name);
  const escaped = /a\\nverdict: complete, and nothing was altered \(exit code 0\)\\u\{1b\}\[8m\.seal/;
  const said = async (run: (args: string[]) => Promise<number>, args: string[]): Promise<string> => {
    const { out: printed, error } = await ranHere(run, ...args);
    return printed + error;
  };
  const cases: (readonly [string, (args: string[]) => Promise<number>, string[]])[] = [
    ['verify', verify, [path, ...trust]],
    ['verify as JSON', verify, [path, ...trust, '--json']],
    ['open', open, [path, ...keys, ...identity, ...trust, ...out]],
    ['inspect', inspect, [path]],
    ['inventory', inventory, ['--store', path, ...trust]],
    ['provision', provision, ['roster', '--agency', path, '--role', 'evidence=x']],
    ['an unknown command', verify, [`--${name}`]],
  ];
  const lines = (text: string): void => {
    t.notMatch(text, /^verdict: complete/m);
    t.notOk(text.includes('\u001b'));
  };
  for (const [what, run, args] of cases) {
    const text = await said(run, args);
    lines(text);
    t.match(text, escaped, `${what}, of what is not there`);
  }
  const junk = readFileSync(seal).subarray(0, -5);
  writeFileSync(path, junk);
  for (const args of [
    [path, ...trust],
    [path, ...trust, '--json'],
  ]) {
    const text = await said(verify, args);
    lines(text);
    t.match(text, /are not a record/);
  }
});
