import type { Clock } from '../../base/clock.ts';
import { type Randomness, systemRandomness } from '../../base/random.ts';
import type { MediaSample, StreamParameters } from '../../media/types.ts';
import { parseFrame } from '../../proto/link/frame.ts';
import { Framer, type FramerCounts } from '../../proto/link/framer.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import type { ButtonName, LampState, LinkMessages, LinkTrack } from '../../proto/link/messages.ts';
import type { BytePort } from '../../proto/link/port.ts';
import {
  type SensorIdentity,
  type SensorProgress,
  SensorSession,
  type SensorSessionCounts,
} from './session.ts';

export type { SensorIdentity, SensorProgress } from './session.ts';

/** Track numbers on the wire. */
const trackNumbers = { video: 1, audio: 2 } as const;

/** How much is written to the port at once: enough to keep it busy, little enough for a repeat to come soon. */
const batchBytes = 65_536;

const tickMs = 50;

/** What the agent asks of the device. Every handler is optional. */
export interface SensorLinkHandlers {
  /** An agent is connected; `resumed` if it is the one that was connected before, and knows what it was told. */
  readonly onAgent?: (resumed: boolean) => void;
  /** The agent speaks another major version, or the port is gone; the link waits for a new port or hello. */
  readonly onLost?: (reason: string) => void;
  readonly onIndicator?: (indicator: LinkMessages['indicator']) => void;
  readonly onStartStream?: () => void;
  readonly onStopStream?: () => void;
  readonly onBitrate?: (track: 'video' | 'audio', bitsPerSecond: number) => void;
  readonly onKeyFrameRequest?: (track: 'video' | 'audio') => void;
}

export interface SensorLinkOptions extends SensorLinkHandlers {
  readonly identity: SensorIdentity;
  readonly clock: Clock;
  readonly randomness?: Randomness;
  /** Bytes kept until the agent releases them; 8 MiB by default. */
  readonly bufferBytes?: number;
  /** It has no video track, and no samples will be given. */
  readonly noVideo?: boolean;
}

/**
 * The sensor's end of the link, which a camera's device calls. It outlives its port: attach a new one when the old one
 * is gone, and whatever the agent has not released is sent again. Times are microseconds of `clock.uptimeUs()`.
 */
export class SensorLink {
  readonly #options: SensorLinkOptions;
  readonly #session: SensorSession;
  #framer: Framer;
  #port: BytePort | undefined;
  #writing = false;
  #stopTick: (() => void) | undefined;

