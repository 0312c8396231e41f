import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import t, { type Test } from 'tap';
import { runProcess } from '../support/process.ts';

const root = resolve(import.meta.dirname, '../../..');
const script = join(root, 'scripts/check-imports.mjs');

/** A project with these sources, checked: the exit code and the lines about imports. */
async function check(
  t: Test,
  sources: Readonly<Record<string, string>>,
): Promise<{ code: number | null; lines: string[] }> {
  const folder = t.testdir({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2023',
        allowImportingTsExtensions: true,
        noEmit: true,
      },
      include: ['**/*.ts'],
    }),
  });
  for (const [name, text] of Object.entries(sources)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { code, stdout } = await runProcess(t, process.execPath, [script, folder]);
  return { code, lines: stdout.trim().split('\n').slice(0, -1) };
}

/** One source, what it imports, and what is said about it; undefined where it is allowed. */
type Row = readonly [file: string, text: string, verdict: RegExp | undefined];

const folders: readonly Row[] = [
  ['base/a.ts', `import '../proto/x.ts';`, /base may not import proto/],
  ['base/b.ts', `import './a.ts';`, undefined],
  ['base/c.ts', `import { x } from 'valibot';`, /base may not import a package \(valibot\)/],
  ['base/d.ts', `import { readFileSync } from 'node:fs';`, undefined],
  ['proto/a.ts', `import '../base/x.ts';`, undefined],
  ['proto/b.ts', `import '../media/x.ts';`, /proto may not import media/],
  ['media/a.ts', `import '../proto/x.ts';`, undefined],
  ['media/b.ts', `import '../evidence/x.ts';`, /media may not import evidence/],
  ['media/c.ts', `import '#generated/link.js';`, undefined],
  ['native/a.ts', `import '../base/x.ts';`, undefined],
  ['native/b.ts', `import '../proto/x.ts';`, /native may not import proto/],
  ['evidence/a.ts', `import '../proto/x.ts';`, undefined],
  ['evidence/b.ts', `import '../native/index.ts';`, /evidence may not import native/],
  ['evidence/c.ts', `import '../media/x.ts';`, /evidence may not import media/],
  ['evidence/d.ts', `import '../agency/x.ts';`, /evidence may not import agency/],
  ['agency/a.ts', `import '../evidence/x.ts';`, undefined],
  ['agency/b.ts', `import '#generated/link.js';`, /agency may not import proto/],
  ['station/a.ts', `import '../evidence/x.ts';`, undefined],
  ['station/b.ts', `import '../native/index.ts';`, /station may not import native/],
  ['station/c.ts', `import '../agent/limits.ts';`, /station may not import agent/],
  ['hardware-sim/a.ts', `import '../media/x.ts';`, undefined],
  ['hardware-sim/b.ts', `import '../agent/sensor/x.ts';`, /hardware-sim may not import agent/],
  ['agent/main.ts', `import '../station/x.ts';`, /agent may not import station/],
  ['agent/config.ts', `import '../hardware-sim/x.ts';`, /agent may not import hardware-sim/],
  ['cli/a.ts', `import '../station/x.ts';`, undefined],
  ['cli/b.ts', `import '../test/support/x.ts';`, /cli may not import test/],
  ['cli/c.ts', `import '../bench/x.ts';`, /cli may not import bench/],
  ['station/d.ts', `import '../cli/a.ts';`, /station may not import cli/],
  ['test/a.test.ts', `import '../cli/a.ts';`, undefined],
  ['bench/a.ts', `import '../agent/main.ts';`, undefined],
  ['lib/a.ts', `import '../base/x.ts';`, /lib is no folder of the design/],
  ['media/d.ts', `import '../node_modules/x/y.js';`, /media may not import node_modules/],
];

