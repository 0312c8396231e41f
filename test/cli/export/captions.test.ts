import { open } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { sealcam } from '#generated/telemetry.js';
import { type Caption, Captions } from '../../../cli/evidence/export/captions.ts';
import { Exports } from '../../../cli/evidence/export/exports.ts';
import type { ExportedEvent, SealedTelemetry } from '../../../cli/evidence/export/sealed-telemetry.ts';
import { type MediaSpan, PictureTimeline } from '../../../cli/evidence/export/timeline.ts';
import { webVttCue, webVttHead } from '../../../cli/evidence/export/webvtt.ts';
import type { OpenedChunk } from '../../../evidence/open/open.ts';
import type { Core } from '../../../evidence/statements.ts';
import { testMoment } from '../../support/recording.ts';

const { EventKind, LampState } = sealcam.telemetry;

const event = (second: number, kind: number, lamp = 0): ExportedEvent => ({
  uptimeUs: second * 1e6,
  kind,
  lamp,
  category: 0,
});

/** A chunk that begins at `second`, and what it tells. */
function chunk(second: number, of: Partial<SealedTelemetry> = {}): SealedTelemetry {
  return {
    start: testMoment(second),
    positions: [],
    events: [],
    lampCommanded: LampState.LAMP_RECORDING,
    lampReported: LampState.LAMP_RECORDING,
    muted: false,
    dwelling: false,
    ...of,
  };
}

const second = (from: number, to: number): MediaSpan => ({ fromUs: from * 1e6, toUs: to * 1e6 });

function shown(...parts: readonly (readonly [SealedTelemetry | undefined, MediaSpan] | string)[]): Caption[] {
  const captions = new Captions();
  const timeline = new PictureTimeline();
  return parts.flatMap((part) => {
    if (typeof part === 'string') {
      captions.hole(part);
      return [];
    }
    const [telemetry, span] = part;
    return captions.chunk(telemetry, span, timeline.next(telemetry?.start.uptimeUs ?? 0, span));
  });
}

const words = (captions: readonly Caption[]): string[] =>
  captions.map(({ fromMs, toMs, lines }) => `${fromMs}-${toMs} ${lines.join(' / ')}`);

t.test('time, place, lamp, mute and bookmark, from the moment of each', async (t) => {
  const positions = [
    { uptimeUs: 500_000, latitude: 48.1, longitude: 11.5, altitude: undefined, accuracy: 4, satellites: 7 },
  ];
  const events = [
    event(0.5, EventKind.EVENT_BOOKMARK),
    { ...event(1, EventKind.EVENT_BOOKMARK), category: 12 },
    event(1.25, EventKind.EVENT_MUTE_ON),
    event(1.5, EventKind.EVENT_LAMP_REPORTED, LampState.LAMP_OFF),
  ];
  const end = { muted: true, lampReported: LampState.LAMP_OFF };
  const clock = (s: number): string => `2026-06-01 00:00:0${s} UTC (clock free-running)`;
  t.same(words(shown([chunk(0, { positions, events, ...end }), second(0, 2)])), [
    `0-500 ${clock(0)} / place unknown / lamp recording`,
    `500-1000 ${clock(0)} / 48.100000, 11.500000 +-4 m / lamp recording | bookmark`,
    `1000-1250 ${clock(1)} / 48.100000, 11.500000 +-4 m / lamp recording | bookmark 12`,
    `1250-1500 ${clock(1)} / 48.100000, 11.500000 +-4 m / lamp recording | muted | bookmark 12`,
    `1500-2000 ${clock(1)} / 48.100000, 11.500000 +-4 m / lamp off, not recording | muted | bookmark 12`,
  ]);
});

t.test('what lasts goes on in the next chunk, and is forgotten where something is absent', async (t) => {
  const mute = chunk(0, { events: [event(0.5, EventKind.EVENT_MUTE_ON)], muted: true });
  const told = words(
    shown([mute, second(0, 1)], [chunk(1, { muted: true }), second(1, 2)], 'signed gap (link)', [
      chunk(9),
      second(9, 10),
    ]),
  );
  t.match(told[1], /muted/);
  t.match(told[2], /^1000-2000 .*muted/);
  t.equal(told[3], '2000-9000 no picture: signed gap (link)');
  t.match(told[4], /^9000-10000 .*lamp recording$/);
});

