import { mkdir, readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SealcamError, systemCode } from '../../base/errors.ts';
import { openClip } from '../../hardware-sim/simulator.ts';
import type { Child } from '../child.ts';
import { parseWords, portOf, runCommand, usage } from '../command.ts';
import { isOfRecording } from '../files.ts';
import { say } from '../output.ts';
import { exitWhenInterrupted } from '../signals.ts';
import { DemoStage, linesOf, startMsMax } from '../sim/demo-stage.ts';
import { PanelDemo } from '../sim/panel-demo.ts';
import { run as open } from './open.ts';
import { run as verify } from './verify.ts';

/** What `sealcam demo --help` prints. */
export const help = `sealcam demo: the main job on this machine, for real, with throwaway keys

  --seconds N    how long to record; 10 unless given, 3600 at most
  --video FILE   what the simulated camera sees: an MP4 or MOV with H.264 or H.265; a built-in clip unless given
  --no-sound     records the picture alone; without it, sound that is neither AAC nor Opus is left out with a note
  --parts        a camera of ordinary parts: ffmpeg's test picture and sound as the pipe, a FIFO as the buttons, a folder as the
                 lamp's LED, and a GNSS receiver (NMEA) on a pseudo-terminal; needs ffmpeg
  --panel        leaves the buttons to you: serves a page with the camera, its faults and its agent, and prints its address
  --scenario FILE  with --panel: what happens to the camera, step by step
  --port N       the page's port; a free one unless given
  --out DIR      where to leave everything; a new folder below ./sealcam-demo unless given

It provisions an agency, a station, a camera and a recipient, starts the station with its embedded broker, the
simulated camera on a pseudo-terminal, and the agent, presses the camera's start and stop buttons, waits
for the station's signed receipt, verifies the recording without a key, and opens it with the recipient's.
Exits 0 when all of that worked, 1 when it did not, 2 on wrong usage.
`;

const receiptMsMax = 60_000;

