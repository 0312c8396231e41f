import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '../../..');

t.test('what is committed is what the schemas give', (t) => {
  const fresh = t.testdir();
  execFileSync(process.execPath, [join(root, 'scripts/generate.mjs'), fresh], { timeout: 600_000 });
  const committed = join(root, 'proto/generated');
  t.same(readdirSync(committed).sort(), readdirSync(fresh).sort(), 'a file for each schema, and no other');
  for (const name of readdirSync(fresh)) {
    const equal = readFileSync(join(committed, name)).equals(readFileSync(join(fresh, name)));
    t.ok(equal, `${name}: run "npm run generate" after a change to a .proto file`);
  }
  t.end();
});

t.test('no generated code evaluates text or reaches another module’s messages', (t) => {
  for (const name of readdirSync(join(root, 'proto/generated')).filter((file) => file.endsWith('.js'))) {
    const code = readFileSync(join(root, 'proto/generated', name), 'utf8');
    t.notMatch(code, /\beval\(|new Function|Function\(/, name);
    t.match(code, `$protobuf.roots["sealcam/${name.slice(0, -3)}"]`, `${name} has a root of its own`);
  }
  t.end();
});
