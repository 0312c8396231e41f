import { join } from 'node:path';
import type { Log } from '../../base/log.ts';
import type { Files } from './files.ts';
import type { RecordingName } from './recording-name.ts';

/** The file in a camera's folder that lists its complete recordings. */
export const completedName = '.complete';

const line = /^([0-9]{16})-([0-9a-f]{32}) ([0-9]{16})\n$/;
/** All lines have the same length, so that a line torn by a crash can be recognised and cut off. */
const lineBytes = 16 + 1 + 32 + 1 + 16 + 1;

/** A recording for which a complete receipt was signed, and that receipt's counter. */
export interface CompletedRecording extends RecordingName {
  readonly counter: number;
}

/**
 * Which recordings of each camera are complete, in a small file of the camera's folder, so that a start need not read
 * them. It is only a hint: a recording is examined in full whenever something arrives for it, and one that the file
 * does not name is read at the start.
 */
export class Completed {
  readonly #files: Files;
  readonly #folder: string;
  readonly #log: Log;
  #writing: Promise<void> = Promise.resolve();

  /** @param folder the evidence store. */
  constructor(files: Files, folder: string, log: Log) {
    this.#files = files;
    this.#folder = folder;
    this.#log = log;
  }

  /** The content of a camera's file, by recording id; unusable lines are left out. */
  async read(device: string): Promise<Map<string, CompletedRecording>> {
    const path = this.#pathOf(device);
    const found = new Map<string, CompletedRecording>();
    const size = (await this.#files.size(path)) ?? 0;
    const bytes = size === 0 ? new Uint8Array() : await this.#files.readAt(path, 0, size);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    for (let at = 0; at + lineBytes <= text.length; at += lineBytes) {
      const [, number, id = '', counter] = line.exec(text.slice(at, at + lineBytes)) ?? [];
      if (id !== '') found.set(id, { number: Number(number), id, counter: Number(counter) });
    }
    return found;
  }

  /** Notes a complete recording without waiting; a failure does no harm. */
  add(device: string, { number, id, counter }: CompletedRecording): void {
    const path = this.#pathOf(device);
    const text = `${padded(number)}-${id} ${padded(counter)}\n`;
    this.#writing = this.#writing.then(async () => {
      try {
        const torn = ((await this.#files.size(path)) ?? 0) % lineBytes;
        if (torn > 0) await this.#files.truncate(path, ((await this.#files.size(path)) ?? torn) - torn);
        await this.#files.appendAt(path, await this.#files.identify(path), [Buffer.from(text)]);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        this.#log.warn(
          'completion.not-noted',
          'A recording could not be noted as complete: the next start reads it',
          { error: why },
        );
      }
    });
  }

  /** Resolves when everything added is written. */
  settled(): Promise<void> {
    return this.#writing;
  }

  #pathOf(device: string): string {
    return join(this.#folder, device, completedName);
  }
}

function padded(count: number): string {
  return String(count).padStart(16, '0');
}
