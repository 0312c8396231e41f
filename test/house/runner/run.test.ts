import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { runProcess, startProcess } from '../../support/process.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** Stands for npm: "installs" stand-ins of tsc and node-gyp that note their calls and do just enough. */
const fakeNpm = `
import { appendFileSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
appendFileSync('calls', 'npm ' + process.argv.slice(2).join(' ') + '\\n');
rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules/typescript/bin', { recursive: true });
mkdirSync('node_modules/.bin');
mkdirSync('node_modules/node-gyp/bin', { recursive: true });
mkdirSync('node_modules/tap/dist/esm', { recursive: true });
writeFileSync('node_modules/tap/dist/esm/run.mjs', '');
mkdirSync('node_modules/esbuild');
writeFileSync('node_modules/esbuild/package.json', '{ "type": "module", "main": "index.js" }');
writeFileSync('node_modules/esbuild/index.js', ${JSON.stringify(`
import { copyFileSync, mkdirSync } from 'node:fs';
export async function build({ entryPoints, outdir }) {
  mkdirSync(outdir, { recursive: true });
  for (const name of Object.keys(entryPoints)) copyFileSync('cli/main.ts', outdir + '/' + name + '.js');
  return { metafile: { outputs: {} } };
}
`)});
copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
writeFileSync('node_modules/typescript/bin/tsc', ${JSON.stringify(`
const fs = require('node:fs');
fs.appendFileSync('calls', 'tsc\\n');
if (fs.existsSync('hang')) {
  console.log('hanging');
  setInterval(() => fs.existsSync('hang') || process.exit(), 20);
}
else {
  if (fs.existsSync('broken')) process.exit(2);
  for (const name of fs.readdirSync('cli')) {
    fs.mkdirSync('dist/cli', { recursive: true });
    fs.copyFileSync('cli/' + name, 'dist/cli/' + name.replace(/ts$/, 'js'));
  }
}
`)});
writeFileSync('node_modules/node-gyp/bin/node-gyp.js', ${JSON.stringify(`
const fs = require('node:fs');
const commands = process.argv.slice(2).filter((arg) => /^[a-z]+$/.test(arg));
fs.appendFileSync('calls', 'gyp ' + commands.join(' ') + ' LINK=' + process.env.LINK + '\\n');
fs.mkdirSync('native/build/Release', { recursive: true });
fs.writeFileSync('native/build/Release/sealcam.node', '');
const nodedir = process.argv.find((arg) => arg.startsWith('--nodedir='))?.slice(10);
if (commands.includes('configure')) {
  fs.writeFileSync('native/build/Makefile', process.cwd() + '/native/build/config.gypi');
  fs.writeFileSync('native/build/config.gypi', '"nodedir": "' + nodedir + '"');
}
console.log('make: output of no interest');
`)});
`;

type Clone = {
  readonly at: (name: string) => string;
  readonly write: (name: string, text: string) => void;
  /** Runs the script and gives its end and the tools that it called, in order. */
  readonly run: (...args: string[]) => Promise<{ code: number | null; said: string; calls: string[] }>;
  readonly env: Record<string, string>;
};

/** A project like this one, small, whose tools are stand-ins. */
function clone(t: Test): Clone {
  const folder = t.testdir();
  const at = (name: string): string => join(folder, name);
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  cpSync(join(root, 'scripts'), at('scripts'), { recursive: true });
  write('fake/npm-cli.js', fakeNpm);
  write('package.json', '{ "type": "module" }');
  write('package-lock.json', '{ "packages": { "": {}, "node_modules/a": { "version": "1.0.0" } } }');
  write('node_modules/.keep', '');
  write('tsconfig.json', '{ "include": ["cli"] }');
  write('cli/main.ts', 'console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;');
  write('native/binding.gyp', '{}');
  write('native/src/a.c', 'int a;');
  const env = { npm_execpath: at('fake/npm-cli.js'), CC: '', LINK: 'cc', CI: '', SEALCAM_CHECKS: '' };
  const run: Clone['run'] = async (...args) => {
    rmSync(at('calls'), { force: true });
    const { code, stdout, stderr } = await runProcess(t, process.execPath, [at('scripts/run.mjs'), ...args], {
      env,
    });
    return { code, said: stdout + stderr, calls: calls(at) };
  };
  return { at, write, run, env };
}

