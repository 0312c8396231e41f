import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { SealcamError, systemCode } from '../../base/errors.ts';

const linesInMessage = 15;
/** How often a part that is to end is looked at. */
const lookMs = 20;
/** How long the output of a killed part is waited for. */
const pipesMsMax = 2_000;

/** A line of JSON that a part printed. */
export type PartLine = Readonly<Record<string, unknown>>;
/** A line, and which of the part's lines it is, from 0. */
export interface Heard {
  readonly line: PartLine;
  readonly at: number;
}

/** How a process is started. */
export interface PartOptions {
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The path of the terminal's name, if it is a simulated camera. */
  readonly terminal?: string;
  /** How long what it is to say is waited for, unless told otherwise. */
  readonly patienceMs: number;
  /** Signals go to all processes that it starts, as a shell starts others. */
  readonly group?: boolean;
  /** It was given a clock that {@link Part.setClock} sets. */
  readonly clock?: boolean;
  /** Called with each line as it comes. */
  readonly hear?: (line: PartLine) => void;
}

/** A process of a run, which speaks in lines of JSON. */
export class Part {
  readonly name: string;
  /** Every line so far; one that is no JSON is `{ text }`. */
  readonly lines: PartLine[] = [];
  readonly #process: ChildProcess;
  readonly #terminal: string | undefined;
  readonly #patienceMs: number;
  readonly #group: boolean;
  readonly #hear: ((line: PartLine) => void) | undefined;
  readonly #waiting = new Set<() => void>();
  readonly #ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #end: { code: number | null; signal: NodeJS.Signals | null } | undefined;

  constructor(name: string, file: string, args: readonly string[], options: PartOptions) {
    const { env = {}, terminal, patienceMs, group = false, clock = false, hear } = options;
    this.name = name;
    this.#terminal = terminal;
    this.#patienceMs = patienceMs;
    this.#group = group;
    this.#hear = hear;
    this.#process = spawn(file, args, {
      stdio: clock ? ['pipe', 'pipe', 'pipe', 'ipc'] : ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      detached: group,
    });
    // What a dead part is told is lost, which shows in what does not happen.
    this.#process.stdin?.on('error', () => {});
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (text) =>
        this.#take(text),
      );
    }
    this.#ended = once(this.#process, 'close').then(([code, signal]) => {
      this.#end = { code, signal };
      for (const look of [...this.#waiting]) look();
      return this.#end;
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The number of lines so far: `since` for what happens from now on. */
  get mark(): number {
    return this.lines.length;
  }

  /** Its output that is not JSON. */
  get words(): string {
    return this.lines.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])).join('\n');
  }

  /** Its newest lines. */
  get tail(): string {
    return this.lines
      .slice(-linesInMessage)
      .map((line) => JSON.stringify(line))
      .join('\n');
  }

  get running(): boolean {
    return this.#end === undefined;
  }

  tell(line: PartLine): void {
    this.#process.stdin?.write(`${JSON.stringify(line)}\n`);
  }

  /** The first line from number `since` on for which `is` holds, printed already or not. */
  line(what: string, is: (line: PartLine) => boolean, since = 0, msMax = this.#patienceMs): Promise<Heard> {
    return new Promise((resolve, reject) => {
      let next = since;
      const settle = (run: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        run();
      };
      const fail = (how: string): void =>
        settle(() => reject(new SealcamError('SCENARIO_PART', this.#complaint(what, how))));
      const look = (): void => {
        for (; next < this.lines.length; next += 1) {
          const line = this.lines[next];
          if (line === undefined || !is(line)) continue;
          const at = next;
          settle(() => resolve({ line, at }));
          return;
        }
        if (this.#end !== undefined) fail(`ended with ${this.#end.signal ?? this.#end.code}`);
      };
      const timer = setTimeout(() => fail(`said nothing of it for ${msMax} ms`), msMax);
      this.#waiting.add(look);
      look();
    });
  }

  /** The first line with this event, from number `since` on. */
  says(event: string, since = 0, msMax = this.#patienceMs): Promise<Heard> {
    return this.line(event, (line) => line.event === event, since, msMax);
  }

  /** How many lines so far have this event. */
  count(event: string): number {
    return this.lines.filter((line) => line.event === event).length;
  }

  /**
   * Sends a signal, and does not wait. The name of a killed simulator's terminal goes with it, as udev removes that of
   * an unplugged device: Linux gives the terminal's number to the next process that asks, and the agent would go on with
   * another run's simulator.
   */
  send(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL' && this.#terminal !== undefined) rmSync(this.#terminal, { force: true });
    if (this.#group) this.#signalGroup(signal);
    else this.#process.kill(signal);
  }

  /** Sets the wall clock of a process that was started with `clock`: what is added to the machine's, in milliseconds. */
  setClock(offsetMs: number): void {
    if (this.#process.connected) this.#process.send({ offsetMs });
  }

  /** Sends a signal and waits for the end. */
  async signal(
    signal: NodeJS.Signals,
  ): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
    this.send(signal);
    return signal === 'SIGKILL' ? this.#closed() : this.#ended;
  }

  /**
   * Asks it to end, and its group, which may outlive it where a command puts itself in the background; kills what is still there after
   * `msMax`, and waits for the end.
   */
  async end(msMax: number): Promise<void> {
    const untilMs = performance.now() + msMax;
    this.send('SIGTERM');
    while (this.#lives && performance.now() < untilMs) await pause(lookMs);
    await this.signal('SIGKILL');
  }

  get #lives(): boolean {
    return this.running || (this.#group && this.#signalGroup(0));
  }

  /** @returns whether there is anything left of the group; 0 as the signal only asks. */
  #signalGroup(signal: NodeJS.Signals | 0): boolean {
    if (this.pid === 0) return false;
    try {
      return process.kill(-this.pid, signal);
    } catch (error) {
      if (systemCode(error) === 'ESRCH') return false;
      throw error;
    }
  }

  /** Waits for the end of what was killed. What left the group may hold the pipes: then their reader goes. */
  async #closed(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
    const timer = setTimeout(() => this.stopReading(), pipesMsMax);
    try {
      return await this.#ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Reads nothing any more of what it prints: its next line meets a broken pipe. */
  stopReading(): void {
    this.#process.stdout?.destroy();
    this.#process.stderr?.destroy();
  }

  /** Waits for its end. */
  async ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }> {
    return this.#ended;
  }

  #take(text: string): void {
    let line: unknown;
    try {
      line = JSON.parse(text);
    } catch {
      line = undefined;
    }
    const heard = typeof line === 'object' && line !== null ? (line as PartLine) : { text };
    this.lines.push(heard);
    this.#hear?.(heard);
    for (const look of [...this.#waiting]) look();
  }

  #complaint(what: string, how: string): string {
    return `${this.name} ${how}, while this is waited for: ${what}\n${this.tail}`;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Does each step after the one before, though that failed. @throws what the first one threw that did. */
export async function allInTurn(steps: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
