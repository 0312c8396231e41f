import type { OpenFile } from '../disk/file-system.ts';
import { writeAll } from '../disk/files.ts';
import type { Folder } from '../disk/folder.ts';
import type { Reserve } from '../disk/reserve.ts';
import { storageError } from '../errors.ts';
import { keysName, sealName } from '../names.ts';
import { makeSealedKeys } from './sealed-keys.ts';

/** Where the files of an opening are made. */
export interface OpeningPlace {
  readonly folder: Folder;
  readonly reserve: Reserve;
}

/** The files that an opening makes, both or none of them: the sealed keys, and the recording's first part. */
export class OpeningFiles {
  readonly #place: OpeningPlace;
  /** Files, in the order they were made, of a recording that was not to be: they could not be taken back yet. */
  #unwanted: readonly string[] = [];

  constructor(place: OpeningPlace) {
    this.#place = place;
  }

  /**
   * Makes them; the keys are durable, name and all, before the opening can be. Gives the part, for the writer to go
   * on with.
   * @param head what the part begins with: magic, session and opening.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`: nothing was made, or {@link takeBackLeft} is still to remove it.
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
      throw storageError('the recording cannot be opened', error);
    }
  }

  /**
   * Removes what a failed {@link make} could not. Until then it may come to light at the next start, so no other
   * recording may be opened with its number.
   * @throws SealcamError `SPOOL_FULL`, `SPOOL_IO`.
   */
  async takeBackLeft(): Promise<void> {
    try {
      await this.#takeBack(this.#unwanted);
    } catch (cause) {
      throw storageError('the files of a recording that could not be opened cannot be removed', cause);
    }
  }

  /** Takes back the files, made in this order: the keys go when the opening is surely gone. */
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
