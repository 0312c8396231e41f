import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '../../../..');
const text = readFileSync(join(root, 'package-lock.json'), 'utf8');

type Locked = { version?: string; integrity?: string; optionalDependencies?: Record<string, string> };
type Manifest = Partial<Record<'dependencies' | 'devDependencies', Record<string, string>>>;

const packages: Record<string, Locked> = JSON.parse(text).packages;
const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

t.test('names no registry', async (t) => {
  t.notMatch(text, /"resolved"/);
  t.notMatch(text, /registry\./);
});

t.test('locks what another platform needs, or `npm ci` refuses it', async (t) => {
  let optional = 0;
  for (const [path, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const name of Object.keys(optionalDependencies)) {
      optional += 1;
      const locked = packages[`${path}/node_modules/${name}`] ?? packages[`node_modules/${name}`];
      if (locked?.version === undefined) t.fail(`${name}, an optional part of ${path}, is not locked`);
    }
  }
  t.ok(optional > 20, `${optional} optional parts`);
});

t.test('holds the hash of every package that Linux installs', async (t) => {
  for (const [path, { integrity }] of Object.entries(packages)) {
    if (path === '' || integrity !== undefined) continue;
    // The registries at hand do not carry the formatter's other builds, so no one here could hash them.
    t.match(
      path,
      /^node_modules\/@biomejs\/cli-(android|darwin|win32|linux-\w+-musl)/,
      `${path} has no hash`,
    );
  }
});

t.test('every package is pinned to one version', async (t) => {
  for (const kind of ['dependencies', 'devDependencies'] as const) {
    for (const [name, version] of Object.entries(manifest[kind] ?? {})) {
      t.match(version, /^\d+\.\d+\.\d+$/, `${name} ${version}`);
    }
  }
});
