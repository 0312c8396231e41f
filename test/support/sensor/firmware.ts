import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { promisify } from 'node:util';
import type { BytePort } from '../../../proto/link/port.ts';
import { isInstalled } from '../process.ts';
import type { Line } from './link.ts';

const run = promisify(execFile);

/** Where the firmware library and its two programs are. */
export const firmwareFolder = resolve(import.meta.dirname, '../../../../hardware-sim/firmware');

const buildMsMax = 120_000;

/** Why a program cannot be started here, as tap takes it: false if all can. */
export function lacking(...programs: string[]): string | false {
  const absent = programs.filter((name) => !isInstalled(name));
  return absent.length > 0 && `not installed here: ${absent.join(', ')}`;
}

/** Builds `target` of the firmware's Makefile into `folder`. @returns the folder. */
export async function buildFirmware(target: 'sensor' | 'demo', folder: string): Promise<string> {
  await run('make', ['-C', firmwareFolder, target, `OUT=${folder}`], { timeout: buildMsMax });
  return folder;
}

/** Why the demo cannot run here, as {@link lacking}. */
export function lackingBoard(): string | false {
  const absent = lacking('make', 'arm-none-eabi-gcc', 'qemu-system-arm');
  if (absent !== false) return absent;
  // Without the library for it, the compiler prints the bare name.
  const libc = spawnSync('arm-none-eabi-gcc', ['-print-file-name=libc_nano.a'], { encoding: 'utf8' });
  return libc.stdout.startsWith('/') ? false : 'not installed here: libnewlib-arm-none-eabi';
}

/** The demo on an emulated board. */
export interface Board {
  /** The terminal that its UART is. */
  readonly path: string;
  end(): Promise<void>;
}

/** Starts the demo that {@link buildFirmware} built in `folder`. */
export async function startBoard(folder: string): Promise<Board> {
  // The board's source of randomness.
  const seeds = [0, 4, 8, 12].flatMap((offset) => [
    '-device',
    `loader,addr=${0x20300000 + offset},data=${randomInt(2 ** 32)},data-len=4`,
  ]);
  const machine = ['-M', 'mps2-an385', '-display', 'none', '-monitor', 'none', '-serial', 'pty'];
  const board = spawn('qemu-system-arm', [...machine, '-kernel', join(folder, 'demo.elf'), ...seeds], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const path = await new Promise<string>((resolve, reject) => {
    const told: string[] = [];
    board.once('error', reject);
    board.once('exit', (code) => reject(new Error(`qemu ended with ${code}: ${told.join(' ')}`)));
    for (const stream of [board.stdout, board.stderr]) {
      createInterface(stream).on('line', (line) => {
        told.push(line);
        const found = /redirected to (\S+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
  });
  return { path, end: () => killed(board) };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** The firmware library as a process of Linux, at the other end of a line that a test may spoil. */
export class FirmwareSensor {
  /** What it told of the agent's orders, and of what it could not keep. */
  readonly told: string[] = [];
  /** Is called after each. */
  onTold = (): void => {};
  toAgent: Line = (bytes) => bytes;
  toSensor: Line = (bytes) => bytes;
  readonly #child: ChildProcess;
  readonly #hand: Writable;
  #take: (bytes: Uint8Array) => void = () => {};

  constructor(folder: string, ...args: string[]) {
    this.#child = spawn(join(folder, 'sensor'), ['--hand', '3', ...args], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#hand = this.#child.stdio[3] as Writable;
    (this.#child.stdout as Readable).on('data', (bytes: Buffer) => this.#take(this.toAgent(bytes)));
    createInterface(this.#child.stderr as Readable).on('line', (line) => {
      this.told.push(line);
      this.onTold();
    });
    for (const stream of [this.#child.stdin, this.#hand]) stream?.on('error', () => {});
  }

  /** Says what the device does: see linux/sensor.c. */
  say(...lines: string[]): void {
    for (const line of lines) this.#hand.write(`${line}\n`);
  }

  /** Resolves with the first line that begins with `start` after those that were told before. */
  async hears(start: string): Promise<string> {
    const from = this.told.length;
    for (;;) {
      const found = this.told.slice(from).find((line) => line.startsWith(start));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.onTold = resolve;
      });
    }
  }

  /** The agent's end of the line; the one before it hears nothing more. */
  readonly open = async (): Promise<BytePort> => {
    let closed = (): void => {};
    const take = (mine: (bytes: Uint8Array) => void): void => {
      this.#take = mine;
    };
    return {
      write: (bytes) =>
        new Promise((resolve) => {
          this.#child.stdin?.write(this.toSensor(Uint8Array.from(bytes)), () => resolve());
        }),
      onData: take,
      onClose: (told) => {
        closed = told;
      },
      close: () => {
        take(() => {});
        setImmediate(() => closed());
      },
    };
  };

  async end(): Promise<void> {
    await killed(this.#child);
  }
}
