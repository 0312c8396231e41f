import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './process.mjs';

/**
 * Bundles test files, so that each starts in half the time: it loads a few files in place of hundreds, most of which are tap's and
 * those of packages in CommonJS. Each still has a process of its own, and each module is evaluated once in it.
 * @param {readonly string[]} files sources of tests, as paths from the project's folder
 * @param {string} tree where `dist` is, in which the tests find programs and data; and `node_modules`
 * @returns `fileOf(source)`, the path of a test's bundle; `inSources(text)`, with the places in bundles that a text names as places in
 *   their sources; and `remove()`
 */
export async function bundleTests(files, tree = root) {
  // Loaded here, not above: the packages may not be installed yet when this file is read.
  const { build } = await import('esbuild');
  const folder = ownFolder(join(tree, bundles));
  const options = {
    absWorkingDir: root,
    outbase: root,
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Read only when a test fails: Node would spend as long on reading them at each start as on the rest.
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'warning',
    // As in the bundle of the program.
    alias: { 'readable-stream': 'node:stream' },
    // What is compiled for this machine, what finds parts of itself next to it, and this package by its name.
    external: [
      '@serialport/bindings-cpp',
      'pkcs11js',
      '#addon',
      'axe-core',
      'playwright-core',
      'sealcam',
      'typescript',
    ],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
    },
    plugins: [whereCompiled(tree)],
  };
  // What several bundles share may be evaluated before what a bundle has alone, so these share nothing.
  const isFirst = (file) => evaluatedFirst.test(readFileSync(join(root, file), 'utf8'));
  await build({ ...options, entryPoints: files.filter((file) => !isFirst(file)), splitting: true });
  await build({ ...options, entryPoints: files.filter(isFirst), splitting: false });
  return {
    fileOf: (file) => join(folder, file.replace(/ts$/, 'js')),
    inSources: (text) =>
      text
        .replaceAll(/(dist\/tests\/run-[^\s:()]+\.js):(\d+):(\d+)/g, placeInSource)
        // Calls within tap, which it leaves out by itself where it knows its own files.
        .replaceAll(/^ +\S.*node_modules\/@tapjs\/.*\n/gm, ''),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A module that must be evaluated before the others that a test imports. */
const evaluatedFirst = /^import '[^']*\/testing-addon\.ts';$/m;

/** Where bundles are in a tree. */
export const bundles = 'dist/tests';

/** A folder for this run, as another one may be under way in this clone. What runs that were killed have left is removed. */
function ownFolder(parent) {
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent))
    if (!existsSync(`/proc/${name.slice('run-'.length)}`))
      rmSync(join(parent, name), { recursive: true, force: true });
  const folder = join(parent, `run-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

/** Has each module of ours find programs and data from where tsc puts it. */
const whereCompiled = (tree) => ({
  name: 'where-compiled',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta.')) return undefined;
      const compiled = join(tree, 'dist', relative(root, path).replace(/ts$/, 'js'));
      const values = {
        dirname: dirname(compiled),
        filename: compiled,
        url: pathToFileURL(compiled).href,
      };
      const contents = text.replaceAll(/\bimport\.meta\.(dirname|filename|url)\b/g, (_, key) =>
        JSON.stringify(values[key]),
      );
      return { contents, loader: 'ts' };
    });
  },
});

const maps = new Map();

function placeInSource(place, file, line, column) {
  try {
    const map = maps.get(file) ?? new SourceMap(JSON.parse(readFileSync(join(root, `${file}.map`), 'utf8')));
    maps.set(file, map);
    const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column - 1);
    const source = relative(root, join(root, dirname(file), originalSource));
    return `${source}:${originalLine + 1}:${originalColumn + 1}`;
  } catch {
    // A place that no source explains is better than none.
    return place;
  }
}
