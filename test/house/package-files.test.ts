import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import t from 'tap';
import { defaultVideo } from '../../hardware-sim/simulator.ts';

// An installed package has what its programs read at run time.

const root = resolve(import.meta.dirname, '../../..');
const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
const isPacked = (path: string): boolean =>
  files.some((each) => path === each || path.startsWith(`${each}/`));

/** Folders and files of the clone that a compiled source names by a path out of `dist`. */
function namedBy(source: string): string[] {
  const text = readFileSync(source, 'utf8');
  return [...text.matchAll(/import\.meta\.dirname, '((?:\.\.\/)+[^']+)'/g)].map(([, path = '']) =>
    relative(root, resolve(source, '..', path)),
  );
}

t.test('the package holds each folder and file that a program names', async (t) => {
  const rooms = ['agency', 'agent', 'base', 'cli', 'hardware-sim', 'scenario', 'station'];
  const sources = rooms.flatMap((room) =>
    readdirSync(join(root, 'dist', room), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .map((name) => join(root, 'dist', room, name)),
  );
  const named = new Set(sources.flatMap(namedBy));
  t.ok(named.has('hardware-sim/scenarios') && named.has('hardware-sim/clips/default.mp4'), [...named].join());
  for (const path of named) t.ok(isPacked(path), path);
});

t.test('and what it names exists', async (t) => {
  t.ok(existsSync(defaultVideo));
  for (const path of files) t.ok(existsSync(join(root, path)), path);
});
