import { equalBytes } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { encodeFrame, type Frame, noSession, sessionTag } from '../../proto/link/frame.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import {
  decodeMessage,
  encodeMessage,
  type LinkMessage,
  type LinkMessages,
  type LinkTrack,
  linkVersion,
  type MessageName,
  messageKinds,
  messageName,
  type Switches,
} from '../../proto/link/messages.ts';
import { RetransmissionBuffer } from './buffer.ts';
import { Outbox } from './outbox.ts';
import { keepRecorded } from './recorded-frames.ts';

/** The smallest maximum frame size that an agent may state. */
const frameBytesMin = 1024;

/** What the sensor says about itself in its hello. */
export interface SensorIdentity {
  readonly model: string;
  readonly serial: string;
  readonly firmware: string;
  readonly capabilities: readonly string[];
}

/** A command of the agent, or that a new agent is connected (which must be assumed to know nothing). */
export type SensorInput =
  | { readonly name: 'agent'; readonly resumed: boolean }
  | Extract<
      LinkMessage,
      { name: 'indicator' | 'setBitrate' | 'startStream' | 'stopStream' | 'keyFrameRequest' | 'refusal' }
    >;

export interface SensorSessionOptions {
  readonly identity: SensorIdentity;
  /** 16 fresh random bytes that identify this run of the sensor. */
  readonly nonce: Uint8Array;
  /** Bytes kept for media and telemetry; 8 MiB by default. */
  readonly bufferBytes?: number;
  /** It has no video track: buttons, lamp reports and telemetry alone. */
  readonly noVideo?: boolean;
}

/** Frame numbers: every frame below was given here, was sent at least once, or is no longer kept, respectively. */
export interface SensorProgress {
  readonly given: number;
  readonly sent: number;
  readonly released: number;
}

/** What the session has counted since it began. */
export interface SensorSessionCounts {
  sent: number;
  resent: number;
  staleFrames: number;
  unknownMessages: number;
  malformedMessages: number;
  /** Its own hellos, which came back on a looped line. */
  ownHellos: number;
  droppedSamples: number;
  droppedRuns: number;
}

/**
 * The sensor's side of the link, without I/O: numbers what the device gives it, keeps it until the agent has released
 * it, sends no more than the agent's credit, and repeats what is requested. When its buffer is full it drops new
 * frames, in whole runs up to the next key frame that fits, and reports each run once, in its place. The caller passes
 * in decoded frames and the time, and takes frames to send with {@link nextFrame}.
 */
export class SensorSession {
  readonly counts: SensorSessionCounts = {
    sent: 0,
    resent: 0,
    staleFrames: 0,
    unknownMessages: 0,
    malformedMessages: 0,
    ownHellos: 0,
    droppedSamples: 0,
    droppedRuns: 0,
  };
  readonly #options: SensorSessionOptions;
  readonly #clock: Pick<Clock, 'uptimeUs'>;
  readonly #buffer: RetransmissionBuffer;
  /** Frames without a number, which are sent first; the newest of a kind includes everything that earlier ones said. */
  readonly #control = new Map<number, Uint8Array>();
  readonly #outbox: Outbox;
  #agent: { readonly tag: Uint8Array; readonly bodyBytesMax: number } | undefined;
  /** The agent that was last connected, even while its port is away. */
  #agentNonce: Uint8Array | undefined;
  #received = 1;
  #creditBytes = 0;
  #repeatAtUs = 0;

  constructor(options: SensorSessionOptions, clock: Pick<Clock, 'uptimeUs'>) {
    this.#options = options;
    this.#clock = clock;
    this.#buffer = new RetransmissionBuffer(options.bufferBytes ?? linkLimits.sensorBufferBytes);
    this.#outbox = new Outbox(this.#buffer, clock, this.counts);
  }

  /** True from an agent's hello on. */
  get connected(): boolean {
    return this.#agent !== undefined;
  }

  /** Bytes of frames that are kept until the agent has released them. */
  get keptBytes(): number {
    return this.#buffer.bytes;
  }

