import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import t from 'tap';
import { sealcam } from '#generated/sensor-link.js';
import { isSealcamError } from '../../../base/errors.ts';
import { i64, u64 } from '../../../proto/int64.ts';
import { encodeFrame, noSession, parseFrame } from '../../../proto/link/frame.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import { decodeMessage, type MessageName } from '../../../proto/link/messages.ts';

// docs/SENSOR-LINK.md states a bound for every number of proto/sensor-link.proto, and the decoder keeps it: a number
// that is added to the protocol without a bound fails here.

const wire = sealcam.link;
const root = resolve(import.meta.dirname, '../../../..');
const text = (path: string): string => readFileSync(resolve(root, path), 'utf8');

interface NumberField {
  readonly name: string;
  readonly type: string;
}

/** Every numeric field of the protocol, as `Message.field`, by reading the .proto file. */
function numberFields(): NumberField[] {
  const fields: NumberField[] = [];
  const open: string[] = [];
  for (const line of text('proto/sensor-link.proto').split('\n')) {
    const begins = /^\s*(?:message|enum) (\w+) \{/.exec(line)?.[1];
    if (begins !== undefined && !line.includes('}')) open.push(begins);
    else if (/^\s*\}/.test(line)) open.pop();
    const [, type, name] =
      /^\s*(?:optional |repeated )?(u?int32|u?int64|sint32|sint64|fixed32|fixed64|float|double) (\w+) =/.exec(
        line,
      ) ?? [];
    if (type !== undefined) fields.push({ name: `${open.join('.')}.${name}`, type });
  }
  return fields;
}

interface Bound {
  readonly least: number;
  readonly most: number;
}

/** The table under "Bounds" of SENSOR-LINK.md. */
function statedBounds(): Map<string, Bound> {
  const rows = text('docs/SENSOR-LINK.md').matchAll(/^\| ([A-Z]\w+(?:\.\w+)+) \| ([^|]+) \| ([^|]+) \|/gm);
  return new Map(
    [...rows].map(([, name = '', least = '', most = '']) => [
      name,
      { least: numberIn(least), most: numberIn(most) },
    ]),
  );
}

function numberIn(written: string): number {
  const power = /^2\^(\d+)( - 1)?$/.exec(written.trim());
  if (power !== null) return Number(2n ** BigInt(power[1] ?? 0) - (power[2] === undefined ? 0n : 1n));
  return Number(written.replaceAll(',', ''));
}

type Fields = Record<string, unknown>;

const nonce = new Uint8Array(16).fill(7);
const description = Uint8Array.of(1, 2);
const video = { track: 1, kind: 1, codec: 1, timescale: 90_000, width: 1, height: 1, description };
const audio = { track: 2, kind: 2, codec: 3, timescale: 1, sampleRate: 1, channels: 1, description };
const hello = { nonce, frameBytesMax: 65_536 };
const dropped = { fromSequence: u64(1), toSequence: u64(2n ** 32n) };

/** A message that is valid but for `set`, which carries the value under test; the field's companions follow it. */
const messages: Readonly<Record<string, (set: Fields, field: string) => [MessageName, Uint8Array]>> = {
  Hello: (set) => ['hello', wire.Hello.encode({ ...hello, ...set }).finish()],
  Ack: (set) => ['ack', wire.Ack.encode(set).finish()],
  Heartbeat: (set) => ['heartbeat', wire.Heartbeat.encode(set).finish()],
  'Resend.Range': (set) => {
    const value = set.from ?? set.to;
    return ['resend', wire.Resend.encode({ ranges: [{ from: value, to: value } as Fields] }).finish()];
  },
  'StreamParameters.Track': (set, field) => {
    const ofAudio = field === 'sample_rate' || field === 'channels';
    const tracks = ofAudio ? [video, { ...audio, ...set }] : [{ ...video, ...set }];
    return ['parameters', wire.StreamParameters.encode({ tracks }).finish()];
  },
  MediaSample: (set) => {
    const base = { track: 1, duration: 1, size: linkLimits.sampleBytesMax, data: Uint8Array.of(1) };
    const time = set.pts ?? set.dts;
    const times = time === undefined ? {} : { pts: time, dts: time };
    return ['sample', wire.MediaSample.encode({ ...base, ...set, ...times } as Fields).finish()];
  },
  Position: (set) => ['telemetry', wire.Telemetry.encode({ position: set }).finish()],
  Motion: (set) => ['telemetry', wire.Telemetry.encode({ motion: set }).finish()],
  Battery: (set) => ['telemetry', wire.Telemetry.encode({ battery: set }).finish()],
  Telemetry: (set) => ['telemetry', wire.Telemetry.encode(set).finish()],
  Button: (set) => ['button', wire.Button.encode({ button: 3, ...set }).finish()],
  LampReport: (set) => ['lampReport', wire.LampReport.encode({ lamp: 1, ...set }).finish()],
  'Dropped.Track': (set, field) => {
    const samples = field === 'bytes' ? { samples: u64(2n ** 32n) } : {};
    return [
      'dropped',
      wire.Dropped.encode({ ...dropped, tracks: [{ track: 1, ...samples, ...set }] }).finish(),
    ];
  },
  Dropped: (set, field) => {
    const range = field.endsWith('_sequence')
      ? { fromSequence: Object.values(set)[0], toSequence: Object.values(set)[0] }
      : set;
    return ['dropped', wire.Dropped.encode({ ...dropped, ...(range as Fields) }).finish()];
  },
  Indicator: (set) => ['indicator', wire.Indicator.encode({ lamp: 1, ...set }).finish()],
  SetBitrate: (set) => [
    'setBitrate',
    wire.SetBitrate.encode({ track: 1, bitsPerSecond: 1, ...set }).finish(),
  ],
  KeyFrameRequest: (set) => ['keyFrameRequest', wire.KeyFrameRequest.encode({ track: 1, ...set }).finish()],
  Refusal: (set) => ['refusal', wire.Refusal.encode(set).finish()],
};