function calls(at: Clone['at']): string[] {
  return existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : [];
}

const npm = /^npm ci --include=dev/;
const configure = 'gyp configure build LINK=cc';
const make = 'gyp build LINK=cc';

t.test(
  'the first run installs and builds everything; the second leaves it to make and tsc to find nothing',
  async (t) => {
    const { run } = clone(t);
    const first = await run('build');
    t.equal(first.code, 0, first.said);
    t.match(first.calls, [npm, configure, 'tsc']);
    t.match(first.said, /Installing.*node-gyp.*tsc/s);
    t.same(await run('build'), { code: 0, calls: [make, 'tsc'], said: '' });
  },
);

t.test('a step that failed ends the run with its exit code', async (t) => {
  const { run, write } = clone(t);
  write('broken', '');
  t.match(await run('build'), { code: 2, calls: [npm, configure, 'tsc'] });
});

t.test('the demo gets the arguments, and its exit code comes back', async (t) => {
  const { run } = clone(t);
  const { code, said } = await run('demo', '--seconds', '3', '--out', 'a b');
  t.equal(code, 7);
  t.match(said, /^\["demo","--seconds","3","--out","a b"\]$/m);
});

t.test('a signal reaches the demo, which decides how to end', async (t) => {
  const { run, write, at, env } = clone(t);
  write(
    'cli/main.ts',
    `setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(9)); console.log('up');`,
  );
  await run('build');
  const demo = startProcess(t, process.execPath, [at('scripts/run.mjs'), 'demo'], { env });
  await demo.line(/^up$/);
  t.same(await demo.kill('SIGTERM'), { code: 9, signal: null });
});

t.test('a demo that a signal ends gives the exit code a shell would', async (t) => {
  const { run, write } = clone(t);
  write('cli/main.ts', `process.kill(process.pid, 'SIGKILL');`);
  t.equal((await run('demo')).code, 137);
});

t.test('of two runs at once one builds and the other waits for it', async (t) => {
  const { run } = clone(t);
  const [a, b] = await Promise.all([run('build'), run('build')]);
  t.same([a.code, b.code], [0, 0], a.said + b.said);
  t.match((await run('build')).calls, [make, 'tsc']);
});

t.test(
  'a run that waits says so, and goes on once the build of a run that was killed has ended',
  async (t) => {
    const { run, write, at, env } = clone(t);
    write('hang', '');
    const build = () => startProcess(t, process.execPath, [at('scripts/run.mjs'), 'build'], { env });
    const holder = build();
    await holder.line(/^hanging$/);
    const waiting = build();
    await waiting.line(/^Another run prepares this clone; waiting for it/);
    holder.child.kill('SIGKILL');
    rmSync(at('hang'));
    t.same(await waiting.exited, { code: 0, signal: null }, waiting.output());
    t.match(await run('build'), { code: 0, calls: [make, 'tsc'] });
  },
);

t.test('tools that are missing are named in one sentence, with their packages', async (t) => {
  const { at, env } = clone(t);
  const script = at('scripts/run.mjs');
  const bare = { env: { ...env, PATH: at('fake') } };
  const { code, stderr } = await runProcess(t, process.execPath, [script, 'build'], bare);
  t.equal(code, 1);
  t.match(stderr, /^Missing on this machine: .*python3, make, a C compiler .*python3 make gcc libc6-dev\n$/);
});

t.test('an unknown command is wrong usage', async (t) => {
  const { run } = clone(t);
  t.match(await run('fly'), { code: 2, said: /There is no command "fly"\. Usage:/ });
  t.match(await run(), { code: 2, said: /No command is given\. Usage:/ });
  t.equal((await run('toString')).code, 2);
});