  /** How far the frames given here have come. */
  get progress(): SensorProgress {
    const { first, nextNew, nextSequence } = this.#buffer;
    return { given: nextSequence, sent: nextNew, released: first };
  }

  /** Begins a stream, or changes it: all its tracks. Never dropped. */
  sendParameters(tracks: readonly LinkTrack[]): void {
    this.#outbox.parameters(tracks);
  }

  /**
   * Takes one sample; its bytes are copied.
   * @returns false if it was dropped, because the buffer is full or the run of loss isn't over.
   */
  sendSample(sample: Omit<LinkMessages['sample'], 'size' | 'offset'>): boolean {
    return this.#outbox.sample(sample, this.#bodyBytesMax);
  }

  /** Takes one reading of the instruments. @returns false if it was dropped. */
  sendTelemetry(telemetry: LinkMessages['telemetry']): boolean {
    return this.#outbox.telemetry(telemetry);
  }

  /** A button was pressed, or a switch moved. @returns false if even the reserve is full; a switch is sent later. */
  sendButton(button: LinkMessages['button']): boolean {
    return this.#outbox.button(button);
  }

  /** What the lamp shows now. @returns false if even the reserve is full. */
  sendLampReport(report: LinkMessages['lampReport']): boolean {
    return this.#outbox.lampReport(report);
  }

  /** Begins as a sensor that had these parameters and switch positions before its first number. */
  continueFrom(tracks: readonly LinkTrack[] | undefined, switches: Switches | undefined): void {
    this.#buffer.continueFrom(tracks, switches);
  }

