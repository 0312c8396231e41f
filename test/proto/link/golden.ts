import type { Frame } from '../../../proto/link/frame.ts';
import { noSession, sessionTag } from '../../../proto/link/frame.ts';
import {
  encodeMessage,
  type LinkMessages,
  type MessageName,
  messageKinds,
} from '../../../proto/link/messages.ts';

const sensorNonce = new Uint8Array(16).fill(0x51);
const agentNonce = new Uint8Array(16).fill(0xa1);
const session = sessionTag(sensorNonce, agentNonce);

/** A message, its number, and the file in golden/ that has its frame. docs/SENSOR-LINK.md says the same in words. */
export interface Golden {
  readonly file: string;
  readonly name: MessageName;
  readonly frame: Frame;
}

const made: Golden[] = [];

function golden<N extends MessageName>(
  file: string,
  name: N,
  sequence: number,
  message: LinkMessages[N],
): void {
  const tag = name === 'hello' || name === 'refusal' ? noSession : session;
  made.push({
    file,
    name,
    frame: { kind: messageKinds[name], session: tag, sequence, payload: encodeMessage(name, message) },
  });
}

const description = Uint8Array.of(1, 0x64, 0, 0x1e, 0xff, 0xe1, 0, 0, 1, 0, 0);
const none = { width: 0, height: 0, sampleRate: 0, channels: 0, codecString: '' };

golden('01-hello-agent', 'hello', 0, {
  major: 1,
  minor: 0,
  nonce: agentNonce,
  peerNonce: new Uint8Array(0),
  nextSequence: 0,
  frameBytesMax: 65_536,
  bufferBytes: 0,
  model: '',
  serial: '',
  firmware: '',
  capabilities: [],
  stream: undefined,
  switches: undefined,
  noVideo: false,
});
golden('02-hello-sensor', 'hello', 0, {
  major: 1,
  minor: 0,
  nonce: sensorNonce,
  peerNonce: agentNonce,
  nextSequence: 1,
  frameBytesMax: 65_536,
  bufferBytes: 8 * 1024 * 1024,
  model: 'reference',
  serial: '0001',
  firmware: '1.0',
  capabilities: ['beep'],
  stream: undefined,
  switches: undefined,
  noVideo: false,
});
golden('03-ack', 'ack', 0, { received: 1, released: 1, creditBytes: 6 * 1024 * 1024 });
golden('04-parameters', 'parameters', 1, {
  tracks: [
    {
      ...none,
      track: 1,
      kind: 'video',
      codec: 'h264',
      timescale: 90_000,
      width: 1280,
      height: 720,
      description,
      codecString: 'avc1.64001e',
    },
    {
      ...none,
      track: 2,
      kind: 'audio',
      codec: 'aac',
      timescale: 48_000,
      sampleRate: 48_000,
      channels: 2,
      description: Uint8Array.of(0x11, 0x90),
    },
  ],
});
golden('05-sample', 'sample', 2, {
  track: 1,
  pts: -3000,
  dts: -6000,
  duration: 3000,
  captureUs: 2 ** 53 - 1,
  key: true,
  size: 7,
  offset: 0,
  data: Uint8Array.of(0, 0, 0, 3, 0x65, 0x88, 0x80),
});
golden('06-telemetry', 'telemetry', 3, {
  captureUs: 1_000_000,
  position: {
    latitude: 52.5,
    longitude: 13.375,
    altitude: 34.5,
    accuracy: 2.5,
    utcUs: 1_767_225_600_000_000,
    satellites: 9,
  },
  motion: { x: 0, y: 9.8125, z: -0.5 },
  battery: { percent: 87.5, millivolts: 3900, charging: false },
  temperature: 0,
});
golden('07-button', 'button', 4, { captureUs: 123_456_789, button: 'bookmark', pressed: true });
golden('08-lamp-report', 'lampReport', 5, { captureUs: 123_456_790, lamp: 'recording' });
golden('09-dropped', 'dropped', 106, {
  fromSequence: 6,
  toSequence: 105,
  fromCaptureUs: 2_000_000,
  toCaptureUs: 3_300_000,
  tracks: [
    { track: 1, samples: 40, bytes: 400_000 },
    { track: 2, samples: 59, bytes: 20_000 },
  ],
  other: 1,
});
golden('10-resend', 'resend', 0, {
  ranges: [
    { from: 2, to: 3 },
    { from: 5, to: 5 },
  ],
});
golden('11-heartbeat', 'heartbeat', 0, { clockUs: 4_000_000, nextSequence: 107, received: 2 });
golden('12-indicator', 'indicator', 1, { lamp: 'recording', beepMs: 200, vibrateMs: 100 });
golden('13-start-stream', 'startStream', 2, {});
golden('14-stop-stream', 'stopStream', 3, {});
golden('15-set-bitrate', 'setBitrate', 4, { track: 1, bitsPerSecond: 4_000_000 });
golden('16-key-frame-request', 'keyFrameRequest', 5, { track: 1 });
golden('17-refusal', 'refusal', 0, {
  major: 1,
  minor: 0,
  reason: 'this sensor speaks version 1 of the link, not 2',
});

golden('18-hello-small', 'hello', 0, {
  major: 1,
  minor: 1,
  nonce: sensorNonce,
  peerNonce: agentNonce,
  nextSequence: 300,
  frameBytesMax: 1024,
  bufferBytes: 12_000,
  model: 'buttons',
  serial: '0002',
  firmware: '1.0',
  capabilities: [],
  stream: undefined,
  switches: { mute: false, dwelling: true },
  noVideo: true,
});

golden('19-bookmark', 'button', 7, {
  captureUs: 123_456_791,
  button: 'bookmark',
  pressed: true,
  category: 12,
});

export const goldenFrames: readonly Golden[] = made;
