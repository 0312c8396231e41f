import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { runProcess } from '../support/process.ts';

const root = resolve(import.meta.dirname, '../../..');
const script = join(root, 'scripts/check-imports.mjs');
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

/** A project with these sources. What they import from is there, and empty. */
function project(t: Test, sources: Readonly<Record<string, string>>): string {
  const folders = Object.keys(sources).map((name) => name.split('/')[0] ?? '');
  const folder = t.testdir({
    'package.json': readFileSync(join(root, 'package.json'), 'utf8'),
    'tsconfig.json': JSON.stringify({ include: [...new Set(folders)] }),
    'biome.json': readFileSync(join(root, 'biome.json'), 'utf8'),
    'import-rules.grit': readFileSync(join(root, 'import-rules.grit'), 'utf8'),
    'spread-rules.grit': readFileSync(join(root, 'spread-rules.grit'), 'utf8'),
    node_modules: t.fixture('symlink', join(root, 'node_modules')),
  });
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(sources)) {
    for (const [, imported = ''] of text.matchAll(/'(\.\.?\/[^']+\.ts)'/g)) {
      const target = join(dirname(name), imported);
      if (!existsSync(join(folder, target))) write(target, '');
    }
    write(name, text);
  }
  write('proto/generated/link.js', '');
  return folder;
}

/** The project, checked for imports: the exit code, and what is reported about each file. */
async function check(
  t: Test,
  sources: Readonly<Record<string, string>>,
): Promise<{ code: number | null; lines: string[] }> {
  const folder = project(t, sources);
  const { code, stdout } = await runProcess(t, process.execPath, [script, folder]);
  return { code, lines: stdout.trim().split('\n').slice(0, -1) };
}

/** The project, checked for how imports are written: what the linter says about each file. */
async function lint(t: Test, sources: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = project(t, sources);
  const args = [biome, 'lint', '--reporter=github', '--max-diagnostics=none', '.'];
  const { stdout } = await runProcess(t, process.execPath, args, { cwd: folder });
  const found = stdout.matchAll(/^::error title=(plugin|lint\/style\/[^,]*),file=([^,]*),.*?::(.*)$/gm);
  return [...found].map(
    ([, title = '', file = '', text = '']) => `${relative(folder, file)}: ${title}: ${text}`,
  );
}

/** One source, what it imports, and what is reported about it; undefined if it is allowed. */
type Row = readonly [file: string, text: string, verdict: RegExp | undefined];

const folders: readonly Row[] = [
  ['base/a.ts', `import '../proto/x.ts';`, /base may import only/],
  ['base/b.ts', `import './a.ts';`, undefined],
  ['base/c.ts', `import { x } from 'valibot';`, /base may not import a package/],
  ['base/d.ts', `import { readFileSync } from 'node:fs';`, undefined],
  ['proto/a.ts', `import '../base/x.ts';`, undefined],
  ['proto/b.ts', `import '../media/x.ts';`, /proto may import only/],
  ['media/a.ts', `import '../proto/x.ts';`, undefined],
  ['media/b.ts', `import '../evidence/x.ts';`, /media may import only/],
  ['media/c.ts', `import '#generated/link.js';`, undefined],
  ['native/a.ts', `import '../base/x.ts';`, undefined],
  ['native/b.ts', `import '../proto/x.ts';`, /native may import only/],
  ['evidence/a.ts', `import '../proto/x.ts';`, undefined],
  ['evidence/b.ts', `import '../native/index.ts';`, /evidence may import only/],
  ['evidence/c.ts', `import '../media/x.ts';`, /evidence may import only/],
  ['evidence/d.ts', `import '../agency/x.ts';`, /evidence may import only/],
  ['tokens/a.ts', `import '../evidence/x.ts';\nimport 'pkcs11js';`, undefined],
  ['tokens/b.ts', `import '../agent/limits.ts';`, /tokens may import only/],
  ['agency/c.ts', `import '../tokens/a.ts';`, undefined],
  ['agency/a.ts', `import '../evidence/x.ts';`, undefined],
  ['agency/b.ts', `import '#generated/link.js';`, /agency may import only/],
  ['station/a.ts', `import '../evidence/x.ts';`, undefined],
  ['station/b.ts', `import '../native/index.ts';`, /station may import only/],
  ['station/c.ts', `import '../agent/limits.ts';`, /station may import only/],
  ['scenario/a.ts', `import '../hardware-sim/x.ts';\nimport '../evidence/x.ts';`, undefined],
  ['scenario/b.ts', `import '../bench/x.ts';`, /scenario may import only/],
  ['scenario/c.ts', `import '../cli/x.ts';`, /scenario may import only/],
  ['station/f.ts', `import '../scenario/x.ts';`, /station may import only/],
  ['hardware-sim/a.ts', `import '../media/x.ts';`, undefined],
  ['hardware-sim/b.ts', `import '../agent/sensor/x.ts';`, /hardware-sim may import only/],
  ['agent/main.ts', `import '../station/x.ts';`, /agent may import only/],
  ['agent/config.ts', `import '../hardware-sim/x.ts';`, /agent may import only/],
  ['cli/a.ts', `import '../station/x.ts';`, undefined],
  ['cli/b.ts', `import '../test/support/x.ts';`, /cli may import only/],
  ['cli/c.ts', `import '../bench/x.ts';`, /cli may import only/],
  ['station/d.ts', `import '../cli/a.ts';`, /station may import only/],
  ['test/a.test.ts', `import '../cli/a.ts';`, undefined],
  ['test/b.test.ts', `import '../bench/a.ts';`, /test may import only/],
  ['bench/a.ts', `import '../agent/main.ts';`, undefined],
  ['docs/a.ts', `import '../hardware-sim/x.ts';`, /docs may import only/],
  ['lib/a.ts', `import '../base/x.ts';`, /is in no folder of the design/],
  ['media/d.ts', `import '../node_modules/acorn/dist/acorn.mjs';`, /media may import only/],
];

