import type { Ran } from './sealcam.ts';

/** What of a test is needed to hear what is printed. */
export interface Listener {
  capture(object: object, name: string, instead: () => boolean): Captured;
}
type Captured = { (): { args: unknown[] }[]; restore(): void };

/** Runs a command's `run` in this process, which is faster than one of its own; gives what it printed. */
export async function ranHere(
  t: Listener,
  run: (args: string[]) => Promise<number>,
  ...args: string[]
): Promise<Ran> {
  const out = t.capture(process.stdout, 'write', () => true);
  const error = t.capture(process.stderr, 'write', () => true);
  try {
    const code = await run(args);
    const text = (heard: Captured): string =>
      heard()
        .map(({ args: [line] }) => String(line))
        .join('');
    return { code, out: text(out), error: text(error) };
  } finally {
    out.restore();
    error.restore();
  }
}
