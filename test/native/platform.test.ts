import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import { capabilities, crc32c, hashSegments, openPty, sdNotify, sha256 } from '../../native/index.ts';
import { referenceCrc32c, seededBytes, testingAddon } from './support/reference.ts';

const addon = join(import.meta.dirname, '../../native/index.js');

t.test('CRC-32C', async (t) => {
  t.equal(crc32c(Buffer.from('123456789')), 0xe3069283, 'the check value of the algorithm');
  t.equal(crc32c(new Uint8Array(0)), 0);
  t.equal(crc32c(new Uint8Array(32)), 0x8a9136aa, 'RFC 3720 B.4: 32 zeros');
  t.equal(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43, 'RFC 3720 B.4: 32 ones');

  t.test('every level of this processor agrees with the definition', async (t) => {
    const data = seededBytes(600, 7);
    const levels = testingAddon().crc32cLevels(data, 0);
    t.ok(levels.portable !== undefined);
    for (const from of [0, 1, 3, 7]) {
      for (const length of [0, 1, 7, 8, 9, 63, 64, 65, 255, 500]) {
        const part = data.subarray(from, from + length);
        const expected = referenceCrc32c(part, 0x12345678);
        for (const [name, crc] of Object.entries(testingAddon().crc32cLevels(part, 0x12345678))) {
          if (crc !== expected) t.equal(crc, expected, `${name}, ${length} bytes from ${from}`);
        }
      }
    }
  });

  t.test('a seed continues an earlier CRC', async (t) => {
    const data = seededBytes(100, 3);
    for (const cut of [0, 1, 50, 99, 100]) {
      t.equal(crc32c(data.subarray(cut), crc32c(data.subarray(0, cut))), crc32c(data), `cut at ${cut}`);
    }
  });
});

t.test('SHA-256 of pieces, and of segments apart', async (t) => {
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
  t.equal(hex(sha256(Buffer.from('a'), new Uint8Array(0), Buffer.from('bc'))), abc);
  t.equal(hex(sha256()), empty);
  const digests = await hashSegments([Buffer.from('abc'), new Uint8Array(0), Buffer.from('abc')]);
  t.same(digests.map(hex), [abc, empty, abc]);
  t.same(await hashSegments([]), []);
});

t.test('a pseudo-terminal passes all byte values both ways', async (t) => {
  const pty = openPty();
  const other = openSync(pty.path, 'r+');
  const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));
  for (const [from, to] of [
    [pty.masterFd, other],
    [other, pty.masterFd],
  ] as const) {
    writeSync(from, all);
    const got = Buffer.alloc(256);
    let at = 0;
    while (at < 256) at += readSync(to, got, at, 256 - at, null);
    t.same(got, all);
  }
  for (const fd of [other, pty.slaveFd, pty.masterFd]) closeSync(fd);
});

t.test('a pseudo-terminal is not inherited by children', async (t) => {
  const pty = openPty();
  const listing = execFileSync('ls', ['-l', '/proc/self/fd'], { encoding: 'utf8' });
  t.notMatch(listing, 'ptmx');
  t.notOk(listing.includes(`${pty.path}\n`));
  closeSync(pty.slaveFd);
  closeSync(pty.masterFd);
});

