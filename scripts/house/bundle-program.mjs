import { join } from 'node:path';
import { build } from 'esbuild';

/** How all bundles of this project are made, from the sources in `from`. */
export function bundleOptions(from) {
  return { absWorkingDir: from, bundle: true, format: 'esm', legalComments: 'eof', logLevel: 'warning' };
}

/** The child process that makes keys: the agent starts it as `key-child.js` next to itself. */
export const keyChild = 'agent/sealer/keys/key-child.ts';

/** They load files that are compiled for the machine, and look for them next to their own. */
export const outsideOfBundles = ['@serialport/bindings-cpp', 'pkcs11js', '#addon'];

/**
 * Bundles programs for Node.js (docs/decisions/0171-the-program-is-bundled.md).
 * @param {string} from the folder of the sources
 * @param {string} outdir two below that of package.json, as each source is: `import.meta` then means the same in both
 * @param {Record<string, string>} programs by the names under which other parts start them, the sources that they begin with
 * @returns which sources are in which file, as esbuild notes them
 */
export async function bundleProgram(from, outdir, programs) {
  const { metafile } = await build({
    ...bundleOptions(from),
    entryPoints: programs,
    outdir,
    // What only some commands need stays apart.
    splitting: true,
    platform: 'node',
    target: 'node20',
    // mqtt.js brings a copy of Node's own streams, for browsers: a fifth of what an agent would load.
    alias: { 'readable-stream': 'node:stream' },
    // `debug` asks for it in case it is there; here it is, but only as something that the tests' tools need.
    external: [...outsideOfBundles, 'supports-color'],
    // For packages in CommonJS.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);",
    },
    metafile: true,
  });
  return metafile;
}

/** The folders of the packages whose code is in a bundle, such as `node_modules/mqtt`. */
export function packagesIn(metafile) {
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = inputs.flatMap((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []);
  return [...new Set(folders)].sort().map((folder) => join(folder));
}
