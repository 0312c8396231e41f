import { changed, expectSame, type FileIdentity, type Files } from '../../station/files.ts';
import type { Seeded } from '../support/seed.ts';
import { SimulatedCrash } from '../support/sim-file-system.ts';

type Node = {
  /** Differs between files, also where one takes another's name. */
  readonly id: number;
  /** What a power cut leaves for sure; undefined where the file's name may go. */
  durable: Uint8Array | undefined;
  /** What a reader sees; undefined where the file was removed, and that may not be durable. */
  now: Uint8Array | undefined;
  /** A sync failed: what it was to make durable is in the cache alone, and no later sync tells. */
  doubtful: boolean;
};

/** All files of a disk, as a backup has them. */
export type Backup = ReadonlyMap<string, Uint8Array>;

/** How often, on average, one call in so many goes wrong; 0: never. */
export interface DiskTrouble {
  /** It fails, having done any part of what it was to do. */
  readonly failOneIn: number;
  /** It ends the process. */
  readonly crashOneIn: number;
  /** It writes other bytes than it was given, and says nothing. */
  readonly corruptOneIn: number;
  /** Nothing that grows a file fits. */
  readonly full: boolean;
}

/**
 * The station's disk, by the contract of its `Files`. A call that fails, or is cut short by a crash, leaves any
 * part of what it was to do: visible, durable, both or neither.
 */
export class StationDisk {
  #nodes = new Map<string, Node>();
  readonly #random: Seeded;
  #files = 0;
  trouble: DiskTrouble = { failOneIn: 0, crashOneIn: 0, corruptOneIn: 0, full: false };
  readonly counts = {
    stationEio: 0,
    stationEnospc: 0,
    stationDiskCrashes: 0,
    corrupted: 0,
    stationPowerCuts: 0,
  };
  /** Counts the changes of what is durable. */
  version = 0;
  /** A change whose sync failed is in the cache only, and no later sync tells. */
  cacheDoubtful = false;

  constructor(random: Seeded) {
    this.#random = random;
  }

  /** What a power cut would leave of a file. */
  durable(path: string): Uint8Array | undefined {
    return this.#nodes.get(path)?.durable;
  }

