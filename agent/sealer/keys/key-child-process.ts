import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isSealcamError, SealcamError, systemCode } from '../../../base/errors.ts';
import { signatureBytes } from '../../../evidence/limits.ts';
import { createSharePipe, type KeyShares, type SharePipe } from '../../../native/index.ts';
import { explainedTokenError } from '../../../tokens/token-key.ts';
import { sealerLimits } from '../../limits.ts';
import {
  decodeKeyAnswer,
  encodeKeyRequest,
  encodeSigningRequest,
  type KeyAnswer,
  type KeyRequest,
  type SigningRequest,
  signFirst,
} from './key-request.ts';

/** How a key child is run; tests run other programs. */
export interface KeyChildOptions {
  readonly program?: string;
  readonly timeoutMs?: number;
  /** Ends it early: the work fails with `KEY_CHILD_STOPPED`. */
  readonly signal?: AbortSignal;
}

const keyChildProgram = fileURLToPath(new URL('./key-child.js', import.meta.url));

/** What prepares one recording's keys, apart from the agent's own memory. */
export interface KeyChild {
  /** @throws SealcamError as `prepareRecording`. */
  prepare(
    request: KeyRequest,
    options?: KeyChildOptions,
  ): Promise<{ readonly shares: KeyShares; readonly answer: KeyAnswer }>;
}

/** How the child ended, and everything it wrote. */
interface Ended {
  readonly output: Buffer;
  readonly failure: SealcamError | undefined;
}

/**
 * One key child: it may sign with the identity's key, once; then it prepares one recording's keys and ends. The caller
 * must either let it prepare them or call {@link stop}.
 */
export class KeyChildProcess implements KeyChild {
  readonly #pipe: SharePipe;
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ended>;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  /** The number of bytes at the start of the output that are the signature. */
  readonly #signatureBytes: number;
  #onOutput: () => void = () => {};
  #stopped: SealcamError | undefined;

