import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import t, { type Test } from 'tap';

// What a build decides to do, with stand-ins of its tools in this process; run.test.ts has the same as processes.

type Options = { readonly onOutput?: (text: string) => void };
type Tools = {
  readonly tree: string;
  readonly run: (file: string, args: readonly string[], options?: Options) => Promise<number>;
  readonly npm: (args: readonly string[]) => Promise<number>;
  readonly say: (line: string) => void;
};

const script = resolve(import.meta.dirname, '../../../../scripts/house/build.mjs');
const { build } = (await import(script)) as { build(tools: Tools): Promise<number> };

/** Stands for npm, tsc and node-gyp: notes their calls and does just enough. */
class StandIns implements Tools {
  readonly tree: string;
  readonly calls: string[] = [];

  constructor(tree: string) {
    this.tree = tree;
  }

  at = (...names: string[]): string => join(this.tree, ...names);

  say = (): void => {};

  npm = async (args: readonly string[]): Promise<number> => {
    this.calls.push(`npm ${args.join(' ')}`);
    rmSync(this.at('node_modules'), { recursive: true, force: true });
    mkdirSync(this.at('node_modules'));
    copyFileSync(this.at('package-lock.json'), this.at('node_modules/.package-lock.json'));
    return 0;
  };

  run = async (_file: string, [tool = '', ...args]: readonly string[], options: Options = {}) => {
    if (basename(tool) === 'tsc') return this.#tsc();
    if (basename(tool) === 'node-gyp.js') return this.#gyp(args, options);
    return 0;
  };

  #tsc(): number {
    this.calls.push('tsc');
    if (existsSync(this.at('broken'))) return 2;
    mkdirSync(this.at('dist/cli'), { recursive: true });
    for (const name of readdirSync(this.at('cli')))
      copyFileSync(this.at('cli', name), this.at('dist/cli', name.replace(/ts$/, 'js')));
    return 0;
  }

  #gyp(args: readonly string[], { onOutput }: Options): number {
    const commands = args.filter((arg) => /^[a-z]+$/.test(arg));
    this.calls.push(`gyp ${commands.join(' ')}`);
    mkdirSync(this.at('native/build/Release'), { recursive: true });
    writeFileSync(this.at('native/build/Release/sealcam.node'), '');
    const nodeDir = args.find((arg) => arg.startsWith('--nodedir='))?.slice('--nodedir='.length);
    if (commands.includes('configure')) {
      writeFileSync(this.at('native/build/Makefile'), this.at('native/build/config.gypi'));
      writeFileSync(this.at('native/build/config.gypi'), `"nodedir": "${nodeDir}"`);
    }
    if (!existsSync(this.at('broken C'))) return 0;
    onOutput?.('error: broken\n');
    return 3;
  }
}

/** A project like this one, small, in which nothing is built. */
function clone(t: Test) {
  const tools = new StandIns(t.testdir());
  const { at } = tools;
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  };
  write('package-lock.json', packages({ a: '1.0.0' }));
  write('tsconfig.json', '{ "include": ["cli"] }');
  write('cli/main.ts', '');
  write('native/binding.gyp', '{}');
  /** Builds and gives how it ended, and the tools that were called, in order. */
  const run = async () => {
    tools.calls.length = 0;
    const code = await build(tools);
    return { code, calls: [...tools.calls] };
  };
  return { at, write, run };
}

/** The same, built once. */
async function built(t: Test) {
  const made = clone(t);
  t.equal((await made.run()).code, 0);
  return made;
}

/** A lock file of these packages. */
function packages(versions: Record<string, string>, optional = false): string {
  const entries = Object.entries(versions).map(([name, version]) => [
    `node_modules/${name}`,
    { version, ...(optional ? { optional } : {}) },
  ]);
  return JSON.stringify({ packages: Object.fromEntries([['', {}], ...entries]) });
}

const npm = /^npm ci --include=dev/;
const configure = 'gyp configure build';
const make = 'gyp build';

t.test('packages are installed when package-lock.json asks for others than are there', async (t) => {
  const { run, write, at } = await built(t);
  write('package-lock.json', packages({ a: '1.0.1' }));
  t.match((await run()).calls, [npm, make, 'tsc'], 'another version');
  write('package-lock.json', packages({ a: '1.0.1', b: '1.0.0' }));
  t.match((await run()).calls, [npm, make, 'tsc'], 'one more');
  write('package-lock.json', packages({ a: '1.0.1', b: '1.0.0', c: '1.0.0' }, true));
  t.match((await run()).calls, [make, 'tsc'], 'an optional one may be for another system');
  rmSync(at('node_modules/.package-lock.json'));
  t.match((await run()).calls, [npm, make, 'tsc'], 'an installation that did not end');
  rmSync(at('node_modules'), { recursive: true });
  t.match((await run()).calls, [npm, make, 'tsc'], 'packages that are gone');
});

t.test('the addon is configured again for another Node, or when its makefiles are gone', async (t) => {
  const { run, write, at } = await built(t);
  write('native/build/config.gypi', '"nodedir": "/elsewhere"');
  t.match((await run()).calls, [configure, 'tsc']);
  rmSync(at('native/build'), { recursive: true });
  t.match((await run()).calls, [configure, 'tsc']);
  write('native/build/Makefile', '/where/the/clone/was/native/build/config.gypi');
  t.match((await run()).calls, [configure, 'tsc'], 'a clone that was moved');
  write('broken C', '');
  const shown = t.capture(process.stderr, 'write', () => true);
  t.match(await run(), { code: 3, calls: [make] });
  t.match(shown(), [{ args: [/error: broken/] }], 'what it printed is shown');
});

t.test('an output that is gone is compiled again', async (t) => {
  const { run, write, at } = await built(t);
  write('dist/.tsbuildinfo', 'tsc notes here what it has written');
  await run();
  t.ok(existsSync(at('dist/.tsbuildinfo')));
  rmSync(at('dist/cli/main.js'));
  await run();
  t.notOk(existsSync(at('dist/.tsbuildinfo')), 'tsc forgets that it has written it');
});

t.test('what has no source any more is removed from dist', async (t) => {
  const { run, write, at } = clone(t);
  write('cli/gone.ts', 'export {};');
  await run();
  t.ok(existsSync(at('dist/cli/gone.js')));
  rmSync(at('cli/gone.ts'));
  await run();
  t.notOk(existsSync(at('dist/cli/gone.js')));
  t.ok(existsSync(at('dist/cli/main.js')));
});

t.test('a step that failed ends the run with its exit code, and is done again', async (t) => {
  const { run, write, at } = clone(t);
  write('broken', '');
  t.equal((await run()).code, 2);
  t.match(await run(), { code: 2, calls: [make, 'tsc'] });
  rmSync(at('broken'));
  t.match(await run(), { code: 0, calls: [make, 'tsc'] });
});

t.test('without a native addon that step is left out', async (t) => {
  const { run, at } = clone(t);
  rmSync(at('native'), { recursive: true });
  t.match((await run()).calls, [npm, 'tsc']);
});
