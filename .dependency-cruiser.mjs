// Who may import whom. docs/ARCHITECTURE.md says why; `npm run check` holds it by dependency-cruiser, and
// test/house/import-rules.test.ts breaks each rule once. What depends on how an import is written is in import-rules.grit.

const everything = [
  'agency',
  'agent',
  'evidence',
  'hardware-sim',
  'media',
  'native',
  'proto',
  'station',
  'tokens',
];

/** Which folder may import which, in addition to itself and `base`. */
const mayImport = {
  // Examples use what package.json exports, as any other program does.
  docs: ['dist/hardware-sim'],
  base: [],
  proto: [],
  native: [],
  media: ['proto'],
  evidence: ['proto'],
  tokens: ['evidence'],
  agency: ['evidence', 'tokens'],
  agent: ['evidence', 'media', 'proto', 'native', 'tokens'],
  station: ['evidence', 'proto', 'tokens'],
  'hardware-sim': ['media', 'proto', 'native'],
  scenario: ['hardware-sim', 'agent', 'station', 'agency', 'evidence', 'media', 'native', 'proto'],
  cli: [...everything, 'scenario'],
  test: [...everything, 'scenario', 'cli', 'dist/hardware-sim'],
  bench: [...everything, 'scenario', 'cli', 'test'],
};

/**
 * Rooms of the agent, in the order in which data passes through them: each may import those before it. `line` comes last,
 * as it joins the others.
 */
const rooms = ['sensor', 'recorder', 'sealer', 'spool', 'uplink', 'commands', 'line'];

/** Files of the agent that may import any room, and that no room may import: the wiring, and the options of all rooms. */
const aboveRooms = ['agent/main.ts', 'agent/config.ts'];

/** Packages that only one room of the agent may use. */
const packageHomes = { '(serialport|@serialport)': 'sensor', mqtt: 'uplink' };

/** Where decisions are made: these files must run the same under a fake clock, disk and network. */
const pure = ['evidence', 'proto', 'agent/recorder'];

const inputOutput =
  'child_process cluster dgram dns fs http http2 https inspector net os process readline repl timers tls tty worker_threads';

const any = (names) => `(${names.join('|')})`;
/** How dependency-cruiser calls a package: one of package.json, or one that it does not name or that is not there. */
const packages = ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg', 'npm-unknown', 'unknown'];
const above = `^${any(aboveRooms)}`;
const room = `^agent/${any(rooms)}/`;

/** The parts of a simulated world know its type, and it has them as fields. Circles of values are refused here too (biome, noImportCycles). */
const typeCircles = '^test/simulation/';

/** A rule: what may not import what, and what to do instead. */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', from, to, comment });

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(mayImport).map(([folder, others]) =>
      forbid(
        `folder-${folder}`,
        { path: `^${folder}/` },
        { pathNot: `^${any([folder, 'base', ...others])}/`, dependencyTypesNot: ['core', ...packages] },
        `${folder} may import only ${['base', ...others].join(', ')}`,
      ),
    ),
    forbid(
      'folder-unknown',
      { pathNot: `^${any(Object.keys(mayImport))}/` },
      {},
      'is in no folder of the design: move the file, or add its folder to .dependency-cruiser.mjs',
    ),
    ...rooms
      .slice(0, -1)
      .map((name, index) =>
        forbid(
          `room-${name}`,
          { path: `^agent/${name}/` },
          { path: `^agent/${any(rooms.slice(index + 1))}/` },
          `the room ${name} may not import a room after it: let agent/main.ts hand over a function`,
        ),
      ),
    forbid('room-above', { path: room }, { path: above }, `a room may not import ${aboveRooms.join(' or ')}`),
    forbid(
      'room-knowledge',
      { path: '^agent/[^/]+$', pathNot: above },
      { path: room },
      `only ${aboveRooms.join(', ')} may import rooms of the agent`,
    ),
    forbid(
      'room-unknown',
      { path: '^agent/[^/]+/', pathNot: room },
      {},
      `is in no room of the agent: ${rooms.join(', ')}`,
    ),
    forbid(
      'sensor-port',
      { path: '^(agent|cli)/', pathNot: '^agent/sensor/' },
      { path: '^agent/sensor/', pathNot: '^agent/sensor/(index|config)[.]ts$' },
      'the sensor is known by its port (agent/sensor/index.ts): what is below it may change',
    ),
    forbid(
      'base-packages',
      { path: '^base/' },
      { dependencyTypes: ['npm', 'npm-dev'] },
      'base may not import a package',
    ),
    ...Object.entries(packageHomes).map(([name, home]) =>
      forbid(
        `package-${home}`,
        { path: '^agent/', pathNot: `^agent/${home}/` },
        { path: `(^|^node_modules/)${name}/` },
        `the agent uses this package only in agent/${home}/`,
      ),
    ),
    forbid(
      'package-tokens',
      { pathNot: '^(tokens|test)/' },
      { path: '(^|^node_modules/)pkcs11js/' },
      'only tokens/ may use this package',
    ),
    forbid(
      'package-s3',
      { pathNot: '^(station/store/s3|test)/' },
      { path: '(^|^node_modules/)(@aws-sdk|@smithy)/' },
      'only station/store/s3/ may use this package, which it loads when it is told to',
    ),
    forbid(
      'undeclared-package',
      {},
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
      'package.json does not name this package',
    ),
    forbid(
      'pure',
      { path: `^${any(pure)}/` },
      { dependencyTypes: ['core'], path: `^(node:)?${any(inputOutput.split(' '))}(/|$)` },
      `${pure.join(', ')} decide and do no I/O: take what this module gives as a parameter`,
    ),
    forbid(
      'addon',
      { pathNot: '^native/addon[.]ts$' },
      { path: any(['[.]node$', '^#addon$']) },
      'only native/addon.ts loads the addon: import native/index.ts',
    ),
    forbid(
      'native-index',
      { pathNot: '^native/' },
      { path: '^native/[^/]+[.]ts$', pathNot: '^native/index[.]ts$' },
      'other folders import the addon from native/index.ts: what is below it may change',
    ),
    forbid(
      'require',
      { pathNot: '^(native/addon[.]ts$|test/)' },
      { path: '^(node:)?module$' },
      'node:module loads what no rule sees: only native/addon.ts may use it',
    ),
    forbid(
      'circle',
      { pathNot: typeCircles },
      { circular: true },
      'a circle of imports: let one of them state the shape that it needs, or take a function',
    ),
  ],
  options: {
    // TypeScript 7 has no interface that dependency-cruiser can use; without a parser it would read no file.
    parser: 'swc',
    doNotFollow: { path: ['^node_modules/', '^dist/', '^native/build/', '^proto/generated/'] },
    // swc reads no JSX here: scripts/bundle.mjs checks what the page of the simulator's panel is made of.
    exclude: { path: '[.]tsx$' },
    // A worktree may share its packages with another by a link.
    preserveSymlinks: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
