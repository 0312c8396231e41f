import { fstatSync } from 'node:fs';
import { type Action, parseControlLine } from '../actions.ts';
import { simLimits } from '../limits.ts';

/** What each key does; `unplug` pulls the plug or puts it back, `lamp` breaks or repairs the lamp. */
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
  // In raw mode the terminal makes no signal of Ctrl-C, and no end of input of Ctrl-D.
  '\u0003': { does: 'quit' },
  '\u0004': { does: 'quit' },
};

/** The terminal of a person. */
export interface Keyboard extends NodeJS.ReadableStream {
  /** True if each key is delivered as it is pressed, without an end of line. */
  setRawMode(raw: boolean): unknown;
}

/** Receives the orders. */
export interface Ordered {
  readonly perform: (action: Action) => void;
  /** A line that is not an order; the others are still followed. */
  readonly refuse: (error: unknown) => void;
}

/** Takes orders from a person's keys. @returns a function that restores the keyboard. */
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
 * Takes orders as JSON, one per line. The end of a pipe or a socket means that the sender is gone, and that it is time
 * to quit; the end of anything else, such as /dev/null, means nothing. @returns a function that stops reading the
 * input.
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
    if (rest.length > simLimits.orderBytesMax) {
      lines.push(rest.slice(0, simLimits.orderBytesMax));
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
