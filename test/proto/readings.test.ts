import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';
import { sealcam } from '#generated/sensor-link.js';
import { emptyLog, encodeTelemetry, noted } from '../../agent/recorder/telemetry.ts';
import { telemetryJson } from '../../cli/evidence/telemetry-json.ts';
import { decodeMessage } from '../../proto/link/messages.ts';
import { chunkOf, openingOf, sessionOf } from '../support/camera/camera-statements.ts';

// A field of telemetry is added in four places: two .proto files, the table in proto/readings.ts and the bounds of
// SENSOR-LINK.md (test/proto/link/bounds.test.ts). What is forgotten in one of them does not arrive here.

const proto = readFileSync(resolve(import.meta.dirname, '../../../proto/sensor-link.proto'), 'utf8');

/** Type and name of each field of a message, from the .proto file. */
function fieldsOf(message: string): (readonly [type: string, name: string])[] {
  const [, body = ''] = new RegExp(`^message ${message} \\{\\n(.*?)^\\}`, 'ms').exec(proto) ?? [];
  return [...body.matchAll(/^ {2}(?:optional )?(\w+) (\w+) = \d+;/gm)].map(
    ([, type = '', name = '']) =>
      [type, name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase())] as const,
  );
}

/** A message in which each field holds a value that no other one holds. */
function filled(message: string, leaves: Map<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    fieldsOf(message).map(([type, name]) => {
      if (/^[A-Z]/.test(type)) return [name, filled(type, leaves)];
      // Powers of two and their sums are exact in a float too.
      const value = type === 'bool' ? true : leaves.size + 1.5;
      leaves.set(name, type.includes('int') ? Math.floor(Number(value)) : value);
      return [name, leaves.get(name)];
    }),
  );
}

t.test('each measurement of the link is sealed and exported under its own name', (t) => {
  const leaves = new Map<string, unknown>();
  const sent = filled('Telemetry', leaves);
  t.ok(leaves.size >= 14, `${leaves.size} fields`);
  const payload = sealcam.link.Telemetry.encode(sent).finish();
  const { captureUs, ...reading } = decodeMessage('telemetry', payload);
  t.equal(captureUs, leaves.get('captureUs'));
  leaves.delete('captureUs');

  const log = noted(emptyLog(), { ...reading, atUs: 7 }, 10);
  const telemetry = encodeTelemetry(log, {
    lampCommanded: 'off',
    lampReported: undefined,
    muted: false,
    dwelling: false,
    stoppedUs: undefined,
    mergedPresses: 0,
  });
  const opening = openingOf(sessionOf({ bootCounter: 1 }), 1, 'a');
  const statement = chunkOf(opening, 1, opening.digest).link;
  const line = telemetryJson({ index: 1, statement, telemetry, media: new Uint8Array(0) });
  const exported = new Map<string, unknown>();
  JSON.parse(line, (key, value) => {
    exported.set(key, value);
    return value;
  });
  for (const [name, value] of leaves) t.equal(exported.get(name), value, name);
  t.equal(exported.get('uptimeUs'), 7);
  t.end();
});
