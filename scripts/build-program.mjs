#!/usr/bin/env node
// Bundles the command into dist/program, and does nothing where the bundle is newer than all that it is made of. It is what
// ./sealcam runs: most of a start was loading hundreds of small files (docs/decisions/0171-the-program-is-bundled.md).
//
//   node scripts/build-program.mjs [FOLDER]     FOLDER of the sources, this clone's unless given
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { filesBelow } from './house/files.mjs';
import { root } from './house/process.mjs';

const from = resolve(process.argv[2] ?? root);
const to = join(from, 'dist/program');

/** The programs by the names under which other parts start them, and the sources that they begin with. */
const programs = {
  main: 'cli/main.ts',
  'key-child': 'agent/sealer/key-child.ts',
  'agent-clock': 'scenario/processes/agent-clock.ts',
};

const { include } = JSON.parse(readFileSync(join(from, 'tsconfig.json'), 'utf8'));
const folders = include.filter((name) => !['bench', 'docs/examples', 'test'].includes(name));
const inputs = [
  ...folders.flatMap((name) => filesBelow(join(from, name), (file) => /\.[jt]s$/.test(file))),
  ...[join(root, 'package-lock.json'), join(root, 'scripts/build-program.mjs')],
];
const newest = Math.max(...inputs.map((file) => statSync(file).mtimeMs));
const outputs = Object.keys(programs).map((name) => join(to, `${name}.js`));
const upToDate = outputs.every((file) => existsSync(file) && statSync(file).mtimeMs >= newest);

if (!upToDate) {
  rmSync(to, { recursive: true, force: true });
  await build({
    absWorkingDir: from,
    entryPoints: programs,
    // All in one folder, two below that of package.json, as each source is: `import.meta` then means the same in both.
    outdir: to,
    bundle: true,
    // What only some commands need stays apart.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // They load files that are compiled for this machine, and look for them next to their own.
    external: ['@serialport/bindings-cpp', '#addon'],
    // For packages in CommonJS.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
    },
    legalComments: 'eof',
    logLevel: 'warning',
  });
}
