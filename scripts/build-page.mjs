#!/usr/bin/env node
// Bundles the panel's page into dist/, and does nothing where the bundle is newer than all that it is made of.
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { filesBelow } from './house/files.mjs';
import { root } from './house/process.mjs';

const from = join(root, 'hardware-sim/panel/page');
const to = join(root, 'dist/hardware-sim/panel/page');
const plain = ['index.html', 'icon.svg'];
const bundle = join(to, 'panel.js');

/** What the page may import; esbuild refuses by itself what is of Node. */
const mayHave = /^(hardware-sim|node_modules\/preact)\//;

/** What makes the bundle old: the page, the sources that it shares with the server, and the packages. */
const inputs = [
  ...filesBelow(join(root, 'hardware-sim'), (name) => /\.(tsx?|css|html|svg|json)$/.test(name)),
  join(root, 'package-lock.json'),
  join(root, 'scripts/build-page.mjs'),
];
const outputs = [bundle, join(to, 'panel.css'), ...plain.map((name) => join(to, name))];
const newest = Math.max(...inputs.map((file) => statSync(file).mtimeMs));
const upToDate = outputs.every((file) => existsSync(file) && statSync(file).mtimeMs >= newest);

if (!upToDate) {
  mkdirSync(to, { recursive: true });
  const { metafile } = await build({
    entryPoints: [
      { in: join(from, 'main.tsx'), out: 'panel' },
      { in: join(from, 'panel.css'), out: 'panel' },
    ],
    outdir: to,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfig: join(from, 'tsconfig.json'),
    legalComments: 'eof',
    logLevel: 'warning',
    metafile: true,
    absWorkingDir: root,
  });
  const foreign = Object.keys(metafile.inputs).filter((file) => !mayHave.test(file));
  if (foreign.length > 0) {
    console.error(
      `The panel's page imports ${foreign.join(', ')}: it may import hardware-sim and preact alone.`,
    );
    process.exit(1);
  }
  for (const name of plain) copyFileSync(join(from, name), join(to, name));
}
