import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { equalBytes } from '../../base/bytes.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';

/** Something that reads foreign bytes, and what must hold whatever they are. */
export interface Target {
  readonly name: string;
  /** What a run tries: bytes as they come, and well-formed ones with damage. */
  readonly inputs: fc.Arbitrary<Uint8Array>;
  /** Throws where something does not hold. */
  check(bytes: Uint8Array): Promise<void>;
  /** Further properties of the same reader, over values and not over bytes. */
  readonly values?: fc.IAsyncProperty<[unknown]>;
}

/** A call that takes longer is taken for a hang: inputs are small, and a bound was not kept. */
const callMsMax = 5_000;

/** What a reader of bytes is asked for. */
export interface Parser<T> {
  readonly name: string;
  /** Well-formed inputs: what is damaged. */
  readonly samples: readonly Uint8Array[];
  /** Other well-formed inputs than the samples, and how damage is made that gets past a checksum. */
  readonly inputs?: fc.Arbitrary<Uint8Array>;
  /** The reader. It may throw a SealcamError and nothing else. */
  read(bytes: Uint8Array): T | Promise<T>;
  /** The writer, where what is read has one encoding alone: it must give back the same bytes. */
  readonly canonical?: (value: T) => Uint8Array;
  /** The writer, where there are several encodings: what is written must be read as the same value. */
  readonly write?: (value: T) => Uint8Array;
  /** Values that are written and must be read as they were. */
  readonly values?: fc.Arbitrary<T>;
}

/** The target that tries `parser`. */
export function parserTarget<T>(parser: Parser<T>): Target {
  const { name, samples, canonical, write = canonical, values } = parser;
  const inverts = async (value: T, writer: (value: T) => Uint8Array): Promise<void> => {
    // Clones have one prototype, whatever made the originals.
    deepStrictEqual(
      structuredClone(await parser.read(writer(value))),
      structuredClone(value),
      `${name}: what was written is read differently`,
    );
  };
  return {
    name,
    inputs: parser.inputs ?? damaged(samples),
    async check(bytes) {
      const began = process.cpuUsage();
      let read: { value: T } | undefined;
      try {
        read = { value: await parser.read(Uint8Array.from(bytes)) };
      } catch (error) {
        if (!isSealcamError(error)) throw error;
      }
      const { user, system } = process.cpuUsage(began);
      const took = (user + system) / 1_000;
      if (took > callMsMax)
        throw new Error(`${name}: ${bytes.length} bytes took ${Math.round(took)} ms of CPU`);
      if (read === undefined) return;
      const { value } = read;
      if (canonical !== undefined && !equalBytes(canonical(value), bytes)) {
        throw new Error(
          `${name}: ${bytes.length} bytes are accepted that are not the encoding of what they say`,
        );
      }
      if (write !== undefined) await inverts(value, write);
    },
    ...(values === undefined || write === undefined
      ? {}
      : { values: fc.asyncProperty<[unknown]>(values, (value) => inverts(value as T, write)) }),
  };
}

/** Refuses as readers do that give undefined in place of throwing. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new SealcamError('REFUSED', 'the reader gave undefined');
  return value;
}

const edit = fc.oneof(
  fc.record({ op: fc.constant('set' as const), at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ op: fc.constant('flip' as const), at: fc.nat(), to: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ op: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ op: fc.constant('remove' as const), at: fc.nat(), count: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ op: fc.constant('insert' as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 40 }) }),
  fc.record({
    op: fc.constant('copy' as const),
    at: fc.nat(),
    from: fc.nat(),
    count: fc.integer({ min: 1, max: 300 }),
  }),
  fc.record({
    op: fc.constant('number' as const),
    at: fc.nat(),
    bytes: fc.constantFrom(
      ...[
        '00000000',
        '00000001',
        '7fffffff',
        '80000000',
        'ffffffff',
        'fffffffe',
        '0001fbd0',
        '0001fbd1',
        '00010000',
      ],
      ...[
        'ffffffffffffffff',
        '0020000000000000',
        'ffffffff0f',
        'ffffffffffffffffff01',
        '8000',
        'ffff',
        '3084ffffffff',
      ],
    ),
  }),
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function edited(bytes: Uint8Array, change: Edit): Uint8Array {
  const at = bytes.length === 0 ? 0 : change.at % bytes.length;
  const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));
  switch (change.op) {
    case 'set':
      return bytes.length === 0 ? bytes : bytes.with(at, change.to);
    case 'flip':
      return bytes.length === 0 ? bytes : bytes.with(at, (bytes[at] ?? 0) ^ (1 << change.to));
    case 'cut':
      return bytes.slice(0, at);
    case 'remove':
      return join(bytes.subarray(0, at), bytes.subarray(at + change.count));
    case 'insert':
      return join(bytes.subarray(0, at), change.bytes, bytes.subarray(at));
    case 'copy': {
      const from = bytes.length === 0 ? 0 : change.from % bytes.length;
      return join(bytes.subarray(0, at), bytes.subarray(from, from + change.count), bytes.subarray(at));
    }
    case 'number': {
      const value = Buffer.from(change.bytes, 'hex');
      return join(bytes.subarray(0, at), value, bytes.subarray(at + value.length));
    }
  }
}

/** Bytes as they come, and `samples` with up to eight edits, in the first `reach` bytes where that is given. */
export function damaged(samples: readonly Uint8Array[], reach?: number): fc.Arbitrary<Uint8Array> {
  const one = fc.tuple(fc.nat(), fc.array(edit, { maxLength: 8 })).map(([which, edits]) => {
    const sample = samples[which % Math.max(1, samples.length)] ?? new Uint8Array();
    const head = reach === undefined ? sample : sample.subarray(0, reach);
    const rest = sample.subarray(head.length);
    const changed = edits.reduce(edited, Uint8Array.from(head));
    return rest.length === 0 ? changed : Uint8Array.from(Buffer.concat([changed, rest]));
  });
  return fc.oneof({ weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }) }, { weight: 7, arbitrary: one });
}
