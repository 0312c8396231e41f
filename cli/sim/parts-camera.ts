import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SealcamError } from '../../base/errors.ts';
import { openPtyPort, type PtyPort } from '../../hardware-sim/link/pty-port.ts';
import { nmeaFix } from '../../hardware-sim/nmea.ts';

// A camera of ordinary parts, on a machine that has none: ffmpeg gives a test picture with sound, a FIFO is the buttons, a
// folder is the lamp's LED, and a pseudo-terminal is a GNSS receiver. The agent treats them as it does real ones.

/** EV_KEY, and the codes of the two buttons that there are. */
const keyType = 1;
const codes = { start: 167, stop: 128 } as const;

/** How often it is looked whether the lamp is lit. */
const lampMs = 50;

/** Where the walk begins, and how far it goes each second, in degrees. */
const walk = { latitude: 52.52, longitude: 13.405, step: 0.00002 };

const testPicture = [
  ...['ffmpeg', '-nostdin', '-loglevel', 'error'],
  ...['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=30'],
  ...['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
  ...[
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-g',
    '30',
    '-bf',
    '0',
    '-c:a',
    'aac',
  ],
  ...['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4', 'pipe:1'],
];

/** The parts, below a folder. */
export class PartsCamera {
  readonly #folder: string;
  readonly #gnss: PtyPort;
  readonly #buttons: FileHandle;
  readonly #timer: NodeJS.Timeout;
  #steps = 0;
  /** What the receiver sends that is on its way. */
  #sending: Promise<void> = Promise.resolve();

  private constructor(folder: string, gnss: PtyPort, buttons: FileHandle) {
    this.#folder = folder;
    this.#gnss = gnss;
    this.#buttons = buttons;
    this.#timer = setInterval(() => this.#walk(), 1_000);
  }

  /** @throws SealcamError `DEMO_PARTS` where this machine has no ffmpeg. */
  static async make(folder: string): Promise<PartsCamera> {
    if (!(await runs('ffmpeg', '-version'))) {
      throw new SealcamError(
        'DEMO_PARTS',
        'The camera of ordinary parts takes its picture from ffmpeg, which is not installed: "apt-get install ffmpeg", or leave out --parts',
      );
    }
    const led = join(folder, 'led');
    await mkdir(led, { recursive: true });
    await writeFile(join(led, 'brightness'), '0\n');
    await writeFile(join(led, 'max_brightness'), '255\n');
    const path = join(folder, 'buttons');
    if (!(await runs('mkfifo', path)))
      throw new SealcamError(
        'DEMO_PARTS',
        `No FIFO can be made at ${path}: choose another folder with --out`,
      );
    // Held open for both directions, so that no press waits for the agent.
    return new PartsCamera(folder, openPtyPort(), await open(path, constants.O_RDWR | constants.O_NONBLOCK));
  }

  /** What an agent's configuration says of it. */
  get sensor(): object {
    return {
      pipe: { program: testPicture, model: 'test picture' },
      controls: {
        local: {
          buttons: [
            { device: join(this.#folder, 'buttons'), keys: { KEY_RECORD: 'start', KEY_STOP: 'stop' } },
          ],
          lamp: { led: join(this.#folder, 'led'), standby: 'off' },
          gnss: { port: this.#gnss.path },
        },
      },
    };
  }

  async press(button: keyof typeof codes): Promise<void> {
    const { encodeInputEvent } = await import('../../agent/sensor/index.ts');
    for (const value of [1, 0]) {
      const event = { type: keyType, code: codes[button], value, stampUs: Date.now() * 1000 };
      await this.#buttons.write(encodeInputEvent(event));
    }
  }

  /** Resolves once the lamp is lit, which it is not in standby. */
  async lit(): Promise<void> {
    const brightness = join(this.#folder, 'led', 'brightness');
    while (Number(await readFile(brightness, 'utf8')) === 0) await delay(lampMs);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#gnss.close();
    await this.#sending;
    await this.#buttons.close();
  }

  #walk(): void {
    this.#steps += 1;
    const { latitude, longitude, step } = walk;
    const fix = nmeaFix(new Date(), latitude + this.#steps * step, longitude);
    // Once the agent has gone, no one reads it.
    this.#sending = this.#sending.then(() => this.#gnss.write(Buffer.from(fix))).catch(() => {});
  }
}

/** Whether a program can be started and ends well. */
async function runs(program: string, argument: string): Promise<boolean> {
  const child = spawn(program, [argument], { stdio: 'ignore' });
  try {
    const [code] = await once(child, 'exit');
    return code === 0;
  } catch {
    return false;
  }
}
