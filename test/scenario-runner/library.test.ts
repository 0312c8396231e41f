import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { parseScenario } from '../../hardware-sim/scenario/scenario.ts';

const folder = resolve(import.meta.dirname, '../../../hardware-sim/scenarios');
const names = readdirSync(folder);

t.test('each file of the library is a scenario that says what it is and what it expects', (t) => {
  for (const name of names) {
    const text = readFileSync(join(folder, name), 'utf8');
    t.match(name, /^[a-z0-9-]+[.]yaml$/);
    t.match(
      text,
      /^# yaml-language-server: \$schema=\.\.\/\.\.\/docs\/schema\/scenario\.schema\.json\n/,
      name,
    );
    const scenario = parseScenario(text, join(folder, name));
    t.match(text, /^title: /m, name);
    t.ok((scenario.about ?? '').length > 40, `${name} says what it is about`);
    const { recordings, exitCode } = scenario.expect;
    t.ok(recordings ?? exitCode, `${name} expects verdicts`);
  }
  t.end();
});
