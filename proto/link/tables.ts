// Each message of the link as a table of its fields: type, encoder, decoder and bounds, a line a field.
import { sealcam } from '#generated/sensor-link.js';
import type { Field } from '../field-table.ts';
import { toBigint } from '../int64.ts';
import { readingFields, type SensorReading } from '../readings.ts';
import {
  broken,
  bytes,
  count,
  flag,
  list,
  message,
  number,
  optional,
  shaped,
  signed,
  text,
  view,
  within,
  word,
} from './fields.ts';
import { linkLimits } from './limits.ts';
import { type LinkTrack, tracks } from './track.ts';

const wire = sealcam.link;

const version = {
  major: number(0, linkLimits.versionMax),
  minor: number(0, linkLimits.versionMax),
};
const sequence = count(0, linkLimits.sequenceMax);
const timeUs = count(0, linkLimits.timeUsMax);
const ticks = signed(linkLimits.mediaTicksMax);
const trackNumber = number(1, linkLimits.trackNumberMax);
const durationMs = number(0, linkLimits.signalMsMax);

/** Buttons that keep their position. */
export const switchNames = ['mute', 'dwelling'] as const;
export type SwitchName = (typeof switchNames)[number];

/** What may start a recording by itself: it comes as a button, but no one presses it. */
export const triggerNames = ['holster', 'peer', 'vehicle-light'] as const;
export type TriggerName = (typeof triggerNames)[number];

const buttonKinds = {
  start: wire.ButtonKind.BUTTON_KIND_START,
  stop: wire.ButtonKind.BUTTON_KIND_STOP,
  bookmark: wire.ButtonKind.BUTTON_KIND_BOOKMARK,
  mute: wire.ButtonKind.BUTTON_KIND_MUTE,
  dwelling: wire.ButtonKind.BUTTON_KIND_DWELLING,
  holster: wire.ButtonKind.BUTTON_KIND_HOLSTER,
  peer: wire.ButtonKind.BUTTON_KIND_PEER,
  'vehicle-light': wire.ButtonKind.BUTTON_KIND_VEHICLE_LIGHT,
} as const;
const button = word(buttonKinds);

const lamp = word({
  off: wire.LampState.LAMP_STATE_OFF,
  standby: wire.LampState.LAMP_STATE_STANDBY,
  recording: wire.LampState.LAMP_STATE_RECORDING,
  alarm: wire.LampState.LAMP_STATE_ALARM,
});

/** The switch positions: true when on. */
const switches = message({ mute: flag, dwelling: flag } satisfies Record<SwitchName, Field<boolean>>);

const stream: Field<readonly LinkTrack[]> = shaped(
  message({ tracks }),
  (said) => said.tracks,
  (all: readonly LinkTrack[]) => ({ tracks: all }),
);

const inRange = count(1, linkLimits.sequenceMax);

const droppedTrack = message(
  {
    track: trackNumber,
    samples: count(0, linkLimits.rangeNumbersMax),
    bytes: count(0, Number.MAX_SAFE_INTEGER),
  },
  (said) => within('bytes', said.bytes, 0, said.samples * linkLimits.sampleBytesMax),
);

const telemetry: Field<{ readonly captureUs: number } & SensorReading> = message({
  captureUs: timeUs,
  ...readingFields,
});

/** A press, or the new position of a switch. */
interface ButtonMessage {
  readonly captureUs: number;
  readonly button: keyof typeof buttonKinds;
  /** For switches: true when now on. */
  readonly pressed: boolean;
  /** Of a bookmark: which of the agency's kinds of bookmark it is; absent: of none. */
  readonly category?: number | undefined;
}

const buttonMessage: Field<ButtonMessage> = shaped(
  message(
    { captureUs: timeUs, button, pressed: flag, category: number(0, linkLimits.bookmarkCategoryMax) },
    (said) => {
      if (said.category > 0 && said.button !== 'bookmark')
        throw broken('category', 'it of a bookmark alone', said.category);
    },
  ),
  ({ category, ...said }) => ({ ...said, ...(category > 0 && { category }) }),
  ({ category = 0, ...said }: ButtonMessage) => ({ ...said, category }),
);

