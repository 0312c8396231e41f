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
   * while the locks cannot be read.
   * @param taken called before it if another station may have written since this one last held the lock.
   */
  hold<T>(work: () => Promise<T>, taken: () => void): Promise<T>;
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
  /** Called when a lock is had that another station has held since. */
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

  constructor(options: CameraLocksOptions) {
    this.#options = options;
    this.#holder = toHex(options.randomness.bytes(holderBytes / 2));
  }

  /** The lock of a camera: one object for each. */
  of(device: string): CameraLock {
    const known = this.#locks.get(device) ?? new FileLock(this.#options, device, this.#holder);
    this.#locks.set(device, known);
    return known;
  }
}

/** The lock of one camera. */
class FileLock implements CameraLock {
  readonly #options: CameraLocksOptions;
  readonly #device: string;
  readonly #holder: string;
  readonly #path: string;
  #holds = 0;
  #file: FileHandle | undefined;
  /** Why it could not be had. */
  #why = '';
  /** Giving the lock back, or getting it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: CameraLocksOptions, device: string, holder: string) {
    this.#options = options;
    this.#device = device;
    this.#holder = holder;
    this.#path = join(options.folder, device);
  }

  async hold<T>(work: () => Promise<T>, taken: () => void): Promise<T> {
    this.#holds += 1;
    try {
      if (await this.#inTurn(() => this.#get())) taken();
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

  /** @returns whether another station held it since. */
  async #get(): Promise<boolean> {
    if (this.#file !== undefined) return false;
    const { clock, log } = this.#options;
    const sinceUs = clock.uptimeUs();
    for (let told = false; ; ) {
      const file = await this.#try();
      if (file !== undefined) {
        this.#file = file;
        return this.#sign(file);
      }
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
  }

  /** The open file whose lock is held; undefined if another one has it, or was put in its place. */
  async #try(): Promise<FileHandle | undefined> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path, constants.O_RDWR | constants.O_CREAT | openFlags, 0o600);
      if (this.#options.tryLock(file.fd)) {
        const [locked, there] = [await file.stat({ bigint: true }), await stat(this.#path, { bigint: true })];
        if (locked.ino === there.ino && locked.dev === there.dev) return file;
      }
      this.#why = 'another one holds it';
    } catch (error) {
      this.#why = systemCode(error) ?? String(error);
    }
    await file?.close();
    return undefined;
  }

  /** Notes in the file that this run holds it. @returns whether another one did before. */
  async #sign(file: FileHandle): Promise<boolean> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(holderBytes), 0, holderBytes, 0);
    if (buffer.toString('latin1', 0, bytesRead) === this.#holder) return false;
    await file.write(this.#holder, 0, 'latin1');
    await file.datasync();
    await this.#options.taken(this.#device);
    return true;
  }

  async #lastHolder(): Promise<string | undefined> {
    const file = await open(this.#path, constants.O_RDONLY | openFlags).catch(() => undefined);
    if (file === undefined) return undefined;
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(holderBytes), 0, holderBytes, 0);
      return buffer.toString('latin1', 0, bytesRead);
    } finally {
      await file.close();
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
