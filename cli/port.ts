import { usage } from './command.ts';

/** The value of `--port`; 0, which takes a free one, if none was given. @throws SealcamError `USAGE`. */
export function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (/^\d{1,5}$/.test(text) && Number(text) < 2 ** 16) return Number(text);
  throw usage(`"--port" is "${text}": give a whole number below 65536`);
}