/** The messages by their names in this program. Times in microseconds; 64-bit numbers within 2^53 - 1. */
export const tables = {
  hello: message({
    ...version,
    nonce: bytes(linkLimits.nonceBytes),
    peerNonce: bytes(linkLimits.nonceBytes, true),
    nextSequence: count(0, linkLimits.firstSequenceMax),
    frameBytesMax: number(0, linkLimits.peerFrameBytesMax),
    bufferBytes: count(0, linkLimits.peerBytesMax),
    model: text,
    serial: text,
    firmware: text,
    capabilities: list(text, linkLimits.capabilitiesMax),
    stream: optional(stream),
    switches: optional(switches),
    /** Since 1.1: no samples will come, as it has no video track. */
    noVideo: flag,
  }),
  refusal: message({ ...version, reason: text }),
  ack: message({
    received: sequence,
    released: sequence,
    creditBytes: count(0, linkLimits.peerBytesMax),
  }),
  resend: message({
    ranges: list(
      message({ from: inRange, to: inRange }, ({ from, to }, name) => ascending(name, from, to)),
      linkLimits.rangesMax,
    ),
  }),
  heartbeat: message({ clockUs: timeUs, nextSequence: sequence, received: sequence }),
  parameters: message({ tracks }),
  sample: message(
    {
      track: trackNumber,
      pts: ticks,
      dts: ticks,
      duration: number(0, linkLimits.uint32Max),
      captureUs: timeUs,
      key: flag,
      /** Bytes of the whole sample, of which `data` is the part at `offset`. */
      size: number(1, linkLimits.sampleBytesMax),
      offset: number(0, linkLimits.sampleBytesMax - 1),
      data: view,
    },
    ({ pts, dts, size, offset, data }) => {
      within('data', data.length, 1, size);
      within('offset', offset, 0, size - data.length);
      // The range of the 32-bit composition offset of an MP4.
      within('pts', pts - dts, -(2 ** 31), 2 ** 31 - 1);
    },
  ),
  telemetry,
  button: buttonMessage,
  lampReport: message({ captureUs: timeUs, lamp }),
  dropped: message(
    {
      fromSequence: inRange,
      toSequence: inRange,
      fromCaptureUs: timeUs,
      toCaptureUs: timeUs,
      tracks: list(droppedTrack, linkLimits.tracksMax),
      /** Messages other than samples. */
      other: count(0, linkLimits.rangeNumbersMax),
    },
    ({ fromSequence, toSequence, tracks: dropped, other }) => {
      ascending('from_sequence', fromSequence, toSequence);
      // Each dropped message used up a number.
      const numbers = toSequence - fromSequence + 1;
      const all = dropped.reduce((sum, { samples }) => sum + samples, other);
      if (all > numbers) throw broken('samples', `at most ${numbers} with the others`, all);
    },
  ),
  indicator: message({ lamp, beepMs: durationMs, vibrateMs: durationMs }),
  setBitrate: message({ track: trackNumber, bitsPerSecond: number(1, linkLimits.uint32Max) }),
  startStream: message({}),
  stopStream: message({}),
  keyFrameRequest: message({ track: trackNumber }),
};

type Tables = typeof tables;
export type MessageName = keyof Tables;
/** What each message says. */
export type LinkMessages = { readonly [N in MessageName]: Readonly<TableValue<Tables[N]>> };
type TableValue<T> = T extends Field<infer V> ? V : never;

export type ButtonName = LinkMessages['button']['button'];
export type LampState = LinkMessages['lampReport']['lamp'];
export type Switches = Readonly<TableValue<typeof switches>>;

/** The class that protobufjs generated for each message. */
export const generated = {
  hello: wire.Hello,
  refusal: wire.Refusal,
  ack: wire.Ack,
  resend: wire.Resend,
  heartbeat: wire.Heartbeat,
  parameters: wire.StreamParameters,
  sample: wire.MediaSample,
  telemetry: wire.Telemetry,
  button: wire.Button,
  lampReport: wire.LampReport,
  dropped: wire.Dropped,
  indicator: wire.Indicator,
  setBitrate: wire.SetBitrate,
  startStream: wire.StartStream,
  stopStream: wire.StopStream,
  keyFrameRequest: wire.KeyFrameRequest,
} satisfies Record<MessageName, unknown>;

/** A range of sequence numbers is ascending, and spans no more than a report may. */
function ascending(field: string, from: number, to: number): void {
  const { rangeNumbersMax } = linkLimits;
  if (to >= from && to - from < rangeNumbersMax) return;
  throw broken(field, `a range that ascends from 1, of at most ${rangeNumbersMax} numbers`, `${from}-${to}`);
}

/** Which sample a refused MediaSample belongs to, as far as it can be read: its content is not checked. */
export interface SampleHead {
  readonly track: number;
  readonly dts: bigint;
  readonly size: number;
  readonly offset: number;
}

/** See {@link SampleHead}; undefined if `payload` is not a protobuf message of this kind at all. */
export function sampleHead(payload: Uint8Array): SampleHead | undefined {
  try {
    const { track, dts, size, offset } = wire.MediaSample.decode(payload);
    return { track: track ?? 0, dts: toBigint(dts), size: size ?? 0, offset: offset ?? 0 };
  } catch {
    return undefined;
  }
}
