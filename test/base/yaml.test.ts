import t from 'tap';
import { parseDocument } from 'yaml';
import { SealcamError } from '../../base/errors.ts';
import { readYaml } from '../../base/yaml.ts';

const read = (file: Uint8Array | string): unknown =>
  readYaml(
    parseDocument,
    file,
    (problem, cause) => new SealcamError('CONFIG_INVALID', `FILE ${problem}`, { cause }),
  );

t.test('a document comes out as it was meant', async (t) => {
  t.same(read('a: 1\nb: [x, "y"]\n'), { a: 1, b: ['x', 'y'] });
  t.same(read(Buffer.from('\ufeffname: Köln\n')), { name: 'Köln' }, 'with the mark of UTF-8 before it');
  t.same(read('--- \na: 1\n...\n'), { a: 1 });
  t.same(read('a: yes\nb: 012\nc: ~\nd: 1:30\n'), { a: 'yes', b: 12, c: null, d: '1:30' }, 'by YAML 1.2');
  t.equal(read('# nothing\n'), null);
  const strange = read('__proto__: {a: 1}\nconstructor: 2\n') as object;
  t.equal(Object.getPrototypeOf(strange), Object.prototype, 'a key is a key, whatever its name');
  t.same(Object.keys(strange), ['__proto__', 'constructor']);
});

t.test('whatever else a file holds is named in one sentence', async (t) => {
  const deep = (open: string): string => open.repeat(100_000);
  const files: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    ['two documents', 'a: 1\n---\na: 2\n', /holds several YAML documents/],
    ['a key twice', 'a: 1\na: 2\n', /is not YAML: Map keys must be unique/],
    ['a tab', 'a:\n\tb: 1\n', /is not YAML/],
    ['an end that is missing', 'a: [1\n', /is not YAML/],
    ['an alias', 'a: &x 1\nb: *x\n', /uses YAML aliases/],
    ['aliases that grow', `a: &a [x]\n${'bcdefghi'.replace(/./g, '$&: [*a]\n')}`, /uses YAML aliases/],
    ['Latin-1', Buffer.from('name: Köln\n', 'latin1'), /is not UTF-8/],
    ['UTF-16 with its mark', Buffer.from('\ufeffa: 1\n', 'utf16le'), /is not UTF-8/],
    ['half of a character', Buffer.from('name: \ud800\n', 'utf16le').subarray(12, 14), /is not UTF-8/],
    ['more than a person writes', Buffer.alloc(1_048_577, '#'), /has 1048577 bytes/],
    ['lists in lists', deep('['), /is nested too deeply/],
    ['maps in maps', deep('{a: '), /is nested too deeply/],
    ['lists in lists, by dashes', deep('- '), /is nested too deeply/],
    ['keys in keys', deep('? '), /is nested too deeply/],
  ];
  for (const [name, file, problem] of files) {
    t.throws(() => read(file), { code: 'CONFIG_INVALID', message: /^FILE [^\n]+$/ }, name);
    t.throws(() => read(file), { message: problem }, name);
  }
});
