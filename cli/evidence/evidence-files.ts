import { basename, dirname, join, normalize } from 'node:path';
import { SealcamError } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { checkpointsName } from '../../station/receipts/checkpoints.ts';
import { isOwnName } from '../../station/receipts/own-files.ts';
import { receiptsJournalName } from '../../station/store/recording-name.ts';
import { diskReads, type EvidenceReads } from './reads.ts';

/** How deep folders may be nested, and how many entries are looked at, below a given folder. */
const depthMax = 16;
const entriesMax = 500_000;

/** A station's store: its receipts and journal say what must be in it. */
export interface StoreFiles {
  readonly folder: string;
  readonly receipts: readonly string[];
  /** More than one where stations share the store. */
  readonly journals: readonly string[];
  readonly checkpoints: readonly string[];
}

/** Paths, by what the files hold. */
export interface EvidenceFiles {
  /** Files of records: evidence, sessions, receipts, deletions, receipts journals. */
  readonly records: readonly string[];
  /** Key envelopes. */
  readonly keys: readonly string[];
  /** Files of checkpoints that were given one by one, from outside a store. */
  readonly checkpoints: readonly string[];
  readonly stores: readonly StoreFiles[];
  /** What was not looked at in a folder, one sentence each. */
  readonly notes: readonly string[];
  /** Where they are; on this machine's disks unless given. */
  readonly reads?: EvidenceReads;
}

/**
 * The files that `paths` name; for a folder, all files below it that can be evidence. Folders whose name begins
 * with a dot are the station's own, and no symbolic link to a folder is followed.
 * @throws SealcamError `FOLDER_EMPTY` if a folder holds no evidence, `FOLDER_TOO_LARGE`; what the system says.
 */
export async function evidenceFiles(
  paths: readonly string[],
  reads: EvidenceReads = diskReads,
): Promise<EvidenceFiles> {
  const found = { records: new Set<string>(), keys: new Set<string>(), checkpoints: new Set<string>() };
  const stores: StoreFiles[] = [];
  const notes: string[] = [];
  for (const path of paths) {
    // What leads to nothing is reported where it is opened.
    if ((await reads.kindOf(path)) !== 'folder') {
      found[evidenceKind(path) ?? 'records'].add(path);
      continue;
    }
    const scan = new FolderScan(notes, reads);
    await scan.folder(normalize(path), 0);
    if (scan.found.length === 0) {
      throw new SealcamError(
        'FOLDER_EMPTY',
        `${printable(path)} holds no evidence: give a folder with .seal files`,
      );
    }
    const below = storesIn(normalize(path), scan.found);
    if (scan.found.some((one) => dirname(one) === normalize(path) && basename(one) === 'sessions.seal')) {
      notes.push(
        `${path} is the folder of one camera: give the whole store to have the station's chain of receipts walked`,
      );
    }
    // The files that make a folder a store may have been removed, so that its receipts are not checked.
    if (below.length === 0 && scan.found.some((one) => one.endsWith('.receipts'))) {
      notes.push(
        `${path} has receipts, and neither a receipts journal, nor checkpoints, nor a camera's sessions: it was not taken for a station's store, and the chain of its receipts was not walked`,
      );
    }
    for (const store of below) stores.push(store);
    const own = new Set(below.flatMap(({ checkpoints }) => checkpoints));
    for (const one of scan.found) {
      const kind = evidenceKind(one) ?? 'records';
      // A store's own checkpoints are walked with it.
      if (!own.has(one)) found[kind].add(one);
    }
  }
  return {
    records: [...found.records],
    keys: [...found.keys],
    checkpoints: [...found.checkpoints],
    stores,
    notes,
    reads,
  };
}

/** What a file's name says it holds; undefined if the name is not one of ours. */
export function evidenceKind(path: string): 'records' | 'keys' | 'checkpoints' | undefined {
  const name = basename(path);
  if (name.endsWith('.checkpoints.seal')) return 'checkpoints';
  if (isOwnName(name, receiptsJournalName)) return 'records';
  const [, ending] = /\.(seal|receipts|deletion|keys)$/.exec(name) ?? [];
  return ending === undefined ? undefined : ending === 'keys' ? 'keys' : 'records';
}

class FolderScan {
  readonly found: string[] = [];
  readonly #notes: string[];
  readonly #reads: EvidenceReads;
  #entries = 0;

  constructor(notes: string[], reads: EvidenceReads) {
    this.#notes = notes;
    this.#reads = reads;
  }

  async folder(path: string, depth: number): Promise<void> {
    if (depth > depthMax) throw tooLarge(path, `more than ${depthMax} folders within one another`);
    const entries = await this.#reads.entries(path);
    this.#entries += entries.length;
    if (this.#entries > entriesMax) throw tooLarge(path, `more than ${entriesMax} files`);
    for (const { name, kind } of entries) {
      const at = join(path, name);
      if (kind === 'folder') {
        if (!name.startsWith('.')) await this.folder(at, depth + 1);
      } else if (evidenceKind(name) !== undefined) {
        // A file that is not regular is refused, by name, when it is opened: it must not pass for one that is
        // absent.
        this.found.push(at);
      } else if (kind === 'link to a folder') {
        this.#notes.push(`${at} is a symbolic link to a folder and was not followed: give that folder too`);
      }
    }
  }
}

function tooLarge(path: string, what: string): SealcamError {
  return new SealcamError('FOLDER_TOO_LARGE', `${printable(path)} holds ${what}: give its parts one by one`);
}

/**
 * The stores among files: folders with a journal or checkpoints, or folders of camera folders that hold
 * sessions.
 */
function storesIn(given: string, paths: readonly string[]): StoreFiles[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const name = basename(path);
    if ([receiptsJournalName, checkpointsName].some((own) => isOwnName(name, own)))
      folders.add(dirname(path));
    if (name === 'sessions.seal' && dirname(path) !== given) folders.add(dirname(dirname(path)));
  }
  return [...folders].map((folder) => {
    const here = (name: string): string[] =>
      paths.filter((path) => dirname(path) === folder && isOwnName(basename(path), name));
    return {
      folder,
      receipts: paths.filter((one) => one.endsWith('.receipts') && dirname(dirname(one)) === folder),
      journals: here(receiptsJournalName),
      checkpoints: here(checkpointsName),
    };
  });
}
