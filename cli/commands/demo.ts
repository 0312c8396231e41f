import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRoster,
  provisionStation,
} from '../../agency/provision.ts';
import { SealcamError, systemCode } from '../../base/errors.ts';
import type { LogEvent } from '../../base/log.ts';
import { openClip } from '../../hardware-sim/simulator.ts';
import { Child, type ChildLine } from '../child.ts';
import { parseWords, runCommand, usage } from '../command.ts';
import { say } from '../output.ts';
import { run as open } from './open.ts';
import { run as verify } from './verify.ts';

/** What `sealcam demo --help` prints. */
export const help = `sealcam demo: the main job on this machine, for real, with throwaway keys

  --seconds N    how long to record; 10 unless given, 3600 at most
  --video FILE   what the simulated camera sees: an MP4 or MOV with H.264 or H.265; a built-in clip unless given
  --no-sound     records the picture alone; without it, sound that is not AAC is left out with a note
  --out DIR      where to leave everything; a new folder below ./sealcam-demo unless given

It provisions an agency, a station, a camera and a recipient, starts the station with its embedded broker, the
simulated camera on a pseudo-terminal, and the agent, presses the camera's start and stop buttons, waits
for the station's signed receipt, verifies the recording without a key, and opens it with the recipient's.
Exits 0 when all of that worked, 1 when it did not, 2 on wrong usage.
`;

const names = { camera: 'camera-1', station: 'station-1', role: 'evidence' };
const startMsMax = 30_000;
const receiptMsMax = 60_000;

/** `sealcam demo`. */
export function run(args: string[]): Promise<number> {
  return runCommand('demo', help, args, async () => {
    const { values, positionals } = parseWords('demo', args, {
      seconds: { type: 'string' },
      video: { type: 'string' },
      out: { type: 'string' },
      'no-sound': { type: 'boolean' },
    });
    if (positionals.length > 0)
      throw usage(`"${positionals[0]}" is one word too many: see "sealcam demo --help"`);
    const seconds = Number(values.seconds ?? '10');
    if (!(seconds >= 1 && seconds <= 3_600)) {
      throw usage(`"--seconds" is "${values.seconds}": give a number from 1 to 3600`);
    }
    const sound = values['no-sound'] !== true;
    if (values.video !== undefined) {
      const file = await openClip(values.video, sound);
      await file.close();
      say(...file.warnings.map((sentence) => `Note: ${sentence}`));
    }
    const folder = values.out === undefined ? await nextFolder('sealcam-demo') : resolve(values.out);
    await expectEmpty(folder);
    return new Demo(folder, seconds, values.video, sound).run();
  });
}

/** Makes the first of `PARENT/1`, `PARENT/2` ... that does not exist yet. */
async function nextFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (let number = 1; ; number += 1) {
    const folder = resolve(parent, String(number));
    try {
      await mkdir(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
}

async function expectEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) {
    throw new SealcamError('DEMO_FOLDER', `${folder} is not empty: give another folder with --out`);
  }
}

