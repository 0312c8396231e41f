import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { toHex } from '../../../base/bytes.ts';
import type { Clock, Timer } from '../../../base/clock.ts';
import { crc32c } from '../../../base/crc32c.ts';
import { systemCode } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { openFlags } from '../../../base/outside-file.ts';
import { agentLimits } from '../../limits.ts';
import type { Remembered } from '../../recorder/remembered.ts';
import { withTimes } from '../../recorder/stream/gaps.ts';

/** What an earlier run of the agent left for this one. */
export interface Inherited extends Remembered {
  /** When that was true, microseconds of the uptime clock. */
  readonly atUs: number;
}

/** A statement that is being written, and what to remember once it is durable. */
export interface Writing {
  readonly recording: string;
  readonly index: number;
  readonly after: Remembered;
}

/** What to remember now, and what to remember once a statement is written. */
interface Note {
  readonly now: Remembered;
  readonly writing: Writing | undefined;
}

/** A note as it is written, with the camera and the boot that it belongs to. */
interface Noted extends Note {
  readonly camera: string;
  readonly epoch: string;
  readonly atUs: number;
}

/**
 * The file has this size from the beginning, so that it can be written when the storage is full. A note takes less: its numbers
 * vary in length, and it has `notedPressesMax` presses and as many places of others at most, all of it twice.
 */
const noteBytes = 32_768;
// Not truncated: the previous note is valid until it is overwritten.
const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | openFlags;

/**
 * What the recorder must still know if the agent is killed: that it is recording, what is missing and not signed yet,
 * and how far the sensor's data is durable. The sensor forgets what was released to it, so the note is written first.
 *
 * The note survives the process, in memory or the system's page cache, but not a power failure: then the sensor's
 * memory is gone too. So nothing is synced, and a note of another boot, or of another camera, is ignored.
 */
export class Continuation {
  readonly #path: string;
  readonly #camera: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #file: number | undefined;
  #failed = false;
  #isClosed = false;
  /** The last note written, as it was given. */
  #written = '';
  #timer: Timer | undefined;

  /**
   * @param path of the note. It is written on this thread, so it should be in memory: if the write stalls, everything
   *   does.
   * @param camera its id.
   */
  constructor(path: string, camera: string, clock: Clock, log: Log) {
    this.#path = path;
    this.#camera = camera;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * What the previous run left; undefined if that is not known.
   * @param isDurable tells whether a statement became durable.
   */
  inherited(isDurable: (recording: string, index: number) => boolean): Inherited | undefined {
    let text: string;
    try {
      text = readStart(this.#path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT')
        this.#log.warn('note.unreadable', 'The note of an earlier run cannot be read', {
          code: systemCode(error),
        });
      return undefined;
    }
    const [, sum, json = ''] = /^([0-9a-f]{8}) ([^\n]*)\n/.exec(text) ?? [];
    if (sum !== checkOf(json)) return undefined;
    const { camera, epoch, atUs, now, writing } = JSON.parse(json) as Noted;
    if (camera !== this.#camera || epoch !== toHex(this.#clock.epoch)) return undefined;
    const durable = writing !== undefined && isDurable(writing.recording, writing.index);
    const remembered = durable ? writing.after : now;
    const { missed } = remembered;
    // JSON writes a time that is not finite as null.
    return { ...remembered, ...(missed && { missed: withTimes(missed, atUs) }), atUs };
  }

  /** Notes what is true now, and what will be once the statement `writing` is durable; until {@link close}. False if it could not be written. */
  note(now: Remembered, writing?: Writing): boolean {
    if (this.#isClosed) return false;
    const note = { now, writing };
    const json = JSON.stringify(note);
    if (json !== this.#written) this.#write(note);
    return json === this.#written;
  }

  /** Closes the file, which stays as it is. */
  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(note: Note): void {
    this.#timer?.cancel();
    if (note.now.recording !== 'no')
      this.#timer = this.#clock.setTimer(agentLimits.continuationMs, () => this.#write(note));
    const { epoch } = this.#clock;
    const noted = { camera: this.#camera, epoch: toHex(epoch), atUs: this.#clock.uptimeUs(), ...note };
    const json = JSON.stringify(noted satisfies Noted);
    try {
      const text = `${checkOf(json)} ${json}\n`;
      // The next run reads no more than this: it would find no note.
      if (text.length > noteBytes) throw new RangeError('The note is too long');
      this.#file ??= openSync(this.#path, flags, 0o600);
      writeSync(this.#file, text.padEnd(noteBytes), 0, 'latin1');
      this.#written = JSON.stringify(note);
    } catch (error) {
      // The next one is written even if it says the same.
      this.#written = '';
      if (!this.#failed)
        this.#log.alarm('note.not-written', 'The note that must outlive the agent cannot be written', {
          code: systemCode(error),
        });
      this.#failed = true;
    }
  }
}

/** The beginning of the file, which holds a note. */
function readStart(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | openFlags);
  try {
    const bytes = Buffer.alloc(noteBytes);
    return bytes.toString('latin1', 0, readSync(file, bytes, 0, noteBytes, 0));
  } finally {
    closeSync(file);
  }
}

function checkOf(json: string): string {
  return crc32c(Buffer.from(json, 'latin1')).toString(16).padStart(8, '0');
}
