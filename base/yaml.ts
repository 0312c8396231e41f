import type { SealcamError } from './errors.ts';

/** Bounds of a file that a person writes. The parser calls itself for each level, and is at its end at some thousands. */
const yamlLimits = {
  bytesMax: 1_048_576,
  /** Brackets that are open at once, and the column at which the first word of a line is: each level takes one. */
  bracketsMax: 64,
  columnsMax: 256,
} as const;

/** `parseDocument` of the package `yaml`, which the caller hands over, as base imports no package. */
type ParseYaml = (
  text: string,
  options: { uniqueKeys: true; logLevel: 'error' },
) => {
  readonly errors: readonly { readonly code: string; readonly message: string }[];
  toJS(options: { maxAliasCount: number }): unknown;
};

/**
 * The content of a YAML file that a person writes: one document of at most 1 MiB, in UTF-8, without aliases, of which a few
 * can stand for a document of any size.
 * @param refuse makes the error for a file whose `problem` is said in words that follow the file's name.
 */
export function readYaml(
  parse: ParseYaml,
  file: Uint8Array | string,
  refuse: (problem: string, cause?: unknown) => SealcamError,
): unknown {
  const bytes = Buffer.byteLength(file);
  if (bytes > yamlLimits.bytesMax)
    throw refuse(`has ${bytes} bytes, at most ${yamlLimits.bytesMax} are read`);
  const text = typeof file === 'string' ? file : utf8Of(file, refuse);
  if (isDeep(text)) throw refuse('is nested too deeply: no such file needs that');
  try {
    // Warnings would print the content of the file.
    const document = parse(text, { uniqueKeys: true, logLevel: 'error' });
    const [error] = document.errors;
    if (error !== undefined) {
      throw refuse(
        error.code === 'MULTIPLE_DOCS'
          ? 'holds several YAML documents: keep one, without a line of "---" after it'
          : `is not YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}`,
      );
    }
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof ReferenceError) throw refuse('uses YAML aliases: write the values out', error);
    throw error;
  }
}

/** Whether `text` may be nested beyond the bounds; brackets and indentation in a text count too. */
function isDeep(text: string): boolean {
  const { bracketsMax, columnsMax } = yamlLimits;
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = '[{'.includes(bracket) ? open + 1 : Math.max(0, open - 1);
    if (open > bracketsMax) return true;
  }
  return text.split('\n').some((line) => (/[^ ?:-]/.exec(line)?.index ?? line.length) > columnsMax);
}

function utf8Of(bytes: Uint8Array, refuse: (problem: string, cause?: unknown) => SealcamError): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse('is not UTF-8: save it in that encoding', cause);
  }
}
