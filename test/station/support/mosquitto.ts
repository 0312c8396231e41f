import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import type { Exit } from '../../support/process.ts';

const examples = resolve(import.meta.dirname, '../../../../docs/examples');

/** The path of Mosquitto, or undefined where it is not installed. */
export const mosquittoPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  .map((folder) => join(folder, 'mosquitto'))
  .find((path) => existsSync(path));

/** What a test prints that is skipped because Mosquitto is absent. */
export const mosquittoMissing = 'Mosquitto is not installed: apt-get install mosquitto';

/** A Mosquitto that runs. */
export interface Mosquitto {
  readonly port: number;
  /** Of its process. */
  pid(): number;
  /** Ends it and resolves when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and folder. */
  start(): Promise<void>;
  output(): string;
}

/** Runs Mosquitto with the example configuration of docs/examples, filled in for `station` in a folder. */
export async function startMosquitto(
  t: { teardown(done: () => unknown): unknown },
  station: string,
  stationId: string,
  folder: string,
): Promise<Mosquitto> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const words: Readonly<Record<string, string>> = {
    '@FOLDER@': folder,
    '@PORT@': String(port),
    '@ADDRESS@': '127.0.0.1',
    '@STATION@': station,
    '@STATION_ID@': stationId,
  };
  for (const name of ['mosquitto.conf', 'mosquitto.acl']) {
    let text = await readFile(join(examples, name), 'utf8');
    for (const [word, value] of Object.entries(words)) text = text.replaceAll(word, value);
    await writeFile(join(folder, name), text, { mode: 0o600 });
  }
  let output = '';
  let ended: Promise<Exit> = Promise.resolve({ code: 0, signal: null });
  let kill: (signal: NodeJS.Signals) => void = () => {};
  let pid = 0;
  const start = async (): Promise<void> => {
    const user =
      process.getuid?.() === 0 ? ['-c', await asRoot(folder)] : ['-c', join(folder, 'mosquitto.conf')];
    const child = spawn(mosquittoPath ?? 'mosquitto', user, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal })));
    kill = (signal) => child.kill(signal);
    pid = child.pid ?? 0;
    await listens(port, ended, () => output);
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    kill(signal);
    await ended;
  };
  t.teardown(() => stop('SIGKILL'));
  await start();
  return { port, pid: () => pid, stop, start, output: () => output };
}

/** Started by root, Mosquitto would become another user, who may not read a temporary folder. */
async function asRoot(folder: string): Promise<string> {
  const path = join(folder, 'root.conf');
  await writeFile(path, `user root\n${await readFile(join(folder, 'mosquitto.conf'), 'utf8')}`);
  return path;
}

/** A port that was free a moment ago: Mosquitto cannot be told to take any. */
function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function listens(port: number, ended: Promise<Exit>, output: () => string): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (;;) {
    if (over) throw new Error(`Mosquitto ended:\n${output()}`);
    if (await accepts(port)) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