  /** As {@link keepRecorded}: a frame that another sensor sent. @returns false if there is no room for it yet. */
  sendRecorded(kind: number, payload: Uint8Array, numbersBefore = 0): boolean {
    const bodyBytesMax = this.#bodyBytesMax;
    return keepRecorded(this.#buffer, { kind, payload, numbersBefore, bodyBytesMax });
  }

  /** The port is gone, or another one: nothing sent before counts as in flight, and the agent's hello is awaited. */
  portChanged(): void {
    this.#agent = undefined;
    this.#control.clear();
    this.#repeatAtUs = 0;
  }

  /** Takes one frame of the agent, or undefined for one without a valid header. @returns what the device must do. */
  receive(frame: Frame | undefined): SensorInput[] {
    if (frame === undefined) {
      this.counts.malformedMessages += 1;
      return [];
    }
    const name = messageName(frame.kind);
    const foreign = this.#agent === undefined || !equalBytes(frame.session, this.#agent.tag);
    if (name !== 'hello' && name !== 'refusal' && foreign) {
      this.counts.staleFrames += 1;
      return [];
    }
    if (frame.sequence > 0) return this.#command(frame, name);
    if (name === undefined) {
      this.counts.unknownMessages += 1;
      return [];
    }
    try {
      return this.#unnumbered(name, frame.payload);
    } catch {
      this.counts.malformedMessages += 1;
      return [];
    }
  }

  /** Does what is due by the time; call it about every 50 ms. */
  tick(): void {
    const now = this.#clock.uptimeUs();
    if (now < this.#repeatAtUs) return;
    this.#repeatAtUs = now + linkLimits.repeatMs * 1000;
    if (this.#agent === undefined) this.#sendHello(new Uint8Array(0));
    else this.#sendHeartbeat();
    this.#outbox.tick();
  }

  /** The next frame to write to the port, or undefined if there is none or the credit is used up. */
  nextFrame(): Uint8Array | undefined {
    for (const [kind, control] of this.#control) {
      this.#control.delete(kind);
      return control;
    }
    if (this.#agent === undefined) return undefined;
    const next = this.#buffer.next(this.#creditBytes);
    if (next === undefined) return undefined;
    if (next.again) this.counts.resent += 1;
    else this.counts.sent += 1;
    return encodeFrame({ ...next, session: this.#agent.tag });
  }

  /** The longest frame that the agent takes. */
  get #bodyBytesMax(): number {
    return this.#agent?.bodyBytesMax ?? linkLimits.bodyBytesMax;
  }

  #unnumbered(name: MessageName, payload: Uint8Array): SensorInput[] {
    switch (name) {
      case 'hello':
        return this.#hello(decodeMessage('hello', payload));
      case 'refusal':
        return [{ name, ...decodeMessage(name, payload) }];
      case 'ack': {
        const ack = decodeMessage('ack', payload);
        this.#creditBytes = ack.creditBytes;
        this.#buffer.release(ack.released);
        this.#outbox.released();
        return [];
      }
      case 'resend':
        for (const range of decodeMessage('resend', payload).ranges)
          this.#buffer.askAgain(range.from, range.to);
        return [];
      default:
        this.counts.unknownMessages += 1;
        return [];
    }
  }

  #hello(hello: LinkMessages['hello']): SensorInput[] {
    // A looped line: an answer would fill it.
    if (equalBytes(hello.nonce, this.#options.nonce)) {
      this.counts.ownHellos += 1;
      return [];
    }
    if (hello.major !== linkVersion.major) {
      const reason = `this sensor speaks version ${linkVersion.major} of the link, not ${hello.major}`;
      this.#push('refusal', { ...linkVersion, reason }, noSession);
      return [];
    }
    const resumed = this.#agentNonce !== undefined && equalBytes(this.#agentNonce, hello.nonce);
    if (!resumed) {
      // A new agent counts its commands from 1, and has granted no credit.
      this.#received = 1;
      this.#creditBytes = 0;
    }
    this.#agentNonce = hello.nonce;
    this.#agent = {
      tag: sessionTag(this.#options.nonce, hello.nonce),
      bodyBytesMax: Math.min(linkLimits.bodyBytesMax, Math.max(frameBytesMin, hello.frameBytesMax)),
    };
    this.#buffer.rewind(hello.nextSequence);
    this.#sendHello(hello.nonce);
    this.#sendHeartbeat();
    return [{ name: 'agent', resumed }];
  }

  #command(frame: Frame, name: MessageName | undefined): SensorInput[] {
    // Only the very next one counts: the agent repeats the others, in order, until they are acknowledged.
    const next = frame.sequence === this.#received;
    if (next) this.#received += 1;
    this.#sendHeartbeat();
    if (!next) return [];
    try {
      const command = name === undefined ? undefined : commandOf(name, frame.payload);
      if (command !== undefined) return [command];
      this.counts.unknownMessages += 1;
    } catch {
      this.counts.malformedMessages += 1;
    }
    return [];
  }

  #sendHello(peerNonce: Uint8Array): void {
    this.#push(
      'hello',
      {
        ...linkVersion,
        ...this.#options.identity,
        nonce: this.#options.nonce,
        peerNonce,
        nextSequence: this.#buffer.first,
        frameBytesMax: linkLimits.bodyBytesMax,
        bufferBytes: this.#buffer.bytesMax,
        stream: this.#buffer.tracksBefore,
        switches: this.#buffer.switchesBefore,
        noVideo: this.#options.noVideo === true,
      },
      noSession,
    );
  }

  #sendHeartbeat(): void {
    if (this.#agent === undefined) return;
    this.#push(
      'heartbeat',
      { clockUs: this.#clock.uptimeUs(), nextSequence: this.#buffer.nextNew, received: this.#received },
      this.#agent.tag,
    );
  }

  #push<N extends MessageName>(name: N, message: LinkMessages[N], session: Uint8Array): void {
    const kind = messageKinds[name];
    this.#control.delete(kind);
    this.#control.set(
      kind,
      encodeFrame({ kind, session, sequence: 0, payload: encodeMessage(name, message) }),
    );
  }
}

function commandOf(name: MessageName, payload: Uint8Array): SensorInput | undefined {
  switch (name) {
    case 'indicator':
      return { name, ...decodeMessage(name, payload) };
    case 'setBitrate':
      return { name, ...decodeMessage(name, payload) };
    case 'startStream':
    case 'stopStream':
      return { name };
    case 'keyFrameRequest':
      return { name, ...decodeMessage(name, payload) };
    default:
      return undefined;
  }
}
