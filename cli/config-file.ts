import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { parseDocument } from 'yaml';
import { SealcamError } from '../base/errors.ts';
import { readSmallFile } from './files.ts';

/**
 * Reads a daemon's configuration: one YAML file, checked by its room's schema.
 * @returns the configuration, and how to resolve a path in it: relative paths count from the file's folder.
 * @throws SealcamError `CONFIG_INVALID`, which names the key, its value and what is allowed; and what reading
 *   the file throws.
 */
export async function readConfig<S extends v.GenericSchema>(
  path: string,
  schema: S,
): Promise<{ readonly config: v.InferOutput<S>; readonly at: (path: string) => string }> {
  const text = utf8Of(await readSmallFile(path), path);
  return { config: parseConfig(text, path, schema), at: (one) => resolve(dirname(path), one) };
}

/** A configuration in another encoding would put broken names into the evidence. */
function utf8Of(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SealcamError('CONFIG_INVALID', `${path} is not UTF-8: save it in that encoding`, { cause });
  }
}

/** As {@link readConfig}, for a text; errors call it `name`. */
export function parseConfig<S extends v.GenericSchema>(
  text: string,
  name: string,
  schema: S,
): v.InferOutput<S> {
  // Warnings would print the content of the file.
  const document = parseDocument(text, { uniqueKeys: true, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) {
    const several = error.code === 'MULTIPLE_DOCS';
    const why = several
      ? 'holds several YAML documents: keep one, without a line of "---" after it'
      : `is not YAML: ${error.message.split('\n')[0]?.replace(/:$/, '')}`;
    throw new SealcamError('CONFIG_INVALID', `${name} ${why}`);
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 0 });
  } catch (cause) {
    throw new SealcamError('CONFIG_INVALID', `${name} uses YAML aliases: write the values out`, { cause });
  }
  const result = v.safeParse(schema, content);
  if (result.success) return result.output;
  throw new SealcamError(
    'CONFIG_INVALID',
    `${name}: ${issueWords(result.issues.find(isUnknownKey) ?? result.issues[0])}`,
  );
}

function isUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function issueWords(issue: v.BaseIssue<unknown>): string {
  const key = v.getDotPath(issue) ?? 'the file';
  if (isUnknownKey(issue)) {
    return `"${key}" is not a key of this configuration: remove it, or see the commented example`;
  }
  if (issue.input === undefined) return `"${key}" is missing: see the commented example`;
  const value = JSON.stringify(issue.input).slice(0, 80);
  // Our own rules say in words what they expect; for the library's, give the expected type.
  const ours = !issue.message.startsWith('Invalid ');
  return `"${key}" is ${value}: ${ours ? issue.message : `expected ${issue.expected ?? issue.type}`}`;
}
