import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import t from 'tap';
import { parse } from 'yaml';
import { scenarioSchema } from '../../hardware-sim/scenario/scenario.ts';
import { publishedCheck, schemaFolder } from '../hardware-sim/schemas/published-schemas.ts';

// docs/schema/scenario.schema.json is what editors complete a scenario by. After a change of the format, SEALCAM_WRITE_SCHEMAS=1
// writes it again, and `npm run format` lays it out.

const name = 'scenario.schema.json';
const title = 'A scenario for sealcam scenario run, and for sealcam sim --scenario';
const library = resolve(import.meta.dirname, '../../../hardware-sim/scenarios');

t.test('the published schema is that of the parser', async (t) => {
  const path = join(schemaFolder, name);
  const made = { title, ...toJsonSchema(scenarioSchema, { errorMode: 'throw' }) };
  if (process.env.SEALCAM_WRITE_SCHEMAS === '1') writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`);
  t.same(JSON.parse(readFileSync(path, 'utf8')), made);
});

t.test('it allows every scenario of the library, and the example', async (t) => {
  const problem = publishedCheck(name);
  const files = readdirSync(library).map((file) => join(library, file));
  files.push(resolve(library, '../../docs/examples/sim-scenario.yaml'));
  for (const file of files) t.equal(problem(parse(readFileSync(file, 'utf8'))), undefined, file);
});

t.test('it refuses what is no scenario', async (t) => {
  const problem = publishedCheck(name);
  for (const text of [
    '{}',
    'steps: 3',
    'steps: [{press: start}]',
    'steps: [{at: 1, press: boot}]',
    'steps: [{at: 1, dance: true}]',
    'steps: [{at: 1, agentClock: soon}]',
    'steps: []\nexpect: {recordings: [{verdict: fine}]}',
    'steps: []\nsetup: {dwellingRoles: [../a]}',
    'steps: []\nexpect: {exitCode: 1}',
    'steps: []\nexpect: {pictures: {captured: many}}',
  ]) {
    t.type(problem(parse(text)), 'string', text);
  }
});
