import { fstatSync } from 'node:fs';
import { type Action, parseControlLine } from './actions.ts';

/** A line of control is a few words; whoever sends more without an end of line means something else. */
const lineCharsMax = 65_536;

/** What each key does; `unplug` pulls the plug or puts it back, `lamp` breaks the lamp or mends it. */
const keys: Readonly<Record<string, Action | 'unplug' | 'lamp'>> = {
  s: { does: 'press', button: 'start', on: undefined },
  x: { does: 'press', button: 'stop', on: undefined },
  b: { does: 'press', button: 'bookmark', on: undefined },
  m: { does: 'press', button: 'mute', on: undefined },
  d: { does: 'press', button: 'dwelling', on: undefined },
  l: 'lamp',
  u: 'unplug',
  r: { does: 'report' },
  q: { does: 'quit' },
  // In raw mode the terminal makes no signal of Ctrl-C, and no end of Ctrl-D.
  '\u0003': { does: 'quit' },
  '\u0004': { does: 'quit' },
};

/** The terminal that a person sits at. */
export interface Keyboard extends NodeJS.ReadableStream {
  /** True for each key as it is pressed, without an end of line. */
  setRawMode(raw: boolean): unknown;
}

/** Who takes the orders. */
export interface Ordered {
  readonly perform: (action: Action) => void;
  /** A line that is no order; the others are followed nevertheless. */
  readonly refuse: (error: unknown) => void;
}

/** Takes orders from a person's keys. @returns what gives the keyboard back. */
export function takeKeys(input: Keyboard, { perform }: Ordered): () => void {
  const broken = { unplug: false, lampBroken: false };
  const turn = (fault: keyof typeof broken): Action => {
    broken[fault] = !broken[fault];
    return { does: 'fault', change: { fault, on: broken[fault] } };
  };
  const take = (chunk: Buffer): void => {
    for (const key of chunk.toString('latin1')) {
      const order = keys[key];
      if (order === undefined) continue;
      if (order === 'unplug') perform(turn('unplug'));
      else if (order === 'lamp') perform(turn('lampBroken'));
      else perform(order);
    }
  };
  input.setRawMode(true);
  input.on('data', take);
  return () => {
    input.off('data', take);
    input.setRawMode(false);
    input.pause();
  };
}

/**
 * Takes orders as JSON, one a line. The end of a pipe or a socket means that whoever gave them is gone, and that it is
 * time to quit; the end of anything else, as of /dev/null, means nothing. @returns what leaves the input alone.
 */
export function takeLines(
  input: NodeJS.ReadableStream & { readonly fd?: number },
  { perform, refuse }: Ordered,
): () => void {
  let rest = '';
  const follow = (line: string): void => {
    if (line.trim() === '') return;
    try {
      perform(parseControlLine(line));
    } catch (error) {
      refuse(error);
    }
  };
  const take = (chunk: Buffer | string): void => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharsMax) {
      lines.push(rest.slice(0, lineCharsMax));
      rest = '';
    }
    for (const line of lines) follow(line);
  };
  const end = (): void => {
    follow(rest);
    rest = '';
    if (input.fd === undefined || isPipe(input.fd)) perform({ does: 'quit' });
  };
  input.on('data', take);
  input.on('end', end);
  return () => {
    input.off('data', take);
    input.off('end', end);
    input.pause();
  };
}

function isPipe(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket();
}
