import { changed, expectSame, type FileIdentity, type Files } from '../../../station/store/files.ts';
import type { Seeded } from '../seeded.ts';
import { calmDisk, type FileNode, grown, nothing, whole } from './disk-node.ts';
import { SimulatedCrash } from './sim-file-system.ts';

/** Folders that are disks of their own: each may be unmounted, and then leaves an empty folder on the disk above. */
export const mounts = ['/store', '/vault'] as const;
export type Mount = (typeof mounts)[number];
/** Where the files are that are written into the folder of a disk that is not mounted. */
const underneath = '/underneath';

type Call = <T>(run: () => T, partly?: (syncFailed: boolean) => void, grows?: boolean) => Promise<T>;

/** All files of a disk, as a backup has them. */
export type Backup = ReadonlyMap<string, Uint8Array>;

/**
 * The station's disk, by the contract of its `Files`. A call that fails, or is cut short by a crash, leaves any
 * part of what it was to do: visible, durable, both or neither.
 */
export class StationDisk {
  #nodes = new Map<string, FileNode>();
  readonly #random: Seeded;
  #files = 0;
  readonly #folders = new Set<string>();
  readonly #away = new Set<Mount>();
  /** Tells contents apart, as the time of the last write does. */
  readonly #stamps = new WeakMap<Uint8Array, number>();
  #stamped = 0;
  trouble = calmDisk;
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

  /** As {@link durable}, of what the path leads to now: of a disk that is not mounted nothing can be seen. */
  visible(path: string): Uint8Array | undefined {
    return this.durable(this.#here(path));
  }

  unmount(mount: Mount): void {
    this.version += 1;
    this.#away.add(mount);
  }

  mount(mount: Mount): void {
    this.version += 1;
    this.#away.delete(mount);
  }

  /** Another program changes a file, durably; undefined removes it. */
  tamper(path: string, bytes: Uint8Array | undefined): void {
    this.version += 1;
    if (bytes === undefined) this.#nodes.delete(path);
    else this.#set(path, bytes);
  }

  /** Another program removes a folder and all that is in it. */
  removeFolder(folder: string): void {
    this.version += 1;
    this.#folders.delete(folder);
    for (const path of [...this.#nodes.keys()]) if (path.startsWith(`${folder}/`)) this.#nodes.delete(path);
  }

  /** What a path leads to. */
  #here(path: string): string {
    const away = [...this.#away].some((mount) => path === mount || path.startsWith(`${mount}/`));
    return away ? `${underneath}${path}` : path;
  }

  #volumeOf(folder: string): string | undefined {
    const bare = folder.startsWith(underneath) ? folder.slice(underneath.length) : folder;
    const mounted = mounts.some((mount) => mount === bare);
    if (bare !== '/' && !mounted && !this.#folders.has(folder)) return undefined;
    return bare === folder ? `disk of ${folder.split('/')[1]}` : 'disk of ';
  }

  #expectFolder(path: string): void {
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (this.#volumeOf(folder) === undefined)
      throw Object.assign(new Error(`simulated ENOENT ${folder}`), { code: 'ENOENT' });
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
    for (const path of backup.keys()) this.#folders.add(path.slice(0, path.lastIndexOf('/')));
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
    const call = this.#caller(pass, dead, crash);
    const here = (path: string): string => this.#here(path);
    return {
      makeFolder: (path) =>
        call(() => {
          this.#folders.add(here(path));
        }),
      volumeOf: (folder) => call(() => this.#volumeOf(here(folder))),
      list: (folder) => call(() => this.#list(here(folder))),
      size: (path) => call(() => this.#identify(here(path))?.bytes),
      identify: (path) => call(() => this.#identify(here(path))),
      readAt: (path, offset, length) =>
        call(() => Uint8Array.from(this.#must(here(path)).subarray(offset, offset + length))),
      appendAt: (path, before, parts) => {
        const offset = before?.bytes ?? 0;
        return call(
          () => {
            this.#expectFolder(here(path));
            this.#expect(here(path), before);
            this.#append(here(path), offset, this.#written(parts));
            return this.#mustIdentify(here(path));
          },
          (syncFailed) => {
            // A write that fails has first opened the file it was meant for.
            this.#expectFolder(here(path));
            this.#expect(here(path), before);
            this.#partly(here(path), this.#appended(here(path), offset, parts), syncFailed);
          },
          true,
        );
      },
      truncate: (path, length) =>
        call(
          () => this.#truncate(here(path), length),
          (syncFailed) => this.#partly(here(path), this.#must(here(path)).slice(0, length), syncFailed),
        ),
      sync: (path) => call(() => this.#sync(here(path))),
      replace: (path, parts) =>
        call(
          () => this.#replace(here(path), parts),
          () => {
            // The draft is synced before it takes the place: all or nothing, though no one may know which.
            if (this.#random.int(2) === 0) this.#replace(here(path), parts);
          },
          true,
        ),
      move: (from, to) => call(() => this.#move(here(from), here(to))),
      destroy: (path) =>
        call(
          () => {
            const there = this.#nodes.get(here(path))?.now !== undefined;
            this.version += 1;
            this.#nodes.delete(here(path));
            return there;
          },
          () => this.#partlyDestroyed(here(path)),
        ),
    };
  }

  /** Makes a call as one process does: it may fail, crash or find no room, having done any part of its work. */
  #caller(pass: () => Promise<void>, dead: () => boolean, crash: () => void): Call {
    return async (run, partly = () => {}, grows = false) => {
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
  }

  #newId(): number {
    this.#files += 1;
    return this.#files;
  }

  #identify(path: string): FileIdentity | undefined {
    const { id, now } = this.#nodes.get(path) ?? {};
    if (now === undefined) return undefined;
    const written = this.#stamp(now);
    return { id: String(id), bytes: now.length, written, changed: written };
  }

  #stamp(bytes: Uint8Array): string {
    const known = this.#stamps.get(bytes);
    if (known !== undefined) return String(known);
    this.#stamped += 1;
    this.#stamps.set(bytes, this.#stamped);
    return String(this.#stamped);
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
    this.#expectFolder(path);
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
    // The kernel reported the failure once, and now takes its cached pages for clean.
    if (this.#nodes.get(path)?.doubtful !== true) this.#set(path, now);
  }

  #append(path: string, offset: number, parts: readonly Uint8Array[]): void {
    const { durable, doubtful } = this.#nodes.get(path) ?? nothing;
    const now = this.#appended(path, offset, parts);
    this.#set(path, now);
    // What was written now is synced, but nothing before it.
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
    const states: FileNode[] = [
      node,
      { ...node, now: zeros },
      whole(node.id, zeros),
      { id: node.id, durable: new Uint8Array(node.now.length), now: undefined, doubtful: false },
    ];
    this.version += 1;
    this.#nodes.set(path, this.#random.pick(states));
  }

  #afterCut({ durable, now }: FileNode): Uint8Array | undefined {
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
