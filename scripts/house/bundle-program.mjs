import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** How all bundles of this project are made, from the sources in `from`. */
export function bundleOptions(from) {
  return { absWorkingDir: from, bundle: true, format: 'esm', legalComments: 'eof', logLevel: 'warning' };
}

/** The child process that makes keys: the agent starts it as `key-child.js` next to itself. */
export const keyChild = 'agent/sealer/keys/key-child.ts';

/** The child process that signs with a key in a token: a station starts it as `signing-child.js` next to itself. */
export const signingChild = 'tokens/signing-child.ts';

/** They load files that are compiled for the machine, and look for them next to their own. */
export const outsideOfBundles = ['@serialport/bindings-cpp', 'pkcs11js', '#addon'];

/** The daemon on the camera: each of its starts costs a battery. */
export const agent = 'cli/commands/agent.ts';

/** How programs for Node.js are bundled, without what each has of its own. */
function programOptions(from, outdir) {
  return {
    ...bundleOptions(from),
    outdir,
    platform: 'node',
    target: 'node20',
    // Without comments and spaces a start reads less. Names stay, and lines of a bounded length, for traces that can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 160,
    // mqtt.js brings a copy of Node's own streams, for browsers: a fifth of what an agent would load.
    alias: { 'readable-stream': 'node:stream' },
    // `debug` asks for it in case it is there; here it is, but only as something that the tests' tools need.
    external: [...outsideOfBundles, 'supports-color'],
    // For packages in CommonJS.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
    },
    metafile: true,
  };
}

/** Where a program imports the source of another one, it loads that program's file. */
function otherPrograms(from, programs) {
  const names = new Map(Object.entries(programs).map(([name, source]) => [join(from, source), name]));
  return {
    name: 'other programs',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir, kind }) => {
        const name = kind === 'entry-point' ? undefined : names.get(resolve(resolveDir, path));
        return name === undefined ? undefined : { path: `./${name}.js`, external: true };
      }),
  };
}

/**
 * Bundles programs for Node.js (docs/decisions/0171-the-program-is-bundled.md): `main` in parts, as what only some commands need
 * stays apart, each other one in one file, as each file that is loaded costs a start about a millisecond (0229).
 * @param {string} from the folder of the sources
 * @param {string} outdir two below that of package.json, as each source is: `import.meta` then means the same in both
 * @param {Record<string, string>} programs by the names under which other parts start them, the sources that they begin with
 * @returns which sources are in which file, as esbuild notes them
 */
export async function bundleProgram(from, outdir, programs) {
  const { main, ...whole } = programs;
  const options = { ...programOptions(from, outdir), plugins: [otherPrograms(from, programs)] };
  const made = [
    await build({ ...options, entryPoints: { main }, splitting: true }),
    await build({ ...options, entryPoints: whole }),
  ];
  return { outputs: Object.assign({}, ...made.map(({ metafile }) => metafile.outputs)) };
}

/** The folders of the packages whose code is in a bundle, such as `node_modules/mqtt`. */
export function packagesIn(metafile) {
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = inputs.flatMap((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []);
  return [...new Set(folders)].sort().map((folder) => join(folder));
}
