import type { FileSystem, OpenFile, OpenMode } from '../../../agent/spool/disk/file-system.ts';
import { append } from '../../../base/lists.ts';
import type { Seeded } from '../seeded.ts';
import { written } from './growing.ts';

/** What happens at one call; calls count from 0. A crash lets nothing through any more. */
export type Fault = {
  readonly call: number;
  readonly kind: 'crash-before' | 'crash-after' | 'EIO' | 'ENOSPC' | 'short';
  /** That many further calls of the same operation fail likewise; not for crashes. */
  readonly repeat?: number;
};

/**
 * What of the unsynced operations on one file, or on the directory, the storage had kept when the power went:
 * given their number, for each whether it is there; of a write, how many of its bytes may be named instead.
 */
export type Surviving = (operations: readonly { readonly bytes: number }[]) => readonly (boolean | number)[];

/** Nothing that was not synced is there; or all of it. */
export const losesAll: Surviving = (operations) => operations.map(() => false);
export const keepsAll: Surviving = (operations) => operations.map(() => true);

/** Any subset of the operations, and writes torn at any byte. */
export function seededSurvival(seeded: Seeded): Surviving {
  return (operations) =>
    operations.map(({ bytes }) => (seeded.int(3) === 0 ? seeded.int(bytes + 1) : seeded.int(2) === 0));
}

/** Thrown by every call after a crash. */
export class SimulatedCrash extends Error {}

type FileOperation = { readonly at: number; readonly data: Uint8Array } | { readonly truncateTo: number };
type Inode = {
  /** What a crash leaves for sure. */
  durable: Uint8Array;
  /** What was done since, in order. */
  pending: FileOperation[];
  /** Operations that an fsync which failed counted as done: a later fsync does not make them durable. */
  forgotten: FileOperation[];
  now: Uint8Array;
};
type NameOperation =
  | { readonly kind: 'link'; readonly name: string; readonly inode: Inode }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

/**
 * A file system of one directory, in memory, that tells what is durable from what is not, fails or crashes at
 * a given call, and after a crash keeps any part of what was not synced. An fsync of a file does not make its
 * name durable, nor one of the directory a file's bytes.
 */
export class SimFileSystem implements FileSystem {
  readonly #durableNames: Map<string, Inode>;
  readonly #names: Map<string, Inode>;
  #pendingNames: NameOperation[] = [];
  readonly #faults: readonly Fault[];
  /** Calls of a fault's operation since it struck first. */
  readonly #repeats = new Map<Fault, number>();
  #crashed = false;
  /** The operation of each call so far, with the name it was about. */
  readonly calls: string[] = [];
  #locked = false;
  /** Bytes that may be stored in all; writes beyond fail with ENOSPC. */
  capacityBytes = Number.POSITIVE_INFINITY;

  #failing: { readonly code: string; readonly calls: Pick<RegExp, 'test'> } | undefined;

  constructor(faults: readonly Fault[] = [], names: ReadonlyMap<string, Inode> = new Map()) {
    this.#faults = faults;
    this.#durableNames = new Map(names);
    this.#names = new Map(names);
  }

