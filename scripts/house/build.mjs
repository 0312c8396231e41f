import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow } from './files.mjs';
import { root, run } from './process.mjs';
import { digest } from './stamps.mjs';

const at = (...names) => join(root, ...names);

/** Packages, as the lock file says. */
export function packagesStep() {
  return {
    name: 'packages',
    doing: 'Installing the packages of package-lock.json (npm ci) ...',
    wanted: () => digest([at('package-lock.json')], process.platform, process.arch),
    present: () => existsSync(at('node_modules')),
    // What builds and tests is a development dependency: NODE_ENV=production must not leave it out.
    make: () => npm(['ci', '--include=dev', '--no-fund', '--no-audit']),
  };
}

function npm(args) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js')) return run(process.execPath, [script, ...args]);
  return run('npm', args);
}

/** The native addon. */
export function addonStep() {
  const inNative = (pattern) => filesBelow(at('native'), (name) => pattern.test(name));
  return {
    name: 'addon',
    doing: 'Building the native addon (node-gyp) ...',
    wanted: () =>
      existsSync(at('native/binding.gyp'))
        ? digest(inNative(/\.(c|h|S|gyp|gypi)$/), process.version, process.platform, process.arch)
        : undefined,
    present: () => existsSync(at('native/build/Release/sealcam.node')),
    make: () => {
      const headers = nodeHeaders();
      const nodeDir = headers === undefined ? [] : [`--nodedir=${headers}`];
      const gyp = at('node_modules/node-gyp/bin/node-gyp.js');
      const args = [gyp, 'rebuild', `--directory=${at('native')}`, '--loglevel=warn', ...nodeDir];
      // The addon is C: the compiler links it as well, and no C++ compiler need be there.
      return run(process.execPath, args, { env: { LINK: process.env.LINK || process.env.CC || 'cc' } });
    },
  };
}

/** The folder above `include/node` that came with this Node, or undefined where it came without headers. */
function nodeHeaders() {
  const folder = dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(folder, 'include/node/node_api.h')) ? folder : undefined;
}

/** JavaScript in `dist/` from the TypeScript sources. */
export function scriptsStep() {
  return {
    name: 'scripts',
    doing: 'Compiling TypeScript (tsc) ...',
    wanted: () =>
      digest([
        ...sources(),
        ...generated(),
        ...['tsconfig.json', 'package.json', 'package-lock.json'].map((name) => at(name)),
      ]),
    present: () => sources().every((source) => isDeclaration(source) || existsSync(outputOf(source))),
    make: async () => {
      for (const orphan of orphans()) rmSync(orphan);
      const lost = sources().some((source) => !isDeclaration(source) && !existsSync(outputOf(source)));
      // tsc trusts its own notes and would not write again an output that somebody removed.
      if (lost) rmSync(at('dist/.tsbuildinfo'), { force: true });
      return run(process.execPath, [
        at('node_modules/typescript/bin/tsc'),
        '-p',
        '.',
        '--pretty',
        String(process.stderr.isTTY ?? false),
      ]);
    },
  };
}

/** The folders that tsconfig.json includes. */
function sourceFolders() {
  return JSON.parse(readFileSync(at('tsconfig.json'), 'utf8')).include;
}

function sources() {
  return sourceFolders().flatMap((folder) => filesBelow(at(folder), (name) => /\.[cm]?ts$/.test(name)));
}

/** JavaScript that is kept beside the sources, with its declarations: what `#generated/*` names. */
function generated() {
  return filesBelow(at('proto/generated'), (name) => /\.[cm]?js$/.test(name));
}

const isDeclaration = (source) => /\.d\.[cm]?ts$/.test(source);

function outputOf(source) {
  return at('dist', source.slice(root.length + 1).replace(/ts$/, 'js'));
}

/** What lies in `dist/` and has no source any more: a test that was removed must not run on. */
function orphans() {
  const known = new Set(sources().map(outputOf));
  return filesBelow(at('dist'), (name) => /\.[cm]?js(\.map)?$/.test(name), ['node_modules']).filter(
    (file) => !known.has(file.replace(/\.map$/, '')),
  );
}

/** tap's own test class, put together for the plugins that `.taprc` names. */
export function testToolStep() {
  return {
    name: 'tap',
    wanted: () => digest([at('.taprc'), at('package-lock.json')]),
    present: () => true,
    make: () =>
      run(process.execPath, [at('node_modules/tap/dist/esm/run.mjs'), 'build'], { onOutput: () => {} }),
  };
}