  /** The paths of all files that are durable. */
  get paths(): string[] {
    return [...this.#nodes].filter(([, node]) => node.durable !== undefined).map(([path]) => path);
  }

  backup(): Backup {
    const files = new Map<string, Uint8Array>();
    for (const [path, { durable }] of this.#nodes) if (durable !== undefined) files.set(path, durable);
    return files;
  }

  /** Puts a backup in place of everything. */
  restore(backup: Backup): void {
    this.version += 1;
    this.#nodes = new Map([...backup].map(([path, bytes]) => [path, whole(this.#newId(), bytes)]));
  }

  /** What was not synced is gone, or some of it. */
  cutPower(): void {
    this.version += 1;
    this.counts.stationPowerCuts += 1;
    for (const [path, node] of this.#nodes) {
      const kept = this.#random.int(2) === 0 ? node.durable : this.#afterCut(node);
      if (kept === undefined) this.#nodes.delete(path);
      else this.#nodes.set(path, whole(node.id, kept));
    }
    this.cacheDoubtful = false;
  }

  /**
   * The disk as one process sees it, until `dead` says that the process is no more.
   * @param pass what each call waits for first
   * @param crash ends the process
   */
  files(pass: () => Promise<void>, dead: () => boolean, crash: () => void): Files {
    const call = async <T>(
      run: () => T,
      partly: (syncFailed: boolean) => void = () => {},
      grows = false,
    ): Promise<T> => {
      await pass();
      if (dead()) throw new SimulatedCrash();
      const { failOneIn, crashOneIn, full } = this.trouble;
      if (full && grows) {
        this.counts.stationEnospc += 1;
        partly(false);
        throw Object.assign(new Error('simulated ENOSPC'), { code: 'ENOSPC' });
      }
      if (crashOneIn > 0 && this.#random.int(crashOneIn) === 0) {
        this.counts.stationDiskCrashes += 1;
        if (this.#random.int(4) === 0) run();
        else partly(false);
        crash();
        throw new SimulatedCrash();
      }
      if (failOneIn > 0 && this.#random.int(failOneIn) === 0) {
        this.counts.stationEio += 1;
        partly(true);
        this.cacheDoubtful = true;
        throw Object.assign(new Error('simulated EIO'), { code: 'EIO' });
      }
      return run();
    };
    return {
      makeFolder: () => call(() => {}),
      volumeOf: () => call(() => 'disk'),
      list: (folder) => call(() => this.#list(folder)),
      size: (path) => call(() => this.#identify(path)?.bytes),
      identify: (path) => call(() => this.#identify(path)),
      readAt: (path, offset, length) =>
        call(() => Uint8Array.from(this.#must(path).subarray(offset, offset + length))),
      appendAt: (path, before, parts) => {
        const offset = before?.bytes ?? 0;
        return call(
          () => {
            this.#expect(path, before);
            this.#append(path, offset, this.#written(parts));
            return this.#mustIdentify(path);
          },
          (syncFailed) => this.#partly(path, this.#appended(path, offset, parts), syncFailed),
          true,
        );
      },
      truncate: (path, length) =>
        call(
          () => this.#truncate(path, length),
          (syncFailed) => this.#partly(path, this.#must(path).slice(0, length), syncFailed),
        ),
      sync: (path) => call(() => this.#sync(path)),
      replace: (path, parts) =>
        call(
          () => this.#replace(path, parts),
          () => {
            // The draft is synced before it takes the place: all or nothing, though nobody may know which.
            if (this.#random.int(2) === 0) this.#replace(path, parts);
          },
          true,
        ),
      move: (from, to) => call(() => this.#move(from, to)),
      destroy: (path) =>
        call(
          () => {
            const there = this.#nodes.get(path)?.now !== undefined;
            this.version += 1;
            this.#nodes.delete(path);
            return there;
          },
          () => this.#partlyDestroyed(path),
        ),
    };
  }

  #newId(): number {
    this.#files += 1;
    return this.#files;
  }

  #identify(path: string): FileIdentity | undefined {
    const { id, now } = this.#nodes.get(path) ?? {};
    return now === undefined ? undefined : { id: String(id), bytes: now.length, written: '' };
  }

  #mustIdentify(path: string): FileIdentity {
    const found = this.#identify(path);
    if (found === undefined) throw new Error(`${path} was there a moment ago`);
    return found;
  }

  /** As the system's files do: only the file that is meant is written to. */
  #expect(path: string, before: FileIdentity | undefined): void {
    const found = this.#identify(path);
    if (before !== undefined) expectSame(path, before, found);
    else if (found !== undefined) throw changed(path, 'is there, and was not before');
  }

  #replace(path: string, parts: readonly Uint8Array[]): void {
    this.version += 1;
    this.#nodes.set(path, whole(this.#newId(), Uint8Array.from(Buffer.concat(parts))));
  }

  #move(from: string, to: string): void {
    const node = this.#nodes.get(from);
    if (node?.now === undefined)
      throw Object.assign(new Error(`simulated ENOENT ${from}`), { code: 'ENOENT' });
    this.version += 1;
    this.#nodes.delete(from);
    this.#nodes.set(to, node);
  }

  #list(folder: string): string[] {
    const names = new Set<string>();
    for (const [path, { now }] of this.#nodes) {
      if (now !== undefined && path.startsWith(`${folder}/`))
        names.add(path.slice(folder.length + 1).split('/')[0] ?? '');
    }
    return [...names];
  }

  #must(path: string): Uint8Array {
    const now = this.#nodes.get(path)?.now;
    if (now === undefined) throw Object.assign(new Error(`simulated ENOENT ${path}`), { code: 'ENOENT' });
    return now;
  }

  /** What a disk that may lie writes of `parts`. */
  #written(parts: readonly Uint8Array[]): readonly Uint8Array[] {
    const { corruptOneIn } = this.trouble;
    if (corruptOneIn === 0 || this.#random.int(corruptOneIn) > 0) return parts;
    this.counts.corrupted += 1;
    const bytes = Buffer.concat(parts);
    const at = this.#random.int(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#random.int(8));
    return [bytes];
  }

  #sync(path: string): void {
    const now = this.#must(path);
    // The kernel told of the failure once, and holds what it kept for clean.
    if (this.#nodes.get(path)?.doubtful !== true) this.#set(path, now);
  }

  #append(path: string, offset: number, parts: readonly Uint8Array[]): void {
    const { durable, doubtful } = this.#nodes.get(path) ?? nothing;
    const now = this.#appended(path, offset, parts);
    this.#set(path, now);
    // What was written now is synced, and nothing that stands before it.
    if (doubtful) this.#doubt(path, grown(durable, offset, parts), now);
  }

  #truncate(path: string, length: number): void {
    const { durable, doubtful } = this.#nodes.get(path) ?? nothing;
    const now = this.#must(path).slice(0, length);
    this.#set(path, now);
    if (doubtful && (durable?.length ?? 0) < length) this.#doubt(path, grown(durable, length, []), now);
  }

  #doubt(path: string, durable: Uint8Array, now: Uint8Array): void {
    this.#nodes.set(path, { id: this.#idAt(path), durable, now, doubtful: true });
  }

