import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programs, python } from './python.ts';

/** What the second implementation is asked. Paths of files. */
export interface Case {
  readonly root: string;
  readonly files: readonly string[];
  readonly revocations?: string;
  readonly keys?: string;
  readonly identities?: readonly string[];
  readonly policies?: readonly string[];
}

/** What it answers, as far as it is compared. */
export interface Answer {
  readonly exitCode: number;
  readonly why?: string;
  readonly recordings?: readonly {
    readonly device: string;
    readonly id: string;
    readonly verdict: string;
    readonly trusted: boolean;
    readonly conflicts: readonly string[];
    readonly faults: readonly string[];
    readonly links: readonly {
      readonly index: number;
      readonly kind?: string;
      readonly verdict: string;
      readonly notBeforeUs?: number;
      readonly notAfterUs?: number;
    }[];
  }[];
  readonly journals?: readonly {
    readonly device: string;
    readonly boot: number;
    readonly session: string;
    readonly verdict: string;
    /** The verdict on each index. */
    readonly entries: readonly string[];
  }[];
  readonly conflicts?: readonly string[];
  readonly absent?: number;
  readonly aside?: number;
  readonly unreadable?: number;
  readonly opened?: {
    readonly chunks: readonly number[];
    readonly media: string;
    readonly telemetry: string;
  };
  readonly refused?: string;
}

/** The program in Python, which answers one case after the other. */
export class SecondImplementation {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(t: { teardown(done: () => unknown): unknown }) {
    this.#child = spawn(python ?? 'python3', [join(programs, 'main.py')], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text;
    });
    const { stdout } = this.#child;
    if (stdout === null) throw new TypeError('the program has an output');
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
    t.teardown(async () => {
      if (this.#child.exitCode !== null) return;
      this.#child.stdin?.end();
      await once(this.#child, 'close');
    });
  }

  async ask(one: Case): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(one)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the second implementation ended: ${this.#errors}`);
    return JSON.parse(value) as Answer;
  }
}
