import { dirname, join } from 'node:path';
import { toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Randomness } from '../../base/random.ts';
import { stationLimits } from '../limits.ts';
import type { Files } from './files.ts';

/** A file that a station puts into its store and its vault, so that it knows them again. */
export const markName = '.folder-id';

/** What folders are watched with. */
export interface PlacesOptions {
  readonly files: Files;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
}

/**
 * The folders that a station writes to. One that is unmounted leaves an empty folder behind, into which everything could be
 * written and read back: until it is mounted again over it. So each has a mark, and nothing is written or receipted
 * while one is missing.
 */
export class Places {
  readonly #places: readonly WatchedFolder[];
  #generation = 0;

  private constructor(places: readonly WatchedFolder[]) {
    this.#places = places;
  }

  /** Marks the folders that have no mark yet; they must exist. @throws what the file system throws. */
  static async open(options: PlacesOptions, folders: readonly string[]): Promise<Places> {
    const places: WatchedFolder[] = [];
    for (const folder of folders) places.push(await WatchedFolder.open(options, folder));
    return new Places(places);
  }

  /** Counts how often a folder was found to be away, or came back: what memory says of its files may be wrong then. */
  get generation(): number {
    return this.#generation;
  }

  /** A sentence for each folder that was away at the last check. */
  get away(): string[] {
    return this.#places.flatMap(({ away }) => (away === undefined ? [] : [away]));
  }

  /** @throws SealcamError `STORE_AWAY` where one of the folders is not there. */
  async check(): Promise<void> {
    for (const place of this.#places) if (await place.check()) this.#generation += 1;
    const [away] = this.away;
    if (away !== undefined) throw new SealcamError('STORE_AWAY', away);
  }
}

class WatchedFolder {
  readonly #options: PlacesOptions;
  readonly #folder: string;
  readonly #mark: string;
  /** The file system that it is on. */
  readonly #volume: string | undefined;
  #sinceUs: number | undefined;
  away: string | undefined;

  private constructor(options: PlacesOptions, folder: string, mark: string, volume: string | undefined) {
    this.#options = options;
    this.#folder = folder;
    this.#mark = mark;
    this.#volume = volume;
  }

  static async open(options: PlacesOptions, folder: string): Promise<WatchedFolder> {
    const { files, randomness } = options;
    const mark = await readMark(files, folder);
    const place = new WatchedFolder(
      options,
      folder,
      mark ?? toHex(randomness.bytes(16)),
      await files.volumeOf(folder),
    );
    if (mark === undefined) await place.#write();
    return place;
  }

  /** Looks for the mark. @returns whether the folder was found to be away now, or to be back. */
  async check(): Promise<boolean> {
    const before = this.away;
    this.away = await this.#look().catch(
      (error) => `"${this.#folder}" cannot be read: ${error instanceof Error ? error.message : error}`,
    );
    if ((this.away === undefined) === (before === undefined)) return false;
    const { log } = this.#options;
    if (this.away === undefined)
      log.warn('station-folder.back', 'A folder of the station is back', { path: this.#folder });
    else
      log.alarm('station-folder.away', 'A folder of the station is away: nothing is stored or receipted', {
        error: this.away,
      });
    if (this.away === undefined) this.#sinceUs = undefined;
    return true;
  }

  /** What is wrong with the folder, if anything is. */
  async #look(): Promise<string | undefined> {
    const { files, clock } = this.#options;
    const found = await readMark(files, this.#folder);
    if (found === this.#mark) return undefined;
    if (found !== undefined) {
      return `"${this.#folder}" is another folder than the one that the station started with: put that back, or restart the station`;
    }
    this.#sinceUs ??= clock.uptimeUs();
    const volume = await files.volumeOf(this.#folder);
    const wait = clock.uptimeUs() - this.#sinceUs < stationLimits.awayMsMax * 1_000;
    if (volume === undefined && wait) return `"${this.#folder}" is gone: put it back`;
    if ((volume ?? (await this.#volumeAbove())) !== this.#volume) {
      return `"${this.#folder}" is not mounted: mount it`;
    }
    // On the same disk as before, so that it was removed, and is not hidden.
    await files.makeFolder(this.#folder);
    await this.#write();
    return undefined;
  }

  async #volumeAbove(): Promise<string | undefined> {
    for (let at = dirname(this.#folder); ; at = dirname(at)) {
      const volume = await this.#options.files.volumeOf(at);
      if (volume !== undefined || at === dirname(at)) return volume;
    }
  }

  #write(): Promise<void> {
    return this.#options.files.replace(join(this.#folder, markName), [Buffer.from(`${this.#mark}\n`)]);
  }
}

/** The mark of a folder; undefined where it has none. */
async function readMark(files: Files, folder: string): Promise<string | undefined> {
  const path = join(folder, markName);
  const size = await files.size(path);
  if (size === undefined) return undefined;
  const text = Buffer.from(await files.readAt(path, 0, 64))
    .toString('latin1')
    .trim();
  return /^[0-9a-f]{32}$/.test(text) ? text : undefined;
}