const agent: readonly Row[] = [
  ['agent/sensor/a.ts', `import '../../proto/x.ts';`, undefined],
  ['agent/sensor/b.ts', `import '../recorder/x.ts';`, /the room sensor may not import recorder/],
  ['agent/recorder/a.ts', `import '../sensor/x.ts';`, undefined],
  ['agent/recorder/b.ts', `import '../sealer/x.ts';`, /the room recorder may not import sealer/],
  ['agent/sealer/a.ts', `import '../spool/x.ts';`, /the room sealer may not import spool/],
  ['agent/spool/a.ts', `import '../sealer/x.ts';`, undefined],
  ['agent/spool/b.ts', `import '../uplink/x.ts';`, /the room spool may not import uplink/],
  ['agent/uplink/a.ts', `import '../sensor/x.ts';`, undefined],
  ['agent/uplink/b.ts', `import '../limits.ts';`, undefined],
  ['agent/uplink/c.ts', `import '../main.ts';`, /a room may not import agent\/main.ts/],
  ['agent/uplink/d.ts', `import type { C } from '../config.ts';`, /a room may not import agent\/config.ts/],
  ['agent/main.ts', `import './uplink/x.ts';`, undefined],
  ['agent/line/a.ts', `import '../spool/x.ts';`, undefined],
  ['agent/spool/d.ts', `import '../line/x.ts';`, /the room spool may not import line/],
  ['agent/service-manager.ts', `import './spool/x.ts';`, /may not import the room spool/],
  ['agent/config.ts', `import './sensor/x.ts';`, undefined],
  ['agent/limits.ts', `import './sensor/x.ts';`, /only agent\/main.ts, agent\/config.ts know the rooms/],
  ['agent/attic/a.ts', `import '../limits.ts';`, /agent\/attic is no room of the agent/],
  ['agent/sensor/c.ts', `import { SerialPort } from 'serialport';`, undefined],
  ['agent/sensor/d.ts', `import { x } from '@serialport/stream';`, undefined],
  [
    'agent/uplink/e.ts',
    `import { SerialPort } from 'serialport';`,
    /serialport may be imported only in agent\/sensor/,
  ],
  ['agent/main2.ts', `import { x } from '@serialport/stream';`, /only in agent\/sensor/],
  ['agent/uplink/f.ts', `import mqtt from 'mqtt';`, undefined],
  ['agent/spool/c.ts', `import mqtt from 'mqtt';`, /mqtt may be imported only in agent\/uplink/],
  ['agent/main3.ts', `import { x } from 'mqtt/build/x.js';`, /mqtt may be imported only in agent\/uplink/],
  ['station/a.ts', `import mqtt from 'mqtt';`, undefined],
];

const ways: readonly Row[] = [
  ['media/type.ts', `import type { A } from '../evidence/x.ts';`, /media may not import evidence/],
  ['media/inline.ts', `export const a: import('../evidence/x.ts').A = 1;`, /media may not import evidence/],
  ['media/reexport.ts', `export { a } from '../evidence/x.ts';`, /media may not import evidence/],
  ['media/star.ts', `export * from '../evidence/x.ts';`, /media may not import evidence/],
  ['media/late.ts', `export const a = await import('../evidence/x.ts');`, /media may not import evidence/],
  [
    'media/quoted.ts',
    `export const a = await import(\`../evidence/x.ts\`);`,
    /media may not import evidence/,
  ],
  ['media/folded.ts', `import {\n  a,\n} from '../evidence/x.ts';`, /media may not import evidence/],
  ['media/round.ts', `import '../media/../evidence/x.ts';`, /media may not import evidence/],
  ['media/computed.ts', `const n = 'x';\nexport const a = await import('../' + n);`, /cannot be checked/],
  [
    'media/template.ts',
    `const n = 'x';\nexport const a = await import(\`../\${n}.ts\`);`,
    /cannot be checked/,
  ],
  [
    'media/required.ts',
    `import { createRequire } from 'node:module';`,
    /node:module loads what no rule sees/,
  ],
  ['media/bare.ts', `import { readFile } from 'fs/promises';`, /write node:fs\/promises/],
  ['media/comment.ts', `// import '../evidence/x.ts';\nexport {};`, undefined],
  ['media/string.ts', `export const a = "import '../evidence/x.ts'";`, undefined],
  ['media/pattern.ts', `export const a = /\`/; // \`\n// import '../evidence/x.ts'`, undefined],
];