  /** A storage that durably holds `files`. */
  static holding(files: ReadonlyMap<string, Uint8Array>, faults: readonly Fault[] = []): SimFileSystem {
    const inodeOf = (bytes: Uint8Array): Inode => ({
      durable: bytes,
      pending: [],
      forgotten: [],
      now: bytes,
    });
    return new SimFileSystem(faults, new Map([...files].map(([name, bytes]) => [name, inodeOf(bytes)])));
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** From now on all calls that `calls` matches fail, until it is told otherwise. */
  failAll(code: 'EIO' | 'ENOSPC' | 'EACCES' | undefined, calls: Pick<RegExp, 'test'> = /^/): void {
    this.#failing = code === undefined ? undefined : { code, calls };
  }

  /** The storage as the next start finds it. */
  restart(surviving: Surviving, faults: readonly Fault[] = []): SimFileSystem {
    const names = new Map(this.#durableNames);
    const kept = surviving(this.#pendingNames.map(() => ({ bytes: 0 })));
    for (const [i, operation] of this.#pendingNames.entries()) {
      if (kept[i] !== true) continue;
      applyName(names, operation);
    }
    const inodes = new Map<Inode, Inode>();
    const revived = (inode: Inode): Inode => {
      const known = inodes.get(inode) ?? afterCrash(inode, surviving);
      inodes.set(inode, known);
      return known;
    };
    return new SimFileSystem(faults, new Map([...names].map(([name, inode]) => [name, revived(inode)])));
  }

  /** Stops the process where it is, as a kill or a power cut does: from now on all its calls reject. */
  crash(): void {
    this.#crashed = true;
  }

  /**
   * The storage as the next process finds it where this one ended and the machine went on: what was not synced
   * can be read, and a power cut may still take it away.
   */
  afterKill(faults: readonly Fault[] = []): SimFileSystem {
    this.#crashed = true;
    const next = new SimFileSystem(faults, this.#durableNames);
    for (const [name, inode] of this.#names) next.#names.set(name, inode);
    for (const name of next.#names.keys()) if (!this.#names.has(name)) next.#names.delete(name);
    next.#pendingNames = [...this.#pendingNames];
    next.capacityBytes = this.capacityBytes;
    return next;
  }

  /** What a file holds now, or undefined where it is not. */
  content(name: string): Uint8Array | undefined {
    return this.#names.get(name)?.now;
  }

  get names(): string[] {
    return [...this.#names.keys()].sort();
  }

  /** Changes a file without any call of the spool, durably. */
  damage(name: string, change: (bytes: Uint8Array) => Uint8Array): void {
    const inode = this.#names.get(name);
    if (inode === undefined) throw new Error(`there is no ${name}`);
    inode.now = change(inode.now.slice());
    inode.durable = inode.now;
    inode.pending = [];
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    const name = nameOf(path);
    return this.#call(`open ${name} ${mode}`, () => {
      let inode = this.#names.get(name);
      if (mode === 'create') {
        if (inode !== undefined) throw systemError('EEXIST');
        inode = {
          durable: new Uint8Array(0),
          pending: [],
          forgotten: [],
          now: new Uint8Array(0),
        };
        this.#name({ kind: 'link', name, inode });
      }
      if (inode === undefined) throw systemError('ENOENT');
      return this.#file(name, inode);
    });
  }

  async list(_directory: string): Promise<string[]> {
    return this.#call('list', () => this.names);
  }

  async makeDirectory(_directory: string): Promise<void> {
    await this.#call('makeDirectory', () => {});
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call(`rename ${nameOf(from)}`, () => {
      if (!this.#names.has(nameOf(from))) throw systemError('ENOENT');
      this.#name({ kind: 'rename', from: nameOf(from), to: nameOf(to) });
    });
  }

  async unlink(path: string): Promise<void> {
    await this.#call(`unlink ${nameOf(path)}`, () => {
      if (!this.#names.has(nameOf(path))) throw systemError('ENOENT');
      this.#name({ kind: 'unlink', name: nameOf(path) });
    });
  }

  async syncDirectory(_directory: string): Promise<void> {
    await this.#call('syncDirectory', () => {
      for (const operation of this.#pendingNames) applyName(this.#durableNames, operation);
      this.#pendingNames = [];
    });
  }

  async freeBytes(_directory: string): Promise<number> {
    return this.#call('freeBytes', () => this.capacityBytes - this.#usedBytes());
  }

  async lock(_path: string): Promise<() => Promise<void>> {
    if (this.#locked) throw systemError('EWOULDBLOCK');
    this.#locked = true;
    return async () => {
      this.#locked = false;
    };
  }

  #name(operation: NameOperation): void {
    applyName(this.#names, operation);
    this.#pendingNames.push(operation);
  }

  #usedBytes(): number {
    return [...this.#names.values()].reduce((sum, { now }) => sum + now.length, 0);
  }

  #file(name: string, inode: Inode): OpenFile {
    const change = (operation: FileOperation): void => {
      inode.pending.push(operation);
      inode.now = applied(inode.now, operation);
    };
    const copy = (target: Uint8Array, position: number, short: boolean): number => {
      const found = inode.now.subarray(position, position + target.length);
      const bytes = short ? found.subarray(0, Math.ceil(found.length / 2)) : found;
      target.set(bytes);
      return bytes.length;
    };
    return {
      read: (target, position) => this.#call(`read ${name}`, (short) => copy(target, position, short)),
      readNow: (target, position) => this.#callNow(`read ${name}`, (short) => copy(target, position, short)),
      writev: (parts, position) =>
        this.#call(`writev ${name}`, (short) => {
          const data = Buffer.concat(parts);
          const room = this.capacityBytes - this.#usedBytes() + Math.max(0, inode.now.length - position);
          const fits = data.subarray(0, Math.max(0, Math.min(data.length, room)));
          if (fits.length === 0 && data.length > 0) throw systemError('ENOSPC');
          const bytes = short ? fits.subarray(0, Math.ceil(fits.length / 2)) : fits;
          change({ at: position, data: Uint8Array.from(bytes) });
          return bytes.length;
        }),
      datasync: () =>
        this.#call(
          `datasync ${name}`,
          () => {
            // Of what a failed fsync forgot, the pages still count as clean.
            const allSynced = inode.forgotten.length === 0;
            inode.durable = allSynced ? inode.now : inode.pending.reduce(applied, inode.durable);
            inode.pending = [];
          },
          () => {
            append(inode.forgotten, inode.pending);
            inode.pending = [];
          },
        ),
      truncate: (bytes) => this.#call(`truncate ${name}`, () => change({ truncateTo: bytes })),
      size: () => this.#call(`size ${name}`, () => inode.now.length),
      close: () => this.#call(`close ${name}`, () => {}),
    };
  }

  async #call<T>(what: string, run: (short: boolean) => T, failed: () => void = () => {}): Promise<T> {
    // Nothing resolves in the same turn, as with a real disk.
    await Promise.resolve();
    return this.#callNow(what, run, failed);
  }

