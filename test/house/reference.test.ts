import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';

// The reference names each event of the log that the sources use, at its levels, and each error code, and no other.

const root = join(import.meta.dirname, '../../..');
const rooms = [
  'agency',
  'agent',
  'base',
  'cli',
  'evidence',
  'hardware-sim',
  'media',
  'native',
  'proto',
  'scenario',
  'station',
];
/** These pass on what others say, or say it at the level of what they left out. */
const passOn = ['base/monitoring/alarms.ts', 'base/log.ts'];

const sources = rooms.flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name: `${room}/${name}`, text: readFileSync(join(root, room, name), 'utf8') })),
);

interface Call {
  readonly file: string;
  readonly level: string;
  /** The first argument's literal; undefined where it is not one. */
  readonly event: string | undefined;
  /** How the second begins, where it is a literal. */
  readonly begins: string | undefined;
}

const calls = sources.flatMap(({ name, text }): Call[] =>
  passOn.includes(name)
    ? []
    : [
        ...text.matchAll(/\blog(?:To\([^()]*\))?\.(debug|info|warn|alarm)\(\s*(?:'([^']*)',\s*)?["'`]?(.)/gi),
      ].map(([all, level = '', event, begins]) => ({
        file: name,
        level,
        event,
        begins: /["'`].$/.test(all) ? begins : undefined,
      })),
);

t.test('each log call names its event literally, and its sentence begins with a capital', async (t) => {
  t.ok(calls.length > 100, `${calls.length} calls were read`);
  for (const { file, event, begins } of calls) {
    t.match(event, /^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/, `${file}: ${event}`);
    if (begins !== undefined) t.match(begins, /[A-Z]/, `${file}: ${event}`);
  }
});

t.test('docs/reference/events.md lists each event with its levels, and no other', async (t) => {
  const order = ['debug', 'info', 'warn', 'alarm'];
  const used = new Map<string, Set<string>>([['log.overflowed', new Set(['info', 'warn', 'alarm'])]]);
  for (const { event = '', level } of calls) used.set(event, (used.get(event) ?? new Set()).add(level));
  const rows = [...used].map(([event, levels]) => [
    event,
    order.filter((level) => levels.has(level)).join(', '),
  ]);
  const text = readFileSync(join(root, 'docs/reference/events.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `([^`]+)` \| ([^|]+) \| [^|]+ \| [^|]*\|$/gm)].map((row) =>
    row.slice(1),
  );
  t.same(
    documented,
    rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
});

t.test('each sentence of an error begins with a capital, or with the name that is wrong', async (t) => {
  const sentences = sources.flatMap(({ name, text }) =>
    [
      ...text.matchAll(
        /(?:\bSealcamError\(\s*(?:'[A-Z0-9_]+'|[\w.]+),|\b(?:usage|storageError)\()\s*(?:[^'"`,;]{0,60}\?\s*)?(['"`])(.*)/g,
      ),
    ].map(([, , sentence = '']) => ({ name, sentence })),
  );
  t.ok(sentences.length > 300, `${sentences.length} sentences were read`);
  for (const { name, sentence } of sentences) t.notMatch(sentence, /^[a-z]/, name);
});

t.test('docs/reference/errors.md lists each error code, and no other', async (t) => {
  // The YAML parser's own code, and a word of Amazon's client.
  const foreign = new Set(['MULTIPLE_DOCS', 'WHEN_REQUIRED']);
  const used = new Set<string>();
  for (const { text } of sources)
    for (const [, code = ''] of text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|USAGE)'/g))
      if (!foreign.has(code)) used.add(code);
  const text = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `([^`]+)` \| [^|]+ \| [^|]+ \|$/gm)].map((row) => row[1]);
  t.same(documented, [...used].sort());
});
