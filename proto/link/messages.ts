import { SealcamError } from '../../base/errors.ts';
import { linkLimits } from './limits.ts';
import { codecOf } from './message-codec.ts';

/** Version of the protocol that this code speaks. */
export const linkVersion = { major: 1, minor: 1 } as const;

/** Number of each message in the frame's header. From 16 on frames are numbered and kept until released. */
export const messageKinds = {
  hello: 1,
  refusal: 2,
  ack: 3,
  resend: 4,
  heartbeat: 5,
  parameters: 16,
  sample: 17,
  telemetry: 18,
  button: 19,
  lampReport: 20,
  dropped: 21,
  indicator: 32,
  setBitrate: 33,
  startStream: 34,
  stopStream: 35,
  keyFrameRequest: 36,
} as const;

export type MessageName = keyof typeof messageKinds;
/** Buttons that stay where they are put. */
export const switchNames = ['mute', 'dwelling'] as const;
export type SwitchName = (typeof switchNames)[number];
export type ButtonName = 'start' | 'stop' | 'bookmark' | SwitchName;
export type LampState = 'off' | 'standby' | 'recording' | 'alarm';
/** `unknown`: of a sound track whose codec this version does not know. */
export type LinkCodec = 'h264' | 'h265' | 'aac' | 'unknown';

/** One track of a stream, as the wire has it. Zeros and the empty text where a field isn't the track kind's. */
export interface LinkTrack {
  readonly track: number;
  readonly kind: 'video' | 'audio';
  readonly codec: LinkCodec;
  readonly timescale: number;
  readonly width: number;
  readonly height: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly description: Uint8Array;
  readonly codecString: string;
  /** How far the picture is to be turned clockwise, in degrees; absent: not at all. */
  readonly rotation?: 90 | 180 | 270;
  /** A pixel's width to its height; absent: square. */
  readonly pixelAspect?: { readonly horizontal: number; readonly vertical: number };
}

/** Where the switches of a sensor stand: true when on. */
export type Switches = Readonly<Record<SwitchName, boolean>>;

/** Where the camera is, by GNSS. */
export interface Position {
  /** Degrees, WGS 84; north and east are positive. */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres above the ellipsoid. */
  readonly altitude: number;
  /** Metres, one standard deviation, horizontally. */
  readonly accuracy: number;
  /** GNSS time, microseconds since 1970. */
  readonly utcUs: number;
  readonly satellites: number;
}

/** Metres per second squared: right, up, backwards. */
export interface Motion {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** The battery: its charge in percent of what it holds when full. */
export interface Battery {
  readonly percent: number;
  readonly millivolts: number;
  readonly charging: boolean;
}

/** What each message says. Times in microseconds; 64-bit numbers within 2^53 - 1, or the message is refused. */
export interface LinkMessages {
  hello: {
    readonly major: number;
    readonly minor: number;
    readonly nonce: Uint8Array;
    readonly peerNonce: Uint8Array;
    readonly nextSequence: number;
    readonly frameBytesMax: number;
    readonly bufferBytes: number;
    readonly model: string;
    readonly serial: string;
    readonly firmware: string;
    readonly capabilities: readonly string[];
    readonly stream: readonly LinkTrack[] | undefined;
    readonly switches: Switches | undefined;
  };
  refusal: { readonly major: number; readonly minor: number; readonly reason: string };
  ack: { readonly received: number; readonly released: number; readonly creditBytes: number };
  resend: { readonly ranges: readonly { readonly from: number; readonly to: number }[] };
  heartbeat: { readonly clockUs: number; readonly nextSequence: number; readonly received: number };
  parameters: { readonly tracks: readonly LinkTrack[] };
  sample: {
    readonly track: number;
    readonly pts: number;
    readonly dts: number;
    readonly duration: number;
    readonly captureUs: number;
    readonly key: boolean;
    /** Bytes of the whole sample, of which `data` is the part at `offset`. */
    readonly size: number;
    readonly offset: number;
    readonly data: Uint8Array;
  };
  telemetry: {
    readonly captureUs: number;
    readonly position: Position | undefined;
    readonly motion: Motion | undefined;
    readonly battery: Battery | undefined;
    /** Degrees Celsius. */
    readonly temperature: number | undefined;
  };
  button: { readonly captureUs: number; readonly button: ButtonName; readonly pressed: boolean };
  lampReport: { readonly captureUs: number; readonly lamp: LampState };
  dropped: {
    readonly fromSequence: number;
    readonly toSequence: number;
    readonly fromCaptureUs: number;
    readonly toCaptureUs: number;
    readonly tracks: readonly { readonly track: number; readonly samples: number; readonly bytes: number }[];
    readonly other: number;
  };
  indicator: { readonly lamp: LampState; readonly beepMs: number; readonly vibrateMs: number };
  setBitrate: { readonly track: number; readonly bitsPerSecond: number };
  startStream: Record<never, never>;
  stopStream: Record<never, never>;
  keyFrameRequest: { readonly track: number };
}

/** One message with its name. */
export type LinkMessage = { [N in MessageName]: { readonly name: N } & LinkMessages[N] }[MessageName];

const names = new Map<number, MessageName>();
for (const name of Object.keys(messageKinds)) {
  if (isMessageName(name)) names.set(messageKinds[name], name);
}

function isMessageName(name: string): name is MessageName {
  return Object.hasOwn(messageKinds, name);
}

export function isSwitch(button: ButtonName): button is SwitchName {
  return switchNames.some((name) => name === button);
}

/** The message's name for a number in a frame's header, or undefined for one that a newer minor version added. */
export function messageName(kind: number): MessageName | undefined {
  return names.get(kind);
}

/** The payload of a frame that says `message`. */
export function encodeMessage<N extends MessageName>(name: N, message: LinkMessages[N]): Uint8Array {
  return codecOf(name).encode(message);
}

/**
 * Reads a payload; `sample.data` and descriptions are views into it.
 * @throws SealcamError `LINK_MESSAGE` naming the field, when the payload is no such message or breaks a bound;
 *   `INT64_UNSAFE` when a 64-bit number lies beyond 2^53 - 1.
 */
export function decodeMessage<N extends MessageName>(name: N, payload: Uint8Array): LinkMessages[N] {
  if (payload.length > linkLimits.bodyBytesMax) {
    throw new SealcamError('LINK_MESSAGE', `${name}: ${payload.length} bytes are more than a frame holds`);
  }
  return codecOf(name).decode(payload);
}
