import { concatBytes } from '../../base/bytes.ts';
import { fileMagic } from '../../evidence/records.ts';
import { altered, otherS, payloadOf, resigned } from '../support/evidence/envelopes.ts';
import type { Seeded } from '../support/seed.ts';
import type { World, WorldRecord } from './world.ts';

/** What was done to a world, and the files that came of it. */
export interface Mutation {
  readonly words: string;
  readonly files: readonly Uint8Array[];
}

type Files = WorldRecord[][];
type Change = (files: Files, random: Seeded, world: World) => string;

/** A record at random: where it is, and what it is. */
function pick(files: Files, random: Seeded, isWanted: (one: WorldRecord) => boolean = () => true) {
  const places = files.flatMap((file, at) =>
    file.flatMap((record, n) => (isWanted(record) ? [{ at, n, record }] : [])),
  );
  return random.pick(places);
}

function put(files: Files, at: number, n: number, remove: number, ...records: WorldRecord[]): void {
  files[at]?.splice(n, remove, ...records);
}

const isSigned = ({ signer }: WorldRecord): boolean => signer !== undefined;

const changes: Readonly<Record<string, Change>> = {
  drop(files, random) {
    const { at, n } = pick(files, random);
    put(files, at, n, 1);
    return `record ${n} of file ${at} removed`;
  },
  repeat(files, random) {
    const { at, n, record } = pick(files, random);
    const to = pick(files, random);
    put(files, to.at, to.n, 0, record);
    return `record ${n} of file ${at} again in file ${to.at}`;
  },
  move(files, random) {
    const { at, n, record } = pick(files, random);
    put(files, at, n, 1);
    const to = random.int(files.length);
    put(files, to, random.int((files[to]?.length ?? 0) + 1), 0, record);
    return `record ${n} of file ${at} moved to file ${to}`;
  },
  shuffle(files, random) {
    for (const file of files) {
      for (let n = file.length - 1; n > 0; n -= 1) {
        const other = random.int(n + 1);
        const [a, b] = [file[n], file[other]];
        if (a !== undefined && b !== undefined) [file[n], file[other]] = [b, a];
      }
    }
    return 'each file shuffled';
  },
  flip(files, random) {
    const { at, n, record } = pick(files, random);
    const changed = Uint8Array.from(record.bytes);
    const bit = random.int(changed.length * 8);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    put(files, at, n, 1, { bytes: changed });
    return `bit ${bit} of record ${n} of file ${at} turned`;
  },
  cut(files, random) {
    const { at, n, record } = pick(files, random);
    put(files, at, n, Number.POSITIVE_INFINITY, {
      bytes: record.bytes.subarray(0, random.int(record.bytes.length)),
    });
    return `file ${at} cut in record ${n}`;
  },
  junk(files, random) {
    const { at, n } = pick(files, random);
    put(files, at, n, 0, { bytes: Buffer.from('SCR1 and no record') });
    return `junk in file ${at}`;
  },
  badCopy(files, random) {
    const { record } = pick(files, random, isSigned);
    const to = pick(files, random);
    const signature = new Uint8Array(96).fill(1 + random.int(255));
    put(files, to.at, to.n, 0, { bytes: altered(record.bytes, { signature }) });
    return `a copy with a bad signature in file ${to.at}`;
  },
  badSignature(files, random) {
    const { at, n, record } = pick(files, random, isSigned);
    put(files, at, n, 1, { bytes: altered(record.bytes, { signature: new Uint8Array(96).fill(7) }) });
    return `statement ${n} of file ${at} with a bad signature`;
  },
  otherS(files, random) {
    const { at, n, record } = pick(files, random, isSigned);
    put(files, at, n, 1, { ...record, bytes: otherS(record.bytes) });
    return `n - s in statement ${n} of file ${at}`;
  },
  keyId(files, random) {
    const { at, n, record } = pick(files, random, isSigned);
    put(files, at, n, 1, { ...record, bytes: altered(record.bytes, { keyId: 'ab'.repeat(32) }) });
    return `a wrong key id in statement ${n} of file ${at}`;
  },
  otherSigner(files, random, world) {
    const { at, n, record } = pick(files, random, isSigned);
    put(files, at, n, 1, { bytes: resigned(record.bytes, random.pick(world.signers)) });
    return `statement ${n} of file ${at} signed by another key`;
  },
  otherType(files, random) {
    const { at, n, record } = pick(files, random, isSigned);
    const kind = random.pick(['gap', 'head', 'receipt', 'command', 'unknown-kind', 'loss', 'journal']);
    const payloadType = `application/vnd.sealcam.${kind}.v${1 + random.int(2)}`;
    const { signer } = record;
    if (signer === undefined) return 'nothing';
    put(files, at, n, 1, { signer, bytes: resigned(record.bytes, signer, { payloadType }) });
    return `statement ${n} of file ${at} as ${payloadType}`;
  },
  /** What a trusted key signs wrongly: a byte of the payload, signed again by the right key. */
  field(files, random) {
    const { at, n, record } = pick(files, random, isSigned);
    const { signer } = record;
    if (signer === undefined) return 'nothing';
    const [payload, words] = changedField(payloadOf(record.bytes), random);
    put(files, at, n, 1, { signer, bytes: resigned(record.bytes, signer, { payload }) });
    return `${words} in statement ${n} of file ${at}, signed again`;
  },
};

