import { join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { isSealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { stationLimits } from '../limits.ts';
import type { Places } from '../store/places.ts';
import type { Store } from '../store/store.ts';

/** What watching a camera's folder needs. */
export interface DeviceFolderOptions {
  readonly device: string;
  readonly store: Store;
  readonly places: Pick<Places, 'check' | 'generation'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Checks whether a camera's folder is still the one that was read. A folder that is gone may only have been moved away
 * for a while.
 */
export class DeviceFolder {
  readonly #options: DeviceFolderOptions;
  #generation: number;
  #opened = false;
  #goneUs: number | undefined;

  constructor(options: DeviceFolderOptions) {
    this.#options = options;
    this.#generation = options.places.generation;
  }

  /** Called when the folder has just been created, if it was missing, and read. */
  opened(): void {
    this.#opened = true;
    this.#goneUs = undefined;
  }

  /** `other`: forget what was read from it; `away`: nothing may be written. */
  async look(): Promise<'same' | 'other' | 'away'> {
    const { places, device, log } = this.#options;
    try {
      await places.check();
      return await this.#look();
    } catch (error) {
      // The watcher of the places has already reported that one is away.
      if (isSealcamError(error, 'STORE_AWAY')) return 'away';
      const sentence = error instanceof Error ? error.message : String(error);
      log.alarm('camera-folder.unreadable', "A camera's folder cannot be read", { device, error: sentence });
      return 'away';
    }
  }

  async #look(): Promise<'same' | 'other' | 'away'> {
    const { places, store, device, clock, log } = this.#options;
    const generation = this.#generation;
    this.#generation = places.generation;
    if (generation !== this.#generation) return 'other';
    if (!this.#opened) return 'same';
    if (await store.hasDevice(device)) {
      const back = this.#goneUs !== undefined;
      this.#goneUs = undefined;
      return back ? 'other' : 'same';
    }
    if (this.#goneUs === undefined) {
      this.#goneUs = clock.uptimeUs();
      const path = join(store.folder, device);
      log.alarm('camera-folder.gone', "A camera's folder is gone: put it back, or it is made again", {
        device,
        path,
      });
    }
    return clock.uptimeUs() - this.#goneUs < stationLimits.awayMsMax * 1_000 ? 'away' : 'other';
  }
}