t.test('sd_notify', async (t) => {
  const before = process.env.NOTIFY_SOCKET;
  t.teardown(() => {
    if (before === undefined) delete process.env.NOTIFY_SOCKET;
    else process.env.NOTIFY_SOCKET = before;
  });

  delete process.env.NOTIFY_SOCKET;
  t.equal(sdNotify('READY=1'), false, 'no one listens');

  // Node has no datagram sockets of this kind; python3 is there because node-gyp needs it.
  const listen =
    'import socket,sys\na=sys.argv[1]\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\n' +
    "s.bind('\\0'+a[1:] if a[0]=='@' else a)\nprint('bound',flush=True)\nprint(s.recv(4096).decode(),flush=True)";
  // A path of this kind has 107 bytes at most; the folder of the checkout may be longer.
  const folder = mkdtempSync(join(tmpdir(), 'sealcam-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const address of [join(folder, 'notify'), `@sealcam-test-${process.pid}`]) {
    const listener = spawn('python3', ['-c', listen, address], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    listener.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    await once(listener.stdout, 'data');
    process.env.NOTIFY_SOCKET = address;
    t.equal(sdNotify('READY=1\nSTATUS=recording'), true);
    await once(listener, 'close');
    t.equal(output, 'bound\nREADY=1\nSTATUS=recording\n', address.startsWith('@') ? 'abstract' : 'path');
  }

  process.env.NOTIFY_SOCKET = join(folder, 'absent');
  t.throws(() => sdNotify('READY=1'), { name: 'SealcamError', code: 'SD_NOTIFY', message: /No such file/ });
  process.env.NOTIFY_SOCKET = 'x'.repeat(200);
  t.throws(() => sdNotify('READY=1'), {
    name: 'TypeError',
    message: /"address": expected 107 bytes at most/,
  });
});

t.test('hardening and key memory, in a process of its own', async (t) => {
  const script = `
    import { readFileSync } from 'node:fs';
    import { capabilities, hardenProcess } from ${JSON.stringify(addon)};
    const limits = () => readFileSync('/proc/self/limits', 'utf8').match(/Max core file size +(\\S+)/)[1];
    const done = hardenProcess();
    let ownerOfSelf;
    try { ownerOfSelf = limits(); } catch (error) { ownerOfSelf = error.code; }
    console.log(JSON.stringify({ done, ownerOfSelf, capabilities: capabilities() }));`;
  const seen = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
  );
  t.same(seen.done, { notDumpable: true, noCoreFile: true });
  t.ok(seen.ownerOfSelf === '0' || seen.ownerOfSelf === 'EACCES', 'no core file, or not even readable');
  t.match(seen.capabilities, {
    openssl: /^OpenSSL 3/,
    segmentHash: /^(openssl|sha-ni x[24]|armv8-sha2 x[24])$/,
    keyMemory: { notDumped: true },
  });
});

// AddressSanitizer makes mlock() do nothing, and say that it succeeded.
const locks = process.env.SEALCAM_SANITIZED === undefined ? {} : { skip: 'AddressSanitizer locks no memory' };

t.test('where memory cannot be locked, it is said and everything works', locks, async (t) => {
  const script = `
    import { capabilities, floeOpen, floeSeal } from ${JSON.stringify(addon)};
    const key = new Uint8Array(32);
    const same = Buffer.from(floeOpen(key, key, floeSeal(key, key, Buffer.from('x')))).toString() === 'x';
    console.log(JSON.stringify({ same, keyMemory: capabilities().keyMemory }));`;
  // A user with CAP_IPC_LOCK may lock beyond the limit; setpriv takes that away where this runs as root.
  const node = [process.execPath, '--input-type=module', '-e', script];
  const privileges = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-ipc_lock', '--'] : [];
  const command = ['prlimit', '--memlock=0', ...privileges, ...node];
  const seen = JSON.parse(execFileSync(command[0] ?? '', command.slice(1), { encoding: 'utf8' }));
  t.match(seen, { same: true, keyMemory: { locked: false, notDumped: true, notForked: true } });
});

t.test(
  'there is room for 32 keys; only in the build for tests the environment may ask for more',
  async (t) => {
    const slots = (path: string, wanted: string): number => {
      const script = `console.log(require(${JSON.stringify(path)}).capabilities().keyMemory.slots)`;
      const env = { ...process.env, SEALCAM_KEY_SLOTS: wanted };
      return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', env }));
    };
    const usual = createRequire(import.meta.url).resolve('#addon');
    const testing = join(dirname(usual), 'sealcam_testing.node');
    t.equal(slots(usual, '4096'), 32);
    for (const [wanted, there] of [
      ['', 32],
      ['31', 32],
      ['33', 33],
      ['4096', 4096],
      ['4097', 32],
      ['-1', 32],
      ['many', 32],
    ] as const) {
      t.equal(slots(testing, wanted), there, wanted);
    }
  },
);

t.test('wrong arguments are named', async (t) => {
  const wrong = (value: unknown) => value as never;
  t.throws(() => crc32c(wrong('text')), { name: 'TypeError', message: '"bytes": expected a Uint8Array' });
  t.throws(() => crc32c(wrong(new Uint16Array(2))), { name: 'TypeError', message: /expected a Uint8Array/ });
  for (const seed of [-1, 0.5, 2 ** 32, Number.NaN, '1']) {
    t.throws(() => crc32c(new Uint8Array(1), wrong(seed)), { name: 'TypeError', message: /"seed"/ });
  }
  t.throws(() => sha256(wrong(1)), { name: 'TypeError', message: '"pieces": expected a Uint8Array' });
  await t.rejects(hashSegments(wrong(7)), { name: 'TypeError', message: /"segments": expected an array/ });
  t.equal(capabilities().keyMemory.slotsTaken, 0);
});