/** Fields come more often: there are many of them, and each has a rule of its own. */
const names = [...Object.keys(changes), ...Array.from({ length: 12 }, () => 'field')];

/** One to three changes of a world, as `random` decides. */
export function mutate(world: World, random: Seeded): Mutation {
  const files: Files = world.files.map((file) => [...file]);
  const words: string[] = [];
  for (let left = 1 + (random.int(4) === 0 ? 1 + random.int(2) : 0); left > 0; left -= 1) {
    const change = changes[random.pick(names)];
    if (change !== undefined && files.some((file) => file.some(isSigned))) {
      words.push(change(files, random, world));
    }
  }
  return {
    words: words.join('; '),
    files: files.map((file) => concatBytes(fileMagic, ...file.map(({ bytes }) => bytes))),
  };
}

/** A payload with one field changed, removed, doubled or added, as protobuf goes. */
function changedField(payload: Uint8Array, random: Seeded): [Uint8Array, string] {
  const fields = fieldsOf(payload);
  const at = random.int(fields.length);
  const field = fields[at];
  if (field === undefined) return [Uint8Array.of(8, 1), 'a payload of its own'];
  const how = random.pick(['value', 'value', 'value', 'value', 'remove', 'double', 'add', 'inside', 'swap']);
  const rest = (...instead: Uint8Array[]) =>
    concatBytes(
      ...fields.slice(0, at).map((one) => one.whole),
      ...instead,
      ...fields.slice(at + 1).map((one) => one.whole),
    );
  if (how === 'remove') return [rest(), `field ${field.number} removed`];
  if (how === 'double') return [rest(field.whole, field.whole), `field ${field.number} twice`];
  if (how === 'add')
    return [concatBytes(payload, varint((40n << 3n) | 0n), varint(1n)), 'an unknown field added'];
  if (how === 'swap') {
    const other = fields[at + 1];
    if (other === undefined) return [rest(), `field ${field.number} removed`];
    const both = fields.map(({ whole }) => whole);
    [both[at], both[at + 1]] = [other.whole, field.whole];
    return [concatBytes(...both), `fields ${field.number} and ${other.number} exchanged`];
  }
  if (field.wire === 0) {
    const value = random.pick([
      field.value + 1n,
      field.value - 1n,
      0n,
      1n,
      2n,
      5n,
      2n ** 32n,
      2n ** 53n - 1n,
      2n ** 53n,
    ]);
    const written = value < 0n ? 0n : value;
    return [
      rest(concatBytes(varint((BigInt(field.number) << 3n) | 0n), varint(written))),
      `field ${field.number} = ${written}`,
    ];
  }
  if (how === 'inside' && field.content.length > 2) {
    const [inner, words] = quietly(() => changedField(field.content, random)) ?? [field.content, 'nothing'];
    return [rest(bytesField(field.number, inner)), `${words} inside field ${field.number}`];
  }
  const content = Uint8Array.from(field.content);
  const byte = random.int(Math.max(1, content.length));
  content[byte] = (content[byte] ?? 0) ^ (1 << random.int(8));
  const changed = random.pick([
    content,
    content,
    content.subarray(1),
    new Uint8Array(content.length).fill(3),
  ]);
  return [rest(bytesField(field.number, changed)), `other bytes in field ${field.number}`];
}

interface RawField {
  readonly number: number;
  readonly wire: number;
  readonly value: bigint;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

/** The fields of a message of varints and bytes. @throws RangeError where it is none. */
function fieldsOf(message: Uint8Array): RawField[] {
  const fields: RawField[] = [];
  let at = 0;
  const read = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at];
      if (byte === undefined || shift > 63n) throw new RangeError('no varint');
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const from = at;
    const tag = read();
    const wire = Number(tag & 7n);
    if (wire !== 0 && wire !== 2) throw new RangeError('another wire type');
    const value = read();
    const content = wire === 0 ? new Uint8Array() : message.subarray(at, at + Number(value));
    if (wire === 2 && content.length !== Number(value)) throw new RangeError('too short');
    at += content.length;
    fields.push({ number: Number(tag >> 3n), wire, value, content, whole: message.subarray(from, at) });
  }
  return fields;
}

/** Bytes that happen to be no message are left as they are. */
function quietly<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function bytesField(number: number, content: Uint8Array): Uint8Array {
  return concatBytes(varint((BigInt(number) << 3n) | 2n), varint(BigInt(content.length)), content);
}

function varint(value: bigint): Uint8Array {
  const out: number[] = [];
  let left = value;
  for (; left > 0x7fn; left >>= 7n) out.push(Number(left & 0x7fn) | 0x80);
  out.push(Number(left));
  return Uint8Array.from(out);
}
