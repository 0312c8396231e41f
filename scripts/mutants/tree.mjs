import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { addonSources, common, coreSources, nodeHeaders, testSources } from '../house/native-tree.mjs';
import { root, run, testOptions } from '../house/process.mjs';
import { replaced } from './list.mjs';

const cc = process.env.CC || 'cc';
/** A test that a mutant makes hang has noticed it; the tests as they are take less on a busy machine too. */
const testSecondsMax = '600';
const optimise = ['-O1', '-g0'];

/** A copy of the working tree in which files are changed, built and tested; the tree itself is never touched. */
export class MutantTree {
  #folder;
  /** Sources of the core's test program and of the addon, as they are built here. */
  #objects = new Map();
  /** What was built before the latest change. */
  #stale = new Set(['scripts', 'addon']);

  constructor(folder) {
    this.#folder = folder;
    const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    const unwanted = (path) => !/\/(node_modules|build)$/.test(path);
    for (const name of [...include, 'package.json', 'tsconfig.json', 'docs', 'dist']) {
      const options = { recursive: true, filter: unwanted, preserveTimestamps: true };
      if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), options);
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'native/build/Release'), { recursive: true });
  }

  /**
   * Puts each edit's `replace` in the place of its `search`, runs `use`, and restores the files.
   * @throws Error where a `search` does not occur exactly once.
   */
  async changed(edits, use) {
    const before = new Map();
    try {
      for (const edit of edits) {
        const { file } = edit;
        const path = join(this.#folder, file);
        const text = readFileSync(path, 'utf8');
        const changed = replaced(text, edit);
        if (!before.has(file)) before.set(file, text);
        writeFileSync(path, changed);
        this.#touched(file);
      }
      return await use();
    } finally {
      for (const [file, text] of before) {
        writeFileSync(join(this.#folder, file), text);
        this.#touched(file);
      }
    }
  }

  #touched(file) {
    this.#objects.delete(join(this.#folder, file));
    this.#stale.add(file.endsWith('.ts') ? 'scripts' : 'addon');
  }

  /** Builds what a test of the core, or a test file, needs. */
  async buildAll({ core, test }) {
    if (core !== undefined) await this.buildCore();
    if (test === undefined) return;
    await this.buildScripts();
    await this.buildAddon();
  }

  /** Compiles the TypeScript where any has changed; errors of types are no matter here, as JavaScript is written all the same. */
  async buildScripts() {
    if (!this.#stale.delete('scripts')) return;
    await this.#run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
    await this.#run(process.execPath, [join(root, 'scripts/build-program.mjs'), this.#folder]);
  }

  /** What `file`, a TypeScript source, was last compiled to. */
  compiled(file) {
    return readFileSync(join(this.#folder, 'dist', file.replace(/ts$/, 'js')), 'utf8');
  }

  /** Builds the test program of the core. @throws Error with what the compiler says. */
  async buildCore() {
    const sources = [...coreSources(this.#folder), ...testSources(this.#folder)];
    const include = [`-I${join(this.#folder, 'native/src')}`, `-I${join(this.#folder, 'test/native-c')}`];
    await this.#link('core', join(this.#folder, 'core-test'), sources, include, ['-lcrypto', '-lpthread']);
  }

  /** Builds both addons, where anything has changed. @throws Error with what the compiler says. */
  async buildAddon() {
    if (!this.#stale.delete('addon')) return;
    const headers = [join(this.#folder, 'native/src'), nodeHeaders()].map((folder) => `-I${folder}`);
    const include = [...headers, '-DNAPI_VERSION=8', '-fPIC'];
    const all = addonSources(this.#folder);
    const ordinary = all.filter((file) => !file.endsWith('testing.c'));
    const at = (name) => join(this.#folder, 'native/build/Release', name);
    const shared = ['-shared', '-Wl,-Bsymbolic'];
    await this.#link('addon', at('sealcam.node'), ordinary, [...include, '-fvisibility=hidden'], shared);
    const testing = [...include, '-fvisibility=hidden', '-DSEALCAM_TESTING'];
    await this.#link('testing', at('sealcam_testing.node'), all, testing, shared);
  }

  /** Runs a part of the core's tests, or a compiled test file. @returns whether it passed. */
  async passes({ core, test }) {
    const [file, args] =
      test === undefined
        ? [join(this.#folder, 'core-test'), ['1', '', core]]
        : [process.execPath, [...testOptions, join(this.#folder, 'dist', test.replace(/ts$/, 'js'))]];
    return (await this.#run('timeout', ['--signal=KILL', testSecondsMax, file, ...args])).code === 0;
  }

  async #link(kind, out, sources, flags, libraries) {
    const objects = [];
    for (const source of sources) objects.push(await this.#compile(kind, source, flags));
    rmSync(out, { force: true });
    await this.#orThrow(cc, [...objects, '-o', out, ...libraries]);
  }

  async #compile(kind, source, flags) {
    const known = this.#objects.get(source) ?? new Map();
    this.#objects.set(source, known);
    if (!known.has(kind)) {
      const object = join(this.#folder, 'objects', kind, `${relative(this.#folder, source)}.o`);
      mkdirSync(dirname(object), { recursive: true });
      // A check that is gone leaves what only it used.
      const lenient = ['-Wno-error', '-w'];
      await this.#orThrow(cc, [...common, ...lenient, ...optimise, ...flags, '-c', source, '-o', object]);
      known.set(kind, object);
    }
    return known.get(kind);
  }

  async #orThrow(file, args) {
    const { code, output } = await this.#run(file, args);
    if (code !== 0) throw new Error(`it does not build:\n${output.slice(0, 2_000)}`);
  }

  async #run(file, args) {
    let output = '';
    const env = { SEALCAM_SHARED: join(root, '../shared') };
    const code = await run(file, args, { env, cwd: this.#folder, onOutput: (text) => (output += text) });
    return { code, output };
  }
}
