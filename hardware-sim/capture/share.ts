import { type Randomness, systemRandomness } from '../../base/random.ts';
import { encodeFrame } from '../../proto/link/frame.ts';
import {
  encodeMessage,
  type LinkMessage,
  type LinkTrack,
  type MessageName,
} from '../../proto/link/messages.ts';
import { contentOf, decodeSegment } from './decode-segment.ts';
import type { CaptureRecord } from './pcapng.ts';
import { plainCodecString, tellsSettingsOnly } from './plain-track.ts';

/** Names, versions and the like are listed up to this many. */
const textsMax = 32;
/** What the recorder itself notes; any other note is left out. */
const knownNotes = [
  /^the sensor is (unplugged|plugged in again)$/,
  /^\d+ segments are missing here: the disk was too slow$/,
  /^bytes are lost in the relay: one side takes none$/,
  /^the tap of the (sensor|agent)'s side is gone$/,
];

/** What is found in a capture before it is shared: where times begin, and what will remain. */
export class ShareSurvey {
  readonly models = new Set<string>();
  readonly kinds = new Map<MessageName, number>();
  readonly serials = new Map<string, string>();
  readonly buttons = new Map<string, number>();
  firstUs: number | undefined;
  /** The earliest time of the sensor's clock. */
  clockUs: number | undefined;
  /** The earliest tick of each track. */
  readonly ticks = new Map<number, number>();
  faults = 0;
  unreadable = 0;

  take({ atUs, from, bytes, length }: CaptureRecord): void {
    this.firstUs = Math.min(this.firstUs ?? atUs, atUs);
    if (from === 'line') return;
    const segment = decodeSegment(bytes, length);
    if (segment.kind === 'fault') {
      this.faults += 1;
      return;
    }
    const content = contentOf(segment.frame);
    if (content.kind !== 'message') {
      this.unreadable += 1;
      return;
    }
    const { message } = content;
    this.kinds.set(message.name, (this.kinds.get(message.name) ?? 0) + 1);
    if (message.name === 'sample') {
      const { track, pts, dts } = message;
      this.ticks.set(track, Math.min(this.ticks.get(track) ?? dts, dts, pts));
    }
    for (const time of timesOf(message)) this.clockUs = Math.min(this.clockUs ?? time, time);
    if (message.name === 'button')
      this.buttons.set(message.button, (this.buttons.get(message.button) ?? 0) + 1);
    if (message.name === 'hello') this.#hello(message);
  }

  /** What a shared capture still tells, in words. */
  get remains(): string[] {
    const count = (name: MessageName): number => this.kinds.get(name) ?? 0;
    const all = [...this.kinds.values()].reduce((sum, one) => sum + one, 0);
    return [
      `${all} frames: who sent them, in which order, of which kind and size, and the time between them`,
      ...(count('sample') > 0
        ? [
            `the size, the times and the key mark of ${count('sample')} samples or parts of them, but nothing of their content`,
          ]
        : []),
      ...(count('parameters') > 0
        ? [
            'codec, picture size and parameter sets (SPS, PPS, AudioSpecificConfig), which decode: how the encoder is set',
          ]
        : []),
      ...[...this.models].map((model) => `the sensor's words about itself: ${model}`),
      ...[...this.buttons].map(([button, times]) => `presses of the button ${button} (${times}), and when`),
      ...(count('lampReport') + count('indicator') > 0 ? ['what the lamp showed and was told to show'] : []),
      ...(count('telemetry') > 0 ? [`${count('telemetry')} readings of battery and temperature`] : []),
      ...(this.faults + this.unreadable > 0
        ? [
            `${this.faults + this.unreadable} frames that can't be read: that they were there, and their sizes`,
          ]
        : []),
      `which sensors are the same (${this.serials.size} with a serial number), by made-up serial numbers`,
    ];
  }

  /** Whether the texts of this hello are listed, so that they may remain. */
  lists(hello: SaidHello): boolean {
    return this.models.has(ownWords(hello));
  }

  #hello(hello: SaidHello): void {
    const { model, firmware, capabilities, serial } = hello;
    const says = model !== '' || firmware !== '' || capabilities.length > 0;
    if (says && this.models.size < textsMax) this.models.add(ownWords(hello));
    if (serial !== '' && this.serials.size < textsMax && !this.serials.has(serial)) {
      this.serials.set(serial, `shared-${this.serials.size + 1}`);
    }
  }
}

