import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t from 'tap';

const module = pathToFileURL(join(import.meta.dirname, '../../base/program.js')).href;

/** What a process prints to stderr that was asked to silence the warnings about ML-KEM, and warns of `warnings`. */
function printed(warnings: readonly (readonly [string, string])[]): string {
  const program = `
    import { silenceMlKemWarnings } from '${module}';
    silenceMlKemWarnings();
    for (const [text, type] of ${JSON.stringify(warnings)}) process.emitWarning(text, type);
  `;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  t.equal(status, 0);
  return stderr;
}

t.test('the warnings about ML-KEM in WebCrypto are not printed', async (t) => {
  const subjects = ['supports', 'encapsulateBits', 'decapsulateBits'].map(
    (name) => `${name} Web Crypto API method`,
  );
  const all = [
    ...subjects,
    'MLKEM1024-P384 Web Crypto API algorithm',
    'ML-KEM-1024 Web Crypto API algorithm',
  ];
  const texts = all.map((name) => `The ${name} is an experimental feature and might change at any time`);
  t.equal(printed(texts.map((text) => [text, 'ExperimentalWarning'] as const)), '');
});

t.test('every other warning is', async (t) => {
  const others = [
    ['The sign Web Crypto API method is an experimental feature', 'ExperimentalWarning'],
    ['SQLite is an experimental feature and might change at any time', 'ExperimentalWarning'],
    ['The supports Web Crypto API method is an experimental feature', 'DeprecationWarning'],
  ] as const;
  const error = printed(others);
  for (const [text, type] of others) t.ok(error.includes(`${type}: ${text}`), `${type}: ${text}`);
});
