/**
 * Control characters, line separators, characters that are invisible or change the direction of text, and
 * halves of characters.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * `text` on one line that a terminal shows as it is: text that others chose, such as a file's name, can neither
 * begin a line of its own nor move the cursor. Each invisible character becomes `\u{HEX}`, a line break `\n`.
 */
export function printable(text: string): string {
  return text.replace(unprintable, (character) =>
    character === '\n' ? '\\n' : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** JSON that a terminal shows as it is; a parser reads the same from it. */
export function printableJson(json: string): string {
  // JSON itself escapes the first 32; line breaks of its layout stay.
  return json.replace(unprintable, (character) => {
    if (character === '\n') return character;
    const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
  });
}