const agent: readonly Row[] = [
  ['agent/sensor/a.ts', `import '../../proto/x.ts';`, undefined],
  ['agent/sensor/b.ts', `import '../recorder/x.ts';`, /the room sensor may not import a room after it/],
  ['agent/recorder/a.ts', `import '../sensor/index.ts';`, undefined],
  ['agent/recorder/b.ts', `import '../sealer/x.ts';`, /the room recorder may not import a room after it/],
  ['agent/sealer/a.ts', `import '../spool/x.ts';`, /the room sealer may not import a room after it/],
  ['agent/spool/a.ts', `import '../sealer/x.ts';`, undefined],
  ['agent/spool/b.ts', `import '../uplink/x.ts';`, /the room spool may not import a room after it/],
  ['agent/uplink/a.ts', `import '../sensor/index.ts';`, undefined],
  ['agent/uplink/b.ts', `import '../limits.ts';`, undefined],
  ['agent/uplink/c.ts', `import '../main.ts';`, /a room may not import agent/],
  ['agent/uplink/d.ts', `import type { C } from '../config.ts';`, /a room may not import agent/],
  ['agent/uplink/g.ts', `import '../commands/x.ts';`, /the room uplink may not import a room after it/],
  ['agent/commands/a.ts', `import '../limits.ts';`, undefined],
  ['agent/commands/b.ts', `import '../line/x.ts';`, /the room commands may not import a room after it/],
  ['agent/main.ts', `import './uplink/x.ts';`, undefined],
  ['agent/line/a.ts', `import '../spool/x.ts';`, undefined],
  ['agent/spool/d.ts', `import '../line/x.ts';`, /the room spool may not import a room after it/],
  ['agent/service-manager.ts', `import './spool/x.ts';`, /may import rooms of the agent/],
  ['agent/config.ts', `import './sensor/config.ts';`, undefined],
  [
    'agent/limits.ts',
    `import './sensor/index.ts';`,
    /only agent\/main.ts, agent\/config.ts may import rooms/,
  ],
  ['agent/attic/a.ts', `import '../limits.ts';`, /is in no room of the agent/],
  ['agent/line/b.ts', `import '../sensor/link/x.ts';`, /the sensor is known by its port/],
  ['agent/line/c.ts', `import '../sensor/index.ts';`, undefined],
  ['agent/sensor/c.ts', `import { SerialPort } from 'serialport';`, undefined],
  ['agent/sensor/d.ts', `import { x } from '@serialport/bindings-cpp';`, undefined],
  ['agent/uplink/e.ts', `import { SerialPort } from 'serialport';`, /only in agent\/sensor/],
  ['agent/main2.ts', `import { x } from '@serialport/bindings-cpp';`, /only in agent\/sensor/],
  ['agent/uplink/f.ts', `import mqtt from 'mqtt';`, undefined],
  ['agent/spool/c.ts', `import mqtt from 'mqtt';`, /only in agent\/uplink/],
  ['agent/sealer/t.ts', `import x from 'pkcs11js';`, /only tokens\/ may use this package/],
  ['agent/main3.ts', `import { x } from 'mqtt/build/lib/client.js';`, /only in agent\/uplink/],
  ['station/a.ts', `import mqtt from 'mqtt';`, undefined],
  ['station/store/s3/a.ts', `import '@aws-sdk/client-s3';`, undefined],
  ['station/store/g.ts', `import '@aws-sdk/client-s3';`, /only station\/store\/s3\/ may use this package/],
];

