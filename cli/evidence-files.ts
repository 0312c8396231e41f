import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { SealcamError } from '../base/errors.ts';
import { printable } from '../base/printable.ts';
import { checkpointsName } from '../station/receipts/checkpoints.ts';
import { receiptsJournalName } from '../station/store/recording-name.ts';

/** Folders within one another, and entries in all, that are looked at below a folder that was given. */
const depthMax = 16;
const entriesMax = 500_000;

/** A folder that is a station's store: what must be in it, its receipts and journal tell. */
export interface StoreFiles {
  readonly folder: string;
  readonly receipts: readonly string[];
  readonly journal: string | undefined;
  readonly checkpoints: readonly string[];
}

/** Paths by what is in the files. */
export interface EvidenceFiles {
  /** Files of records: evidence, sessions, receipts, deletions, receipts journals. */
  readonly records: readonly string[];
  /** Key envelopes. */
  readonly keys: readonly string[];
  /** Files of checkpoints that were named by themselves, outside of a store. */
  readonly checkpoints: readonly string[];
  readonly stores: readonly StoreFiles[];
  /** What in a folder was not looked at, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The files that `paths` name; of folders all below them that can be evidence. Folders whose name begins with a dot
 * are a station's own, and no symbolic link leads into a folder.
 * @throws SealcamError `FOLDER_EMPTY` where a folder holds nothing of the kind, `FOLDER_TOO_LARGE`; what the system says.
 */
export async function evidenceFiles(paths: readonly string[]): Promise<EvidenceFiles> {
  const found = { records: new Set<string>(), keys: new Set<string>(), checkpoints: new Set<string>() };
  const stores: StoreFiles[] = [];
  const notes: string[] = [];
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) {
      found[kindOf(path) ?? 'records'].add(path);
      continue;
    }
    const scan = new FolderScan(notes);
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
    // What makes a folder a store may have been taken away so that nobody walks it.
    if (below.length === 0 && scan.found.some((one) => one.endsWith('.receipts'))) {
      notes.push(
        `${path} has receipts, and neither a receipts journal, nor checkpoints, nor a camera's sessions: it was not taken for a station's store, and the chain of its receipts was not walked`,
      );
    }
    stores.push(...below);
    const own = new Set(below.flatMap(({ checkpoints }) => checkpoints));
    for (const one of scan.found) {
      const kind = kindOf(one) ?? 'records';
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
  };
}

/** What the name of a file says is in it; undefined where that is nothing of ours. */
function kindOf(path: string): 'records' | 'keys' | 'checkpoints' | undefined {
  const name = basename(path);
  if (name.endsWith('.checkpoints.seal')) return 'checkpoints';
  if (name === receiptsJournalName) return 'records';
  const [, ending] = /\.(seal|receipts|deletion|keys)$/.exec(name) ?? [];
  return ending === undefined ? undefined : ending === 'keys' ? 'keys' : 'records';
}

class FolderScan {
  readonly found: string[] = [];
  readonly #notes: string[];
  #entries = 0;

  constructor(notes: string[]) {
    this.#notes = notes;
  }

  async folder(path: string, depth: number): Promise<void> {
    if (depth > depthMax) throw tooLarge(path, `more than ${depthMax} folders within one another`);
    const entries = await readdir(path, { withFileTypes: true });
    this.#entries += entries.length;
    if (this.#entries > entriesMax) throw tooLarge(path, `more than ${entriesMax} files`);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const at = join(path, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.')) await this.folder(at, depth + 1);
      } else if (kindOf(entry.name) !== undefined) {
        // What is no regular file is refused when it is opened, and named: it must not pass for one that is not there.
        this.found.push(at);
      } else if (entry.isSymbolicLink() && (await isFolder(at))) {
        this.#notes.push(`${at} is a symbolic link to a folder and was not followed: give that folder too`);
      }
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function tooLarge(path: string, what: string): SealcamError {
  return new SealcamError('FOLDER_TOO_LARGE', `${printable(path)} holds ${what}: give its parts one by one`);
}

/** The stores among files: folders with a journal or checkpoints, or above a camera's folder with its sessions. */
function storesIn(given: string, paths: readonly string[]): StoreFiles[] {
  const folders = new Set<string>();
  for (const path of paths) {
    const name = basename(path);
    if (name === receiptsJournalName || name === checkpointsName) folders.add(dirname(path));
    if (name === 'sessions.seal' && dirname(path) !== given) folders.add(dirname(dirname(path)));
  }
  return [...folders].map((folder) => {
    const here = (name: string): string | undefined => {
      const path = join(folder, name);
      return paths.includes(path) ? path : undefined;
    };
    const checkpoints = here(checkpointsName);
    return {
      folder,
      receipts: paths.filter((one) => one.endsWith('.receipts') && dirname(dirname(one)) === folder),
      journal: here(receiptsJournalName),
      checkpoints: checkpoints === undefined ? [] : [checkpoints],
    };
  });
}