  constructor(options: SensorLinkOptions) {
    this.#options = options;
    const nonce = (options.randomness ?? systemRandomness).bytes(linkLimits.nonceBytes);
    const { identity, bufferBytes, noVideo, clock } = options;
    this.#session = new SensorSession(
      { identity, nonce, ...(bufferBytes && { bufferBytes }), ...(noVideo && { noVideo }) },
      clock,
    );
    this.#framer = this.#makeFramer();
  }

  /** True from an agent's hello on, until the port is gone. */
  get connected(): boolean {
    return this.#session.connected;
  }

  /** Bytes that wait for the agent. */
  get keptBytes(): number {
    return this.#session.keptBytes;
  }

  /** How far the frames have come, by number. */
  get progress(): SensorProgress {
    return this.#session.progress;
  }

  get counts(): Readonly<SensorSessionCounts> & { readonly framer: Readonly<FramerCounts> } {
    return { ...this.#session.counts, framer: this.#framer.counts };
  }

  /** Uses `port` from now on; an earlier port is closed. */
  attach(port: BytePort): void {
    this.detach();
    this.#port = port;
    this.#framer = this.#makeFramer();
    this.#session.portChanged();
    port.onData((chunk) => {
      if (port === this.#port) this.#framer.push(chunk);
      this.#pump();
    });
    port.onClose((reason) => {
      if (port === this.#port) this.#lose(reason?.message ?? 'the port was closed');
    });
    this.#tick();
  }

  /** Detaches the port; what the agent has not released is kept for the next one. */
  detach(): void {
    const port = this.#port;
    this.#port = undefined;
    this.#session.portChanged();
    this.#stopTick?.();
    this.#stopTick = undefined;
    this.#writing = false;
    port?.close();
  }

  /** Begins a stream or changes it, before the first sample of it. */
  sendParameters(parameters: StreamParameters): void {
    const { video, audio } = parameters;
    const none = { width: 0, height: 0, sampleRate: 0, channels: 0, codecString: '' };
    const tracks: LinkTrack[] = [{ ...none, ...video, track: trackNumbers.video }];
    if (audio !== undefined) tracks.push({ ...none, ...audio, track: trackNumbers.audio });
    this.#session.sendParameters(tracks);
    this.#pump();
  }

  /**
   * Sends one sample; its bytes are copied. Samples of both tracks come in the order of their dts.
   * @returns false if it was dropped because the buffer is full; the link itself reports that to the agent.
   * @throws SealcamError `LINK_SAMPLE_SIZE` if it is empty or larger than 2 MiB.
   */
  sendSample(sample: MediaSample, captureUs: number): boolean {
    const kept = this.#session.sendSample({ ...sample, track: trackNumbers[sample.track], captureUs });
    this.#pump();
    return kept;
  }

  /** Sends one reading of the instruments. @returns false if it was dropped. */
  sendTelemetry(telemetry: LinkMessages['telemetry']): boolean {
    const kept = this.#session.sendTelemetry(telemetry);
    this.#pump();
    return kept;
  }

  /** Sends a press of a button, or the new position of a switch (`mute`, `dwelling`). */
  sendButton(button: ButtonName, captureUs: number, pressed = true, category?: number): boolean {
    const kept = this.#session.sendButton({ button, captureUs, pressed, category });
    this.#pump();
    return kept;
  }

  /** Sends what the lamp really shows. */
  sendLampReport(lamp: LampState, captureUs: number): boolean {
    const kept = this.#session.sendLampReport({ lamp, captureUs });
    this.#pump();
    return kept;
  }

  #makeFramer(): Framer {
    return new Framer((body) => {
      for (const input of this.#session.receive(parseFrame(body))) this.#dispatch(input);
    });
  }

  #dispatch(input: ReturnType<SensorSession['receive']>[number]): void {
    const { onAgent, onLost, onIndicator, onStartStream, onStopStream, onBitrate, onKeyFrameRequest } =
      this.#options;
    switch (input.name) {
      case 'agent':
        onAgent?.(input.resumed);
        break;
      case 'refusal':
        onLost?.(input.reason);
        break;
      case 'indicator':
        onIndicator?.(input);
        break;
      case 'startStream':
        onStartStream?.();
        break;
      case 'stopStream':
        onStopStream?.();
        break;
      case 'setBitrate':
        onBitrate?.(kindOf(input.track), input.bitsPerSecond);
        break;
      case 'keyFrameRequest':
        onKeyFrameRequest?.(kindOf(input.track));
        break;
    }
  }

  #tick(): void {
    if (this.#port === undefined) return;
    this.#session.tick();
    this.#pump();
    const timer = this.#options.clock.setTimer(tickMs, () => this.#tick());
    this.#stopTick = () => timer.cancel();
  }

  /** Writes what the session has to send, one batch at a time, so that requested repeats need not queue. */
  #pump(): void {
    const port = this.#port;
    if (port === undefined || this.#writing) return;
    const frames: Uint8Array[] = [];
    let bytes = 0;
    while (bytes < batchBytes) {
      const frame = this.#session.nextFrame();
      if (frame === undefined) break;
      frames.push(frame);
      bytes += frame.length;
    }
    if (frames.length === 0) return;
    this.#writing = true;
    port.write(Buffer.concat(frames, bytes)).then(
      () => {
        if (port !== this.#port) return;
        this.#writing = false;
        this.#pump();
      },
      (error: unknown) => {
        if (port === this.#port) this.#lose(error instanceof Error ? error.message : String(error));
      },
    );
  }

  #lose(reason: string): void {
    this.detach();
    this.#options.onLost?.(reason);
  }
}

function kindOf(track: number): 'video' | 'audio' {
  return track === trackNumbers.audio ? 'audio' : 'video';
}