const ways: readonly Row[] = [
  ['media/type.ts', `import type { A } from '../evidence/x.ts';`, /media may import only/],
  ['media/reexport.ts', `export { a } from '../evidence/x.ts';`, /media may import only/],
  ['media/star.ts', `export * from '../evidence/x.ts';`, /media may import only/],
  ['media/late.ts', `export const a = await import('../evidence/x.ts');`, /media may import only/],
  ['media/ring.ts', `import type { B } from './ringed.ts';`, /a circle of imports/],
  ['media/ringed.ts', `import type { A } from './ring.ts';`, undefined],
  ['media/folded.ts', `import {\n  a,\n} from '../evidence/x.ts';`, /media may import only/],
  ['media/round.ts', `import '../media/../evidence/x.ts';`, /media may import only/],
  [
    'media/required.ts',
    `import { createRequire } from 'node:module';`,
    /node:module loads what no rule sees/,
  ],
  ['media/comment.ts', `// import '../evidence/x.ts';\nexport {};`, undefined],
  ['media/string.ts', `export const a = "import '../evidence/x.ts'";`, undefined],
  ['media/pattern.ts', `export const a = /\`/; // \`\n// import '../evidence/x.ts'`, undefined],
];

/** Ways of writing an import that the linter refuses, as the import rules would not see what they import. */
const written: readonly Row[] = [
  ['media/inline.ts', `export const a: import('../evidence/x.ts').A = 1;`, /^plugin: Write `import type`/],
  [
    'media/nested.ts',
    `export type A = Map<1, typeof import('../evidence/x.ts')>;`,
    /^plugin: Write `import type`/,
  ],
  ['media/quoted.ts', `export const a = await import(\`../evidence/x.ts\`);`, /^plugin: Write the name/],
  [
    'media/computed.ts',
    `const n = 'x';\nexport const a = await import('../' + n);`,
    /^plugin: Write the name/,
  ],
  [
    'media/template.ts',
    `const n = 'x';\nexport const a = await import(\`../\${n}.ts\`);`,
    /^plugin: Write the name/,
  ],
  ['media/late.ts', `export const a = await import('../proto/x.ts');`, undefined],
  ['test/computed.ts', `const n = 'x';\nexport const a = await import('../' + n);`, undefined],
  ['media/bare.ts', `import { readFile } from 'fs/promises';\nreadFile('a');`, /useNodejsImportProtocol/],
  ['hardware-sim/a.ts', `import { openPty, type Pty } from '../native/index.ts';`, undefined],
  [
    'hardware-sim/b.ts',
    `import { openPty, openRecording } from '../native/index.ts';`,
    /noRestrictedImports/,
  ],
  ['hardware-sim/c.ts', `import * as native from '../native/index.ts';`, /noRestrictedImports/],
  [
    'hardware-sim/d.ts',
    `import { openRecording as openPty } from '../native/index.ts';`,
    /noRestrictedImports/,
  ],
  ['hardware-sim/link/a.ts', `import { openRecording } from '../../native/index.ts';`, /noRestrictedImports/],
  ['agent/sealer/a.ts', `import { openRecording } from '../../native/index.ts';`, undefined],
];

