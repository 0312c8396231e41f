#!/usr/bin/env node
// Bundles the command into dist/program, which is what ./sealcam runs: most of a start was loading hundreds of small files
// (docs/decisions/0171-the-program-is-bundled.md). It takes less than a second, so it is done by each build: no file's time can
// make a stale bundle pass for a new one.
//
//   node scripts/build-program.mjs [FOLDER]     FOLDER of the sources, this clone's unless given
import { renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { root } from './house/process.mjs';

const from = resolve(process.argv[2] ?? root);
const to = join(from, 'dist/program');

/** The programs by the names under which other parts start them, and the sources that they begin with. */
const programs = {
  main: 'cli/main.ts',
  'key-child': 'agent/sealer/key-child.ts',
  'agent-clock': 'scenario/processes/agent-clock.ts',
};

// Made next to the old one, and renamed when it is whole: a build that is interrupted leaves none that lacks a part.
const made = `${to}.new`;
const remove = (folder) => rmSync(folder, { recursive: true, force: true });
remove(made);
await build({
  absWorkingDir: from,
  entryPoints: programs,
  // All in one folder, two below that of package.json, as each source is: `import.meta` then means the same in both.
  outdir: made,
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
remove(to);
renameSync(made, to);
