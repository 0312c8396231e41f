import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type * as v from 'valibot';
import { agentConfigSchema } from '../../agent/config.ts';
import { parseConfig } from '../../cli/config-file.ts';
import { stationConfigSchema } from '../../station/index.ts';

const whole =
  'camera: x\nsensor: {port: a}\nbroker: {url: b}\nspool: c\npolicy: {name: d, roles: [evidence]}\n';

t.test('a wrong configuration is named: the key, its value, and what is allowed', async (t) => {
  const cases: [string, RegExp][] = [
    [`${whole}foo: 1`, /"foo" is no key of this configuration/],
    [whole.replace('port: a', 'port: a, baud: 3'), /"sensor\.baud" is no key/],
    [whole.replace('spool: c\n', ''), /"spool" is missing/],
    [whole.replace('camera: x', 'camera: 3'), /"camera" is 3: expected string/],
    [whole.replace('camera: x', 'camera: ""'), /"camera" is "": expected a text that is not empty/],
    [
      whole.replace('name: d', 'name: d, ringSeconds: 500'),
      /"policy\.ringSeconds" is 500: expected a number from 0 to 120/,
    ],
    [whole.replace('roles: [evidence]', 'roles: []'), /"policy\.roles" is \[\]: expected at least one role/],
    [
      `${whole}context: {notice: maybe}`,
      /"context\.notice" is "maybe": expected \("given" \| "waived" \| "unknown"\)/,
    ],
    ['a: [', /is no YAML/],
    [`${whole}camera: y`, /is no YAML/],
    ['a: &x 1\nb: *x', /uses YAML aliases/],
    ['', /the file/],
  ];
  for (const [text, said] of cases) {
    t.throws(
      () => parseConfig(text, 'f.yaml', agentConfigSchema),
      { code: 'CONFIG_INVALID', message: said },
      `${said}`,
    );
  }
});

t.test('the commented examples are configurations', async (t) => {
  const examples: [string, v.GenericSchema][] = [
    ['agent.yaml', agentConfigSchema],
    ['station.yaml', stationConfigSchema],
  ];
  for (const [name, schema] of examples) {
    const text = readFileSync(join(import.meta.dirname, '../../../docs/examples', name), 'utf8');
    t.ok(parseConfig(text, name, schema), name);
  }
});
