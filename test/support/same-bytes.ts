import type t from 'tap';

/**
 * Asserts that two arrays hold the same bytes. `t.same` lays out every byte as a line of text before it compares, also where all are
 * alike: for a file of some hundred kilobytes that takes seconds.
 */
export function sameBytes(
  test: Pick<typeof t, 'ok'>,
  found: Uint8Array,
  wanted: Uint8Array,
  what?: string,
): void {
  const at = found.findIndex((byte, index) => byte !== wanted[index]);
  const lengths = `${found.length} bytes, expected ${wanted.length}`;
  const differs = at < 0 ? lengths : `${lengths}, different at ${at}`;
  test.ok(Buffer.compare(found, wanted) === 0, `${what ?? 'the same bytes'}: ${differs}`);
}
