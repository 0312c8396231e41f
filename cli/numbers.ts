import { usage } from './command.ts';

/** The whole number of an option, within its bounds; undefined if it was not given. @throws `USAGE`. */
export function wholeNumber(
  option: string,
  given: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (given === undefined) return undefined;
  const number = Number(given);
  if (/^\d{1,15}$/.test(given) && number >= least && number <= most) return number;
  throw usage(`"--${option}" is "${given}": give a whole number from ${least} to ${most}`);
}
