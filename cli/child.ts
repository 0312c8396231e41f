import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SealcamError, systemCode } from '../base/errors.ts';

/** The compiled `sealcam` that this is a part of. */
export const sealcamProgram = fileURLToPath(new URL('./main.js', import.meta.url));
/** How long a child has to end once it was asked to, before it is killed. */
const endMsMax = 10_000;
const linesKept = 10;

/** A line of JSON that a child printed. */
export type ChildLine = Readonly<Record<string, unknown>>;

/** How the Node of a child is started. */
export interface ChildStart {
  readonly env: Readonly<Record<string, string>>;
  readonly nodeArgs: readonly string[];
  readonly clock: boolean;
}

/** Another subcommand of this program, in a process of its own, which reports in lines of JSON. */
export class Child {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #heard = new Set<(line: ChildLine) => void>();
  readonly #lines: string[] = [];
  readonly #ended: Promise<void>;
  #told = false;
  #failure: SealcamError | undefined;
  /** The first line in which it reported an error. */
  #firstError: string | undefined;
  readonly #broken: (failure: SealcamError) => void;
  readonly #waiting = new Set<(error: SealcamError) => void>();

  /**
   * @param speaks the stream that carries its JSON lines; the other is kept to explain its death.
   * @param broken is called once if it ends without having been asked to.
   * @param started how Node is started; with a `clock` it has one that {@link setClock} sets.
   */
  constructor(
    name: string,
    args: readonly string[],
    speaks: 'stdout' | 'stderr',
    broken: (failure: SealcamError) => void = () => {},
    started: ChildStart = { env: {}, nodeArgs: [], clock: false },
  ) {
    this.name = name;
    this.#broken = broken;
    this.#process = spawn(process.execPath, [...started.nodeArgs, sealcamProgram, name, ...args], {
      stdio: ['pipe', 'pipe', 'pipe', ...(started.clock ? (['ipc'] as const) : [])],
      env: { ...process.env, ...started.env },
    });
    // A line written after it died is lost; its end is reported anyway.
    this.#process.stdin?.on('error', () => {});
    this.#read('stdout', speaks === 'stdout');
    this.#read('stderr', speaks === 'stderr');
    // Wait for 'close', not 'exit': its last output says why it ended.
    this.#ended = once(this.#process, 'close').then(
      ([code, signal]) => {
        if (!this.#told) this.#fail(`it ended with ${signal ?? `exit code ${code}`}`);
      },
      (error: unknown) => this.#fail(`it could not be started (${systemCode(error) ?? String(error)})`),
    );
  }

  /** Writes a line to its stdin. */
  tell(line: ChildLine): void {
    this.#process.stdin?.write(`${JSON.stringify(line)}\n`);
  }

  /** Sets the wall clock of a process that was started with one: what is added to the machine's, in milliseconds. */
  setClock(offsetMs: number): void {
    if (this.#process.connected) this.#process.send({ offsetMs });
  }

  /** Calls `take` with every line from now on. */
  hear(take: (line: ChildLine) => void): void {
    this.#heard.add(take);
  }

  /**
   * The first line from now on for which `is` holds.
   * @throws SealcamError `CHILD_ENDED`, `CHILD_SILENT` after `msMax`.
   */
  line(what: string, is: (line: ChildLine) => boolean, msMax: number): Promise<ChildLine> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        end();
        reject(
          new SealcamError(
            'CHILD_SILENT',
            `After ${msMax / 1000} s the ${this.name} has not ${what}: ${this.#said()}`,
          ),
        );
      }, msMax);
      const take = (line: ChildLine): void => {
        if (!is(line)) return;
        end();
        resolve(line);
      };
      const fail = (error: SealcamError): void => {
        end();
        reject(error);
      };
      const end = (): void => {
        clearTimeout(timer);
        this.#heard.delete(take);
        this.#waiting.delete(fail);
      };
      this.#heard.add(take);
      this.#waiting.add(fail);
      if (this.#failure !== undefined) fail(this.#failure);
    });
  }

  /** Asks it to end, and waits until it has. */
  async end(): Promise<void> {
    this.#told = true;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), endMsMax);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Kills it, as when the program itself ends. */
  kill(): void {
    this.#told = true;
    this.#process.kill('SIGKILL');
  }

  #read(stream: 'stdout' | 'stderr', speaks: boolean): void {
    const input = this.#process[stream];
    if (input === null) return;
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (text) => {
      this.#lines.push(text);
      if (this.#lines.length > linesKept) this.#lines.shift();
      const line = speaks ? parseLine(text) : undefined;
      if (line === undefined ? /^sealcam /.test(text) : line.level === 'alarm') this.#firstError ??= text;
      if (line !== undefined) for (const take of [...this.#heard]) take(line);
    });
  }

  /** Why it failed, as far as its output says: the first error is the cause, the last line a consequence. */
  #said(): string {
    if (this.#firstError !== undefined) return `it said first ${this.#firstError}`;
    return `it said last ${this.#lines.at(-1) ?? 'nothing'}`;
  }

  #fail(how: string): void {
    const failure = new SealcamError('CHILD_ENDED', `The ${this.name} is gone, ${how}: ${this.#said()}`);
    this.#failure = failure;
    this.#broken(failure);
    for (const fail of [...this.#waiting]) fail(failure);
  }
}

function parseLine(text: string): ChildLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? (line as ChildLine) : undefined;
  } catch {
    return undefined;
  }
}
