import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ReadStream } from 'node:tty';
import t from 'tap';
import { lockKey, unlockKey } from '../../agency/locked-key.ts';
import { run as open } from '../../cli/commands/open.ts';
import { run as provision } from '../../cli/commands/provision.ts';
import { parsePrivateKeyFile } from '../../evidence/keys/key-file.ts';
import { openPty } from '../../native/index.ts';
import { fileLimitMs } from '../support/patience.ts';
import { type Ran, ranHere, sealcam, sealcamProcess } from '../support/sealcam.ts';

t.setTimeout(fileLimitMs);
const main = join(import.meta.dirname, '../../program/main.js');
const folder = t.testdir();
const at = (...parts: string[]): string => join(folder, ...parts);
const golden = (name: string): string => resolve(import.meta.dirname, '../../../test/golden', name);
const passphrase = 'sechs zufällige Wörter';

/** Not that of a real key, whose scrypt takes seconds. */
const workFactor = 10;

/** Runs a command to which `given` is what the descriptor FD reads. */
async function run([name, ...words]: readonly string[], given: string): Promise<Ran> {
  const path = at('given');
  writeFileSync(path, given);
  const fd = openSync(path, 'r');
  const command = name === 'open' ? open : (args: string[]) => provision(args, workFactor);
  // The descriptor ends with this process: a command that gives up has closed it.
  return ranHere(command, ...words.map((word) => (word === 'FD' ? String(fd) : word)));
}

/** Runs a command at a terminal where `answers` are typed, each once a question is there; what the terminal showed. */
async function atTerminal(words: readonly string[], answers: readonly string[]) {
  const pty = openPty();
  // As a shell has it: what is typed is shown, unless the program says otherwise.
  spawnSync('stty', ['-F', pty.path, 'sane']);
  const child = spawn(process.execPath, [main, ...words], { stdio: [pty.slaveFd, 'pipe', pty.slaveFd] });
  const reader = new ReadStream(pty.masterFd);
  let shown = '';
  let answered = 0;
  reader.on('data', (bytes) => {
    shown += bytes.toString();
    const answer = answers[answered];
    if (answer === undefined || shown.split(': ').length - 1 <= answered) return;
    answered += 1;
    writeSync(pty.masterFd, answer);
  });
  const [code] = (await once(child, 'close')) as [number];
  reader.destroy();
  closeSync(pty.slaveFd);
  return { code, shown };
}

t.test('a person is asked at the terminal, which shows nothing of it', async (t) => {
  const words = ['provision', 'recipient', '--out', at('alice'), '--label', 'Alice'];
  const wrong = await atTerminal(words, [`${passphrase}\r`, 'another passphrase\r']);
  t.equal(wrong.code, 1, wrong.shown);
  t.match(wrong.shown, /The two passphrases are not the same/);
  const short = await atTerminal(words, ['short\r']);
  t.match(short.shown, /has 5 characters/);
  const away = await atTerminal(words, ['some\u0003']);
  t.match(away.shown, /No passphrase was given/);
  t.notOk(existsSync(at('alice.key')), 'nothing was made');
  const typed = await atTerminal(words, [`x\u007f${passphrase}\r`, `${passphrase}\r`]);
  t.equal(typed.code, 0, typed.shown);
  t.match(typed.shown, /^New passphrase for .*alice\.key: \r?\nThe same again: \r?\n/);
  for (const { shown } of [wrong, short, away, typed])
    t.notMatch(shown, /zufällige|short\b|some|another pass/);
  const file = await unlockKey(readFileSync(at('alice.key')), passphrase, 'alice.key');
  t.equal(parsePrivateKeyFile(file).label, 'Alice');
});

t.test('a script gives it by a descriptor, or says that there is none', async (t) => {
  const agency = ['--agency', at('agency')];
  const fd = ['--passphrase-fd', 'FD'];
  const refuse = async (words: string[], given: string | undefined, code: number, says: RegExp) => {
    const ran = given === undefined ? sealcamProcess(...words) : await run(words, given);
    t.equal(ran.code, code, ran.error);
    t.match(ran.error, says);
    t.equal(ran.error.split('\n').length, 2, 'one line');
    t.equal(ran.out, '');
  };
  const root = ['provision', 'root', ...agency];
  await refuse(
    root,
    undefined,
    1,
    /agency\/root\.key is needed, and there is no terminal to ask at: give --passphrase-fd N/,
  );
  await refuse([...root, ...fd], '', 1, /passphrase is empty.*--no-passphrase/);
  await refuse([...root, ...fd], '\n', 1, /passphrase is empty/);
  await refuse([...root, ...fd], 'short\n', 1, /has 5 characters/);
  await refuse([...root, '--passphrase-fd', '77'], '', 1, /descriptor 77, which is not open/);
  await refuse([...root, '--passphrase-fd', 'x'], '', 2, /"--passphrase-fd" is "x"/);
  await refuse([...root, ...fd], 'x'.repeat(5_000), 1, /more than 4096 bytes/);
  t.notOk(existsSync(at('agency')), 'nothing was made');
  t.equal((await run([...root, ...fd], `${passphrase}\n`)).code, 0);
  t.equal(
    (await sealcam('provision', 'recipient', '--out', at('bob'), '--label', 'Bob', '--no-passphrase')).code,
    0,
  );
  t.match(readFileSync(at('bob.key'), 'utf8'), /^seed: /m);
  const roster = ['provision', 'roster', ...agency, '--role', `evidence=${at('bob.pub')}`];
  await refuse(roster, undefined, 1, /agency\/root\.key is needed, and there is no terminal/);
  await refuse([...roster, ...fd], 'not the passphrase\n', 1, /The passphrase does not open .*root\.key/);
  t.equal((await run([...roster, ...fd], passphrase)).code, 0, 'with a line break or without');
  const signer = [
    'provision',
    'signer',
    ...agency,
    '--id',
    'chief',
    '--purpose',
    'deletion',
    '--out',
    at('chief'),
  ];
  t.equal(
    (await run([...signer, ...fd], `${passphrase}\n${passphrase} 2\n`)).code,
    0,
    "the root's, then the new key's",
  );
  const key = await unlockKey(readFileSync(at('chief', 'deletion.key')), `${passphrase} 2`, 'deletion.key');
  t.match(key.toString('latin1'), /PRIVATE KEY/);
  const order = [
    'delete',
    '--store',
    folder,
    '--vault',
    folder,
    '--device',
    'camera-1',
    '--reason',
    'because',
  ];
  await refuse(
    [...order, '--recording', '0'.repeat(32), '--signer', at('chief'), '--trust', at('agency', 'root.crt')],
    undefined,
    1,
    /deletion\.key is needed, and there is no terminal/,
  );
});

t.test('a recording is opened with a locked key, and with one that is not', async (t) => {
  writeFileSync(
    at('court.key'),
    await lockKey(readFileSync(golden('court.key'), 'utf8'), passphrase, workFactor),
  );
  mkdirSync(at('out'));
  const words = (out: string): string[] => [
    ...['open', golden('golden.seal'), '--keys', golden('golden.keys'), '--trust', golden('root.crt')],
    ...['--identity', at('court.key'), '--identity', golden('evidence.key'), '-o', at('out', out)],
  ];
  const unasked = sealcamProcess(...words('a.mp4'));
  t.match(unasked.error, /court\.key is needed, and there is no terminal/);
  const fd = ['--passphrase-fd', 'FD'];
  t.match((await run([...words('a.mp4'), ...fd], 'wrong')).error, /does not open .*court\.key/);
  t.equal((await run([...words('a.mp4'), ...fd], passphrase)).code, 4);
});
