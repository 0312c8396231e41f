import * as v from 'valibot';
import { SealcamError } from '../base/errors.ts';
import { triggerNames } from '../proto/link/messages.ts';
import { check } from './actions.ts';
import { motions } from './behaviours/instruments.ts';
import type { SimEvent } from './events.ts';
import { faultNames } from './faults.ts';

// The messages that the control channel gives out, as JSON: docs/schema/sim-event.json is made of them.

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const ticks = v.pipe(v.number(), v.integer());
const tracks = v.picklist(['video', 'audio']);
const lamps = v.picklist(['off', 'standby', 'recording', 'alarm']);
const buttons = v.picklist(['start', 'stop', 'bookmark', 'mute', 'dwelling', ...triggerNames]);

const mark = v.strictObject({
  pts: ticks,
  dts: ticks,
  captureUs: ticks,
  uptimeUs: ticks,
  play: count,
  loop: count,
  index: count,
});

const trackCount = v.strictObject({
  captured: count,
  capturedBytes: count,
  dropped: count,
  sent: count,
  acknowledged: count,
  first: v.nullable(mark),
  last: v.nullable(mark),
});

const take = v.strictObject({
  startUs: ticks,
  stopUs: v.nullable(ticks),
  bookmarks: count,
  video: trackCount,
  audio: trackCount,
});

const link = v.strictObject({
  sent: count,
  resent: count,
  staleFrames: count,
  unknownMessages: count,
  malformedMessages: count,
  ownHellos: count,
  droppedSamples: count,
  droppedRuns: count,
  framer: v.strictObject({
    frames: count,
    bytes: count,
    discarded: v.strictObject({ tooLong: count, tooShort: count, cobs: count, checksum: count }),
    discardedBytes: count,
  }),
});

const report = v.strictObject({
  event: v.literal('report'),
  source: v.strictObject({
    video: count,
    audio: count,
    videoTimescale: count,
    audioTimescale: v.nullable(count),
    periodTicks: count,
  }),
  clockUs: ticks,
  connected: v.boolean(),
  streaming: v.boolean(),
  lamp: v.strictObject({ commanded: lamps, shown: lamps }),
  beeps: count,
  total: v.strictObject({ video: trackCount, audio: trackCount }),
  takes: v.array(take),
  takesBefore: count,
  plays: v.array(v.strictObject({ first: mark, captured: count })),
  telemetry: v.strictObject({ sent: count, dropped: count }),
  keptBytes: count,
  link,
});

const instrument = v.variant('does', [
  v.strictObject({ event: v.literal('instrument'), does: v.literal('motion'), motion: v.picklist(motions) }),
  v.variant('gnss', [
    v.strictObject({
      event: v.literal('instrument'),
      does: v.literal('gnss'),
      gnss: v.picklist(['lost', 'back']),
    }),
    v.strictObject({
      event: v.literal('instrument'),
      does: v.literal('gnss'),
      gnss: v.literal('jump'),
      metres: v.number(),
    }),
  ]),
  v.strictObject({
    event: v.literal('instrument'),
    does: v.literal('battery'),
    percent: v.number(),
    overSeconds: v.number(),
  }),
  v.strictObject({
    event: v.literal('instrument'),
    does: v.literal('temperature'),
    celsius: v.number(),
    overSeconds: v.number(),
  }),
]);

/** Each event of the control channel; no other field is allowed. */
export const simEventSchema = v.variant('event', [
  v.strictObject({ event: v.literal('tty'), path: v.string(), link: v.nullable(v.string()) }),
  v.strictObject({ event: v.literal('unplugged') }),
  v.strictObject({ event: v.literal('websocket'), url: v.string() }),
  v.strictObject({ event: v.literal('panel'), url: v.string() }),
  v.strictObject({ event: v.literal('agent'), resumed: v.boolean() }),
  v.strictObject({ event: v.literal('lost'), reason: v.string() }),
  v.strictObject({ event: v.literal('stream'), on: v.boolean() }),
  v.strictObject({ event: v.literal('lamp'), state: lamps, commanded: lamps }),
  v.strictObject({ event: v.literal('beep'), ms: count }),
  v.strictObject({ event: v.literal('vibrate'), ms: count }),
  v.strictObject({ event: v.literal('bitrate'), track: tracks, bitsPerSecond: count }),
  v.strictObject({ event: v.literal('keyFrameRequest') }),
  v.strictObject({
    event: v.literal('button'),
    button: buttons,
    on: v.boolean(),
    category: v.optional(count),
    captureUs: ticks,
    taken: v.boolean(),
  }),
  v.strictObject({
    event: v.literal('fault'),
    fault: v.picklist(faultNames),
    on: v.boolean(),
    rate: v.exactOptional(v.number()),
    seconds: v.exactOptional(v.number()),
  }),
  instrument,
  v.strictObject({ event: v.literal('warning'), message: v.string() }),
  v.strictObject({ event: v.literal('ended') }),
  report,
  v.strictObject({ event: v.literal('error'), message: v.string() }),
]);

/**
 * Reads a line, or a WebSocket's message, of a simulated camera.
 * @throws SealcamError `SIM_EVENT` if it is not an event of this version.
 */
export function readSimEvent(text: string): SimEvent {
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch {
    throw new SealcamError(
      'SIM_EVENT',
      'A line of the simulated camera is not JSON: check what it comes from',
    );
  }
  return check(
    simEventSchema,
    written,
    'SIM_EVENT',
    'A line of the simulated camera is not an event of this version: ',
  );
}