type SaidHello = Extract<LinkMessage, { name: 'hello' }>;

/** What a sensor's hello says about itself, as it is listed. */
function ownWords({ model, firmware, capabilities }: SaidHello): string {
  return `model "${model}", firmware "${firmware}", ${capabilities.join(', ') || 'no capabilities'}`;
}

/** The times of the sensor's clock in a message. */
function timesOf(message: LinkMessage): number[] {
  if ('captureUs' in message) return [message.captureUs];
  if (message.name === 'heartbeat') return [message.clockUs];
  return message.name === 'dropped' ? [message.fromCaptureUs, message.toCaptureUs] : [];
}

/** Takes out of a capture's records what could identify a person, as docs/LINK-TOOLS.md says. */
export class ShareFilter {
  readonly #survey: ShareSurvey;
  readonly #randomness: Randomness;
  readonly #mask: Uint8Array;

  constructor(survey: ShareSurvey, randomness: Randomness = systemRandomness) {
    this.#survey = survey;
    this.#randomness = randomness;
    this.#mask = randomness.bytes(16);
  }

  /** The record as it may be shared; undefined if it may not. */
  change(record: CaptureRecord): CaptureRecord | undefined {
    const { from, bytes, length } = record;
    const atUs = record.atUs - (this.#survey.firstUs ?? 0);
    if (from === 'line') {
      const text = Buffer.from(bytes).toString('utf8');
      return knownNotes.some((known) => known.test(text)) ? { ...record, atUs } : undefined;
    }
    const segment = decodeSegment(bytes, length);
    if (segment.kind === 'fault')
      return { atUs, from, bytes: this.#noise(bytes.length).map((byte) => byte || 1), length };
    const { frame } = segment;
    const content = contentOf(frame);
    const payload =
      content.kind === 'message' ? this.#payload(content.message) : this.#noise(frame.payload.length);
    const shared = encodeFrame({ ...frame, payload }).subarray(1, -1);
    return { atUs, from, bytes: shared, length: shared.length };
  }

  #payload(message: LinkMessage): Uint8Array {
    const { name, ...said } = this.#changed(message);
    return encodeMessage(name, said as never);
  }

  #changed(message: LinkMessage): LinkMessage {
    const timed = this.#timed(message);
    switch (timed.name) {
      case 'hello': {
        const { nonce, peerNonce, serial, stream } = timed;
        const hidden = { nonce: this.#masked(nonce), peerNonce: this.#masked(peerNonce) };
        const made = serial === '' ? '' : (this.#survey.serials.get(serial) ?? 'shared');
        const words = this.#survey.lists(timed) ? {} : { model: '', firmware: '', capabilities: [] };
        const tracks = stream?.map((track) => this.#track(track));
        return { ...timed, ...hidden, ...words, serial: made, stream: tracks };
      }
      case 'refusal':
        return { ...timed, reason: '' };
      case 'parameters':
        return { ...timed, tracks: timed.tracks.map((track) => this.#track(track)) };
      case 'sample': {
        const since = this.#survey.ticks.get(timed.track) ?? 0;
        const data = this.#noise(timed.data.length);
        return { ...timed, pts: timed.pts - since, dts: timed.dts - since, data };
      }
      case 'telemetry':
        return { ...timed, position: undefined, motion: undefined };
      default:
        return timed;
    }
  }

  #timed(message: LinkMessage): LinkMessage {
    const since = this.#survey.clockUs ?? 0;
    if ('captureUs' in message) return { ...message, captureUs: message.captureUs - since };
    if (message.name === 'heartbeat') return { ...message, clockUs: message.clockUs - since };
    if (message.name !== 'dropped') return message;
    const { fromCaptureUs, toCaptureUs } = message;
    return { ...message, fromCaptureUs: fromCaptureUs - since, toCaptureUs: toCaptureUs - since };
  }

  #track(track: LinkTrack): LinkTrack {
    const { description } = track;
    return {
      ...track,
      codecString: plainCodecString(track),
      description: tellsSettingsOnly(track) ? description : this.#noise(description.length),
    };
  }

  /** One mask for all: which nonces are equal can still be seen, and the tags of the sessions still fit them. */
  #masked(nonce: Uint8Array): Uint8Array {
    return nonce.map((byte, index) => byte ^ (this.#mask[index] ?? 0));
  }

  #noise(length: number): Uint8Array {
    return this.#randomness.bytes(length);
  }
}