/** `sealcam demo`. */
export function run(args: string[]): Promise<number> {
  return runCommand('demo', help, args, async () => {
    const { values, positionals } = parseWords('demo', args, {
      seconds: { type: 'string' },
      video: { type: 'string' },
      out: { type: 'string' },
      'no-sound': { type: 'boolean' },
      parts: { type: 'boolean' },
      panel: { type: 'boolean' },
      scenario: { type: 'string' },
      port: { type: 'string' },
    });
    if (positionals.length > 0)
      throw usage(`"${positionals[0]}" is one word too many: see "sealcam demo --help"`);
    const seconds = Number(values.seconds ?? '10');
    if (!(seconds >= 1 && seconds <= 3_600)) {
      throw usage(`"--seconds" is "${values.seconds}": give a number from 1 to 3600`);
    }
    const pageOnly = (['scenario', 'port'] as const).find((name) => values[name] !== undefined);
    if (pageOnly !== undefined && !values.panel) {
      throw usage(`"--${pageOnly}" is for --panel: give both, or neither`);
    }
    const ofTheSimulator = (['panel', 'video', 'no-sound'] as const).find(
      (name) => values[name] !== undefined,
    );
    if (values.parts && ofTheSimulator !== undefined)
      throw usage(`"--${ofTheSimulator}" is for the simulated camera: leave it out, or leave out --parts`);
    const port = portOf(values.port);
    const sound = values['no-sound'] !== true;
    if (values.video !== undefined) {
      const file = await openClip(values.video, sound);
      await file.close();
      say(file.warnings.map((sentence) => `Note: ${sentence}`));
    }
    const folder = values.out === undefined ? await nextFolder('sealcam-demo') : resolve(values.out);
    await expectEmpty(folder);
    if (values.panel) {
      const { video, scenario } = values;
      return await new PanelDemo({ folder, video, sound, scenario, port }).run();
    }
    return new Demo(folder, { seconds, sound, video: values.video, parts: values.parts === true }).run();
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

interface DemoOptions {
  readonly seconds: number;
  readonly video: string | undefined;
  readonly sound: boolean;
  /** A camera of ordinary parts, and not the simulated one. */
  readonly parts: boolean;
}

/** The camera of the demo, as the agent's configuration has it, and its buttons. */
interface DemoCamera {
  readonly sensor: object;
  press(button: 'start' | 'stop'): void | Promise<void>;
  /** Resolves once its lamp shows that it records. */
  lit(): Promise<void>;
  close(): Promise<void>;
}

class Demo {
  readonly #stage: DemoStage;
  readonly #options: DemoOptions;
  #breaks: (failure: SealcamError) => void = () => {};
  readonly #anyBroken = new Promise<never>((_, reject) => {
    this.#breaks = reject;
  });

  constructor(folder: string, options: DemoOptions) {
    this.#stage = new DemoStage(folder, (failure) => this.#breaks(failure));
    this.#options = options;
  }

  async run(): Promise<number> {
    const killAll = (): void => this.#stage.killAll();
    process.once('exit', killAll);
    // A child may also fail while nothing is waiting for it.
    this.#anyBroken.catch(() => {});
    const goOn = exitWhenInterrupted();
    try {
      await this.#stage.provision();
      // Any child that fails ends the demo at once, even while another one is waited for.
      await Promise.race([this.#record(), this.#anyBroken]);
      await this.#stage.end();
      return await this.#prove();
    } finally {
      killAll();
      process.off('exit', killAll);
      goOn();
    }
  }

  #path(...parts: string[]): string {
    return this.#stage.path(...parts);
  }

  #says(what: string): void {
    this.#stage.says(what);
  }

  async #record(): Promise<void> {
    const broker = await this.#startStation();
    const camera = await (this.#options.parts ? this.#makeParts() : this.#startSim());
    try {
      const agent = await this.#startAgent(camera.sensor, broker);
      const opened = agent.line('opened a recording', linesOf('recording.opened'), startMsMax);
      await camera.press('start');
      const { number } = await opened;
      this.#says(`The start button was pressed: recording ${number} is open`);
      await this.#watch(agent, camera);
      await agent.end();
    } finally {
      await camera.close();
    }
  }

  async #startStation(): Promise<string> {
    const { broker } = await this.#stage.startStation();
    this.#says(`The station runs, with its embedded broker: ${broker} (mutual TLS)`);
    return broker;
  }

  async #startSim(): Promise<DemoCamera> {
    const { video, sound } = this.#options;
    const args = [...(video === undefined ? [] : ['--video', video]), ...(sound ? [] : ['--no-sound'])];
    const sim = this.#stage.start('sim', args, 'stdout');
    const { path } = await sim.line('made its terminal', ({ event }) => event === 'tty', startMsMax);
    this.#says(`The simulated camera plays ${video ?? 'its own clip'} on ${path}`);
    return {
      sensor: { port: String(path) },
      press: (button) => sim.tell({ press: button }),
      lit: async () => {},
      close: async () => {},
    };
  }

  async #makeParts(): Promise<DemoCamera> {
    const { PartsCamera } = await import('../sim/parts-camera.ts');
    const camera = await PartsCamera.make(this.#stage.at('parts'));
    this.#says(`Buttons, lamp and GNSS receiver of ordinary parts: ${this.#path('parts')}`);
    return camera;
  }

  async #startAgent(sensor: object, url: string): Promise<Child> {
    const { agent, device } = await this.#stage.startAgent(sensor, url);
    const on = this.#options.parts ? "with ffmpeg's test picture" : "on the camera's serial port";
    this.#says(`The agent of ${device} runs, ${on}`);
    return agent;
  }

  /** Records for the given time, shows progress in one line, and waits for the receipt. */
  async #watch(agent: Child, camera: DemoCamera): Promise<void> {
    const { seconds } = this.#options;
    const progress = { chunks: 0, bytes: 0, receipted: 0 };
    const show = seconds >= 1 && process.stdout.isTTY;
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
      linesOf('recording.closed'),
      seconds * 1000 + startMsMax,
    );
    const receipted = agent.line(
      'got the receipt for all of the recording',
      linesOf('recording.receipted'),
      seconds * 1000 + receiptMsMax,
    );
    // Report whichever fails first.
    receipted.catch(() => {});
    await Promise.race([closed, Promise.all([elapsed(seconds * 1000), camera.lit()])]);
    await camera.press('stop');
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
    const made = (await readdir(this.#stage.at())).find((name) => /^recording\.(mp4|h26[45])$/.test(name));
    if (good && made !== undefined) this.#says(`Done. Play ${this.#path(made)}`);
    return good ? 0 : 1;
  }

  /** The path of the one file with an ending below a folder, or of the first one. */
  async #only(folder: string, ending: string): Promise<string> {
    const files = await readdir(this.#stage.at(folder), { recursive: true });
    const found = files.filter((name) => name.endsWith(ending) && isOfRecording(name));
    // On a machine that is too busy for its test picture the pipe begins again, and a linked recording goes on.
    const [only] = found.sort();
    if (only === undefined || (found.length > 1 && !this.#options.parts)) {
      throw new SealcamError(
        'DEMO_FILES',
        `Expected one ${ending} file in ${this.#stage.at(folder)}, found ${found.length}`,
      );
    }
    return this.#path(folder, only);
  }
}

function elapsed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
