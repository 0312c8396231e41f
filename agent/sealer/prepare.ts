import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isSealcamError, SealcamError, systemCode } from '../../base/errors.ts';
import type { Randomness } from '../../base/random.ts';
import { recordingIdBytes } from '../../evidence/limits.ts';
import type { Statement } from '../../evidence/statements.ts';
import { createSharePipe, type SharePipe, type Shares } from '../../native/index.ts';
import { messageBytesMax } from '../../proto/topics.ts';
import { sealerLimits } from '../limits.ts';
import { decodeKeyAnswer, encodeKeyRequest, type KeyAnswer, type KeyRequest } from './key-request.ts';
import { recipientsOf } from './roster.ts';

/** A recording's id and keys, made ahead of it. Good for one recording. */
export interface PreparedRecording {
  /** 16 random bytes. */
  readonly recordingId: Uint8Array;
  /** The roles whose shares are all needed, ascending. */
  readonly roles: readonly string[];
  readonly rosterVersion: number;
  /** D(roster). */
  readonly rosterDigest: Uint8Array;
  /** In locked memory; whoever does not open the recording erases them. */
  readonly shares: Shares;
  /** SHA-256 of the key envelope, for the opening. */
  readonly keyEnvelopeHash: Uint8Array;
  /** The key envelope, sealed to the vault: for the spool, and from there for the station. */
  readonly sealedKeys: Uint8Array;
}

/** For whom keys are prepared. */
export interface KeyRecipients {
  readonly deviceId: string;
  readonly roster: Statement<'roster'>;
  readonly vault: Statement<'vault-key'>;
}

/** How the child process is run; tests run others. */
export interface KeyChildOptions {
  readonly program?: string;
  readonly timeoutMs?: number;
  /** Ends it early: the preparation fails with `KEY_CHILD_STOPPED`. */
  readonly signal?: AbortSignal;
}

const keyChildProgram = fileURLToPath(new URL('./key-child.js', import.meta.url));

/**
 * Prepares a recording for `roles` in a child process of its own.
 * @throws SealcamError `ROSTER_ROLE`; `KEY_CHILD_START` (it cannot be started), `KEY_CHILD_FAILED` (it died or
 *   gave up), `KEY_CHILD_ANSWER` (what it wrote is no key envelope), `KEY_CHILD_TIMEOUT`, `KEY_CHILD_STOPPED`;
 *   `SHARES_SHORT`, `SHARES_EXCESS` (it wrote other shares than asked for), `KEY_MEMORY`. Nothing is left of it.
 */
export async function prepareRecording(
  recipients: KeyRecipients,
  roles: readonly string[],
  randomness: Randomness,
  options: KeyChildOptions = {},
): Promise<PreparedRecording> {
  const { deviceId, roster, vault } = recipients;
  const request: KeyRequest = {
    deviceId,
    recordingId: randomness.bytes(recordingIdBytes),
    roles: recipientsOf(roster, roles),
    vault: vault.body,
  };
  const { shares, answer } = await runKeyChild(request, options);
  return {
    recordingId: request.recordingId,
    roles: request.roles.map(({ name }) => name),
    rosterVersion: roster.body.version,
    rosterDigest: roster.digest,
    shares,
    ...answer,
  };
}

async function runKeyChild(
  request: KeyRequest,
  options: KeyChildOptions,
): Promise<{ readonly shares: Shares; readonly answer: KeyAnswer }> {
  const { timeoutMs = sealerLimits.keyChildTimeoutMs, signal } = options;
  const pipe = createSharePipe();
  let child: ChildProcess;
  try {
    child = startChild(options.program ?? keyChildProgram, pipe);
  } catch (cause) {
    pipe.close();
    throw notStarted(cause);
  }
  let stopped: SealcamError | undefined;
  const stop = (error: SealcamError): void => {
    stopped ??= error;
    pipe.close();
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => stop(timedOut(timeoutMs)), timeoutMs);
  const onAbort = (): void => stop(givenUp());
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();

  // All of it settles: whatever goes wrong in one part, the child ends, by itself or by the timer.
  const [ended, shares] = await Promise.allSettled([
    talk(child, encodeKeyRequest(request)),
    pipe.readShares(request.roles.length, timeoutMs),
  ]);
  clearTimeout(timer);
  signal?.removeEventListener('abort', onAbort);
  try {
    if (stopped !== undefined) throw stopped;
    // Where shares are missing because the child failed, its own word says more.
    const cutShort = shares.status === 'rejected' && isSealcamError(shares.reason, 'SHARES_SHORT');
    if (shares.status === 'rejected' && !cutShort) throw shares.reason;
    if (ended.status === 'rejected') throw ended.reason;
    if (shares.status === 'rejected') throw shares.reason;
    return { shares: shares.value, answer: checkedAnswer(ended.value) };
  } catch (error) {
    if (shares.status === 'fulfilled') shares.value.erase();
    throw error;
  }
}

function startChild(program: string, pipe: SharePipe): ChildProcess {
  return spawn(process.execPath, [program], {
    // Nothing of the agent's environment is the child's business.
    env: {},
    cwd: '/',
    stdio: ['pipe', 'pipe', 'pipe', pipe.writeFd],
  });
}

/**
 * Hands the request over and reads the answer to its end.
 * @throws SealcamError `KEY_CHILD_START`, `KEY_CHILD_FAILED`, `KEY_CHILD_ANSWER` where it is too long.
 */
async function talk(child: ChildProcess, request: Uint8Array): Promise<Uint8Array> {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw notStarted(undefined);
  // A child that ends before it has read all breaks the pipe; its exit says why.
  stdin.on('error', () => {});
  stdin.end(request);
  let reason = '';
  stderr.setEncoding('latin1').on('data', (text: string) => {
    reason = (reason + text).slice(0, 64);
  });
  const pieces: Buffer[] = [];
  let length = 0;
  stdout.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length <= sealerLimits.keyAnswerBytesMax) pieces.push(piece);
    else child.kill('SIGKILL');
  });
  let code: unknown;
  let killed: unknown;
  try {
    [code, killed] = await once(child, 'close');
  } catch (cause) {
    throw notStarted(cause);
  }
  const answer = Buffer.concat(pieces);
  if (length > sealerLimits.keyAnswerBytesMax) decodeKeyAnswer(new Uint8Array(length));
  if (code !== 0) throw died(code ?? killed, reason);
  return answer;
}

function checkedAnswer(bytes: Uint8Array): KeyAnswer {
  const answer = decodeKeyAnswer(bytes);
  if (answer.sealedKeys.length > messageBytesMax) {
    throw new SealcamError(
      'KEY_CHILD_ANSWER',
      `The key envelope has ${answer.sealedKeys.length} bytes, ${messageBytesMax} fit one message: name fewer recipients in the roster`,
    );
  }
  return answer;
}

function notStarted(cause: unknown): SealcamError {
  return new SealcamError(
    'KEY_CHILD_START',
    `The process that prepares a recording's keys cannot be started (${systemCode(cause) ?? 'unknown'}): check this installation and its limit of processes`,
    { cause },
  );
}

function died(how: unknown, reason: string): SealcamError {
  const said = /^[A-Z][A-Z0-9_]{0,62}$/.test(reason) ? reason : 'without a reason';
  return new SealcamError(
    'KEY_CHILD_FAILED',
    `The process that prepares a recording's keys ended early (${String(how)}, ${said}): it is tried again; check the roster where it goes on`,
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
