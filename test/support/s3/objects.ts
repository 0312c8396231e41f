import { createHash } from 'node:crypto';

// What a server of buckets holds, and what it does wrongly.

/** What a server does wrongly with a request. */
export type Fault =
  /** Says that it is done, and does nothing. */
  | 'lose'
  /** Gives no answer; what was asked for is done only when {@link S3Objects.deliverLate} is called. */
  | 'late'
  /** Does what was asked for, and gives no answer. */
  | 'no answer'
  /** Stores one bit differently. */
  | 'alter'
  /** Says that it is busy. */
  | 'busy';

/** A request as a fault is chosen by it. */
export interface S3Request {
  readonly method: string;
  /** Empty for a request to the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
}

/** An object, as it was put once. */
export interface Version {
  readonly id: string;
  /** Undefined: the object was removed. */
  readonly bytes: Buffer | undefined;
  readonly tag: string;
  readonly modifiedMs: number;
  readonly lockedUntilMs: number;
}

/** Buckets, one for each name that is asked for. */
export class S3Objects {
  /** Asked for each request. */
  fault: (request: S3Request) => Fault | undefined = () => undefined;
  /** Called before each request is carried out. */
  before: (request: S3Request) => void | Promise<void> = () => {};
  requests = 0;
  readonly #versioned: boolean;
  readonly #buckets = new Map<string, Map<string, Version[]>>();
  readonly #late: (() => void)[] = [];
  #count = 0;

  constructor(versioned = false) {
    this.#versioned = versioned;
  }

  /** The objects of a bucket that are there now, by key. */
  objects(bucket: string): Map<string, Buffer> {
    const found = new Map<string, Buffer>();
    for (const [key, versions] of this.in(bucket)) {
      const bytes = versions.at(-1)?.bytes;
      if (bytes !== undefined) found.set(key, bytes);
    }
    return found;
  }

  /** All versions of all objects of a bucket. */
  versions(bucket: string): Buffer[] {
    return [...this.in(bucket).values()].flat().flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes]));
  }

  /** Another program stores an object, or removes it and all its versions. */
  tamper(bucket: string, key: string, bytes: Uint8Array | undefined): void {
    if (bytes === undefined) this.in(bucket).delete(key);
    else this.store(bucket, key, Buffer.from(bytes));
  }

  /** Something is done when {@link deliverLate} is called. */
  delay(work: () => void): void {
    this.#late.push(work);
  }

  /** Does what was asked for and not done yet. */
  deliverLate(): void {
    for (const deliver of this.#late.splice(0)) deliver();
  }

  /** The versions of the objects of a bucket, by key. */
  in(bucket: string): Map<string, Version[]> {
    const objects = this.#buckets.get(bucket) ?? new Map<string, Version[]>();
    this.#buckets.set(bucket, objects);
    return objects;
  }

  /** Stores an object, or removes it. @returns its tag. */
  store(bucket: string, key: string, bytes: Buffer | undefined, lockedUntilMs = 0): string {
    this.#count += 1;
    const id = String(this.#count).padStart(12, '0');
    const tag = createHash('md5')
      .update(bytes ?? id)
      .digest('hex');
    const version = { id, bytes, tag, modifiedMs: 1_700_000_000_000 + this.#count * 1_000, lockedUntilMs };
    const before = this.#versioned ? (this.in(bucket).get(key) ?? []) : [];
    if (bytes === undefined && before.length === 0) this.in(bucket).delete(key);
    else this.in(bucket).set(key, [...before, version]);
    return tag;
  }

  /** The objects, or common beginnings of keys up to `delimiter`, that come after `after`; at most `most`. */
  page(
    bucket: string,
    {
      prefix,
      delimiter,
      after,
      most,
    }: { prefix: string; delimiter: string | null; after: string; most: number },
  ): { readonly keys: string[]; readonly prefixes: string[]; readonly last: string; readonly more: boolean } {
    const keys: string[] = [];
    const prefixes = new Set<string>();
    let last = '';
    for (const key of [...this.objects(bucket).keys()].filter((one) => one.startsWith(prefix)).sort()) {
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      const common = end < 0 ? undefined : key.slice(0, end + 1);
      if (key <= after || (common !== undefined && (common <= after || prefixes.has(common)))) continue;
      if (keys.length + prefixes.size >= most) return { keys, prefixes: [...prefixes], last, more: true };
      last = common ?? key;
      if (common !== undefined) prefixes.add(common);
      else keys.push(key);
    }
    return { keys, prefixes: [...prefixes], last, more: false };
  }
}
