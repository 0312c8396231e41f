/**
 * The rule for one field: how its value is checked when it is read, and what protobufjs is given when it is written.
 * Each message of the link, and each statement of the evidence, is one table of such fields.
 */
export interface Field<T> {
  /** The checked value; throws a SealcamError that names the field, what was expected and what was received. */
  read(wire: unknown, name: string): T;
  /** What protobufjs's `encode` takes for `value`; undefined leaves the field out. */
  write(value: T): unknown;
}

/** The fields of one message, by their names in the generated code. */
export type Fields = Readonly<Record<string, Field<never> | Field<unknown>>>;
/** The value that a set of fields describes. */
export type Value<F> = { -readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** What reads and writes a whole message, by its fields. */
export interface Table<T> {
  read(source: Readonly<Record<string, unknown>>, path: string): T;
  write(value: T): object;
}

/**
 * The table of `fields`.
 * @param nameOf how errors name the field `key` of the message that they call `path`.
 */
export function fieldTable<F extends Fields>(
  fields: F,
  nameOf: (path: string, key: string) => string,
): Table<Value<F>> {
  const entries = Object.entries(fields) as [string, Field<unknown>][];
  return {
    read(source, path) {
      const target: Record<string, unknown> = {};
      for (const [key, field] of entries) target[key] = field.read(source[key], nameOf(path, key));
      return target as Value<F>;
    },
    write(value) {
      const source = value as Record<string, unknown>;
      const target: Record<string, unknown> = {};
      for (const [key, field] of entries) {
        const wire = field.write(source[key]);
        if (wire !== undefined) target[key] = wire;
      }
      return target;
    },
  };
}
