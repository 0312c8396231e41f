/**
 * What FORMAT.md calls *utf8 N*: names and reasons in people's own languages. It refuses everything that lets a
 * text look different from what it is: control characters, marks that reorder text (bidi), line and paragraph
 * separators, and halves of surrogate pairs, which UTF-8 cannot hold.
 */
const refused = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u;

/** Whether `text` has 1 to `bytesMax` bytes in UTF-8 and none of the refused characters. */
export function isUtf8Text(text: string, bytesMax: number): boolean {
  // A text has at most as many UTF-16 units as UTF-8 bytes, so a long one is refused without reading it.
  if (text.length === 0 || text.length > bytesMax) return false;
  return Buffer.byteLength(text) <= bytesMax && !refused.test(text);
}

/** The rule of {@link isUtf8Text}, for error messages. */
export function utf8TextRule(bytesMax: number): string {
  return `1 to ${bytesMax} bytes of UTF-8 without control, bidirectional or line-separator characters`;
}