const core: readonly Row[] = [
  ['evidence/a.ts', `import { readFile } from 'node:fs/promises';`, /decide and do no I\/O/],
  ['evidence/b.ts', `import { createHash } from 'node:crypto';`, undefined],
  ['proto/a.ts', `import { connect } from 'node:net';`, /decide and do no I\/O/],
  ['agent/recorder/a.ts', `import { setTimeout } from 'node:timers/promises';`, /decide and do no I\/O/],
  ['agent/spool/a.ts', `import { open } from 'node:fs/promises';`, undefined],
  ['native/addon.ts', `import { createRequire } from 'node:module';\nimport '#addon';`, undefined],
  ['native/other.ts', `import '#addon';`, /only native\/addon.ts loads the addon/],
  ['native/index.ts', `export * from './other.ts';`, undefined],
  ['agent/sealer/a.ts', `import a from '#addon';`, /only native\/addon.ts loads the addon/],
  ['agent/sealer/b.ts', `import '../../native/other.ts';`, /import the addon from native\/index.ts/],
  ['agent/sealer/c.ts', `import '../../native/index.ts';`, undefined],
  ['test/x.test.ts', `import a from '../native/build/Release/sealcam.node';`, /only native\/addon.ts loads/],
];

for (const [name, rows] of Object.entries({
  'folders import only what the design lets them': folders,
  'rooms of the agent import only those before them': agent,
  'no way of writing an import hides it': ways,
  'the pure core and the addon': core,
})) {
  t.test(name, async (t) => {
    const { code, lines } = await check(t, Object.fromEntries(rows.map(([file, text]) => [file, text])));
    t.equal(code, 1);
    judge(t, rows, lines);
  });
}

t.test('the linter refuses an import that those rules would not see', async (t) => {
  judge(t, written, await lint(t, Object.fromEntries(written.map(([file, text]) => [file, text]))));
});

const spreads: readonly Row[] = [
  ['agent/a.ts', 'export const a = (all: number[]): number => Math.min(...all);', /as fit on the stack/],
  ['agent/b.ts', 'export const b = (all: number[]): number => Math.max(1, ...all);', /as fit on the stack/],
  ['agent/c.ts', 'export const c = (to: number[], all: number[]): number => to.push(1, ...all);', /stack/],
  ['agent/d.ts', 'export const d = (to: number[], all: number[]): number => to.unshift(...all);', /stack/],
  ['agent/e.ts', 'export const e = (all: number[]): string => String.fromCharCode(...all);', /stack/],
  ['agent/f.ts', 'export const f = (all: number[]): number[] => [...all];', undefined],
  ['agent/g.ts', 'export const g = (to: object[], one: object): number => to.push({ ...one });', undefined],
  ['agent/h.ts', 'export const h = (to: number[][], one: number[]): number => to.push([...one]);', undefined],
  ['test/a.ts', 'export const a = (all: number[]): number => Math.min(...all);', undefined],
];

t.test('the linter refuses an array that is spread into a call', async (t) => {
  judge(t, spreads, await lint(t, Object.fromEntries(spreads.map(([file, text]) => [file, text]))));
});

/** Each row must have the one line that it wants, or none, and there must be no other line. */
function judge(t: Test, rows: readonly Row[], lines: readonly string[]): void {
  for (const [file, , verdict] of rows) {
    const said = lines
      .filter((line) => line.startsWith(`${file}: `))
      .map((line) => line.slice(file.length + 2));
    if (verdict === undefined) t.same(said, [], `${file} is allowed`);
    else {
      t.equal(said.length, 1, `${file} is told once`);
      t.match(said[0], verdict);
    }
  }
  t.equal(lines.length, rows.filter(([, , verdict]) => verdict !== undefined).length, 'nothing else is said');
}

t.test('a good project passes, and an empty one does not', async (t) => {
  t.same(await check(t, { 'media/a.ts': `import '../proto/x.ts';` }), { code: 0, lines: [] });
  t.equal((await check(t, {})).code, 1);
});

t.test('a file that dependency-cruiser does not read is a fault, not a file without imports', async (t) => {
  const unread = await check(t, { 'proto/generated/a.ts': `import '../../media/x.ts';` });
  t.equal(unread.code, 1);
  t.match(unread.lines, ['proto/generated/a.ts: dependency-cruiser did not read this file']);
  const broken = await check(t, { 'media/a.ts': `import { a from '../proto/x.ts';` });
  t.equal(broken.code, 1);
});
