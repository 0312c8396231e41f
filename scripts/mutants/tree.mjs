import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { making, nodeHeaders } from '../house/native-tree.mjs';
import { root, run, testOptions } from '../house/process.mjs';
import { bundles } from '../house/test-bundle.mjs';
import { replaced } from './list.mjs';

/** A test that a mutant makes hang has noticed it; the tests as they are take less on a busy machine too. */
const testSecondsMax = 600;
/** What `timeout` exits with where it had to end a test. */
const endedByKill = 137;
/** Where the addons are. */
const release = 'native/build/Release';
/** Lines of a test's output that say what failed, and how to repeat it. */
const telling = /^ *(not ok|# SEALCAM_TEST_SEED)|Error:/;
/** Without warnings, as a check that is gone leaves what only it used. */
const flags = '-O1 -g0 -Wno-error -w';

/** A copy of the working tree in which files are changed, built and tested; the tree itself is never touched. */
export class MutantTree {
  #folder;
  /** The core's test program is here. */
  #built;
  /** Whether a TypeScript source has changed since it was compiled. */
  #stale = true;
  /** Whether the addons may differ from those of the tree itself; once they do, make sees by itself what has changed. */
  #ownAddons = false;

  constructor(folder) {
    this.#folder = folder;
    this.#built = join(folder, 'built');
    const { include } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
    const wanted = (path) => !/\/(node_modules|build)$/.test(path) && path !== join(root, bundles);
    for (const name of [...include, 'package.json', 'tsconfig.json', 'docs', 'dist']) {
      const options = { recursive: true, filter: wanted, preserveTimestamps: true };
      if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), options);
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, release), { recursive: true });
    for (const name of ['sealcam.node', 'sealcam_testing.node'])
      if (existsSync(join(root, release, name)))
        cpSync(join(root, release, name), join(folder, release, name));
      else this.#ownAddons = true;
  }

  /**
   * Puts each edit's `replace` in the place of its `search`, runs `use`, and restores the files.
   * @throws Error where a `search` does not occur exactly once.
   */
  async changed(edits, use) {
    const before = new Map();
    try {
      for (const edit of edits) {
        const text = readFileSync(join(this.#folder, edit.file), 'utf8');
        const changed = replaced(text, edit);
        if (!before.has(edit.file)) before.set(edit.file, text);
        this.#write(edit.file, changed);
      }
      return await use();
    } finally {
      for (const [file, text] of before) this.#write(file, text);
    }
  }

  #write(file, text) {
    writeFileSync(join(this.#folder, file), text);
    this.#stale ||= file.endsWith('.ts');
    this.#ownAddons ||= /\.[ch]$/.test(file);
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
    if (!this.#stale) return;
    this.#stale = false;
    await this.#run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
    await this.#run(process.execPath, [join(root, 'scripts/bundle.mjs'), this.#folder]);
  }

  /** What `file`, a TypeScript source, was last compiled to. */
  compiled(file) {
    return readFileSync(join(this.#folder, 'dist', file.replace(/ts$/, 'js')), 'utf8');
  }

  /** Builds the test program of the core. @throws Error with what the compiler says. */
  buildCore() {
    return this.#make('core', this.#built, {});
  }

  /** Builds both addons, unless those that were copied fit. @throws Error with what the compiler says. */
  async buildAddon() {
    if (this.#ownAddons)
      await this.#make('addon', join(this.#folder, release), { headers: nodeHeaders() ?? '' });
  }

  /** Runs a part of the core's tests, or a compiled test file. @returns why it failed, or undefined if it passed. */
  async failure({ core, test }) {
    const [file, args] =
      test === undefined
        ? [join(this.#built, 'core'), ['1', '', core]]
        : [process.execPath, [...testOptions, join(this.#folder, 'dist', test.replace(/ts$/, 'js'))]];
    const limit = ['--signal=KILL', String(testSecondsMax)];
    const { code, output } = await this.#run('timeout', [...limit, file, ...args]);
    if (code === 0) return undefined;
    if (code === endedByKill) return `it was ended after ${testSecondsMax} s`;
    const lines = output.split('\n').filter((line) => telling.test(line));
    return lines.length === 0 ? `exit code ${code}` : lines.slice(0, 8).join('\n         ');
  }

  async #make(target, out, { headers }) {
    const { file, args } = making(target, out, { flags, headers, tree: this.#folder });
    const { code, output } = await this.#run(file, args);
    if (code !== 0) throw new Error(`it does not build:\n${output.slice(0, 2_000)}`);
  }

  async #run(file, args) {
    let output = '';
    const env = { SEALCAM_SHARED: join(root, '../shared'), SEALCAM_SAMPLE: 'large' };
    const code = await run(file, args, { env, cwd: this.#folder, onOutput: (text) => (output += text) });
    return { code, output };
  }
}
