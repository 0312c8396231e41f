import { printable, printableJson } from '../base/printable.ts';

// What the commands print for people and programs. Any line may contain file names and other text that
// outsiders chose.

/** Prints sentences, a line each. Hand over a list as it is: what is spread into a call may be too much for the stack. */
export function say(...sentences: readonly (string | readonly string[])[]): void {
  process.stdout.write(
    sentences
      .flat()
      .map((sentence) => `${printable(sentence)}\n`)
      .join(''),
  );
}

/** Prints an error on one line of the error output. */
export function sayError(sentence: string): void {
  process.stderr.write(`${printable(sentence)}\n`);
}

/** Prints a value as JSON, laid out over several lines unless `indent` is 0; bytes as hexadecimal digits. */
export function sayJson(value: unknown, indent = 2): void {
  process.stdout.write(`${printableJson(JSON.stringify(value, jsonValue, indent))}\n`);
}

function jsonValue(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}

/** A time as people and programs read it: ISO 8601, UTC, whole milliseconds. */
export function timeWords(utcUs: number): string {
  const date = new Date(utcUs / 1000);
  return Number.isNaN(date.getTime()) ? `${utcUs} us` : date.toISOString();
}
