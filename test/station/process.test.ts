import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import t from 'tap';
import { provisionRevocation } from '../../agency/provision.ts';
import { stationLimits } from '../../station/limits.ts';
import { fileLimitMs } from '../support/patience.ts';
import { runProcess, type StartedProcess, startProcess } from '../support/process.ts';
import { makeAgency } from './support/agency.ts';

t.setTimeout(fileLimitMs);

const main = resolve(import.meta.dirname, '../../program/main.js');
const agency = await makeAgency(t, ['camera-1']);
const path = join(agency.folder, 'station.yaml');

async function start(
  t: { teardown(done: () => unknown): unknown },
  more = '',
): Promise<[StartedProcess, number]> {
  await writeFile(
    path,
    `station: station-1\nstore: evidence\nvault: vault\nbroker:\n  embedded:\n    port: 0\n${more}`,
  );
  const process_ = startProcess(t, process.execPath, [main, 'station', '--config', path]);
  const line = await process_.line(/mqtts:\/\/127\.0\.0\.1:([0-9]+)/);
  return [process_, Number(line[1])];
}

async function camera(port: number): Promise<TLSSocket> {
  const folder = agency.camera('camera-1');
  const socket = connect({
    host: '127.0.0.1',
    port,
    ca: readFileSync(join(folder, 'root.crt')),
    cert: readFileSync(join(folder, 'tls.crt')),
    key: readFileSync(join(folder, 'tls.key')),
  });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

/** MQTT's CONNECT, 3.1.1, clean session, without a client id. */
const connectPacket = Buffer.from([0x10, 12, 0, 4, ...Buffer.from('MQTT'), 4, 2, 0, 60, 0, 0]);

/** Sends `head`, and then as much as the broker takes; resolves when it has closed the connection. */
async function flood(port: number, head: readonly Buffer[]): Promise<void> {
  const socket = await camera(port);
  for (const one of head) socket.write(one);
  const filler = Buffer.alloc(65_536);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let open = true;
  void closed.then(() => {
    open = false;
  });
  // Returns early where the broker takes all of it, so that the memory shows.
  for (let sent = 0; open && sent < 256 * 1024 * 1024; sent += filler.length) {
    if (socket.write(filler)) continue;
    await Promise.race([new Promise<void>((resolve) => socket.once('drain', () => resolve())), closed]);
  }
  await closed;
}

function residentKiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+([0-9]+) kB/.exec(status)?.[1]);
}

t.test('a packet beyond the limit ends the connection and costs no memory', async (t) => {
  const [station, port] = await start(t);
  const pid = station.child.pid ?? 0;
  // Remaining lengths: 268,435,455 for a CONNECT; 10,000,000 and 268,435,455 for a PUBLISH.
  const longest = [0xff, 0xff, 0xff, 0x7f];
  const attacks = [
    [Buffer.from([0x10, ...longest])],
    [connectPacket, Buffer.from([0x32, 0x80, 0xad, 0xe2, 0x04])],
    [connectPacket, Buffer.from([0x32, ...longest])],
  ];
  for (let warm = 0; warm < 4; warm += 1) for (const attack of attacks) await flood(port, attack);
  const before = residentKiB(pid);
  for (let run = 0; run < 10; run += 1) for (const attack of attacks) await flood(port, attack);
  const grown = residentKiB(pid) - before;
  t.comment(`grown by ${grown} KiB over 30 connections`);
  t.ok(grown < 16 * 1024, 'far less than a single one of the packets');
  t.equal((await station.kill('SIGTERM')).code, 0);
});

t.test('SIGTERM ends the station cleanly, also with a camera connected', async (t) => {
  const [station, port] = await start(t);
  const socket = await camera(port);
  socket.write(connectPacket);
  await once(socket, 'data');
  t.same(await station.kill('SIGTERM'), { code: 0, signal: null });
  t.match(station.output(), /The station has ended/);
});

t.test('SIGHUP has the revocation list read at once, and ends nothing', async (t) => {
  const of = { folder: join(agency.folder, 'agency') };
  const revoke = (byte: string): Promise<{ version: number }> =>
    provisionRevocation(of, { keyId: byte.repeat(32), from: new Date(0) });
  await revoke('00');
  const [station] = await start(t, 'revocations: agency/revocations\n');
  const from = Date.now();
  let signals = 0;
  const byItself = () => 1 + Math.floor((Date.now() - from) / stationLimits.revocationsReadMs);
  for (let n = 1; n < 100 && signals <= byItself(); n += 1) {
    const { version } = await revoke(String(n).padStart(2, '0'));
    station.child.kill('SIGHUP');
    await station.line(new RegExp(`"A revocation list is in force","version":${version}\\b`));
    signals = n;
  }
  t.ok(signals > byItself(), `of ${signals} lists it would have read ${byItself()} at most by itself`);
  t.equal((await station.kill('SIGTERM')).code, 0);
});

t.test('a wrong configuration is named, with its value and what is allowed', async (t) => {
  const base = { station: 'station-1', store: 'evidence', vault: 'vault', broker: { embedded: { port: 0 } } };
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [{ ...base, stroe: 'x' }, /"stroe" is not a key/],
    [{ ...base, broker: { embedded: { port: 70_000 } } }, /"broker.embedded.port" is 70000: expected a port/],
    [
      { ...base, broker: { embedded: {}, url: 'mqtts://x' } },
      /"broker" is .*expected either "embedded" or "url"/,
    ],
    [{ ...base, broker: {} }, /"broker" is {}: expected either "embedded" or "url"/],
    [{ ...base, store: undefined }, /"store" is missing/],
    [{ ...base, log: 'loud' }, /"log" is "loud"/],
    [{ ...base, station: 'nowhere' }, /nowhere.*cannot be read \(ENOENT\): give the folder/],
  ];
  for (const [config, expected] of wrong) {
    await writeFile(path, JSON.stringify(config));
    const { code, stderr } = await runProcess(t, process.execPath, [main, 'station', '--config', path]);
    t.equal(code, 1);
    t.match(stderr, expected);
    t.equal(stderr.trim().split('\n').length, 1, 'one sentence');
  }
  const usage = await runProcess(t, process.execPath, [main, 'station']);
  t.equal(usage.code, 2);
  t.match(usage.stderr, /"--config" is missing/);
  const help = await runProcess(t, process.execPath, [main, 'station', '--help']);
  t.equal(help.code, 0);
  t.match(help.stdout, /sealcam station --config FILE/);
});
