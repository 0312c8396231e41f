import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../base/clock.ts';
import { isSealcamError } from '../base/errors.ts';
import { serial } from '../base/serial.ts';
import { keyIdOf, p384PublicKey, type RemoteSigner, verifySignature } from '../evidence/crypto.ts';
import { publicKeyBytes, signatureBytes } from '../evidence/limits.ts';
import { explainedTokenError, signedBytesMax, tokenError } from './token-key.ts';

const childProgram = fileURLToPath(new URL('./signing-child.js', import.meta.url));

/** What a child may take to open its token, and for a signature: a TPM takes some 20 ms, an HSM behind a network longer. */
const answerMs = 30_000;
/** After a fault the token is left alone for so long: each try to open it may cost one of the PIN's tries. */
const restartMs = 30_000;
const endMs = 2_000;
const reasonCharsMax = 4_096;

/** How a signer is run; tests run another program. */
export interface TokenSignerOptions {
  readonly clock: Clock;
  readonly program?: string;
}

/**
 * Signs with a key in a token, in a child that keeps the token open. A child that fails is replaced, no sooner than half a minute after
 * it failed, and never if the PIN was the trouble, as each try counts for the token; until then each signature fails at once. One
 * signature at a time.
 */
export class TokenSigner implements RemoteSigner {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  readonly #key: NonNullable<ReturnType<typeof p384PublicKey>>;
  readonly #description: string;
  readonly #options: TokenSignerOptions;
  #child: SigningChild | undefined;
  #failedUs = 0;
  #trouble = 'child';
  readonly #inTurn = serial();
  /** Whether the token is not opened again. */
  #isFinal = false;

  private constructor(
    description: string,
    options: TokenSignerOptions,
    child: SigningChild,
    publicKey: Uint8Array,
  ) {
    const key = p384PublicKey(publicKey);
    if (key === undefined) throw tokenError('key-absent');
    this.#key = key;
    this.publicKey = publicKey;
    this.keyId = keyIdOf(publicKey);
    this.#description = description;
    this.#options = options;
    this.#child = child;
  }

  /**
   * Opens the token that the file `description` names.
   * @throws SealcamError `KEY_TOKEN`.
   */
  static async open(description: string, options: TokenSignerOptions): Promise<TokenSigner> {
    const child = new SigningChild(description, options);
    try {
      return new TokenSigner(description, options, child, await child.answer(publicKeyBytes));
    } catch (error) {
      child.stop();
      throw isSealcamError(error, 'KEY_TOKEN') ? explainedTokenError(error.message) : error;
    }
  }

  /** @throws SealcamError `KEY_TOKEN`. */
  sign(message: Uint8Array): Promise<Uint8Array> {
    return this.#inTurn(() => this.#sign(message));
  }

  /** Has the child close the token, after what is being signed; nothing is signed after that. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#child?.end();
      this.#child = undefined;
      this.#trouble = 'closed';
      this.#isFinal = true;
    });
  }

  async #sign(message: Uint8Array): Promise<Uint8Array> {
    if (message.length > signedBytesMax) throw explainedTokenError('message-long');
    try {
      const child = this.#child ?? (await this.#restarted());
      const signature = await child.sign(message);
      // A signature that no one can verify would look like a station that forges.
      if (!verifySignature(this.#key, message, signature)) throw tokenError('signature-wrong');
      return signature;
    } catch (error) {
      if (!isSealcamError(error, 'KEY_TOKEN')) throw error;
      if (this.#child !== undefined) this.#fail(error.message);
      throw explainedTokenError(error.message);
    }
  }

  async #restarted(): Promise<SigningChild> {
    const { clock } = this.#options;
    if (this.#isFinal || clock.uptimeUs() - this.#failedUs < restartMs * 1000)
      throw tokenError(this.#trouble);
    const child = new SigningChild(this.#description, this.#options);
    this.#child = child;
    const publicKey = await child.answer(publicKeyBytes);
    if (Buffer.compare(publicKey, this.publicKey) !== 0) throw tokenError('key-other');
    return child;
  }

  #fail(trouble: string): void {
    this.#child?.stop();
    this.#child = undefined;
    this.#trouble = trouble;
    this.#isFinal = /^(CKR_PIN|pin-)/.test(trouble);
    this.#failedUs = this.#options.clock.uptimeUs();
  }
}

/** One child, and what it has answered. */
class SigningChild {
  readonly #process: ChildProcess;
  readonly #clock: Clock;
  #answer = Buffer.alloc(0);
  #reason = '';
  #hasEnded = false;
  #trouble: string | undefined;
  #changed: () => void = () => {};

  constructor(description: string, { clock, program = childProgram }: TokenSignerOptions) {
    this.#clock = clock;
    // What the token's module reads from the environment is in the description.
    this.#process = spawn(process.execPath, [program, description], { env: {}, cwd: '/', stdio: 'pipe' });
    const { stdin, stdout, stderr } = this.#process;
    // A child that ends before it has read everything breaks the pipe; its exit says why.
    stdin?.on('error', () => {});
    stderr?.setEncoding('latin1').on('data', (text: string) => {
      // Its reason comes last: a token's module may have written there before.
      this.#reason = (this.#reason + text).slice(-reasonCharsMax);
    });
    stdout?.on('data', (bytes: Buffer) => {
      this.#answer = Buffer.concat([this.#answer, bytes]);
      // No request has a longer answer.
      if (this.#answer.length > publicKeyBytes) this.stop();
      this.#changed();
    });
    const ended = (): void => {
      this.#hasEnded = true;
      this.#changed();
    };
    this.#process.on('error', ended).on('close', ended);
  }

  /** @throws SealcamError `KEY_TOKEN`, whose message is one word. */
  sign(message: Uint8Array): Promise<Uint8Array> {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(message.length);
    this.#process.stdin?.write(Buffer.concat([head, message]));
    return this.answer(signatureBytes);
  }

  /** Its next answer, of exactly `bytes`. @throws SealcamError `KEY_TOKEN`, whose message is one word. */
  async answer(bytes: number): Promise<Uint8Array> {
    const timer = this.#clock.setTimer(answerMs, () => this.stop('silent'));
    try {
      while (this.#answer.length < bytes) {
        if (this.#hasEnded) throw tokenError(this.#trouble ?? this.#lastWord());
        await this.#next();
      }
      const answer = this.#answer;
      this.#answer = Buffer.alloc(0);
      if (answer.length !== bytes) throw tokenError('child');
      return new Uint8Array(answer);
    } finally {
      timer.cancel();
    }
  }

  /** Ends its input, and waits until it has closed the token. */
  async end(): Promise<void> {
    this.#process.stdin?.end();
    const timer = this.#clock.setTimer(endMs, () => this.stop());
    while (!this.#hasEnded) await this.#next();
    timer.cancel();
  }

  /** Kills it, and waits for nothing: it may be stuck in the kernel, or a process that its module started may hold its pipes. */
  stop(trouble?: string): void {
    this.#trouble ??= trouble;
    this.#hasEnded = true;
    const { stdin, stdout, stderr } = this.#process;
    for (const stream of [stdin, stdout, stderr]) stream?.destroy();
    this.#process.kill('SIGKILL');
    this.#process.unref();
    this.#changed();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve;
    });
  }

  #lastWord(): string {
    return /(?:^|\n)([A-Za-z0-9_-]{1,40})$/.exec(this.#reason)?.[1] ?? 'child';
  }
}
