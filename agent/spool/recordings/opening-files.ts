import type { OpenFile } from '../disk/file-system.ts';
import { writeAll } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import type { Reserve } from '../disk/reserve.ts';
import { storageError } from '../errors.ts';
import { keysName, sealName } from '../names.ts';
import { makeSealedKeys } from './sealed-keys.ts';

/** Where the files of an opening are created. */
export interface OpeningPlace {
  readonly folder: Folder;
  readonly reserve: Reserve;
}

/** The files that an opening creates, both or neither: the sealed keys, and the recording's first part. */
export class OpeningFiles {
  readonly #place: OpeningPlace;
  /** Files, in the order they were created, of an opening that failed, which could not be removed yet. */
  #unwanted: readonly string[] = [];

  constructor(place: OpeningPlace) {
    this.#place = place;
  }

  /**
   * Creates them; the keys, including their name, are durable before the opening can be. Returns the part, for the
   * writer to continue.
   * @param head the beginning of the part: magic, session and opening.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`: nothing was created, or {@link takeBackLeft} still has to remove it.
   */
  async make(base: string, head: readonly Uint8Array[], sealedKeys: Uint8Array): Promise<OpenFile> {
    const { folder, reserve } = this.#place;
    const keys = keysName(base);
    const seal = sealName(base, 0);
    const made: string[] = [];
    let file: OpenFile | undefined;
    try {
      await reserve.keep();
      made.push(keys);
      await makeSealedKeys(folder, keys, sealedKeys);
      await folder.sync();
      made.push(seal);
      file = await folder.open(seal, 'create');
      await writeAll(file, head, 0);
      await file.datasync();
      await folder.sync();
      return file;
    } catch (error) {
      await file?.close().catch(() => {});
      await this.#takeBack(made).catch(() => {});
      throw storageError('The recording cannot be opened', error);
    }
  }

  /**
   * Removes what a failed {@link make} could not. Until then the next start may find it, so no other recording may be
   * opened with its number.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`.
   */
  async takeBackLeft(): Promise<void> {
    try {
      await this.#takeBack(this.#unwanted);
    } catch (cause) {
      throw storageError('The files of a recording that could not be opened cannot be removed', cause);
    }
  }

  /** Removes the files, given in the order of their creation: the keys go once the opening is certainly gone. */
  async #takeBack(made: readonly string[]): Promise<void> {
    const { folder } = this.#place;
    this.#unwanted = made;
    for (const name of made.toReversed()) {
      await folder.removeIfThere(name);
      await folder.sync();
    }
    this.#unwanted = [];
  }
}
