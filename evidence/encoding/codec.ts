import Long from 'long';
import protobuf from 'protobufjs/minimal.js';
import { equalBytes } from '../../base/bytes.ts';
import { SealcamError } from '../../base/errors.ts';
import { type Field, type Fields, fieldTable, type Value } from '../../proto/field-table.ts';
import { isUtf8Text, utf8TextRule } from './utf8-text.ts';

export type { Field, Value } from '../../proto/field-table.ts';

/** The part of a generated protobufjs message class that this file uses. */
export interface GeneratedType {
  new (): object;
  encode(message: object): { finish(): Uint8Array };
  decode(reader: protobuf.Reader): object;
}

/** A canonical protobuf message of format 1: encoder and decoder from one list of fields. */
export interface Codec<T> extends Field<T> {
  encode(value: T): Uint8Array;
  /**
   * Decodes `bytes`, which must be one whole message.
   * @throws SealcamError `EVIDENCE_MALFORMED` if it is not such a message, a field breaks its rule, or the
   *   bytes are not the canonical encoding of their content.
   */
  decode(bytes: Uint8Array): T;
}

function malformed(name: string, expected: string, got: string): SealcamError {
  return new SealcamError('EVIDENCE_MALFORMED', `"${name}": expected ${expected}, got ${got}`);
}

/** The codec of the generated class `type`; errors call the message `name`. */
export function codec<F extends Fields>(name: string, type: GeneratedType, fields: F): Codec<Value<F>> {
  const table = fieldTable(fields, (path, key) => `${path}.${key}`);
  const read = (wire: unknown, path: string): Value<F> => {
    if (typeof wire !== 'object' || wire === null) throw malformed(path, 'a message', 'none');
    return table.read(wire as Record<string, unknown>, path);
  };
  return {
    read,
    write: table.write,
    encode: (value) => Uint8Array.from(type.encode(table.write(value)).finish()),
    decode(bytes) {
      const message = decodeMessage(name, type, bytes);
      return read(message, name);
    },
  };
}

/**
 * protobufjs accepts encodings that are not canonical (unknown fields, long varints, defaults, any order,
 * repeated fields). Encoding the result again and comparing finds all of them.
 */
function decodeMessage(name: string, type: GeneratedType, bytes: Uint8Array): object {
  // A copy, because decoded bytes are views into the input, which its owner may overwrite.
  const reader = protobuf.Reader.create(Uint8Array.from(bytes));
  reader.discardUnknown = true;
  let message: object;
  try {
    message = type.decode(reader);
  } catch (cause) {
    throw new SealcamError(
      'EVIDENCE_MALFORMED',
      `"${name}": ${bytes.length} bytes that are not such a message`,
      {
        cause,
      },
    );
  }
  if (!equalBytes(type.encode(message).finish(), bytes)) {
    throw malformed(
      name,
      'the canonical encoding',
      `${bytes.length} bytes that encode the same content differently`,
    );
  }
  return message;
}

function readBytes(wire: unknown, name: string): Uint8Array {
  if (!(wire instanceof Uint8Array)) throw malformed(name, 'bytes', typeof wire);
  return wire;
}

/** Exactly `length` bytes. */
export function bytes(length: number): Field<Uint8Array> {
  return {
    read(wire, name) {
      const value = readBytes(wire, name);
      if (value.length !== length) throw malformed(name, `${length} bytes`, `${value.length}`);
      return value;
    },
    write: (value) => value,
  };
}

/** `least` to `most` bytes. */
export function bytesUpTo(most: number, least = 1): Field<Uint8Array> {
  return {
    read(wire, name) {
      const value = readBytes(wire, name);
      if (value.length < least || value.length > most) {
        throw malformed(name, `${least} to ${most} bytes`, `${value.length}`);
      }
      return value;
    },
    write: (value) => value,
  };
}

/** Exactly `length` bytes, or undefined if the field is absent. */
export function optionalBytes(length: number): Field<Uint8Array | undefined> {
  const present = bytes(length);
  return {
    read: (wire, name) => (readBytes(wire, name).length === 0 ? undefined : present.read(wire, name)),
    write: (value) => value,
  };
}