class Demo {
  readonly #folder: string;
  readonly #seconds: number;
  readonly #video: string | undefined;
  readonly #sound: boolean;
  readonly #children: Child[] = [];
  #breaks: (failure: SealcamError) => void = () => {};
  readonly #anyBroken = new Promise<never>((_, reject) => {
    this.#breaks = reject;
  });
  #step = 0;

  constructor(folder: string, seconds: number, video: string | undefined, sound: boolean) {
    this.#folder = folder;
    this.#seconds = seconds;
    this.#video = video;
    this.#sound = sound;
  }

  async run(): Promise<number> {
    const killAll = (): void => {
      for (const child of this.#children) child.kill();
    };
    process.once('exit', killAll);
    // A child may also fail while nothing is waiting for it.
    this.#anyBroken.catch(() => {});
    const interrupted = (): void => process.exit(130);
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    try {
      await this.#provision();
      // Any child that fails ends the demo at once, even while another one is waited for.
      await Promise.race([this.#record(), this.#anyBroken]);
      for (const child of this.#children.splice(0).reverse()) await child.end();
      return await this.#prove();
    } finally {
      killAll();
      process.off('exit', killAll);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
    }
  }

  #at(...parts: string[]): string {
    return join(this.#folder, ...parts);
  }

  #path(...parts: string[]): string {
    const path = this.#at(...parts);
    const short = relative(process.cwd(), path);
    return short.startsWith('..') ? path : short;
  }

  #says(what: string): void {
    this.#step += 1;
    say(`${this.#step}. ${what}`);
  }

  async #provision(): Promise<void> {
    const agency = { folder: this.#at('agency') };
    await provisionAgency({ ...agency, name: 'Demo agency' });
    await provisionRecipient({ path: this.#at('recipient'), label: 'Demo recipient' });
    await provisionRoster(agency, [{ role: names.role, publicKeyFile: this.#at('recipient.pub') }]);
    await provisionStation(agency, { id: names.station, folder: this.#at('station') });
    await provisionCamera(agency, { id: names.camera, station: names.station, folder: this.#at('camera') });
    this.#says(`Throwaway keys for an agency, a recipient, a station and a camera: ${this.#path()}`);
  }

  async #record(): Promise<void> {
    const broker = await this.#startStation();
    const { sim, tty } = await this.#startSim();
    const agent = await this.#startAgent(tty, broker);
    const opened = agent.line('opened a recording', says('recording.opened'), startMsMax);
    sim.tell({ press: 'start' });
    const { number } = await opened;
    this.#says(`The start button was pressed: recording ${number} is open`);
    await this.#watch(agent, sim);
  }

  async #startStation(): Promise<string> {
    const config = {
      station: 'station',
      store: 'store',
      vault: 'vault',
      broker: { embedded: { host: '127.0.0.1', port: 0 } },
    };
    await writeFile(this.#at('station.yaml'), stringify(config));
    const station = this.#start('station', ['--config', this.#at('station.yaml')], 'stdout');
    const ready = await station.line('started', says('station.ready'), startMsMax);
    const broker = String(ready.broker);
    this.#says(`The station runs, with its embedded broker: ${broker} (mutual TLS)`);
    return broker;
  }

  async #startSim(): Promise<{ sim: Child; tty: string }> {
    const video = this.#video === undefined ? [] : ['--video', this.#video];
    const silent = this.#sound ? [] : ['--no-sound'];
    const sim = this.#start('sim', [...video, ...silent], 'stdout');
    const { path } = await sim.line('made its terminal', ({ event }) => event === 'tty', startMsMax);
    this.#says(`The simulated camera plays ${this.#video ?? 'its own clip'} behind ${path}`);
    return { sim, tty: String(path) };
  }

  async #startAgent(port: string, url: string): Promise<Child> {
    const config = {
      camera: 'camera',
      sensor: { port },
      broker: { url },
      spool: 'spool',
      policy: { name: 'demo', roles: [names.role] },
      log: 'debug',
    };
    await writeFile(this.#at('agent.yaml'), stringify(config));
    const agent = this.#start('agent', ['--config', this.#at('agent.yaml')], 'stderr');
    const { device } = await agent.line('started', says('agent.ready'), startMsMax);
    this.#says(`The agent of ${device} runs, on the camera's serial port`);
    return agent;
  }

  #start(name: string, args: readonly string[], speaks: 'stdout' | 'stderr'): Child {
    const child = new Child(name, args, speaks, (failure) => this.#breaks(failure));
    this.#children.push(child);
    return child;
  }

  /** Records for the given time, shows progress in one line, and waits for the receipt. */
  async #watch(agent: Child, sim: Child): Promise<void> {
    const progress = { chunks: 0, bytes: 0, receipted: 0 };
    const show = this.#seconds >= 1 && process.stdout.isTTY;
    const line = (): string =>
      `   ${progress.chunks} chunks sealed (${(progress.bytes / 1e6).toFixed(2)} MB), ${progress.receipted} receipted`;
    agent.hear(({ event, bytes, count }) => {
      if (event === 'chunk.sealed') {
        progress.chunks += 1;
        progress.bytes += Number(bytes);
      } else if (event === 'receipt.journaled') progress.receipted = Number(count);
      else return;
      if (show) process.stdout.write(`\r${line()}`);
      else if (event === 'chunk.sealed') say(line());
    });
    const closed = agent.line(
      'closed the recording',
      says('recording.closed'),
      this.#seconds * 1000 + startMsMax,
    );
    const receipted = agent.line(
      'got the receipt for all of the recording',
      says('recording.receipted'),
      this.#seconds * 1000 + receiptMsMax,
    );
    // Report whichever fails first.
    receipted.catch(() => {});
    await Promise.race([closed, elapsed(this.#seconds * 1000)]);
    sim.tell({ press: 'stop' });
    const { count } = await closed;
    if (show) process.stdout.write('\n');
    this.#says(`The stop button was pressed: the recording is closed, ${count} chunks`);
    const { station } = await receipted;
    this.#says(
      `${station} has verified and stored all of it, and signed the receipt; the camera deleted its copy`,
    );
  }

  /** Verifies and opens with the same commands that a person would type. */
  async #prove(): Promise<number> {
    const evidence = await this.#only('store', '.seal');
    const keys = await this.#only('vault', '.keys');
    const root = this.#path('agency', 'root.crt');
    this.#says('Anyone with the root certificate can verify it, without a key:');
    const verifyArgs = [evidence, '--trust', root];
    say(`   $ ./sealcam verify ${verifyArgs.join(' ')}`);
    const verdict = await verify(verifyArgs);
    this.#says('The recipient opens it:');
    const out = this.#path('recording.mp4');
    const openArgs = [
      evidence,
      '--keys',
      keys,
      '--identity',
      this.#path('recipient.key'),
      '--trust',
      root,
      '-o',
      out,
    ];
    say(`   $ ./sealcam open ${openArgs.join(' ')}`);
    const opened = await open(openArgs);
    const good = (verdict === 0 || verdict === 4) && opened === verdict;
    // If no MP4 could be made of the stream, the file has another ending.
    const made = (await readdir(this.#folder)).find((name) => /^recording\.(mp4|h26[45])$/.test(name));
    if (good && made !== undefined) this.#says(`Done. Play ${this.#path(made)}`);
    return good ? 0 : 1;
  }

  /** The path of the one file with an ending below a folder. */
  async #only(folder: string, ending: string): Promise<string> {
    const files = await readdir(this.#at(folder), { recursive: true });
    const found = files.filter(
      (name) => name.endsWith(ending) && !name.startsWith('.') && !name.includes('session'),
    );
    const [only] = found;
    if (only === undefined || found.length > 1) {
      throw new SealcamError(
        'DEMO_FILES',
        `expected one ${ending} file in ${this.#at(folder)}, found ${found.length}`,
      );
    }
    return this.#path(folder, only);
  }
}

function says(event: LogEvent): (line: ChildLine) => boolean {
  return (line) => line.event === event;
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
