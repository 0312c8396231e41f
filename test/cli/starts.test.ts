import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { runProcess } from '../support/process.ts';

// What the start of a command loads. Each of these packages and folders costs a start CPU and memory, on a camera above all.

const root = resolve(import.meta.dirname, '../../..');

interface BundledFile {
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

/** The sources in each file of the bundle, as esbuild has noted them. */
const bundled = new Map(
  Object.entries<BundledFile>(JSON.parse(readFileSync(join(root, 'dist/program/parts.json'), 'utf8'))).map(
    ([file, { inputs }]) => [
      basename(file),
      Object.entries(inputs).flatMap(([source, { bytesInOutput }]) => (bytesInOutput > 0 ? [source] : [])),
    ],
  ),
);

/**
 * The folders of sources, and the packages, that `sealcam` loads when it is given these arguments: what is in the files of the
 * bundle that Node's own coverage lists, and what these load from elsewhere.
 */
async function loaded(t: Test, ...args: string[]): Promise<Set<string>> {
  const folder = t.testdir();
  const env = { NODE_V8_COVERAGE: folder };
  await runProcess(t, process.execPath, [join(root, 'dist/program/main.js'), ...args], { env });
  const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const urls: string[] = reports.flatMap(({ result }) => result.map(({ url }: { url: string }) => url));
  const files = urls.filter((url) => url.startsWith('file:')).map((url) => fileURLToPath(url));
  const sources = files.flatMap((file) => bundled.get(basename(file)) ?? [relative(root, file)]);
  return new Set(sources.map((file) => partOf(file)));
}

/** `mqtt` or `@noble/curves` for a package's file, `agent/` for one of ours. */
function partOf(file: string): string {
  const [, name] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return name ?? `${file.split('/')[0]}/`;
}

const mqtt = ['mqtt', 'mqtt-packet', 'readable-stream'];
const broker = ['aedes', 'aedes-persistence', 'mqemitter'];
const serialPort = ['serialport', '@serialport/bindings-cpp'];
const keyWrapping = ['hpke', '@noble/curves', '@noble/post-quantum'];
const certificates = ['@peculiar/x509', 'reflect-metadata', 'age-encryption'];
const daemons = ['agent/', 'station/', 'hardware-sim/'];

/** What each command loads, so that this test is seen to notice it, and what it must not. */
const commands: Readonly<Record<string, readonly [has: readonly string[], not: readonly string[]]>> = {
  '': [
    ['cli/'],
    [...daemons, ...mqtt, ...broker, ...serialPort, ...keyWrapping, ...certificates, 'yaml', 'protobufjs'],
  ],
  agent: [
    ['agent/', 'native/', 'mqtt', '@serialport/bindings-cpp', 'protobufjs'],
    ['station/', 'hardware-sim/', 'agency/', 'scenario/', 'serialport', 'ws'].concat(
      ...[broker, keyWrapping, certificates],
    ),
  ],
  station: [
    ['station/', 'aedes', 'mqtt'],
    [
      'agent/',
      'hardware-sim/',
      'agency/',
      'scenario/',
      ...serialPort,
      ...keyWrapping,
      ...certificates,
    ].concat('@aws-sdk/client-s3'),
  ],
  sim: [
    ['hardware-sim/', 'native/'],
    ['station/', 'scenario/', ...mqtt, ...broker, ...serialPort, ...keyWrapping, ...certificates],
  ],
  verify: [
    ['evidence/', 'protobufjs'],
    ['agent/', 'hardware-sim/', 'agency/', 'yaml', 'valibot'].concat(
      ...[mqtt, broker, serialPort, keyWrapping, certificates],
    ),
  ],
};

t.test('the agent is one file, with its names and in lines that a trace can point to', async (t) => {
  const text = readFileSync(join(root, 'dist/program/agent.js'), 'utf8');
  t.match(text, /\bfunction startAgent\(/);
  t.match(text, /\bSealcamError=class extends Error\b/);
  // A line ends after the token that passes the bound, which may be a table of a package.
  t.ok(text.split('\n').every((line) => line.length < 2_000));
});

for (const [name, [has, not]] of Object.entries(commands)) {
  t.test(`the start of sealcam ${name}`, async (t) => {
    const parts = await loaded(t, ...(name === '' ? ['--help'] : [name, '--help']));
    t.same(
      has.filter((part) => !parts.has(part)),
      [],
      'loads what it is for',
    );
    t.same(
      not.filter((part) => parts.has(part)),
      [],
      'and nothing that is for others',
    );
  });
}