function messageWith({ name, type }: NumberField, value: number | bigint): [MessageName, Uint8Array] {
  const [, message = '', field = ''] = /^(.+)\.(\w+)$/.exec(name) ?? [];
  const make = messages[message];
  if (make === undefined) throw new Error(`no message is made for ${name}: add it here`);
  const property = field.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const encoded = /^u.*64/.test(type)
    ? u64(BigInt(value))
    : /64$/.test(type)
      ? i64(BigInt(value))
      : Number(value);
  return make({ [property]: encoded }, field);
}

function accepts([name, payload]: [MessageName, Uint8Array]): boolean {
  try {
    decodeMessage(name, payload);
    return true;
  } catch (error) {
    if (!isSealcamError(error, 'LINK_MESSAGE', 'INT64_UNSAFE')) throw error;
    return false;
  }
}

/** The nearest value on the other side of `value` that the field's type can hold; undefined where it has none. */
function beyond(type: string, value: number, step: 1 | -1): number | bigint | undefined {
  if (type === 'float' || type === 'double') return value + step * Math.max(1, Math.abs(value)) * 2 ** -20;
  const next = BigInt(value) + BigInt(step);
  if (type.startsWith('u') && next < 0n) return undefined;
  return type.endsWith('32') && next >= 2n ** 32n ? undefined : next;
}

t.test('every number of the protocol has a stated bound, and nothing else does', (t) => {
  const fields = numberFields().map(({ name }) => name);
  t.ok(fields.length > 50, `${fields.length} numbers`);
  t.same([...statedBounds().keys()].sort(), fields.sort());
  t.end();
});

t.test('every number is taken at its bounds and refused beyond', (t) => {
  const bounds = statedBounds();
  for (const field of numberFields()) {
    const { least, most } = bounds.get(field.name) ?? { least: Number.NaN, most: Number.NaN };
    t.ok(accepts(messageWith(field, least)), `${field.name} = ${least}`);
    t.ok(accepts(messageWith(field, most)), `${field.name} = ${most}`);
    const below = beyond(field.type, least, -1);
    const above = beyond(field.type, most, 1);
    if (below !== undefined)
      t.notOk(accepts(messageWith(field, below)), `${field.name} = ${below} is refused`);
    if (above !== undefined)
      t.notOk(accepts(messageWith(field, above)), `${field.name} = ${above} is refused`);
    if (!/float|double/.test(field.type)) continue;
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      t.notOk(accepts(messageWith(field, none)), `${field.name} = ${none} is refused`);
    }
  }
  t.end();
});

t.test('what numbers say together is bounded too', (t) => {
  const drop = (fields: Fields) => accepts(['dropped', wire.Dropped.encode(fields).finish()]);
  const range = { fromSequence: u64(1), toSequence: u64(10) };
  const track = (samples: number, bytes = 0) => ({ track: 1, samples: u64(samples), bytes: u64(bytes) });
  t.ok(drop({ ...range, tracks: [track(6), { ...track(3), track: 2 }], other: u64(1) }));
  t.notOk(
    drop({ ...range, tracks: [track(6), { ...track(4), track: 2 }], other: u64(1) }),
    'more than the numbers',
  );
  t.ok(drop({ ...range, tracks: [track(1, linkLimits.sampleBytesMax)] }));
  t.notOk(
    drop({ ...range, tracks: [track(1, linkLimits.sampleBytesMax + 1)] }),
    'larger than a sample can be',
  );
  t.ok(drop({ fromSequence: u64(1), toSequence: u64(2n ** 32n) }));
  t.notOk(drop({ fromSequence: u64(1), toSequence: u64(2n ** 32n + 1n) }), 'a range that spans too much');
  t.end();
});

t.test("a frame's own number is bounded", (t) => {
  const frame = (sequence: bigint) => {
    const body = new Uint8Array(20);
    body[0] = 1;
    new DataView(body.buffer).setBigUint64(12, sequence);
    return parseFrame(body);
  };
  t.equal(frame(2n ** 52n)?.sequence, linkLimits.sequenceMax);
  for (const above of [2n ** 52n + 1n, 2n ** 53n, 2n ** 64n - 1n])
    t.equal(frame(above), undefined, `${above}`);
  t.ok(encodeFrame({ kind: 1, session: noSession, sequence: linkLimits.sequenceMax, payload: nonce }));
  t.end();
});
