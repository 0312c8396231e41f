// Writes proto/generated/NAME.js and NAME.d.ts for every proto/NAME.proto: static code, as a camera
// evaluates no code made at run time. The result is committed; test/proto/generated.test.ts compares.
//
//   node scripts/generate.mjs [FOLDER]     FOLDER to write to, proto/generated unless given
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pbjs from 'protobufjs-cli/pbjs.js';

const root = resolve(import.meta.dirname, '..');
const out = resolve(process.argv[2] ?? join(root, 'proto/generated'));
const run = promisify(pbjs.main);

const options = [
  ...['--target', 'static-module', '--wrap', 'esm', '--dependency', 'protobufjs/minimal.js'],
  // Nothing of ours calls these: what is checked at the edge is checked by hand, with our own errors.
  ...['--no-verify', '--no-delimited', '--no-typeurl', '--no-service'],
];
/** Schemas whose messages are shown as JSON; for the others converters would only cost each start memory. */
const converted = ['telemetry'];

await mkdir(out, { recursive: true });
const scratch = await mkdtemp(join(tmpdir(), 'sealcam-generate-'));
try {
  const schemas = (await readdir(join(root, 'proto'))).filter((file) => file.endsWith('.proto')).sort();
  for (const schema of schemas) {
    const name = schema.slice(0, -'.proto'.length);
    // A root of its own: every module writes `sealcam` into its root, and the last one loaded would win.
    const own = ['--root', `sealcam/${name}`, '--path', join(root, 'proto')];
    const common = [...options, ...(converted.includes(name) ? [] : ['--no-convert']), ...own];
    const source = join(root, 'proto', schema);
    // The declarations are made from the comments, which the code that ships does without (half its size).
    await run([...common, '--dts', '--out', join(scratch, `${name}.js`), source]);
    await run([...common, '--no-comments', '--out', join(scratch, `${name}.bare.js`), source]);
    const head = `// Generated from proto/${schema} by scripts/generate.mjs: edit that, not this.\n`;
    for (const [from, to] of Object.entries({ '.bare.js': '.js', '.d.ts': '.d.ts' }))
      await writeFile(join(out, name + to), head + (await readFile(join(scratch, name + from), 'utf8')));
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
