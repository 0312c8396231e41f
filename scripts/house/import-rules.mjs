/** @typedef {import('./read-imports.mjs').Import} Import */

const everything = ['agency', 'agent', 'evidence', 'hardware-sim', 'media', 'native', 'proto', 'station'];

/** Which folder may import which, beside itself and `base`. */
const mayImport = {
  base: [],
  proto: [],
  native: [],
  media: ['proto'],
  evidence: ['proto'],
  agency: ['evidence'],
  agent: ['evidence', 'media', 'proto', 'native'],
  station: ['evidence', 'proto'],
  'hardware-sim': ['media', 'proto', 'native'],
  cli: everything,
  test: [...everything, 'cli', 'bench'],
  bench: [...everything, 'cli', 'test'],
};

/**
 * The rooms of the agent, in the order in which the data passes them: each may import those before it. `line` comes last,
 * as it joins the others.
 */
const rooms = ['sensor', 'recorder', 'sealer', 'spool', 'uplink', 'line'];

/** Files of the agent that may name any room: the wiring, and the options of all rooms put together. */
const aboveRooms = ['agent/main.ts', 'agent/config.ts'];

/** Packages that one folder alone may use, among the files that `within` begins. */
const packageHomes = [
  { package: /^(serialport|@serialport\/.*)$/, within: 'agent/', home: 'agent/sensor/' },
  { package: /^mqtt$/, within: 'agent/', home: 'agent/uplink/' },
];

/** Where decisions are made: files that must run under a fake time, disk and network alike. */
const pure = ['evidence/', 'proto/', 'agent/recorder/'];

const inputOutput =
  /^node:(child_process|cluster|dgram|dns|fs|http|http2|https|inspector|net|os|process|readline|repl|timers|tls|tty|worker_threads)(\/|$)/;

const ptyNames = ['openPty', 'Pty'];
const addonLoader = 'native/index.ts';
const lazyRoot = 'cli/main.ts';
const lazyFolders = ['agent', 'hardware-sim', 'station'];

/**
 * What breaks the import rules, one sentence each with its place, in the order of the imports.
 * @param {readonly Import[]} imports
 * @returns {string[]}
 */
export function violations(imports) {
  const each = imports.flatMap((one) =>
    rules
      .map((rule) => rule(one))
      .filter((text) => text !== undefined)
      .map((text) => `${one.from}:${one.line}: ${text}`),
  );
  return [...each, ...eagerCommands(imports)];
}

const folderOf = (file) => file.split('/')[0] ?? '';

/** `mqtt` of `mqtt/build`, `@noble/curves` of `@noble/curves/nist.js`; undefined for built-ins and files. */
function packageOf({ specifier }) {
  if (/^([.#/]|node:)/.test(specifier) || specifier === '') return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

const rules = [
  function folders({ from, file }) {
    if (file === undefined) return undefined;
    const allowed = mayImport[folderOf(from)];
    const to = folderOf(file);
    if (allowed === undefined)
      return `${folderOf(from)} is no folder of the design; put the file into one that is`;
    if (to === folderOf(from) || to === 'base' || allowed.includes(to)) return undefined;
    const list = ['base', ...allowed].join(', ');
    return `${folderOf(from)} may not import ${to} (${file}), only ${list}`;
  },
  function agentRooms({ from, file }) {
    if (folderOf(from) !== 'agent' || file === undefined || folderOf(file) !== 'agent') return undefined;
    const room = roomOf(from);
    const other = roomOf(file);
    if (room === undefined) {
      if (other === undefined || aboveRooms.includes(from)) return undefined;
      return `${from} may not import the room ${other}: only ${aboveRooms.join(', ')} know the rooms`;
    }
    if (aboveRooms.includes(file)) return `a room may not import ${file}, which stands above it`;
    if (other === undefined || rooms.indexOf(other) <= rooms.indexOf(room)) return undefined;
    return `the room ${room} may not import ${other}, which comes after it: let main.ts hand over a function`;
  },
  function agentFolders({ from }) {
    const parts = from.split('/');
    if (parts[0] !== 'agent' || parts.length < 3 || rooms.includes(parts[1])) return undefined;
    return `agent/${parts[1]} is no room of the agent: ${rooms.join(', ')}`;
  },
  function packages(one) {
    const name = packageOf(one);
    if (name === undefined) return undefined;
    if (folderOf(one.from) === 'base') return `base may not import a package (${name})`;
    const bound = packageHomes.find((entry) => entry.package.test(name) && one.from.startsWith(entry.within));
    if (bound === undefined || one.from.startsWith(bound.home)) return undefined;
    return `${name} may be imported only in ${bound.home} inside ${bound.within}`;
  },
  function pureCore({ from, specifier }) {
    const folder = pure.find((prefix) => from.startsWith(prefix));
    if (folder === undefined || !inputOutput.test(specifier)) return undefined;
    return `${folder} decides and does no I/O: take what ${specifier} gives as a parameter`;
  },
  function builtIns({ specifier }) {
    if (packageOf({ specifier }) === undefined || !builtInNames.has(specifier.split('/')[0]))
      return undefined;
    return `write node:${specifier}, not ${specifier}`;
  },
  function addon({ from, specifier }) {
    if (from === addonLoader || !(specifier === '#addon' || specifier.endsWith('.node'))) return undefined;
    return `only ${addonLoader} loads the addon; import that`;
  },
  function require({ from, specifier }) {
    if (from === addonLoader || folderOf(from) === 'test' || specifier !== 'node:module') return undefined;
    return `node:module loads what no rule sees; only ${addonLoader} needs it`;
  },
  function computed({ kind, from }) {
    if (kind !== 'computed' || ['test', 'bench'].includes(folderOf(from))) return undefined;
    return 'import() of what is computed at run time cannot be checked: write its name out';
  },
  function ptyAlone({ from, file, names }) {
    if (folderOf(from) !== 'hardware-sim' || file !== addonLoader) return undefined;
    const beyond = names?.filter((name) => !ptyNames.includes(name));
    if (beyond?.length === 0) return undefined;
    return `hardware-sim may use the pseudo-terminal of native alone (${ptyNames.join(', ')}), not ${beyond?.join(', ') ?? 'all of it'}`;
  },
];

const builtInNames = new Set(
  'assert buffer child_process cluster crypto dgram dns events fs http http2 https module net os path perf_hooks process readline stream timers tls tty url util v8 vm worker_threads zlib'.split(
    ' ',
  ),
);

/** The room a file of the agent lies in, or undefined where it lies in none. */
function roomOf(file) {
  const room = file.split('/')[1] ?? '';
  return rooms.includes(room) ? room : undefined;
}

/** Paths of imports on which `sealcam`, before it knows its subcommand, would load what another one needs. */
function eagerCommands(imports) {
  const found = [];
  const seen = new Set([lazyRoot]);
  const queue = [lazyRoot];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    for (const one of imports) {
      if (one.from !== file || one.kind !== 'static' || one.file === undefined || seen.has(one.file))
        continue;
      seen.add(one.file);
      if (lazyFolders.includes(folderOf(one.file))) {
        found.push(
          `${one.from}:${one.line}: ${lazyRoot} must load a subcommand only when it is asked for, but always loads ${one.file}`,
        );
      } else queue.push(one.file);
    }
  }
  return found;
}
