import { relative, sep } from 'node:path';
import { toHex } from '../../../base/bytes.ts';
import { SealcamError } from '../../../base/errors.ts';
import { expectRegularFile } from '../../../base/outside-file.ts';
import type { Randomness } from '../../../base/random.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import { changed, expectSame, type FileIdentity, type Files } from '../files.ts';
import type { Bucket, ListedObject } from './bucket.ts';
import { absentFile, damagedFile, noTurnLeft, takenFile } from './faults.ts';
import { type Layout, LayoutReader } from './layout.ts';
import { bucketLimits } from './limits.ts';
import {
  dataName,
  type FileTurn,
  headName,
  justBefore,
  nextTurn,
  parseObjectName,
  turnOf,
} from './object-names.ts';
import { getWhole, ObjectReader, type Piece } from './object-reader.ts';

/** Which part of a bucket stands for which folder. */
export interface BucketFilesOptions {
  readonly bucket: Bucket;
  /** The path that stands for the prefix. */
  readonly folder: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly randomness: Randomness;
}

/** A file that was looked at. */
interface Known {
  readonly layout: Layout;
  /** Its turn is this process's, and nothing that this process wrote in it failed: it may be extended. */
  readonly own: boolean;
  readonly recent: readonly Piece[];
}

const empty = sha256();
const keptEnding = /\.(?:seal|receipts|deletion)$/;

/**
 * Files in an S3-compatible bucket, by the contract of the folder's. Each write is an object of its own that is never written
 * again, and counts only once a listing shows it. What a file consists of is in the names of its objects.
 *
 * A server may lose what it acknowledged, or carry out a write after it was given up. So a write that failed ends the turn: the
 * next one begins a new turn, which says how much of the earlier ones counts, and whatever turns up there afterwards does not.
 * The same keeps out a writer that was taken for dead: {@link #take}.
 */
export class BucketFiles implements Files {
  readonly #bucket: Bucket;
  readonly #options: BucketFilesOptions;
  readonly #reader: ObjectReader;
  /** Least recently used first. */
  readonly #known = new Map<string, Known>();
  /** By file, the turn that was tried last and may still come to be. */
  readonly #tried = new Map<string, FileTurn>();

  constructor(options: BucketFilesOptions) {
    this.#options = options;
    this.#bucket = options.bucket;
    this.#reader = new ObjectReader(options.bucket);
  }

