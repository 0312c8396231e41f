import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import t from 'tap';
import { fileLimitMs } from '../support/patience.ts';
import { sharedFile, sharedMissing } from '../support/shared.ts';
import { programs, python, pythonMissing } from './python.ts';

// The second implementation's own primitives are held to the published vectors, as the project's are.

t.setTimeout(fileLimitMs);

const file = sharedFile('vectors/hpke/mlkem1024_p384.json');
const skip = pythonMissing || (file === undefined && sharedMissing);

t.test('ML-KEM-1024 and HPKE in Python agree with every published case', { skip }, async (t) => {
  const folder = dirname(dirname(file ?? ''));
  const { status, stdout, stderr } = spawnSync(python ?? '', [join(programs, 'vectors.py'), folder], {
    encoding: 'utf8',
  });
  t.equal(status, 0, stderr);
  const results: Record<string, { agree: number; wrong: number[] }> = JSON.parse(stdout);
  for (const [name, { agree, wrong }] of Object.entries(results)) {
    t.comment(`${name}: ${agree} cases agree`);
    t.same(wrong, [], name);
    t.ok(agree > 0, `${name} has cases`);
  }
  t.equal(Object.keys(results).length, 5);
});
