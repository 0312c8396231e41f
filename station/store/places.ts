import { dirname, join } from 'node:path';
import { toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { SealcamError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Randomness } from '../../base/random.ts';
import { stationLimits } from '../limits.ts';
import { type FileIdentity, type Files, isSame } from './files.ts';

/** A file that a station puts into its store and its vault, so that it recognises them. */
export const markName = '.folder-id';

/** What watching folders needs. */
export interface PlacesOptions {
  readonly files: Files;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
}

/**
 * The folders that a station writes to. Unmounting one leaves an empty folder, into which everything could be written
 * and read back, until it is mounted over again. So each has a mark, and nothing is written or receipted while one is
 * missing.
 */
export class Places {
  readonly #places: readonly WatchedFolder[];
  #generation = 0;

  private constructor(places: readonly WatchedFolder[]) {
    this.#places = places;
  }

  /**
   * Marks the two folders if they have no marks yet; they must exist. Each mark names the other folder's, so that an
   * unmounted folder is not taken for a new one.
   * @throws SealcamError `STORE_AWAY` if the mark of one names a different folder than the other; what the file system
   *   throws.
   */
  static async open(options: PlacesOptions, [store, vault]: readonly [string, string]): Promise<Places> {
    const { files, randomness } = options;
    const found = { store: await readMark(files, store), vault: await readMark(files, vault) };
    expectPartner(store, found.store, vault, found.vault);
    expectPartner(vault, found.vault, store, found.store);
    const own = found.store?.own ?? toHex(randomness.bytes(16));
    const partner = found.vault?.own ?? toHex(randomness.bytes(16));
    // In this order a crash never leaves a mark that names one which is not written yet.
    if (found.store === undefined) await writeMark(files, store, { own, partner: undefined });
    if (found.vault?.partner === undefined) await writeMark(files, vault, { own: partner, partner: own });
    if (found.store?.partner === undefined) await writeMark(files, store, { own, partner });
    return new Places([
      new WatchedFolder(options, store, { own, partner }, await files.volumeOf(store)),
      new WatchedFolder(options, vault, { own: partner, partner: own }, await files.volumeOf(vault)),
    ]);
  }

  /**
   * Counts how often a folder was found to be away, or came back: what memory says about its files may then be wrong.
   */
  get generation(): number {
    return this.#generation;
  }

  /** A sentence for each folder that was away at the last check. */
  get away(): string[] {
    return this.#places.flatMap(({ away }) => (away === undefined ? [] : [away]));
  }

  /** @throws SealcamError `STORE_AWAY` if one of the folders is missing. */
  async check(): Promise<void> {
    for (const place of this.#places) if (await place.check()) this.#generation += 1;
    const [away] = this.away;
    if (away !== undefined) throw new SealcamError('STORE_AWAY', away);
  }
}

class WatchedFolder {
  readonly #options: PlacesOptions;
  readonly #folder: string;
  readonly #mark: FolderMark;
  /** The file system that holds it. */
  readonly #volume: string | undefined;
  #sinceUs: number | undefined;
  /** The file of the mark, as it was when it was last read and right. */
  #read: FileIdentity | undefined;
  away: string | undefined;

  constructor(options: PlacesOptions, folder: string, mark: FolderMark, volume: string | undefined) {
    this.#options = options;
    this.#folder = folder;
    this.#mark = mark;
    this.#volume = volume;
  }

  /** Looks for the mark. @returns whether the folder has just been found to be away or back. */
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

  /** What is wrong with the folder, if anything. */
  async #look(): Promise<string | undefined> {
    const { files, clock } = this.#options;
    // A station looks for its marks several times for each chunk: the file that was read need not be read again.
    const is = await files.identify(join(this.#folder, markName));
    if (is !== undefined && isSame(is, this.#read)) return undefined;
    this.#read = undefined;
    const found = await readMark(files, this.#folder);
    if (found?.own === this.#mark.own) {
      this.#read = is;
      return undefined;
    }
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
    // It is on the same disk as before, so it was removed, not hidden by a mount.
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
    return writeMark(this.#options.files, this.#folder, this.#mark);
  }
}

/** The content of a folder's mark: which folder it is, and which one belongs with it. */
interface FolderMark {
  readonly own: string;
  /** Undefined if a crash came before both were written. */
  readonly partner: string | undefined;
}

/** The mark of a folder; undefined if it has none. */
async function readMark(files: Files, folder: string): Promise<FolderMark | undefined> {
  const path = join(folder, markName);
  const size = await files.size(path);
  if (size === undefined) return undefined;
  const text = Buffer.from(await files.readAt(path, 0, 128)).toString('latin1');
  const [, own, partner] = /^([0-9a-f]{32})\n(?:([0-9a-f]{32})\n)?$/.exec(text) ?? [];
  return own === undefined ? undefined : { own, partner };
}

function writeMark(files: Files, folder: string, { own, partner }: FolderMark): Promise<void> {
  const lines = [own, ...(partner === undefined ? [] : [partner])].map((line) => `${line}\n`);
  return files.replace(join(folder, markName), [Buffer.from(lines.join(''))]);
}

/** Refuses a folder that is not the one that `mark`, of the other folder, names. */
function expectPartner(
  folder: string,
  mark: FolderMark | undefined,
  other: string,
  otherMark: FolderMark | undefined,
): void {
  if (mark?.partner === undefined || mark.partner === otherMark?.own) return;
  const what = otherMark === undefined ? 'has no mark' : 'has the mark of another folder';
  throw new SealcamError(
    'STORE_AWAY',
    `"${other}" ${what}, and "${folder}" belongs to one with the mark ${mark.partner}: mount it or put it back. If it is lost for good, remove "${join(folder, markName)}" to begin with this one`,
  );
}
