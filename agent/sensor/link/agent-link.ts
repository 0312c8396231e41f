import type { Clock, Timer } from '../../../base/clock.ts';
import { isSealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { type Randomness, systemRandomness } from '../../../base/random.ts';
import type { TrackKind } from '../../../media/types.ts';
import { crc32c } from '../../../native/index.ts';
import { parseFrame } from '../../../proto/link/frame.ts';
import { Framer, type FramerCounts } from '../../../proto/link/framer.ts';
import { linkLimits } from '../../../proto/link/limits.ts';
import type { LinkMessages } from '../../../proto/link/messages.ts';
import type { BytePort } from '../../../proto/link/port.ts';
import { faultFields } from '../faults.ts';
import type { LinkEvent, LinkPeer } from './events.ts';
import { PortOpener } from './port-opener.ts';
import { AgentSession, type SessionCounts } from './session.ts';

const tickMs = 50;

/** What the sensor is reached by, and who takes what it sends. */
export interface AgentLinkOptions {
  /** Opens the port, again and again when it is lost. May fail, or hang. */
  readonly open: () => Promise<BytePort>;
  /** Takes each event, in order. Content must be given back with {@link AgentLink.release}. It must not throw. */
  readonly onEvent: (event: LinkEvent) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly randomness?: Randomness;
  /** The only sensor that is accepted, by its serial number; any unless given. */
  readonly serial?: string | undefined;
  /** Openings of the port that may be under way at once; `linkLimits.openingsMax` unless given. */
  readonly openingsMax?: number;
  /** Bytes that the sensor may send beyond what was released; 6 MiB unless given. */
  readonly creditBytes?: number;
}

/** What the link has counted since the agent started. */
export type LinkCounts = Readonly<SessionCounts> & {
  readonly framer: Readonly<FramerCounts>;
  /** Messages, or what followed from them, that a fault of this program kept from being handled. */
  readonly handlingFaults: number;
};

/**
 * The sensor as the agent knows it. It keeps the port open, or opens it again (100 ms to 1 s between tries) when it is
 * closed or silent for 2 s; what the sensor kept meanwhile follows without a gap. The sensor is only given credit for
 * what was released, so a consumer that is slow makes the sensor wait and keep.
 */
export class AgentLink {
  readonly #options: AgentLinkOptions;
  readonly #session: AgentSession;
  readonly #framer: Framer;
  readonly #opener: PortOpener;
  #port: BytePort | undefined;
  #running = false;
  #writing = false;
  #timer: Timer | undefined;
  #reopenMs: number = linkLimits.reopenMsMin;
  #lostAtUs: number | undefined;
  /** Ticks without a valid frame. CountedSamples, not timed: a loop that was blocked for long is no silence of the sensor's. */
  #silentTicks = 0;
  #stopped: (() => void) | undefined;
  #handlingFaults = 0;

  constructor(options: AgentLinkOptions) {
    this.#options = options;
    const nonce = (options.randomness ?? systemRandomness).bytes(linkLimits.nonceBytes);
    this.#session = new AgentSession(nonce, options.clock, options.creditBytes, options.serial);
    this.#opener = new PortOpener(options.open, options.clock, options.openingsMax);
    this.#framer = new Framer((body) => {
      if (this.#session.receive(parseFrame(body))) this.#silentTicks = 0;
    }, crc32c);
  }

  /** True while the sensor answers. */
  get connected(): boolean {
    return this.#session.answered;
  }

  get counts(): LinkCounts {
    return {
      ...this.#session.counts,
      framer: this.#framer.counts,
      handlingFaults: this.#handlingFaults,
    };
  }

  /** True while what the agent sends comes back to it: the line's ends are joined, or a terminal repeats it. */
  get echoing(): boolean {
    return this.#session.echoing;
  }

  /** True while another sensor is at the port than the one that is configured. */
  get otherSensor(): boolean {
    return this.#session.otherSensor;
  }

  /** The sensor that answered last, in its own words. */
  get description(): LinkPeer | undefined {
    return this.#session.sensor;
  }

  /** Opens the port and goes on until {@link stop}. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#open();
  }

  /**
   * Closes the port, and waits for that, though not for ever: 2 s at most. No event comes any more. The sensor keeps
   * what wasn't released.
   */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#timer?.cancel();
    const port = this.#port;
    if (port === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = this.#options.clock.setTimer(linkLimits.closeMsMax, resolve);
      this.#stopped = () => {
        timer.cancel();
        resolve();
      };
      port.close();
    });
  }

  /** All content up to and including this `ordinal` was used up: the sensor may forget it, and send as much again. */
  release(ordinal: number): void {
    this.#session.release(ordinal);
    this.#pump();
  }

  /** The sensor may forget the oldest content until it keeps no more than `bytes` of what came here: the caller holds it. */
  releaseBeyond(bytes: number): void {
    this.#session.releaseBeyond(bytes);
    this.#pump();
  }

  /** What the lamp shall show, and how long to beep and vibrate now. The lamp is told again to a sensor that began again. */
  indicate(indicator: LinkMessages['indicator']): void {
    this.#session.command('indicator', indicator);
    this.#pump();
  }

  /** The sensor shall send its stream, from a key picture on. */
  startStream(): void {
    this.#session.command('startStream', {});
    this.#pump();
  }

  stopStream(): void {
    this.#session.command('stopStream', {});
    this.#pump();
  }

  setBitrate(track: TrackKind, bitsPerSecond: number): void {
    this.#session.command('setBitrate', { track: this.#session.trackNumber(track), bitsPerSecond });
    this.#pump();
  }

  /** The next picture shall be a key picture. */
  requestKeyFrame(): void {
    this.#session.command('keyFrameRequest', { track: this.#session.trackNumber('video') });
    this.#pump();
  }

  /** A time of the sensor's clock as one of `clock.uptimeUs()`, or undefined before the first heartbeat. */
  toUptimeUs(captureUs: number): number | undefined {
    const offset = this.#session.clockOffsetUs;
    return offset === undefined ? undefined : captureUs + offset;
  }

  #open(): void {
    this.#opener.open().then(
      (port) => this.#guarded(() => this.#opened(port)),
      (error: unknown) =>
        this.#lost(
          error instanceof Error ? error.message : String(error),
          isSealcamError(error) ? error.code : undefined,
        ),
    );
  }

  #opened(port: BytePort): void {
    if (!this.#running) {
      port.close();
      return;
    }
    this.#port = port;
    this.#framer.reset();
    this.#session.portChanged();
    this.#silentTicks = 0;
    port.onData((chunk) => {
      if (port !== this.#port) return;
      this.#guarded(() => {
        this.#framer.push(chunk);
        this.#flush();
      });
    });
    port.onClose((reason) => {
      if (port !== this.#port) return;
      this.#port = undefined;
      this.#writing = false;
      this.#session.portChanged();
      this.#timer?.cancel();
      if (this.#running) this.#lost(reason?.message ?? 'the port was closed');
      this.#stopped?.();
    });
    this.#tick();
  }

  #tick(): void {
    this.#silentTicks += 1;
    const port = this.#port;
    this.#guarded(() => {
      this.#session.tick();
      this.#flush();
    });
    // A fault may have closed it.
    if (port !== this.#port) return;
    if (this.#silentTicks * tickMs >= linkLimits.silenceMsMax) {
      this.#silent();
      return;
    }
    this.#timer = this.#options.clock.setTimer(tickMs, () => this.#tick());
  }

  #silent(): void {
    this.#reopen(
      this.#session.silence ?? `nothing valid came from the sensor for ${linkLimits.silenceMsMax} ms`,
    );
  }

  #reopen(reason: string): void {
    const port = this.#port;
    this.#port = undefined;
    this.#writing = false;
    this.#session.portChanged();
    port?.close();
    this.#timer?.cancel();
    this.#lost(reason);
  }

  /** Does what a message, or the time, leads to. A fault in it is that message's loss, and no end of the process. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#faulty(error);
    }
    const fault = this.#session.takeFault();
    if (fault !== undefined) this.#faulty(fault.error);
  }

  /** Where a fault of this program comes to: it is counted and told, and the link begins again. */
  #faulty(error: unknown): void {
    this.#handlingFaults += 1;
    this.#options.log.alarm(
      'sensor.faulted',
      'A message of the sensor made the agent fail: the link starts again',
      faultFields(error),
    );
    if (this.#port !== undefined) this.#reopen('what it sent could not be handled');
  }

  #lost(reason: string, code?: string): void {
    if (!this.#running) return;
    const { clock, log } = this.#options;
    // What waited for the sensor's clock came before it was lost.
    for (const event of this.#session.takeEvents()) this.#tell(event);
    if (this.#lostAtUs === undefined) {
      this.#lostAtUs = clock.uptimeUs();
      log.warn('sensor.away', 'The sensor is away', { reason });
      this.#options.onEvent({ type: 'lost', reason, ...(code !== undefined && { code }) });
    }
    this.#timer = clock.setTimer(this.#reopenMs, () => this.#open());
    this.#reopenMs = Math.min(linkLimits.reopenMsMax, this.#reopenMs * 2);
  }

  #flush(): void {
    if (this.#session.answered) {
      this.#reopenMs = linkLimits.reopenMsMin;
      if (this.#lostAtUs !== undefined) {
        const afterMs = Math.round((this.#options.clock.uptimeUs() - this.#lostAtUs) / 1000);
        this.#lostAtUs = undefined;
        this.#options.log.info('sensor.back', 'The sensor is back', { afterMs });
        this.#options.onEvent({ type: 'back', afterMs });
      }
    }
    for (const event of this.#session.takeEvents()) this.#tell(event);
    this.#pump();
  }

  /** Hands an event on; one that makes the rest of the agent fail is lost, which is told in its place. */
  #tell(event: LinkEvent): void {
    try {
      this.#options.onEvent(event);
    } catch (error) {
      if ('ordinal' in event && event.type !== 'dropped') {
        const { ordinal, place } = event;
        this.#guarded(() =>
          this.#options.onEvent({ type: 'dropped', cause: 'malformed', atLeast: true, ordinal, place }),
        );
      }
      this.#faulty(error);
    }
  }

  /** One write at a time: while the port is busy, the session keeps no more than the newest of each kind. */
  #pump(): void {
    const port = this.#port;
    if (port === undefined || this.#writing) return;
    const frames = this.#session.takeFrames();
    if (frames.length === 0) return;
    this.#writing = true;
    port.write(Buffer.concat(frames)).then(
      () => {
        if (port !== this.#port) return;
        this.#writing = false;
        this.#pump();
      },
      () => {
        // A port that fails to write closes, which is where the loss is told.
        if (port === this.#port) this.#writing = false;
      },
    );
  }
}
