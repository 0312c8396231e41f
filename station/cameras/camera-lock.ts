import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { openFlags } from '../../base/outside-file.ts';
import type { Randomness } from '../../base/random.ts';
import { stationLimits } from '../limits.ts';

/**
 * A camera's part of the store, while several stations write to one store. The camera's broker hands its messages to one of
 * them at a time, which is not enough: one that was cut off may still be writing what it had. So what writes holds the lock.
 */
export interface CameraLock {
  /**
   * Does `work` while no other station touches the camera's part of the store; waits for that as long as it takes, also
   * while the locks cannot be read or written.
   * @param taken called before it if another station may have written since this one last held the lock.
   * @returns what `work` does; undefined, and `work` is not begun, if {@link CameraLocks.close} ended the wait.
   */
  hold<T>(work: () => Promise<T>, taken: () => void): Promise<T | undefined>;
  /** Called within {@link hold}: the lock is held on until the result is called. */
  prolong(): () => void;
  /** Whether this station was the last to hold it. */
  isOwn(): Promise<boolean>;
}

/** The lock of a camera of a store that one station writes to. */
export const noLock: CameraLock = {
  hold: (work) => work(),
  prolong: () => () => {},
  isOwn: async () => true,
};

/** Takes the system's lock of an open file, if no other open file has it (flock(2)). @returns whether it is held now. */
export type TryLock = (fd: number) => boolean;

/** What locks need. */
export interface CameraLocksOptions {
  /** The folder of the locks, which all stations of the store share. */
  readonly folder: string;
  readonly tryLock: TryLock;
  /** Called when a lock is had that another station has held since; again if it, or noting the new holder, fails. */
  readonly taken: (device: string) => Promise<void>;
  readonly randomness: Pick<Randomness, 'bytes'>;
  readonly clock: Pick<Clock, 'uptimeUs' | 'setTimer'>;
  readonly log: Log;
}

/** Bytes of the content of a lock's file: which run of a station held it last. */
const holderBytes = 32;

/** The locks of the cameras of a store, as files: the system gives back those of a process that ends, however it ends. */
export class CameraLocks {
  readonly #options: CameraLocksOptions;
  readonly #holder: string;
  readonly #locks = new Map<string, FileLock>();
  #closed = false;

  constructor(options: CameraLocksOptions) {
    this.#options = options;
    this.#holder = toHex(options.randomness.bytes(holderBytes / 2));
  }

  /** The lock of a camera: one object for each. */
  of(device: string): CameraLock {
    const known =
      this.#locks.get(device) ?? new FileLock(this.#options, device, this.#holder, () => this.#closed);
    this.#locks.set(device, known);
    return known;
  }

  /** Ends waiting for locks that are not had: another station may hang with one. What is held stays held until it is given back. */
  close(): void {
    this.#closed = true;
  }
}

/** The lock of one camera. */
class FileLock implements CameraLock {
  readonly #options: CameraLocksOptions;
  readonly #device: string;
  readonly #holder: string;
  readonly #path: string;
  readonly #isClosed: () => boolean;
  #holds = 0;
  #file: FileHandle | undefined;
  /** Another station may have written, and what works with the lock has not been told. */
  #isForeign = false;
  /** Why it could not be had. */
  #why = '';
  /** Giving the lock back, or getting it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CameraLocksOptions, device: string, holder: string, isClosed: () => boolean) {
    this.#options = options;
    this.#device = device;
    this.#holder = holder;
    this.#path = join(options.folder, device);
    this.#isClosed = isClosed;
  }

  async hold<T>(work: () => Promise<T>, taken: () => void): Promise<T | undefined> {
    this.#holds += 1;
    try {
      if (!(await this.#inTurn(() => this.#get()))) return undefined;
      if (this.#isForeign) taken();
      this.#isForeign = false;
      return await work();
    } finally {
      this.#release();
    }
  }

  prolong(): () => void {
    if (this.#holds === 0) throw new TypeError('a lock is held on only while it is held');
    this.#holds += 1;
    let held = true;
    return () => {
      if (held) this.#release();
      held = false;
    };
  }

  async isOwn(): Promise<boolean> {
    return (await this.#lastHolder()) === this.#holder;
  }

  #release(): void {
    this.#holds -= 1;
    if (this.#holds > 0) return;
    void this.#inTurn(async () => {
      // Something may have come meanwhile that holds it on.
      if (this.#holds > 0) return;
      const file = this.#file;
      this.#file = undefined;
      await file?.close();
    });
  }

  /** @returns whether it is held: only closing ends the wait for it. */
  async #get(): Promise<boolean> {
    if (this.#file !== undefined) return true;
    const { clock, log } = this.#options;
    const sinceUs = clock.uptimeUs();
    for (let told = false; !this.#isClosed(); ) {
      this.#file = await this.#try();
      if (this.#file !== undefined) return true;
      const waitedMs = (clock.uptimeUs() - sinceUs) / 1_000;
      if (!told && waitedMs >= stationLimits.lockToldMs) {
        told = true;
        const sentence =
          "A camera's messages wait, as its part of the store cannot be locked: if another station holds it, see whether that one hangs, and end it";
        const device = this.#device;
        log.alarm('camera.held', sentence, { device, waitedMs: Math.round(waitedMs), why: this.#why });
      }
      await new Promise<void>((resolve) => {
        clock.setTimer(stationLimits.lockRetryMs, resolve);
      });
    }
    return false;
  }

  /** The open and signed file whose lock is held; undefined if another one has it, was put in its place, or the file system failed. */
  async #try(): Promise<FileHandle | undefined> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path, constants.O_RDWR | constants.O_CREAT | openFlags, 0o600);
      if (this.#options.tryLock(file.fd)) {
        const [locked, there] = [await file.stat({ bigint: true }), await stat(this.#path, { bigint: true })];
        if (locked.ino === there.ino && locked.dev === there.dev) {
          await this.#sign(file);
          return file;
        }
      }
      this.#why = 'another one holds it';
    } catch (error) {
      this.#why = systemCode(error) ?? String(error);
    }
    // A file that cannot be closed without an error is closed all the same.
    await file?.close().catch(() => {});
    return undefined;
  }

  /** Writes into the file that this run holds it. That another run held it before is noted first, so that a failure in between loses neither. */
  async #sign(file: FileHandle): Promise<void> {
    if ((await markOf(file)) !== this.#holder) this.#isForeign = true;
    // Also with the own mark, which an earlier try may have written and not synced.
    if (!this.#isForeign) return;
    await this.#options.taken(this.#device);
    await file.write(this.#holder, 0, 'latin1');
    await file.datasync();
  }

  async #lastHolder(): Promise<string | undefined> {
    const file = await open(this.#path, constants.O_RDONLY | openFlags).catch(() => undefined);
    const mark = file && (await markOf(file).catch(() => undefined));
    await file?.close().catch(() => {});
    return mark;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

/** Which run of a station held it last, as the file says. */
async function markOf(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(holderBytes), 0, holderBytes, 0);
  return buffer.toString('latin1', 0, bytesRead);
}