/** An unsigned integer up to `most`; 64-bit ones at most 2^53 - 1, so that a number holds them exactly. */
export function count(most: number = Number.MAX_SAFE_INTEGER, least = 0): Field<number> {
  return {
    read(wire, name) {
      const value = Long.isLong(wire) ? wire.toNumber() : wire;
      if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
        throw malformed(name, `an integer from ${least} to ${most}`, String(wire));
      }
      return value;
    },
    write(value) {
      if (!Number.isSafeInteger(value) || value < 0)
        throw new RangeError(`${value} is not an unsigned integer`);
      return value === 0 ? undefined : value;
    },
  };
}

/** True or false. */
export const flag: Field<boolean> = {
  read(wire, name) {
    if (typeof wire !== 'boolean') throw malformed(name, 'a flag', typeof wire);
    return wire;
  },
  write: (value) => (value ? true : undefined),
};

/** A text that matches `pattern`; errors describe the rule as `what`. */
export function text(pattern: RegExp, what: string): Field<string> {
  return {
    read(wire, name) {
      // The value is not repeated in the error: it may be hostile, or personal.
      if (typeof wire !== 'string' || !pattern.test(wire)) throw malformed(name, what, 'another text');
      return wire;
    },
    write: (value) => (value === '' ? undefined : value),
  };
}

/** A text in UTF-8 of at most `bytesMax` bytes: *utf8 N* of FORMAT.md. */
export function utf8(bytesMax: number): Field<string> {
  return {
    read(wire, name) {
      if (typeof wire !== 'string' || !isUtf8Text(wire, bytesMax)) {
        throw malformed(name, utf8TextRule(bytesMax), 'another text');
      }
      return wire;
    },
    write: (value) => value,
  };
}

/** One of `words`, written as it is. */
export function oneWord<const W extends string>(words: readonly W[]): Field<W> {
  return {
    read(wire, name) {
      const found = words.find((one) => one === wire);
      // The value is not repeated in the error: it may be hostile.
      if (found === undefined) throw malformed(name, `one of ${words.join(', ')}`, 'another text');
      return found;
    },
    write: (value) => value,
  };
}

/** One of `words`, each the name of a number of a protobuf enum. */
export function choice<const W extends Readonly<Record<string, number>>>(words: W): Field<keyof W & string> {
  const byNumber = new Map(Object.entries(words).map(([word, number]) => [number, word]));
  return {
    read(wire, name) {
      const word = typeof wire === 'number' ? byNumber.get(wire) : undefined;
      if (word === undefined) throw malformed(name, `one of ${Object.keys(words).join(', ')}`, String(wire));
      return word;
    },
    write: (word) => (words[word] === 0 ? undefined : words[word]),
  };
}

/** `least` to `most` items. */
export function list<T>(item: Field<T>, most: number, least = 0): Field<T[]> {
  return {
    read(wire, name) {
      if (!Array.isArray(wire) || wire.length < least || wire.length > most) {
        throw malformed(name, `${least} to ${most} items`, Array.isArray(wire) ? `${wire.length}` : 'none');
      }
      return wire.map((one: unknown, at) => item.read(one, `${name}[${at}]`));
    },
    write: (values) => (values.length === 0 ? undefined : values.map((value) => item.write(value))),
  };
}

/** Up to `most` byte strings of `item`, in ascending order, without duplicates. */
export function ascending(item: Field<Uint8Array>, most: number): Field<Uint8Array[]> {
  const items = list(item, most);
  return {
    read(wire, name) {
      const values = items.read(wire, name);
      const disorder = values.findIndex(
        (value, at) => at > 0 && Buffer.compare(values[at - 1] ?? value, value) >= 0,
      );
      if (disorder > 0)
        throw malformed(`${name}[${disorder}]`, 'more than the one before it', 'less, or the same');
      return values;
    },
    write: items.write,
  };
}
