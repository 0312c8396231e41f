import { SealcamError } from '../base/errors.ts';
import { addon, type Handle } from './addon.ts';

// The constructors of the classes below require this, so that only this module creates them.
const fromHere: unique symbol = Symbol('shares');

// The addon's handle for the shares; no module outside native/ can reach it.
const sharesHandles = new WeakMap<KeyShares, Handle>();

/** The shares of one recording's key, in locked memory that JavaScript cannot read. */
export class KeyShares {
  readonly count: number;

  constructor(_: typeof fromHere, handle: Handle, count: number) {
    sharesHandles.set(this, handle);
    this.count = count;
  }

  /** Erases them now; otherwise they are erased with the object. Erasing twice does nothing. */
  erase(): void {
    addon.eraseShares(sharesHandle(this));
  }
}

/** The addon's handle for `shares`. */
export function sharesHandle(shares: KeyShares): Handle {
  const handle = sharesHandles.get(shares);
  if (handle === undefined) throw new TypeError('"shares": expected what SharePipe.readShares gave');
  return handle;
}

/** A pipe by which a short-lived process hands shares to the addon, bypassing JavaScript. */
export class SharePipe {
  /**
   * For the `stdio` of the child process, which writes the shares to it, 32 bytes each, and ends. This
   * class closes it.
   */
  readonly writeFd: number;
  readonly #handle: Handle;
  #state: 'new' | 'reading' | 'closed' = 'new';

  constructor(_: typeof fromHere, handle: Handle, writeFd: number) {
    this.#handle = handle;
    this.writeFd = writeFd;
  }

  /**
   * Closes this process's copy of {@link writeFd} (so call it after the child was spawned), then reads
   * exactly `count` shares and the end of the stream, off the calling thread.
   * @throws SealcamError SHARES_SHORT, SHARES_EXCESS, SHARES_TIMEOUT, SHARES_CANCELLED; what was read is erased.
   */
  async readShares(count: number, timeoutMs = 30_000): Promise<KeyShares> {
    if (this.#state !== 'new') throw cancelled();
    this.#state = 'reading';
    addon.closeWriteEnd(this.#handle);
    const deadline = performance.now() + timeoutMs;
    let shares: KeyShares | undefined;
    try {
      const handle = addon.createShares(count);
      shares = new KeyShares(fromHere, handle, count);
      // In slices, so that a child that hangs blocks neither the thread pool nor the process's exit.
      while (!(await addon.readShares(handle, this.#handle, 50))) {
        if (this.#wasClosed()) throw cancelled();
        if (performance.now() > deadline) throw timedOut(timeoutMs);
      }
      return shares;
    } catch (error) {
      shares?.erase();
      throw error;
    } finally {
      this.#state = 'closed';
      addon.closePipe(this.#handle);
    }
  }

  /** Closes the pipe; a read under way ends with SHARES_CANCELLED. Closing twice does nothing. */
  close(): void {
    if (this.#state === 'new') addon.closePipe(this.#handle);
    this.#state = 'closed';
  }

  #wasClosed(): boolean {
    return this.#state === 'closed';
  }
}

function cancelled(): SealcamError {
  return new SealcamError('SHARES_CANCELLED', 'The pipe for the shares was closed before they were read');
}

function timedOut(timeoutMs: number): SealcamError {
  return new SealcamError(
    'SHARES_TIMEOUT',
    `The process that makes the shares did not finish within ${timeoutMs} ms: start it again`,
  );
}

/** A new pipe, close-on-exec at both ends. */
export function createSharePipe(): SharePipe {
  const { handle, writeFd } = addon.createPipe();
  return new SharePipe(fromHere, handle, writeFd);
}
