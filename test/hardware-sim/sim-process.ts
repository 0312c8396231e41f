import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Test } from 'tap';
import { AgentLink } from '../../agent/sensor/link/agent-link.ts';
import type { LinkEvent } from '../../agent/sensor/link/events.ts';
import { openSerialPort } from '../../agent/sensor/link/serial-port.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { SimEvent } from '../../hardware-sim/events.ts';
import { publishedEvent } from './schemas/published-schemas.ts';

const command = pathToFileURL(resolve(import.meta.dirname, '../../cli/commands/sim.js')).href;
const program = `process.exitCode = await (await import(${JSON.stringify(command)})).run(process.argv.slice(1))`;

/** Arguments for the node binary that run `sealcam sim` with `args`. */
export function simArguments(args: readonly string[]): string[] {
  return ['--input-type=module', '-e', program, '--', ...args];
}

type OfEvent<E extends SimEvent['event']> = Extract<SimEvent, { event: E }>;
type OfType<T extends LinkEvent['type']> = Extract<LinkEvent, { type: T }>;

/** `sealcam sim` in a process of its own, driven through its control channel. It is killed when the test ends. */
export class SimProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly events: SimEvent[] = [];
  readonly exited: Promise<number | NodeJS.Signals | null>;
  stderr = '';
  #rest = '';
  #ended = false;
  readonly #waiting = new Set<() => void>();

  constructor(t: Test, args: readonly string[]) {
    this.child = spawn(process.execPath, simArguments(args), { stdio: 'pipe' });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.events.push(publishedEvent(line));
      this.changed();
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    // It may be gone before all orders were written.
    this.child.stdin.on('error', () => {});
    this.exited = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        this.#ended = true;
        resolve(code ?? signal);
        this.changed();
      });
    });
    t.teardown(async () => {
      this.child.kill('SIGKILL');
      await this.exited;
    });
  }

  order(order: object): void {
    this.child.stdin.write(`${JSON.stringify(order)}\n`);
  }

  of<E extends SimEvent['event']>(name: E): OfEvent<E>[] {
    return this.events.filter((event): event is OfEvent<E> => event.event === name);
  }

  /** Looks again at what is waited for. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves when `done` gives something; rejects when the simulator ends without. */
  async until<R>(done: () => R | undefined | false): Promise<R> {
    return await new Promise<R>((resolve, reject) => {
      const look = (): void => {
        const result = done();
        if (result === undefined || result === false) {
          if (this.#ended) reject(new Error(`the simulator ended: ${this.stderr}`));
          else this.#waiting.add(look);
          return;
        }
        this.#waiting.delete(look);
        resolve(result);
      };
      look();
    });
  }

  /** The path of its terminal, the newest. */
  async tty(): Promise<string> {
    return (await this.until(() => this.of('tty').at(-1))).path;
  }

  async report(): Promise<OfEvent<'report'>> {
    const before = this.of('report').length;
    this.order({ report: true });
    return await this.until(() => this.of('report')[before]);
  }

  /** Resolves when it has captured so many more pictures, whether or not anybody takes them. */
  async capturesMore(pictures: number): Promise<void> {
    const wanted = (await this.report()).total.video.captured + pictures;
    while ((await this.report()).total.video.captured < wanted);
  }
}

/** An agent's sensor at the terminal of a simulator, which wants the stream and uses everything up at once. */
export class SimAgent {
  readonly events: LinkEvent[] = [];
  readonly sensor: AgentLink;
  #waiting: (() => void)[] = [];

  /**
   * @param path where the terminal is, asked each time that it is opened.
   * @param sim looks again at what is waited for when something came.
   */
  constructor(t: Test, path: () => string, sim?: SimProcess) {
    this.sensor = new AgentLink({
      open: () => openSerialPort({ path: path(), baudRate: 3_000_000 }),
      clock: systemClock(),
      log: silentLog,
      onEvent: (event) => {
        this.events.push(event);
        if ('ordinal' in event) this.sensor.release(event.ordinal);
        sim?.changed();
        for (const look of this.#waiting.splice(0)) look();
      },
    });
    this.sensor.startStream();
    this.sensor.start();
    t.teardown(() => this.sensor.stop());
  }

  of<T extends LinkEvent['type']>(type: T): OfType<T>[] {
    return this.events.filter((event): event is OfType<T> => event.type === type);
  }

  /** Resolves once `condition` holds; it is asked again when something came. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
