import type t from 'tap';
import { sealcam } from '../support/sealcam.ts';

/** Runs one wrong command line: it must end with `code`, print one sentence like `sentence`, and nothing else. */
export async function refusal(
  tap: Pick<typeof t, 'equal' | 'match'>,
  name: string,
  words: string[],
  code: number,
  sentence: RegExp,
): Promise<void> {
  const ran = await sealcam(...words);
  tap.equal(ran.code, code, `${name}: ${ran.error}`);
  tap.match(ran.error, sentence, name);
  tap.match(ran.error, /^sealcam [a-z]+: [^\n]+\n$/, `${name}: one line`);
  tap.equal(ran.out, '', `${name}: nothing else`);
}