t.test('an old place is not shown', async (t) => {
  const positions = [
    { uptimeUs: 0, latitude: 1, longitude: 2, altitude: undefined, accuracy: undefined, satellites: 0 },
  ];
  const told = words(shown([chunk(0, { positions }), second(0, 1)], [chunk(6), second(6, 7)]));
  t.match(told[0], /1\.000000, 2\.000000 \//);
  t.match(told[1], /place unknown/);
});

t.test('a place is shown until the next one is due, also if a policy keeps one each 10 s', async (t) => {
  const place = { latitude: 1, longitude: 2, altitude: undefined, accuracy: undefined, satellites: 0 };
  const part = (s: number): readonly [SealedTelemetry, MediaSpan] => [
    chunk(s, { positions: s % 10 === 0 && s <= 50 ? [{ uptimeUs: s * 1e6, ...place }] : [] }),
    second(s, s + 1),
  ];
  const told = words(shown(...Array.from({ length: 100 }, (_, s) => part(s))));
  const unknown = told.flatMap((text, s) => (/place unknown/.test(text) ? [s] : []));
  t.same(unknown, [6, 7, 8, 9, ...Array.from({ length: 24 }, (_, n) => 76 + n)]);
});

t.test('telemetry that cannot be read has no captions, and hides nothing of the next', async (t) => {
  t.same(words(shown([undefined, second(0, 1)])), []);
  t.equal(words(shown([undefined, second(0, 1)], [chunk(1), second(1, 2)])).length, 1);
});

t.test('a hole after telemetry that cannot be read begins where the pictures end', async (t) => {
  const told = words(shown([undefined, second(0, 1)], 'missing', [chunk(9), second(9, 10)]));
  t.equal(told[0], '1000-9000 no picture: missing');
});

t.test('each reason is told once, however often the reasons alternate', async (t) => {
  const holes = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 'missing' : 'signed gap (link)'));
  const told = words(shown([chunk(0), second(0, 1)], ...holes, [chunk(9), second(9, 10)]));
  t.equal(told[1], '1000-9000 no picture: missing, signed gap (link)');
});

t.test('what an authentic chunk without readable media changed is not known after it', async (t) => {
  const path = (name: string): string => join(folder, name);
  const folder = t.testdir();
  const files = {
    telemetry: await open(path('telemetry'), 'wx'),
    track: await open(path('track'), 'wx'),
    captions: await open(path('captions'), 'wx'),
  };
  t.teardown(() => Promise.all(Object.values(files).map((file) => file.close())));
  const core = {
    deviceId: 'camera-1',
    recordingNumber: 7,
    recordingId: new Uint8Array(16).fill(1),
    claimedStart: testMoment(0),
  };
  const captions: Caption[] = [];
  const exports = new Exports(files, core as Core, async (shown) => void captions.push(...shown));
  const opened = (index: number, told: sealcam.telemetry.IChunkTelemetry): OpenedChunk =>
    ({
      index,
      statement: { body: { start: testMoment(index), durationUs: 1e6 } },
      telemetry: sealcam.telemetry.ChunkTelemetry.encode(told).finish(),
    }) as unknown as OpenedChunk;
  const [on, off] = [LampState.LAMP_RECORDING, LampState.LAMP_OFF];
  await exports.begin();
  await exports.chunk(opened(0, {}), undefined);
  await exports.chunk(opened(1, { lampCommanded: on, lampReported: on }), second(0, 1));
  await exports.chunk(opened(2, { lampCommanded: off, lampReported: off, muted: true }), undefined);
  await exports.chunk(opened(3, { lampCommanded: off, lampReported: off, muted: true }), second(2, 3));
  const told = words(captions);
  t.match(told[0], /^0-1000 .*lamp recording$/, 'chunk 0 has no pictures, and is no hole');
  t.equal(told[1], '1000-2000 no picture: not media that an MP4 can hold');
  t.match(told[2], /^2000-3000 .*lamp off \| muted$/);
});

t.test('WebVTT escapes text, keeps cues in order, and may last for days', async (t) => {
  const cue = webVttCue({ fromMs: 0, toMs: 3 * 86_400_000 + 61_001, lines: ['a --> <b>&', '', 'c\n\nd'] });
  t.equal(cue, '\n00:00:00.000 --> 72:01:01.001\na --&gt; &lt;b&gt;&amp;\n-\nc d\n');
  t.equal(webVttHead, 'WEBVTT\n');
});

t.test('whatever the chunks, captions follow each other, are few, and stay within the pictures', async () => {
  const part = fc.record({
    us: fc.integer({ min: 0, max: 2 ** 52 }),
    utcUs: fc.integer({ min: 0, max: 2 ** 53 - 1 }),
    from: fc.integer({ min: 0, max: 1e12 }),
    length: fc.integer({ min: 0, max: 1e10 }),
    events: fc.array(
      fc.record({ uptimeUs: fc.nat(1e9), kind: fc.nat(30), lamp: fc.nat(9), category: fc.nat(200) }),
      {
        maxLength: 5,
      },
    ),
  });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const chunks = parts.map(({ us, utcUs, from, length, events }) => {
        const start = { ...testMoment(0), uptimeUs: us, utcUs };
        return [chunk(0, { start, events }), { fromUs: from, toUs: from + length }] as const;
      });
      let until = 0;
      const captions = shown(...chunks);
      for (const { fromMs, toMs, lines } of captions) {
        if (!(fromMs >= until && toMs > fromMs && lines.length > 0)) return false;
        until = toMs;
      }
      const ends = Math.max(0, ...chunks.map(([, { toUs }]) => Math.round(toUs / 1000)));
      return until <= ends && captions.length <= parts.length * (2 * 64 + 3);
    }),
    { numRuns: 300 },
  );
});
