import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { defaultVideo } from '../../../hardware-sim/simulator.ts';

// An installed package has what its programs read at run time.

const root = resolve(import.meta.dirname, '../../../..');
const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
const isPacked = (path: string): boolean =>
  files.some((each) => path === each || path.startsWith(`${each}/`));

const rooms = ['agency', 'agent', 'base', 'cli', 'hardware-sim', 'scenario', 'station'];
const sources = rooms.flatMap((room) =>
  readdirSync(join(root, 'dist', room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(root, 'dist', room, name), 'utf8')),
);
const found = (pattern: RegExp): string[] =>
  sources.flatMap((text) => [...text.matchAll(pattern)].map(([, path = '']) => path));

t.test('the package holds each folder and file that a program names', async (t) => {
  const named = new Set([
    ...found(/join\(packageFolder, '([^']+)'/g),
    ...found(/import\.meta\.dirname, '..\/..\/([^']+)'/g),
  ]);
  t.ok(named.has('hardware-sim/scenarios') && named.has('hardware-sim/clips/default.mp4'), [...named].join());
  for (const path of named) t.ok(isPacked(path), path);
});

t.test('a path from a source leads to the same place in the bundled program', async (t) => {
  // The bundle is one folder, two below package.json: what a source finds in its own folder must be there too.
  const beside = found(/new URL\('([^']+)', import\.meta\.url\)/g);
  t.ok(beside.includes('./key-child.js'), beside.join());
  for (const path of beside) t.ok(existsSync(resolve(root, 'dist/program', path)), path);
  t.same(
    found(/import\.meta\.dirname(?!, '\.\.\/\.\.(?:'|\/[^.]))(.{20})/g),
    [],
    'folders are counted from packageFolder',
  );
});

t.test('and what it names exists', async (t) => {
  t.ok(existsSync(defaultVideo));
  for (const path of files) t.ok(existsSync(join(root, path)), path);
});
