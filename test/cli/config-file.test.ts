import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type * as v from 'valibot';
import { agentConfigSchema } from '../../agent/config.ts';
import { parseConfig, readConfig } from '../../cli/config-file.ts';
import { stationConfigSchema } from '../../station/index.ts';

const whole =
  'camera: x\nsensor: {port: a}\nbroker: {url: b}\nspool: c\npolicy: {name: d, roles: [evidence]}\n';

/** The configuration with a pipe. */
const piped = (keys: string): string => whole.replace('{port: a}', `{pipe: {${keys}}, controls: {port: b}}`);

t.test("names are people's own, in one form", async (t) => {
  const { context } = parseConfig(`${whole}context: {officer: "Jo\u0308rg"}`, 'f.yaml', agentConfigSchema);
  t.equal(context.officer, 'J\u00f6rg');
});

t.test('a wrong configuration is named: the key, its value, and what is allowed', async (t) => {
  const cases: [string, RegExp][] = [
    [`${whole}foo: 1`, /"foo" is not a key of this configuration/],
    [whole.replace('port: a', 'port: a, baud: 3'), /"sensor\.baud" is not a key/],
    [whole.replace('spool: c\n', ''), /"spool" is missing/],
    [
      whole.replace('url: b', 'url: b, others: [{url: c, station: station-2}]'),
      /"broker" is .*: expected "station" too where there are "others"/,
    ],
    [
      whole.replace('url: b', 'url: b, station: s, others: [{url: c, station: s}]'),
      /"broker" is .*: expected each station once/,
    ],
    [
      whole.replace(
        'url: b',
        "url: 'mqtts://one.test', station: s, others: [{url: 'mqtts://ONE.test:8883', station: r}]",
      ),
      /"broker" is .*: expected each broker once/,
    ],
    [
      whole.replace('url: b', 'url: b, needed: 2'),
      /"broker" is .*: expected "needed" at most as many as there are cells/,
    ],
    [whole.replace('camera: x', 'camera: 3'), /"camera" is 3: expected string/],
    [whole.replace('camera: x', 'camera: ""'), /"camera" is "": expected a text that is not empty/],
    [
      whole.replace('name: d', 'name: d, ringSeconds: 500'),
      /"policy\.ringSeconds" is 500: expected a number from 0 to 120/,
    ],
    [
      whole.replace('name: d', 'name: d, runOnSeconds: 301'),
      /"policy\.runOnSeconds" is 301: expected a number from 0 to 300/,
    ],
    [
      `${whole}recording: {storage: {lowMinutes: 40}}`,
      /"recording\.storage" is .*: expected "againMinutes" above "lowMinutes"/,
    ],
    [
      `${whole}recording: {rollOverMinutes: 9}`,
      /"recording\.rollOverMinutes" is 9: expected a whole number from 10 to 1440/,
    ],
    [whole.replace('roles: [evidence]', 'roles: []'), /"policy\.roles" is \[\]: expected at least one role/],
    [
      `${whole}context: {notice: maybe}`,
      /"context\.notice" is "maybe": expected \("given" \| "waived" \| "unknown"\)/,
    ],
    ['a: [', /is not YAML/],
    [`${whole}camera: y`, /is not YAML/],
    ['a: &x 1\nb: *x', /uses YAML aliases/],
    ['', /holds no keys: begin with the commented example/],
    ['- camera: x', /holds no keys/],
    [Buffer.from(whole, 'utf16le').toString('utf8'), /holds no keys/],
    [`${whole}---\na: 1`, /holds several YAML documents/],
    [`${whole}...\n---\na: 1`, /holds several YAML documents/],
    [
      whole.replace('spool: c', 'spool: ~/spool'),
      /"spool" is "~\/spool": expected a path that is written out/,
    ],
    [
      whole.replace('camera: x', 'camera: $HOME/x'),
      /"camera" is "\$HOME\/x": expected a path that is written out/,
    ],
    [whole.replace('port: a', 'port: "$TTY"'), /"sensor\.port" is .*written out/],
    [`${whole}health: {socket: ~/s}`, /"health\.socket" is .*written out/],
    [whole.replace('spool: c', 'spool: file:///tmp/spool'), /"spool" is .*file:\/\/ are not expanded/],
    [whole.replace('spool: c', 'spool: "c "'), /"spool" is "c ": .*written out/],
    [whole.replace('spool: c', 'spool: "a\\0b"'), /"spool" is .*control characters/],
    [piped('program: ["~/bin/film"]'), /"sensor\.pipe\.program\.0" is .*no shell expands/],
    [piped('program: [film, "$HOME/film.mp4"]'), /"sensor\.pipe\.program\.1" is .*no shell expands/],
    [piped('fifo: ~/film'), /"sensor\.pipe\.fifo" is .*written out/],
    [piped('fifo: f, model: "a\\nb"'), /"sensor\.pipe\.model" is .*1 to 128 bytes of UTF-8/],
    [piped(`fifo: f, serial: ${'7'.repeat(9)}`), /"sensor\.pipe\.serial" is 777777777: expected/],
    [whole.replace('port: a', 'port: a, serial: "\\ud800"'), /"sensor\.serial" is .*UTF-8/],
    [whole.replace('port: a', 'port: a, baudRate: 1e99'), /"sensor\.baudRate" is 1e\+99: expected a whole/],
    [whole.replace('port: a', 'port: a, baudRate: .inf'), /"sensor\.baudRate" is Infinity: expected a whole/],
    [`${whole}context: {officer: "\\ud800"}`, /"context\.officer" is .*1 to 256 bytes of UTF-8/],
    [`${whole}context: {officer: "\\u202egpj"}`, /"context\.officer" is .*bidirectional/],
    [`${whole}context: {reason: "a\\u0007"}`, /"context\.reason" is .*control/],
    [`${whole}context: {reason: ${'x'.repeat(257)}}`, /"context\.reason" is .*1 to 256 bytes/],
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

t.test('a file in another encoding is refused, as it would put broken names into the evidence', async (t) => {
  const latin1 = `${whole}context: {officer: "M\u00fcller"}\n`;
  const folder = t.testdir({ 'latin1.yaml': Buffer.from(latin1, 'latin1'), 'utf8.yaml': latin1 });
  await t.rejects(readConfig(join(folder, 'latin1.yaml'), agentConfigSchema), {
    code: 'CONFIG_INVALID',
    message: /latin1\.yaml is not UTF-8/,
  });
  const { config } = await readConfig(join(folder, 'utf8.yaml'), agentConfigSchema);
  t.equal(config.context.officer, 'M\u00fcller');
});
