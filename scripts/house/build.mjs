// Installs, builds and compiles what has changed. npm's own record says whether packages are missing; make and tsc find out by
// themselves what to do. As a program it ends with the exit code of the step that failed.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { filesBelow } from './files.mjs';
import { nodeHeaders } from './native-tree.mjs';
import { npm, root, run, say } from './process.mjs';

const json = (file) => JSON.parse(readFileSync(file, 'utf8'));

if (process.argv[1] === import.meta.filename) process.exitCode = await build({ tree: root, run, npm, say });

/**
 * Builds the clone in the folder `tree` with these tools.
 * @returns the exit code of the step that failed; 0 if none did
 */
export async function build({ tree, run, npm, say }) {
  const clone = { at: (...names) => join(tree, ...names), run, npm, say };
  for (const step of [packages, addon, tokens, scripts, bundles]) {
    const code = await step(clone);
    if (code !== 0) return code;
  }
  return 0;
}

async function packages({ at, run, npm, say }) {
  if (areInstalled(at)) return 0;
  say('Installing the packages of package-lock.json (npm ci) ...');
  // Building and testing need the development dependencies, also where NODE_ENV=production would leave them out.
  const code = await npm(['ci', '--include=dev', '--no-fund', '--no-audit'], {});
  // Puts tap's test class together from the plugins that .taprc names; it is written into node_modules.
  return code || run(process.execPath, [at('node_modules/tap/dist/esm/run.mjs'), 'build'], { onOutput() {} });
}

/** Whether node_modules holds what package-lock.json asks for, by the record that npm keeps there. */
function areInstalled(at) {
  const record = at('node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const there = json(record).packages;
  const wanted = Object.entries(json(at('package-lock.json')).packages).filter(([path]) => path !== '');
  // npm leaves out an optional package that is made for another system.
  return wanted.every(
    ([path, { version, optional }]) => there[path]?.version === version || (optional && !there[path]),
  );
}

async function addon({ at, run, say }) {
  if (!existsSync(at('native/binding.gyp'))) return 0;
  if (!existsSync(at('native/build/Release/sealcam.node'))) say('Building the native addon (node-gyp) ...');
  const included = nodeHeaders();
  const headers = included && resolve(included, '../..');
  const nodeDir = headers === undefined ? [] : [`--nodedir=${headers}`];
  const commands = isConfiguredFor(at, headers) ? ['build'] : ['configure', 'build'];
  const args = [at('node_modules/node-gyp/bin/node-gyp.js'), ...commands, `--directory=${at('native')}`];
  let output = '';
  const code = await run(process.execPath, [...args, '--loglevel=warn', ...nodeDir], {
    // The addon is C: the C compiler can link it, so no C++ compiler is needed.
    env: { LINK: process.env.LINK || process.env.CC || 'cc' },
    onOutput: (text) => (output += text),
  });
  if (code !== 0) process.stderr.write(output);
  return code;
}

/** What reaches keys in tokens, if npm installed that: it is C++, and its package builds nothing by itself. */
async function tokens({ at, run, say }) {
  const folder = at('node_modules/pkcs11js');
  if (!existsSync(folder) || existsSync(join(folder, 'build/Release/pkcs11.node'))) return 0;
  say('Building pkcs11js, for keys in tokens (node-gyp) ...');
  const included = nodeHeaders();
  const headers = included === undefined ? [] : [`--nodedir=${resolve(included, '../..')}`];
  const tool = at('node_modules/node-gyp/bin/node-gyp.js');
  const args = [tool, 'rebuild', `--directory=${folder}`, '--loglevel=silent', ...headers];
  const code = await run(process.execPath, args, { onOutput() {} });
  if (code !== 0)
    say('It could not be built, which needs a C++ compiler: keys in tokens cannot be used here.');
  return 0;
}

/** Whether the makefiles were made here and for this Node. They see by themselves that binding.gyp has changed. */
function isConfiguredFor(at, headers) {
  const config = at('native/build/config.gypi');
  const makefile = at('native/build/Makefile');
  if (!existsSync(makefile) || !existsSync(config)) return false;
  // They name what they need by relative paths, which lead nowhere once the clone has been moved.
  if (!readFileSync(makefile, 'utf8').includes(config)) return false;
  return headers === undefined || readFileSync(config, 'utf8').includes(`"nodedir": "${headers}"`);
}

async function scripts({ at, run, say }) {
  const { include, exclude = [] } = json(at('tsconfig.json'));
  const left = exclude.map((folder) => `${at(folder)}/`);
  const sources = include
    .flatMap((folder) => filesBelow(at(folder), (name) => /(?<!\.d)\.[cm]?ts$/.test(name)))
    .filter((file) => !left.some((folder) => file.startsWith(folder)));
  const outputs = new Set(sources.map((file) => at('dist', relative(at(), file).replace(/ts$/, 'js'))));
  // tsc leaves the output of a source that was removed: a removed test would run on.
  const compiled = filesBelow(at('dist'), (name) => /\.[cm]?js(\.map)?$/.test(name), [
    'page',
    'program',
    'tests',
  ]);
  for (const file of compiled) if (!outputs.has(file.replace(/\.map$/, ''))) rmSync(file);
  if ([...outputs].some((file) => !existsSync(file))) {
    say('Compiling TypeScript (tsc) ...');
    // tsc trusts its own notes and would not write an output again that someone removed.
    rmSync(at('dist/.tsbuildinfo'), { force: true });
  }
  const pretty = String(process.stderr.isTTY ?? false);
  return run(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', '.', '--pretty', pretty]);
}

/** The command as ./sealcam runs it, and the page of the simulator's panel. */
function bundles({ at, run }) {
  return run(process.execPath, [at('scripts/bundle.mjs')]);
}