const core: readonly Row[] = [
  ['evidence/a.ts', `import { readFile } from 'node:fs/promises';`, /evidence\/ decides and does no I\/O/],
  ['evidence/b.ts', `import { createHash } from 'node:crypto';`, undefined],
  ['proto/a.ts', `import { connect } from 'node:net';`, /proto\/ decides and does no I\/O/],
  ['agent/recorder/a.ts', `import { setTimeout } from 'node:timers/promises';`, /agent\/recorder\/ decides/],
  ['agent/spool/a.ts', `import { open } from 'node:fs/promises';`, undefined],
  ['native/index.ts', `import { createRequire } from 'node:module';\nimport '#addon';`, undefined],
  ['native/other.ts', `import '#addon';`, /only native\/index.ts loads the addon/],
  ['agent/sealer/a.ts', `import a from '#addon';`, /only native\/index.ts loads the addon/],
  ['test/x.test.ts', `import a from '../native/build/Release/sealcam.node';`, /only native\/index.ts loads/],
  ['hardware-sim/a.ts', `import { openPty, type Pty } from '../native/index.ts';`, undefined],
  ['hardware-sim/b.ts', `import { openPty, openRecording } from '../native/index.ts';`, /not openRecording/],
  ['hardware-sim/c.ts', `import * as native from '../native/index.ts';`, /not all of it/],
  [
    'hardware-sim/d.ts',
    `import { openRecording as openPty } from '../native/index.ts';`,
    /not openRecording/,
  ],
];

for (const [name, rows] of Object.entries({
  'folders import only what the design lets them': folders,
  'rooms of the agent import only those before them': agent,
  'no way of writing an import hides it': ways,
  'the pure core, the addon and the pseudo-terminal': core,
})) {
  t.test(name, async (t) => {
    const { code, lines } = await check(t, Object.fromEntries(rows.map(([file, text]) => [file, text])));
    t.equal(code, 1);
    for (const [file, , verdict] of rows) {
      const said = lines.filter((line) => line.startsWith(`${file}:`));
      if (verdict === undefined) t.same(said, [], `${file} is allowed`);
      else {
        t.equal(said.length, 1, `${file} is told once`);
        t.match(said[0], verdict);
      }
    }
    t.equal(
      lines.length,
      rows.filter(([, , verdict]) => verdict !== undefined).length,
      'and nothing else is',
    );
  });
}

t.test('the command loads a subcommand only when it is asked for', async (t) => {
  const late = await check(t, {
    'cli/main.ts': `import './words.ts';\nconst a = await import('./station.ts');`,
    'cli/words.ts': `import type { A } from '../station/x.ts';`,
    'cli/station.ts': `import '../station/x.ts';`,
    'station/x.ts': 'export type A = 1;',
  });
  t.same(late, { code: 0, lines: [] });
  const early = await check(t, {
    'cli/main.ts': `import './words.ts';`,
    'cli/words.ts': `import '../station/x.ts';`,
    'station/x.ts': '',
  });
  t.equal(early.code, 1);
  t.match(early.lines, [/^cli\/words.ts:1: cli\/main.ts must load a subcommand only when it is asked for/]);
});

t.test('a project without sources is not taken for a good one', async (t) => {
  t.equal((await check(t, {})).code, 1);
});

t.test('a line of the report names the place', async (t) => {
  const { lines } = await check(t, { 'media/a.ts': `\n\nimport {\n  a,\n} from '../evidence/x.ts';` });
  t.match(lines, [/^media\/a.ts:5: media may not import evidence \(evidence\/x.ts\), only base, proto$/]);
});
