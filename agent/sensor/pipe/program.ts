import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../../../base/clock.ts';
import { systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Feed, FeedTaker, OpenFeed } from './feed.ts';
import { pipeLimits } from './limits.ts';
import { knownPhrase } from './phrases.ts';

/** What of the agent's environment the program gets: where programs are, and where it may keep its own files. */
const inherited = ['PATH', 'HOME'];

/**
 * A program whose standard output is the feed. It is started without a shell, in a process group of its own, so that what
 * it starts ends with it, and with no input. What it says on standard error is read and thrown away, but for known
 * phrases (`knownPhrase`): it may name files, places and people.
 * @param command the program and its arguments.
 */
export function programFeed(command: readonly string[], clock: Clock, log: Log): OpenFeed {
  return (taker) => new RunningProgram(command, clock, log, taker);
}

function started([program = '', ...args]: readonly string[]): ChildProcess {
  const environment = inherited.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...Object.fromEntries(environment), LC_ALL: 'C' },
  });
}

class RunningProgram implements Feed {
  readonly #clock: Clock;
  readonly #log: Log;
  #child: ChildProcess | undefined;
  readonly #said = new Set<string>();
  #taker: FeedTaker | undefined;
  #reason = 'the program ended';
  #isWhole = false;
  #isStopping = false;
  readonly #gone: Promise<void>;
  #isGone: () => void = () => {};

  constructor(command: readonly string[], clock: Clock, log: Log, taker: FeedTaker) {
    this.#clock = clock;
    this.#log = log;
    this.#taker = taker;
    this.#gone = new Promise((resolve) => {
      this.#isGone = resolve;
    });
    try {
      this.#watch(started(command));
    } catch (error) {
      // Some failures are thrown (ENOTDIR, E2BIG, ENOMEM). The owner has no feed yet, so it hears of all of them later.
      setImmediate(() => this.#failed(error));
    }
  }

  #watch(child: ChildProcess): void {
    this.#child = child;
    child.on('error', (error) => this.#failed(error));
    child.on('exit', (code, signal) => {
      this.#isWhole = code === 0;
      this.#reason =
        code === null ? `the program was ended by ${signal}` : `the program ended with code ${code}`;
      // What it started may hold the pipe open: it ends too.
      this.#kill('SIGKILL');
    });
    child.on('close', () => this.#end(this.#reason));
    // Without a descriptor left (EMFILE) there is a child without them, which then says so itself.
    child.stdout?.on('data', (bytes: Buffer) => {
      this.#taker?.onData(bytes);
      // What of it is discarded later must be in no other memory than that of its sample.
      bytes.fill(0);
    });
    child.stderr?.on('data', (bytes: Buffer) => this.#hearWords(bytes));
    // A pipe that fails is closed, which is told by the end of the process.
    for (const stream of [child.stdout, child.stderr]) stream?.on('error', () => {});
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#kill('SIGTERM');
    const harder = this.#clock.setTimer(pipeLimits.programEndMsMax, () => this.#kill('SIGKILL'));
    const givenUp = this.#clock.setTimer(2 * pipeLimits.programEndMsMax, this.#isGone);
    // What it still writes as it ends is taken: the last fragment comes then.
    await this.#gone;
    this.#taker = undefined;
    harder.cancel();
    givenUp.cancel();
    this.#child?.stdout?.destroy();
    this.#child?.stderr?.destroy();
  }

  #kill(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // The group is gone.
    }
  }

  #failed(error: unknown): void {
    this.#end(`the program can't be started (${systemCode(error) ?? 'unknown'})`);
  }

  #end(reason: string): void {
    this.#isGone();
    const taker = this.#taker;
    this.#taker = undefined;
    if (!this.#isStopping) taker?.onEnd(reason, this.#isWhole);
  }

  /** Logs each known phrase once a run. A line that is cut into two pieces may be missed: its run is over soon anyway. */
  #hearWords(bytes: Buffer): void {
    const text = bytes.subarray(0, pipeLimits.wordsBytesMax).toString('latin1');
    for (const line of text.split(/[\r\n]+/)) {
      const phrase = knownPhrase(line);
      if (phrase === undefined || this.#said.has(phrase)) continue;
      this.#said.add(phrase);
      this.#log.warn('pipe.said', 'The program that gives the pictures says that something is wrong', {
        phrase,
      });
    }
  }
}
