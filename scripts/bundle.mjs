#!/usr/bin/env node
// Bundles the command, which is what ./sealcam starts (docs/decisions/0171-the-program-is-bundled.md), and the page of the simulator's
// panel. Both take less than a second, so each build makes them: no file's time can make a stale bundle pass for a new one.
//
//   node scripts/bundle.mjs [FOLDER]     FOLDER of the sources, this clone's unless given
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { agent, bundleOptions, bundleProgram, keyChild, signingChild } from './house/bundle-program.mjs';
import { root } from './house/process.mjs';

const from = resolve(process.argv[2] ?? root);

/** The programs by the names under which other parts start them, and the sources that they begin with. */
const programs = {
  main: 'cli/main.ts',
  agent,
  'key-child': keyChild,
  'signing-child': signingChild,
  'agent-clock': 'scenario/processes/agent-clock.ts',
};

/** What the page may import; esbuild refuses by itself what is of Node. */
const ofThePage = /^(hardware-sim|node_modules\/preact)\//;

/** Makes `to` by `make`, next to the old one: an interrupted build leaves no folder that lacks a part. */
async function replace(to, make) {
  const made = `${to}.new`;
  rmSync(made, { recursive: true, force: true });
  await make(made);
  rmSync(to, { recursive: true, force: true });
  renameSync(made, to);
}

await replace(join(from, 'dist/program'), async (outdir) => {
  const { outputs } = await bundleProgram(from, outdir, programs);
  // test/cli/starts asks what a start loads.
  writeFileSync(join(outdir, 'parts.json'), JSON.stringify(outputs));
});

const page = join(from, 'hardware-sim/panel/page');
if (existsSync(page)) await replace(join(from, 'dist/hardware-sim/panel/page'), bundlePage);

async function bundlePage(outdir) {
  mkdirSync(outdir, { recursive: true });
  const { metafile } = await build({
    ...bundleOptions(from),
    entryPoints: [
      { in: join(page, 'main.tsx'), out: 'panel' },
      { in: join(page, 'panel.css'), out: 'panel' },
    ],
    outdir,
    minify: true,
    target: ['es2022'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfig: join(page, 'tsconfig.json'),
    metafile: true,
  });
  const foreign = Object.keys(metafile.inputs).filter((file) => !ofThePage.test(file));
  if (foreign.length > 0) {
    console.error(`The page imports ${foreign.join(', ')}: it may import hardware-sim and preact alone.`);
    process.exit(1);
  }
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(page, name), join(outdir, name));
}