  #idAt(path: string): number {
    return this.#nodes.get(path)?.id ?? this.#newId();
  }

  #appended(path: string, offset: number, parts: readonly Uint8Array[]): Uint8Array {
    return grown(this.#nodes.get(path)?.now, offset, parts);
  }

  #set(path: string, bytes: Uint8Array): void {
    this.version += 1;
    this.#nodes.set(path, whole(this.#idAt(path), bytes));
  }

  /** A change of which a part was written, and a part of that synced. */
  #partly(path: string, after: Uint8Array, syncFailed: boolean): void {
    const { durable, now: before = new Uint8Array(0), doubtful } = this.#nodes.get(path) ?? nothing;
    const now = this.#between(before, after) ?? before;
    const id = this.#idAt(path);
    this.version += 1;
    this.#nodes.set(path, {
      id,
      durable: this.#between(durable, now),
      now,
      doubtful: doubtful || syncFailed,
    });
  }

  /** A file that is to be destroyed: it may be overwritten, that may be durable, and only then may its name be gone. */
  #partlyDestroyed(path: string): void {
    const node = this.#nodes.get(path);
    if (node?.now === undefined) return;
    const zeros = Uint8Array.from(node.now);
    zeros.fill(0, 0, this.#random.int(zeros.length + 1));
    const states: Node[] = [
      node,
      { ...node, now: zeros },
      whole(node.id, zeros),
      { id: node.id, durable: new Uint8Array(node.now.length), now: undefined, doubtful: false },
    ];
    this.version += 1;
    this.#nodes.set(path, this.#random.pick(states));
  }

  #afterCut({ durable, now }: Node): Uint8Array | undefined {
    if (now !== undefined) return this.#between(durable, now);
    return this.#random.int(2) === 0 ? durable : undefined;
  }

  /** Somewhere between two states of a file of which the longer begins with the shorter. */
  #between(from: Uint8Array | undefined, to: Uint8Array): Uint8Array | undefined {
    if (from === undefined) return this.#random.int(3) === 0 ? undefined : this.#cut(to, 0);
    if (this.#random.int(3) === 0) return from;
    return to.length >= from.length ? this.#cut(to, from.length) : this.#random.pick([from, to]);
  }

  #cut(bytes: Uint8Array, least: number): Uint8Array {
    if (this.#random.int(3) === 0) return bytes;
    const cut = bytes.slice(0, least + this.#random.int(bytes.length - least + 1));
    // A file may have grown before its bytes came: they read as zeros.
    if (this.#random.int(4) === 0) cut.fill(0, least + this.#random.int(cut.length - least + 1));
    return cut;
  }
}

const nothing = { durable: undefined, now: undefined, doubtful: false } as const;

function whole(id: number, bytes: Uint8Array): Node {
  return { id, durable: bytes, now: bytes, doubtful: false };
}

/** `before` with `parts` at `offset`, and zeros where nothing was written. */
function grown(before: Uint8Array | undefined, offset: number, parts: readonly Uint8Array[]): Uint8Array {
  const data = Buffer.concat(parts);
  const bytes = new Uint8Array(Math.max(before?.length ?? 0, offset + data.length));
  bytes.set(before ?? new Uint8Array(0));
  bytes.set(data, offset);
  return bytes;
}
