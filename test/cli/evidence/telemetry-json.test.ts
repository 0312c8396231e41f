import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { telemetryJson } from '../../../cli/evidence/telemetry-json.ts';
import type { OpenedChunk } from '../../../evidence/open/open.ts';
import { u64 } from '../../../proto/int64.ts';

function line(telemetry: Uint8Array): Record<string, unknown> {
  const start = { uptimeUs: 5, utcUs: 6, clockState: 'synchronised' };
  const chunk = { index: 3, statement: { body: { start, durationUs: 7 } }, telemetry };
  return JSON.parse(telemetryJson(chunk as unknown as OpenedChunk));
}

t.test('64-bit integers are exact: numbers up to 2^53 - 1, digits beyond', async (t) => {
  const { ChunkTelemetry } = sealcam.telemetry;
  for (const [value, expected] of [
    [1n, 1],
    [2n ** 53n - 1n, 2 ** 53 - 1],
    [2n ** 53n + 1n, '9007199254740993'],
    [2n ** 64n - 1n, '18446744073709551615'],
  ] as const) {
    const told = line(ChunkTelemetry.encode({ omitted: u64(value) }).finish());
    t.equal(told.omitted, expected);
    t.equal(told.index, 3);
  }
});

t.test('what is no telemetry of this schema is counted, not guessed', async (t) => {
  t.equal(line(Uint8Array.of(0xff)).unreadableBytes, 1);
});

t.test('the published schema has each field and each name of the telemetry', async (t) => {
  const file = (path: string): string =>
    readFileSync(resolve(import.meta.dirname, '../../../..', path), 'utf8');
  const proto = file('proto/telemetry.proto');
  const { definitions } = JSON.parse(file('docs/schema/telemetry.json'));
  const bodyOf = (name: string): string =>
    new RegExp(`^(?:message|enum) ${name} \\{\\n(.*?)^\\}`, 'ms').exec(proto)?.[1] ?? '';
  const camel = (name: string): string =>
    name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const { properties: chunk } = definitions.chunk;
  for (const [message, properties] of [
    ['ChunkTelemetry', chunk],
    ['Context', chunk.context.properties],
    ...['Position', 'Motion', 'Battery', 'Surroundings', 'Event'].map(
      (name) => [name, definitions[name.toLowerCase()].properties] as const,
    ),
  ] as const) {
    const fields = [...bodyOf(message).matchAll(/^ {2}(?:(?:optional|repeated) )?\w+ (\w+) = \d+;/gm)];
    t.ok(fields.length >= 3, message);
    for (const [, name = ''] of fields) t.ok(camel(name) in properties, `${message}.${camel(name)}`);
  }
  for (const [name, values] of [
    ['EventKind', definitions.event.properties.kind.enum],
    ['Trigger', definitions.event.properties.trigger.enum],
    ['LampState', definitions.lamp.enum],
    ['LinkState', definitions.surroundings.properties.link.enum],
    ['Notice', chunk.context.properties.notice.enum],
  ] as const) {
    t.same(
      [...bodyOf(name).matchAll(/^ {2}(\w+) = \d+;/gm)].map(([, one]) => one),
      values,
      name,
    );
  }
});
