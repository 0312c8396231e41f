import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readlinkSync, writeSync } from 'node:fs';
import t from 'tap';
import { capabilities, createSharePipe, openRecordingKeys } from '../../native/index.ts';
import { ReferenceChain, seededBytes, testingAddon } from './support/reference.ts';

const core = Buffer.from('core');
const three = [seededBytes(32, 1), seededBytes(32, 2), seededBytes(32, 3)];

/** A child that runs `script`, with the pipe's writing end as its descriptor 3. */
function child(writeFd: number, script: string) {
  return spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'ignore', 'inherit', writeFd] });
}

const write = (hex: string) => `require('fs').writeSync(3, Buffer.from('${hex}', 'hex'));`;
const hexOf = (...parts: Buffer[]) => Buffer.concat(parts).toString('hex');
/** The kernel's name of the pipe of `fd`, and how many descriptors of this process lead to it. */
const nameOf = (fd: number) => readlinkSync(`/proc/self/fd/${fd}`);
const descriptorsOf = (name: string) =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return nameOf(Number(fd)) === name;
    } catch {
      return false; // the descriptor of the listing itself
    }
  }).length;

t.afterEach(() => t.equal(capabilities().keyMemory.slotsTaken, 0, 'no keys are left'));

t.test('a child hands over shares, however it writes them', async (t) => {
  const whole = hexOf(...three);
  for (const script of [write(whole), `for (const b of '${whole}'.match(/../g)) { ${write("'+b+'")} }`]) {
    const pipe = createSharePipe();
    child(pipe.writeFd, script);
    const shares = await pipe.readShares(3);
    t.equal(shares.count, 3);
    const recording = openRecordingKeys(shares, core);
    t.same(recording.commitments.map(Buffer.from), new ReferenceChain(three, core).commitments);
    recording.erase();
  }
});

t.test('a child that dies early', async (t) => {
  for (const script of [
    '',
    write(hexOf(...three).slice(2)),
    `${write('00')} process.kill(process.pid, 'SIGKILL')`,
  ]) {
    const pipe = createSharePipe();
    child(pipe.writeFd, script);
    await t.rejects(pipe.readShares(3), {
      name: 'SealcamError',
      code: 'SHARES_SHORT',
      message: /of 96 bytes/,
    });
  }
});

t.test('a child that writes too much', async (t) => {
  const pipe = createSharePipe();
  child(pipe.writeFd, write(`${hexOf(...three)}00`));
  await t.rejects(pipe.readShares(3), { code: 'SHARES_EXCESS', message: /more than 96 bytes/ });
});

t.test('a child that hangs is given up, and holds nothing else up', async (t) => {
  const pipe = createSharePipe();
  const hanging = child(pipe.writeFd, `${write(hexOf(...three))} process.stdin.resume()`);
  await t.rejects(pipe.readShares(3, 120), { code: 'SHARES_TIMEOUT', message: /within 120 ms/ });
  const other = createSharePipe();
  const second = child(other.writeFd, 'process.stdin.resume()');
  const reading = other.readShares(3);
  other.close();
  await t.rejects(reading, { code: 'SHARES_CANCELLED' });
  hanging.kill();
  second.kill();
});

t.test('the addon itself erases what it refused', async (t) => {
  const addon = testingAddon();
  const pipe = addon.createPipe();
  const shares = addon.createShares(1);
  writeSync(pipe.writeFd, new Uint8Array(31));
  addon.closeWriteEnd(pipe.handle);
  await t.rejects(addon.readShares(shares, pipe.handle, 1000), { code: 'SHARES_SHORT' });
  t.equal(addon.capabilities().keyMemory.slotsTaken, 0);
  t.throws(() => addon.readShares(shares, pipe.handle, 0), { code: 'SHARES_ERASED' });
});

t.test('no other child inherits the pipe', async (t) => {
  const pipe = createSharePipe();
  const inherited = execFileSync('ls', ['-l', '/proc/self/fd'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const name = nameOf(pipe.writeFd);
  t.match(name, /^pipe:/);
  t.notOk(inherited.includes(name));
  pipe.close();
});

t.test('no descriptor is left open, and none of others is closed', async (t) => {
  const pipe = createSharePipe();
  const name = nameOf(pipe.writeFd);
  t.equal(descriptorsOf(name), 2);
  writeSync(pipe.writeFd, seededBytes(32, 1));
  const shares = await pipe.readShares(1);
  shares.erase();
  t.equal(descriptorsOf(name), 0);
  // One of the next pipes has the first one's numbers.
  const next = [createSharePipe(), createSharePipe(), createSharePipe()];
  const names = next.map(({ writeFd }) => nameOf(writeFd));
  pipe.close();
  t.same(names.map(descriptorsOf), [2, 2, 2], 'closing the old pipe again leaves the new ones alone');
  for (const one of next) {
    one.close();
    one.close();
    await t.rejects(one.readShares(1), { code: 'SHARES_CANCELLED' });
  }
  t.same(names.map(descriptorsOf), [0, 0, 0]);
  await t.rejects(pipe.readShares(1), { code: 'SHARES_CANCELLED' });
});

t.test('wrong counts', async (t) => {
  for (const count of [0, 17, 1.5]) {
    const pipe = createSharePipe();
    const name = nameOf(pipe.writeFd);
    await t.rejects(pipe.readShares(count), {
      name: 'TypeError',
      message: /"count": expected a whole number from 1 to 16/,
    });
    t.equal(descriptorsOf(name), 0);
  }
});
