import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';

// What every byte of evidence passes through must stay small enough to be read in an afternoon.

const linesMax = 1_200;
const sources = resolve(import.meta.dirname, '../../../../native/src');

/** Lines that are neither blank nor comment: these sources have no comment within a line of code's string. */
function linesOfCode(text: string): number {
  const bare = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return bare.split('\n').filter((line) => line.trim() !== '').length;
}

t.test(`the C core has no more than ${linesMax} lines of code`, async (t) => {
  const files = ['core', 'arch'].flatMap((folder) =>
    readdirSync(resolve(sources, folder)).map((name) => resolve(sources, folder, name)),
  );
  const lines = files
    .map((file) => linesOfCode(readFileSync(file, 'utf8')))
    .reduce((sum, one) => sum + one, 0);
  t.comment(`${lines} lines in ${files.length} files`);
  t.ok(lines > 500 && lines <= linesMax, `${lines} lines`);
  t.equal(linesOfCode('int a; /* one\n\n   two */\n\n// three\nint b; // four\n'), 2);
});