  async makeFolder(path: string): Promise<void> {
    const key = this.#prefix(path);
    // The root of the bucket needs no sign that it is there, but the bucket must answer.
    const isThere = await this.#isFolder(key);
    if (key === '' || isThere) return;
    await this.#bucket.put(key, [], empty, false);
    if (!(await this.#isFolder(key))) throw this.#lost(key);
  }

  async volumeOf(folder: string): Promise<string | undefined> {
    const key = this.#prefix(folder);
    return (await this.#isFolder(key)) || key === '' ? this.#bucket.name : undefined;
  }

  async #isFolder(key: string): Promise<boolean> {
    return (await this.#bucket.list(key, '', 1)).objects.length > 0;
  }

  list(path: string): Promise<string[]> {
    return this.#bucket.names(this.#prefix(path));
  }

  async size(path: string): Promise<number | undefined> {
    return (await this.#look(path))?.layout.size;
  }

  async identify(path: string): Promise<FileIdentity | undefined> {
    const known = await this.#look(path);
    return known && identityOf(known.layout);
  }

  async readAt(path: string, offset: number, length: number, whole = false): Promise<Uint8Array> {
    const known = this.#known.get(path) ?? (await this.#look(path));
    if (known === undefined) throw absentFile(path);
    const bytes = await this.#reader.read(this.#prefix(path), known, offset, length);
    // Something is not as it was: the next look is a new one.
    if (bytes.missing > 0) this.#known.delete(path);
    if (bytes.missing > 0 && whole) throw damagedFile(path, `lacks ${bytes.missing} bytes`);
    return bytes.read;
  }

  async appendAt(
    path: string,
    before: FileIdentity | undefined,
    parts: readonly Uint8Array[],
  ): Promise<FileIdentity> {
    const known = await this.#toExtend(path, before);
    const bytes = bytesOf(parts);
    if (bytes === 0) return identityOf(known.layout);
    const { turn, size, tip, tipEnd, spans } = known.layout;
    const end = size + bytes;
    // Until it is seen in a listing, nothing may be built on this turn.
    this.#known.delete(path);
    const hash = sha256(...parts);
    const name = await this.#put(path, turn, end, parts, hash);
    const prefix = this.#prefix(path);
    const { objects } = await this.#bucket.list(prefix, justBefore(turn, tipEnd), 3);
    const [first, second, third] = objects;
    if (first === undefined || !isObject(first, tip))
      throw changed(path, 'is another file than the one that was written');
    if (second?.key !== name) {
      if (second !== undefined) throw changed(path, 'was written to by another program');
      throw this.#lost(`${prefix}${name}`);
    }
    if (third !== undefined) throw changed(path, 'was written to by another program');
    if (second.bytes !== bytes) throw this.#lost(`${prefix}${name}`);
    const last = spans.at(-1);
    const extended =
      last?.turn === turn
        ? [...spans.slice(0, -1), { ...last, to: end }]
        : [...spans, { turn, from: size, to: end }];
    const layout = { ...known.layout, tip: second, tipEnd: end, size: end, spans: extended };
    const recent = [...known.recent, { name, turn, start: size, end, hash: toHex(hash) }].slice(
      -bucketLimits.recentMax,
    );
    this.#keep(path, { layout, own: true, recent });
    return identityOf(layout);
  }

  async truncate(path: string, length: number): Promise<void> {
    const found = await this.#list(path);
    const layout = found.layout();
    if (layout === undefined) throw absentFile(path);
    if (length > layout.size)
      throw new RangeError(`a file of ${layout.size} bytes cannot be cut to ${length}`);
    await this.#take(path, found, length);
  }

  /** Everything that a listing shows is durable, as far as the bucket's owner has promised. */
  async sync(): Promise<void> {}

  async move(from: string, to: string): Promise<void> {
    const [source, target] = [this.#prefix(from), this.#prefix(to)];
    // What is not ours, and may be of any size, is not copied.
    const objects = (await this.#all(source)).filter(({ key }) => parseObjectName(key) !== undefined);
    const found = await this.#list(from);
    if (found.layout() === undefined) throw absentFile(from);
    // The heads come last: a copy that is not finished is no file, or a part of one with a name of its own.
    const isHead = ({ bytes }: ListedObject): boolean => bytes === 0;
    for (const part of [objects.filter((one) => !isHead(one)), objects.filter(isHead)])
      await inParallel(part, (one) => this.#copy(one, source, target, keptEnding.test(to)));
    const copied = new Map((await this.#all(target)).map(({ key, bytes }) => [key, bytes]));
    const lost = objects.find(({ key, bytes }) => copied.get(key) !== bytes);
    if (lost !== undefined) throw this.#lost(`${target}${lost.key}`);
    const turn = this.#newTurn(from, found);
    const gone = headName(turn, 'gone');
    await this.#bucket.put(`${source}${gone}`, [], empty, false);
    if ((await this.#list(from)).layout() !== undefined) throw this.#lost(`${source}${gone}`);
    for (const path of [from, to]) this.#forget(path);
    // As long as something is left, it must be said that the file is gone.
    if (await this.#clear(source, gone)) await this.#bucket.remove(`${source}${gone}`).catch(() => {});
  }

  /** Through this machine: copies are what servers get wrong. What is damaged stays what it is. */
  async #copy({ key, bytes }: ListedObject, source: string, target: string, isKept: boolean): Promise<void> {
    const name = parseObjectName(key);
    const hash = name?.kind === 'data' ? name.hash : undefined;
    const content = (await getWhole(this.#bucket, `${source}${key}`, bytes, hash)).bytes;
    if (content === undefined) throw this.#lost(`${source}${key}`);
    await this.#bucket.put(`${target}${key}`, [content], sha256(content), isKept);
  }

  async replace(path: string, parts: readonly Uint8Array[]): Promise<void> {
    const prefix = this.#prefix(path);
    const found = await this.#list(path);
    const turn = this.#newTurn(path, found);
    this.#known.delete(path);
    const bytes = bytesOf(parts);
    const data = bytes === 0 ? [] : [await this.#put(path, turn, bytes, parts, sha256(...parts))];
    if (bytes > 0) await this.#expectTurn(path, turn, data, bytes);
    // The head comes last: until then what was there counts.
    const head = headName(turn, 'begin');
    await this.#bucket.put(`${prefix}${head}`, [], empty, false);
    await this.#expectTurn(path, turn, [head, ...data], bytes);
    await this.#clear(prefix, turn);
    this.#tried.delete(path);
  }

  /** @throws SealcamError `S3_LOST`, `STORE_CHANGED` unless a turn, and all after it, is these objects, `bytes` together. */
  async #expectTurn(path: string, turn: FileTurn, names: readonly string[], bytes: number): Promise<void> {
    const prefix = this.#prefix(path);
    const { objects } = await this.#bucket.list(prefix, justBefore(turn, 0), names.length + 1);
    const lost = names.find((name, at) => objects[at]?.key !== name);
    const sum = objects.reduce((before, one) => before + one.bytes, 0);
    if (lost !== undefined) throw this.#lost(`${prefix}${lost}`);
    if (objects.length > names.length) throw changed(path, 'was written to by another program');
    if (sum !== bytes) throw this.#lost(`${prefix}${names.at(-1)}`);
  }

  async destroy(path: string): Promise<boolean> {
    const there = (await this.#list(path)).layout() !== undefined;
    this.#forget(path);
    await this.#bucket.purge(this.#prefix(path));
    return there;
  }

  /** What there is to extend, in a turn of this process. @throws SealcamError `STORE_CHANGED` unless it is `before`. */
  async #toExtend(path: string, before: FileIdentity | undefined): Promise<Known> {
    const known = this.#known.get(path);
    if (before !== undefined && known?.own === true) {
      expectSame(path, before, identityOf(known.layout));
      return known;
    }
    const found = await this.#list(path);
    const layout = found.layout();
    if (before !== undefined) expectSame(path, before, layout && identityOf(layout));
    else if (layout !== undefined) throw changed(path, 'is there, and was not before');
    return this.#take(path, found, layout?.size ?? 0);
  }

  /**
   * Begins a turn at a file, with its first `end` bytes.
   *
   * No server's promise keeps two writers apart, only the order of what they do: whoever signs for a file looks at it after writing,
   * and finds a turn that was begun before; whoever begins a turn looks after that, and finds what was written before and may
   * have been signed for. So what has appeared meanwhile is taken in, and then the file is not the one that was expected.
   */
  async #take(path: string, found: LayoutReader, end: number): Promise<Known> {
    const prefix = this.#prefix(path);
    const mine = new Set<FileTurn>();
    let [before, cut] = [found, end];
    for (let tries = 1; tries <= bucketLimits.turnsTriedMax; tries += 1) {
      const from = before.layout(mine)?.turn;
      const seen = before.marks(mine);
      const turn = this.#newTurn(path, before);
      mine.add(turn);
      this.#known.delete(path);
      const head = headName(turn, from === undefined ? 'begin' : { from, end: cut });
      await this.#bucket.put(`${prefix}${head}`, [], empty, false);
      before = await this.#list(path);
      const layout = before.layout();
      if (layout?.tip.key !== head) {
        // Another writer has begun a turn after this one, and has seen it; or one of the same number, and written.
        if ((layout !== undefined && layout.turn > turn) || before.has(turn)) throw takenFile(path);
        throw this.#lost(`${prefix}${head}`);
      }
      if (before.marks(mine) === seen) {
        if (tries > 1) throw takenFile(path);
        this.#tried.delete(path);
        const known = { layout, own: true, recent: [] };
        this.#keep(path, known);
        return known;
      }
      cut = before.layout(mine)?.size ?? 0;
    }
    throw takenFile(path);
  }

  /**
   * A turn higher than all that are there, and than those of this process that may still come to be. Its number is never more
   * than one above what was listed: so whatever of a dead writer comes late has no higher one than its successor's.
   */
  #newTurn(path: string, found: LayoutReader): FileTurn {
    if (found.highest >= bucketLimits.turnNumberMax) throw noTurnLeft(path);
    const tried = this.#tried.get(path);
    const fresh = turnOf(found.highest + 1, this.#options.randomness.bytes(4));
    const turn = tried === undefined || fresh > tried ? fresh : nextTurn(tried);
    this.#tried.set(path, turn);
    return turn;
  }

  async #put(
    path: string,
    turn: FileTurn,
    end: number,
    parts: readonly Uint8Array[],
    hash: Uint8Array,
  ): Promise<string> {
    const name = dataName(turn, end, bytesOf(parts), hash);
    await this.#bucket.put(`${this.#prefix(path)}${name}`, parts, hash, keptEnding.test(path));
    return name;
  }

  /** Looks at a file: only at its end, if that is as it was. */
  async #look(path: string): Promise<Known | undefined> {
    const known = this.#known.get(path);
    if (known !== undefined) {
      const { turn, tip, tipEnd } = known.layout;
      const { objects } = await this.#bucket.list(this.#prefix(path), justBefore(turn, tipEnd), 2);
      const [first] = objects;
      if (objects.length === 1 && first !== undefined && isObject(first, tip)) return known;
      this.#known.delete(path);
    }
    const found = await this.#list(path);
    const layout = found.layout();
    if (layout === undefined) return undefined;
    const blocks = Math.ceil(found.bytesListed / 512);
    expectRegularFile(path, { isFile: () => true, isDirectory: () => false, size: layout.size, blocks });
    const seen = { layout, own: false, recent: [] };
    this.#keep(path, seen);
    return seen;
  }

  async #list(path: string): Promise<LayoutReader> {
    const reader = new LayoutReader();
    await this.#each(this.#prefix(path), (object) => reader.take(object));
    return reader;
  }

  async #all(prefix: string): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    await this.#each(prefix, (object) => objects.push(object));
    return objects;
  }

  async #each(prefix: string, take: (object: ListedObject) => void): Promise<void> {
    for (let after = ''; ; ) {
      const { objects, more } = await this.#bucket.list(prefix, after, bucketLimits.listedMax);
      for (const object of objects) take(object);
      const last = objects.at(-1);
      if (!more || last === undefined) return;
      after = last.key;
    }
  }

  /** Removes the objects below `prefix` that nothing counts any more, which come before `until`. What stays does no harm. @returns whether all are gone. */
  async #clear(prefix: string, until: string): Promise<boolean> {
    try {
      const old = (await this.#all(prefix)).filter(({ key }) => key < until);
      await inParallel(old, ({ key }) => this.#bucket.remove(`${prefix}${key}`));
      return (await this.#bucket.list(prefix, '', 1)).objects.every(({ key }) => key >= until);
    } catch {
      return false;
    }
  }

  #forget(path: string): void {
    this.#known.delete(path);
    this.#tried.delete(path);
  }

  #keep(path: string, known: Known): void {
    this.#known.delete(path);
    this.#known.set(path, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > bucketLimits.filesKnownMax && oldest !== undefined) this.#known.delete(oldest);
  }

  /** Where the objects of a file are, or what is in a folder. */
  #prefix(path: string): string {
    const { folder, prefix } = this.#options;
    const way = relative(folder, path);
    if (way.startsWith('..')) throw new RangeError(`"${path}" is not in ${folder}`);
    return way === '' ? prefix : `${prefix}${way.split(sep).join('/')}/`;
  }

  #lost(key: string): SealcamError {
    return new SealcamError(
      'S3_LOST',
      `"${this.#bucket.name}/${key}" was acknowledged by the server, which does not have it: check the server`,
    );
  }
}

function identityOf({ root, size, tip }: Layout): FileIdentity {
  return { id: root, bytes: size, written: `${tip.key} ${tip.tag}`, changed: String(tip.modifiedMs) };
}

function isObject(one: ListedObject, other: ListedObject): boolean {
  return one.key === other.key && one.tag === other.tag && one.bytes === other.bytes;
}

function bytesOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Does `work` for each of `items`, some at a time. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items].reverse();
  const next = async (): Promise<void> => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: bucketLimits.parallelMax }, next));
}
