// The kinds of fields in the link's messages. A value that breaks its rule is refused with `LINK_MESSAGE`, which names
// the field as the .proto file does. protobufjs omits a field that has its default value.
import { SealcamError } from '../../base/errors.ts';
import { type Field, type Fields, fieldTable, type Value } from '../field-table.ts';
import { type Int64Field, i64, toSafe, u64 } from '../int64.ts';
import { linkLimits } from './limits.ts';

/** The error of a field, by its name in the .proto file. */
export function broken(field: string, expected: string, got: unknown): SealcamError {
  return new SealcamError('LINK_MESSAGE', `"${field}": expected ${expected}, got ${String(got)}`);
}

/** The number, if it is from `min` to `max`, both included. */
export function within(field: string, value: number, min: number, max: number): number {
  // Written so that NaN fails too.
  if (!(value >= min && value <= max)) throw broken(field, `${min} to ${max}`, value);
  return value;
}

/** A number of 32 bits, or a fraction, from `min` to `max`, both included. */
export function number(min: number, max: number): Field<number> {
  return {
    read: (wire, name) => within(name, typeof wire === 'number' ? wire : 0, min, max),
    write: (value) => value,
  };
}

/** An unsigned number of 64 bits, from `min` to `max`, both included. */
export function count(min: number, max: number): Field<number> {
  return {
    read: (wire, name) => within(name, toSafe(wire as Int64Field, name), min, max),
    write: (value) => u64(value),
  };
}

/** A signed number of 64 bits, at most `most` in either direction. */
export function signed(most: number): Field<number> {
  return {
    read: (wire, name) => within(name, toSafe(wire as Int64Field, name), -most, most),
    write: (value) => i64(value),
  };
}

/** True or false. */
export const flag: Field<boolean> = { read: (wire) => wire === true, write: (value) => value };

/** Bytes of any length: a view into the frame, valid only as long as the frame. */
export const view: Field<Uint8Array> = {
  read: (wire) => (wire instanceof Uint8Array ? wire : new Uint8Array(0)),
  write: (value) => value,
};

/** A copy of exactly `length` bytes, or of none if `orNone`. */
export function bytes(length: number, orNone = false): Field<Uint8Array> {
  return {
    read(wire, name) {
      const found = view.read(wire, name);
      if (found.length !== length && !(orNone && found.length === 0))
        throw broken(name, `${length} bytes`, found.length);
      // These outlive the frame in which they arrived.
      return found.slice();
    },
    write: (value) => value,
  };
}

/** A short text (UTF-8 bytes) without control characters. */
export const text: Field<string> = {
  read(wire, name) {
    const given = typeof wire === 'string' ? wire : '';
    const length = Buffer.byteLength(given);
    if (length > linkLimits.textBytesMax) {
      throw broken(name, `at most ${linkLimits.textBytesMax} bytes`, length);
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\u0000-\u001f\u007f]/.test(given)) throw broken(name, 'printable text', JSON.stringify(given));
    return given;
  },
  write: (value) => value,
};

/** One of `words`, which name the numbers of an enum; any other number is refused. */
export function word<const W extends Readonly<Record<string, number>>>(words: W): Field<keyof W & string> {
  const byNumber = new Map(Object.entries(words).map(([name, number]) => [number, name]));
  return {
    read(wire, name) {
      const found = byNumber.get(Number(wire));
      if (found === undefined) throw broken(name, [...byNumber.keys()].join(', '), wire);
      return found;
    },
    write: (value) => words[value],
  };
}

/** At most `most` entries; errors name the list. */
export function list<T>(item: Field<T>, most: number): Field<readonly T[]> {
  return {
    read(wire, name) {
      const all: readonly unknown[] = Array.isArray(wire) ? wire : [];
      if (all.length > most) throw broken(name, `at most ${most} entries`, all.length);
      return all.map((one) => item.read(one, name));
    },
    write: (values) => values.map((value) => item.write(value)),
  };
}

/** An optional field: undefined if absent. */
export function optional<T>(present: Field<T>): Field<T | undefined> {
  return {
    read: (wire, name) => (wire === null || wire === undefined ? undefined : present.read(wire, name)),
    write: (value) => (value === undefined ? undefined : present.write(value)),
  };
}

/**
 * A message inside another, or the whole payload of a frame.
 * @param check the rules between its fields; throws {@link broken}.
 */
export function message<F extends Fields>(
  fields: F,
  check: (value: Value<F>, name: string) => void = () => {},
): Field<Value<F>> {
  const snake = new Map(Object.keys(fields).map((key) => [key, snakeCase(key)]));
  const table = fieldTable(fields, (_, key) => snake.get(key) ?? key);
  return {
    read(wire, name) {
      const value = table.read(wire as Readonly<Record<string, unknown>>, name);
      check(value, name);
      return value;
    },
    write: table.write,
  };
}

/** `inner`, converted to the form that the rest of the program uses. */
export function shaped<W, T>(inner: Field<W>, shape: (wire: W) => T, unshape: (value: T) => W): Field<T> {
  return {
    read: (wire, name) => shape(inner.read(wire, name)),
    write: (value) => inner.write(unshape(value)),
  };
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
