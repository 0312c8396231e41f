import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { parseDocument } from 'yaml';
import { SealcamError } from '../base/errors.ts';
import { readYaml } from '../base/yaml.ts';
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
  const bytes = await readSmallFile(path);
  return { config: parseConfig(bytes, path, schema), at: (one) => resolve(dirname(path), one) };
}

/** As {@link readConfig}, for the content of a file; errors call it `name`. */
export function parseConfig<S extends v.GenericSchema>(
  file: Uint8Array | string,
  name: string,
  schema: S,
): v.InferOutput<S> {
  // In another encoding it would put broken names into the evidence.
  const content = readYaml(
    parseDocument,
    file,
    (problem, cause) => new SealcamError('CONFIG_INVALID', `${name} ${problem}`, { cause }),
  );
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new SealcamError('CONFIG_INVALID', `${name} holds no keys: begin with the commented example`);
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
  const { input } = issue;
  const value = (typeof input === 'number' ? `${input}` : JSON.stringify(input)).slice(0, 80);
  // Our own rules say in words what they expect; for the library's, give the expected type.
  const ours = !issue.message.startsWith('Invalid ');
  return `"${key}" is ${value}: ${ours ? issue.message : `expected ${issue.expected ?? issue.type}`}`;
}