  #callNow<T>(what: string, run: (short: boolean) => T, failed: () => void = () => {}): T {
    if (this.#crashed) throw new SimulatedCrash();
    const call = this.calls.length;
    this.calls.push(what);
    if (this.#failing?.calls.test(what)) {
      failed();
      throw systemError(this.#failing.code);
    }
    const fault = this.#faults.find((each) => this.#strikes(each, call, what));
    switch (fault?.kind) {
      case 'crash-before':
        this.#crashed = true;
        throw new SimulatedCrash();
      case 'crash-after':
        run(false);
        this.#crashed = true;
        throw new SimulatedCrash();
      case 'EIO':
      case 'ENOSPC':
        failed();
        throw systemError(fault.kind);
      default:
        return run(fault?.kind === 'short');
    }
  }

  #strikes(fault: Fault, call: number, what: string): boolean {
    if (call === fault.call) return true;
    if (fault.repeat === undefined || call < fault.call) return false;
    const operation = operationOf(this.calls[fault.call] ?? '');
    if (operationOf(what) !== operation) return false;
    const before = this.#repeats.get(fault) ?? 0;
    this.#repeats.set(fault, before + 1);
    return before < fault.repeat;
  }
}

function operationOf(call: string): string {
  return call.split(' ', 1)[0] ?? '';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function applyName(names: Map<string, Inode>, operation: NameOperation): void {
  if (operation.kind === 'link') names.set(operation.name, operation.inode);
  else if (operation.kind === 'unlink') names.delete(operation.name);
  else {
    const inode = names.get(operation.from);
    if (inode === undefined) return;
    names.delete(operation.from);
    names.set(operation.to, inode);
  }
}

function applied(bytes: Uint8Array, operation: FileOperation): Uint8Array {
  if ('truncateTo' in operation) {
    const cut = new Uint8Array(operation.truncateTo);
    cut.set(bytes.subarray(0, operation.truncateTo));
    return cut;
  }
  return written(bytes, operation.at, operation.data);
}

function afterCrash(inode: Inode, surviving: Surviving): Inode {
  const operations = [...inode.forgotten, ...inode.pending];
  const kept = surviving(operations.map((each) => ({ bytes: 'data' in each ? each.data.length : 0 })));
  let durable = inode.durable;
  for (const [i, operation] of operations.entries()) {
    const part = kept[i];
    if (part === undefined || part === false) continue;
    const torn = typeof part === 'number' && 'data' in operation;
    durable = applied(
      durable,
      torn ? { at: operation.at, data: operation.data.subarray(0, part) } : operation,
    );
  }
  return { durable, pending: [], forgotten: [], now: durable };
}

function systemError(code: string): Error {
  return Object.assign(new Error(`simulated ${code}`), { code });
}
