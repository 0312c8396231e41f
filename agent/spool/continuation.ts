import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { crc32c } from '../../base/crc32c.ts';
import { systemCode } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Remembered } from '../recorder/machine-types.ts';

/** What an earlier run of the agent left to this one. */
export interface Inherited extends Remembered {
  /** When that held, microseconds of the uptime clock. */
  readonly atUs: number;
}

/** A statement that is being written, and what is to be remembered once it is. */
export interface Writing {
  readonly recording: string;
  readonly index: number;
  readonly after: Remembered;
}

interface Note {
  readonly epoch: string;
  readonly atUs: number;
  readonly now: Remembered;
  readonly writing: Writing | undefined;
}

/** The file has this size at least from the beginning, so that it can be written when the storage is full. */
const noteBytes = 4_096;
// Not cut: what stands there holds until it is overwritten.
const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
/** A note that still holds is written again after this, so that it is known to be of late. */
const freshUs = 5_000_000;

/**
 * What the recorder must not forget when the agent is killed: that it records, what is missing and not signed yet, and
 * how far what the sensor sent is durable. The sensor forgets what was released to it; so this is written first.
 *
 * It outlives the process, by the system's page cache, and not the camera's power: with that the sensor's memory is gone
 * too. So nothing is synced, and a note of another boot of the camera says nothing.
 */
export class Continuation {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #file: number | undefined;
  #failed = false;
  #written = '';
  #writtenAtUs = 0;

  constructor(path: string, clock: Clock, log: Log) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * What the run before this one left; undefined where that is not known.
   * @param isDurable tells of a statement whether it came to be durable.
   */
  inherited(isDurable: (recording: string, index: number) => boolean): Inherited | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, 'latin1');
    } catch (error) {
      if (systemCode(error) !== 'ENOENT')
        this.#log.warn('an earlier run left what cannot be read', { code: systemCode(error) });
      return undefined;
    }
    const [, sum, json = ''] = /^([0-9a-f]{8}) ([^\n]*)\n/.exec(text) ?? [];
    if (sum !== checkOf(json)) return undefined;
    const { epoch, atUs, now, writing } = JSON.parse(json) as Note;
    if (epoch !== toHex(this.#clock.epoch)) return undefined;
    const durable = writing !== undefined && isDurable(writing.recording, writing.index);
    return { ...(durable ? writing.after : now), atUs };
  }

  /** Notes what holds now, and what will once the statement `writing` is durable. */
  note(now: Remembered, writing?: Writing): void {
    const said = JSON.stringify({ now, writing });
    const atUs = this.#clock.uptimeUs();
    if (said === this.#written && atUs - this.#writtenAtUs < freshUs) return;
    this.#written = said;
    this.#writtenAtUs = atUs;
    const json = JSON.stringify({ epoch: toHex(this.#clock.epoch), atUs, now, writing });
    try {
      this.#file ??= openSync(this.#path, flags, 0o600);
      writeSync(this.#file, `${checkOf(json)} ${json}\n`.padEnd(noteBytes), 0, 'latin1');
    } catch (error) {
      if (!this.#failed)
        this.#log.alarm('what must outlive the agent cannot be noted', { code: systemCode(error) });
      this.#failed = true;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function checkOf(json: string): string {
  return crc32c(Buffer.from(json, 'latin1')).toString(16).padStart(8, '0');
}
