import type { ParseArgsConfig } from 'node:util';
import { parseWords, runCommand, usage } from '../command.ts';
import { say } from '../output.ts';
import { Passphrases, passphraseOptions } from '../passphrase.ts';

// How the words of `sealcam provision ACTION` become a call.

/** The options of an action, as given. */
export type ProvisionWords = { readonly [name: string]: string | readonly string[] | boolean | undefined };

/** The actions by their names. */
export type ProvisionActions = Readonly<Record<string, ProvisionAction>>;

/** What one action takes, and does. */
export interface ProvisionAction {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Options that may come more than once. */
  readonly repeated: readonly string[];
  /** Options without a value. */
  readonly flags?: readonly string[];
  /** Makes a private key that people hold, which a passphrase protects. */
  readonly makesKey?: boolean;
  /** Runs the action, and returns what to print. */
  readonly run: (words: ProvisionWords, passphrases: Passphrases) => Promise<string | readonly string[]>;
}

/**
 * Runs an action and prints the result, or one sentence on what is wrong.
 * @param workFactor of scrypt for new keys: see `KeyLock`.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage.
 */
export function runAction(
  actions: ProvisionActions,
  help: string,
  args: string[],
  workFactor?: number,
): Promise<number> {
  const [name, ...rest] = args;
  return runCommand('provision', help, args, async () => {
    const action = name !== undefined && Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) {
      const words = Object.keys(actions).join(', ');
      throw usage(
        `${name === undefined ? 'What to provision is missing' : `"${name}" is unknown`}: give one of ${words}`,
      );
    }
    const words = parse(action, rest);
    const said = await action.run(words, new Passphrases(wordIn(words, 'passphrase-fd'), workFactor));
    say(said);
    return 0;
  });
}

function parse(action: ProvisionAction, args: string[]): ProvisionWords {
  const options: NonNullable<ParseArgsConfig['options']> = { ...passphraseOptions };
  if (action.makesKey === true) options['no-passphrase'] = { type: 'boolean' };
  for (const option of [...action.required, ...action.optional]) options[option] = { type: 'string' };
  for (const option of action.flags ?? []) options[option] = { type: 'boolean' };
  for (const option of action.repeated) options[option] = { type: 'string', multiple: true };
  const { values, positionals } = parseWords('provision', args, options);
  if (positionals.length > 0)
    throw usage(`"${positionals[0]}" is one word too many: see "sealcam provision --help"`);
  for (const option of action.required) {
    if (values[option] === undefined) throw usage(`"--${option}" is missing: see "sealcam provision --help"`);
  }
  return values as ProvisionWords;
}

/** An option that must be there. */
export function wordOf(words: ProvisionWords, name: string): string {
  const value = wordIn(words, name);
  if (value === undefined) throw usage(`"--${name}" is missing: see "sealcam provision --help"`);
  return value;
}

/** An option that may be there. */
export function wordIn(words: ProvisionWords, name: string): string | undefined {
  const value = words[name];
  return typeof value === 'string' ? value : undefined;
}

/** An option that may be there several times. */
export function wordsIn(words: ProvisionWords, name: string): readonly string[] {
  const value = words[name];
  return typeof value === 'object' ? value : [];
}