  /**
   * @param signs whether {@link sign} will be called.
   * @throws SealcamError `KEY_CHILD_START`, `KEY_MEMORY`.
   */
  constructor(program: string = keyChildProgram, signs = false) {
    this.#signatureBytes = signs ? signatureBytes : 0;
    this.#pipe = createSharePipe();
    try {
      this.#child = spawn(process.execPath, signs ? [program, signFirst] : [program], {
        // The child gets nothing of the agent's environment.
        env: {},
        cwd: '/',
        stdio: ['pipe', 'pipe', 'pipe', this.#pipe.writeFd],
      });
    } catch (cause) {
      this.#pipe.close();
      throw notStarted(cause);
    }
    this.#ended = this.#listen();
  }

  /**
   * The signature, 96 bytes, made with the key in a file that only the child reads. May be called once, before {@link
   * prepare}.
   * @throws SealcamError `IDENTITY_FILE`, `KEY_TOKEN`, `IDENTITY_KEY`; `KEY_CHILD_START`, `KEY_CHILD_FAILED`, `KEY_CHILD_TIMEOUT`.
   */
  async sign(request: SigningRequest, timeoutMs: number): Promise<Uint8Array> {
    this.#child.stdin?.write(encodeSigningRequest(request));
    const timer = setTimeout(() => this.stop(timedOut(timeoutMs)), timeoutMs);
    const arrived = new Promise<void>((resolve) => {
      this.#onOutput = () => {
        if (this.#bytes >= signatureBytes) resolve();
      };
    });
    const ended = await Promise.race([arrived.then(() => undefined), this.#ended]);
    clearTimeout(timer);
    if (this.#stopped !== undefined) throw this.#stopped;
    if (ended?.failure !== undefined) throw ended.failure;
    const output = Buffer.concat(this.#pieces);
    if (output.length < signatureBytes) throw died(0, '');
    return new Uint8Array(output.subarray(0, signatureBytes));
  }

  /** Lets it prepare one recording's keys, after which it ends. @throws SealcamError as `prepareRecording`. */
  async prepare(
    request: KeyRequest,
    { timeoutMs = sealerLimits.keyChildTimeoutMs, signal }: KeyChildOptions = {},
  ): Promise<{ readonly shares: KeyShares; readonly answer: KeyAnswer }> {
    const timer = setTimeout(() => this.stop(timedOut(timeoutMs)), timeoutMs);
    const onAbort = (): void => this.stop(givenUp());
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    this.#child.stdin?.end(encodeKeyRequest(request));
    // Both settle: whatever fails, the child ends, by itself or by the timer.
    const [{ output, failure }, shares] = await Promise.all([
      this.#ended,
      this.#pipe.readShares(request.roles.length, timeoutMs).then(
        (value) => ({ value }),
        (reason: unknown) => ({ reason }),
      ),
    ]);
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    try {
      if (this.#stopped !== undefined) throw this.#stopped;
      // If shares are missing because the child failed, the child's own error says more.
      if ('reason' in shares && !isSealcamError(shares.reason, 'SHARES_SHORT')) throw shares.reason;
      if (failure !== undefined) throw failure;
      if ('reason' in shares) throw shares.reason;
      const answer = decodeKeyAnswer(new Uint8Array(output.subarray(this.#signatureBytes)));
      return { shares: shares.value, answer };
    } catch (error) {
      if ('value' in shares) shares.value.erase();
      throw error;
    }
  }

  /** Kills it at once. What it was doing fails with `reason`. */
  stop(reason: SealcamError = givenUp()): void {
    this.#stopped ??= reason;
    this.#pipe.close();
    this.#child.kill('SIGKILL');
  }

  async #listen(): Promise<Ended> {
    const { stdin, stdout, stderr } = this.#child;
    if (stdin === null || stdout === null || stderr === null) {
      return { output: Buffer.alloc(0), failure: notStarted(undefined) };
    }
    // A child that ends before it has read everything breaks the pipe; its exit says why.
    stdin.on('error', () => {});
    let reason = '';
    stderr.setEncoding('latin1').on('data', (text: string) => {
      // Its reason comes last: a token's module may have written there before.
      reason = (reason + text).slice(-sealerLimits.keyReasonCharsMax);
    });
    const bytesMax = sealerLimits.keyAnswerBytesMax + this.#signatureBytes;
    stdout.on('data', (piece: Buffer) => {
      this.#bytes += piece.length;
      if (this.#bytes <= bytesMax) this.#pieces.push(piece);
      else this.#child.kill('SIGKILL');
      this.#onOutput();
    });
    let code: unknown;
    let killed: unknown;
    try {
      [code, killed] = await once(this.#child, 'close');
    } catch (cause) {
      return { output: Buffer.alloc(0), failure: notStarted(cause) };
    }
    const output = Buffer.concat(this.#pieces);
    if (this.#bytes > bytesMax) return { output, failure: answeredTooMuch(this.#bytes) };
    return { output, failure: code === 0 ? undefined : died(code ?? killed, reason) };
  }
}

function notStarted(cause: unknown): SealcamError {
  return new SealcamError(
    'KEY_CHILD_START',
    `The process that prepares a recording's keys cannot be started (${systemCode(cause) ?? 'unknown'}): check this installation and its limit of processes`,
    { cause },
  );
}

function answeredTooMuch(bytes: number): SealcamError {
  return new SealcamError(
    'KEY_CHILD_ANSWER',
    `The process that prepares a recording's keys answered with ${bytes} bytes or more, which is not a key envelope: check this installation`,
  );
}

function died(how: unknown, reason: string): SealcamError {
  const [, code, detail = 'unknown'] =
    /(?:^|\n)([A-Z][A-Z0-9_]{0,40})(?: ([A-Za-z0-9_-]{1,40}))?$/.exec(reason) ?? [];
  if (code === 'IDENTITY_FILE') {
    return new SealcamError(
      code,
      `The camera's identity key cannot be read (${detail}): provision the camera, or let the agent's user read identity.key`,
    );
  }
  if (code === 'KEY_TOKEN') return explainedTokenError(detail);
  if (code === 'IDENTITY_KEY') {
    return new SealcamError(
      code,
      "The camera's identity key cannot be used: identity.key is no P-384 key (PKCS#8, PEM) that opens without a passphrase; provision the camera again",
    );
  }
  return new SealcamError(
    'KEY_CHILD_FAILED',
    `The process that prepares a recording's keys ended early (${String(how)}, ${code ?? 'without a reason'}): it is tried again; check the roster if this continues`,
  );
}

function timedOut(ms: number): SealcamError {
  return new SealcamError(
    'KEY_CHILD_TIMEOUT',
    `The process that prepares a recording's keys did not finish within ${ms} ms and was ended: it is tried again`,
  );
}

function givenUp(): SealcamError {
  return new SealcamError(
    'KEY_CHILD_STOPPED',
    "The preparation of a recording's keys was stopped, because the agent ends or has a newer roster",
  );
}
