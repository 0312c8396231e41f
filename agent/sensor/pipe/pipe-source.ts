import { toHex } from '../../../base/bytes.ts';
import type { Clock, Timer } from '../../../base/clock.ts';
import { isSealcamError, SealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Randomness } from '../../../base/random.ts';
import { faultFields } from '../faults.ts';
import {
  type PictureContent,
  type PictureSource,
  portTime,
  type SensorDescription,
  type SensorEvent,
  type SensorLoss,
  type SensorState,
  type TakeEvent,
} from '../port.ts';
import type { Feed, FeedTaker, OpenFeed } from './feed.ts';
import { HandedOn, Shed } from './handed-on.ts';
import { pipeLimits } from './limits.ts';
import type { StreamItem, StreamReader, TakeItem } from './stream.ts';
import { StreamClock } from './stream-clock.ts';

export interface PipeSourceOptions {
  /** Starts the program, or opens the FIFO. */
  readonly open: OpenFeed;
  /** The reader of the format that it writes. */
  readonly reader: (take: TakeItem) => StreamReader;
  readonly description: SensorDescription;
  readonly onEvent: TakeEvent;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
}

type SampleItem = Extract<StreamItem, { type: 'sample' }>;

/** One run of the program, or one opening of the FIFO. Nothing outlives it: the next one is another run of the source. */
interface FeedRun {
  readonly name: string;
  readonly reader: StreamReader;
  readonly clock: StreamClock;
  readonly beganUs: number;
  feed: Feed | undefined;
  stopped: Promise<void> | undefined;
  sequence: number;
  /** What came with the bytes that are being read. */
  items: StreamItem[];
  parameters: Extract<StreamItem, { type: 'parameters' }> | undefined;
  isHere: boolean;
  saidBehind?: boolean;
}

/** Settles when the run's program is gone, or its FIFO closed; it is asked to end once. */
function stopped(run: FeedRun): Promise<void> {
  run.stopped ??= Promise.resolve(run.feed?.stop());
  return run.stopped;
}

/**
 * Pictures (and sound) from a program's output or a FIFO. It holds nothing, takes no orders, and can't be made to wait, so:
 *
 * - It ignores orders for bitrate and key pictures: what the program gives is set in its arguments. `stopStream` throws
 *   away what comes, `startStream` goes on from parameters and the next key picture.
 * - A slow agent may hold up to `outstandingBytesMax` that it has not released. What comes beyond that is counted and thrown
 *   away, up to the next key picture for which there is room; a loss (`sensorBuffer`) takes its place. So memory is bounded,
 *   and the recording has a signed gap.
 * - A program that ends, gives no picture, or gives something else is ended and started again, after a wait that grows.
 *   What it would have given meanwhile is a loss of unknown size (`sensorRestart`) before the next picture.
 * - A picture counts as captured when the stream says, where the stream's clock is as far off as its fastest sample shows.
 */
export class PipeSource implements PictureSource {
  readonly holdsBytes = 0;
  readonly #options: PipeSourceOptions;
  readonly #handedOn = new HandedOn();
  readonly #faults = { programEnds: 0, silences: 0, malformed: 0, samplesShed: 0, handlingFaults: 0 };
  #run: FeedRun | undefined;
  #running = false;
  /** Settles when the run before has let go of the camera. */
  #ending: Promise<void> | undefined;
  #timer: Timer | undefined;
  #reopenMs: number = pipeLimits.reopenMsMin;
  /** Ticks without a picture. They are counted, so that a blocked event loop does not look like a silent program. */
  #silentTicks = 0;
  #ordinal = 0;
  #answered = false;
  #lostAtUs: number | undefined;
  /** The newest picture, and whether the run that gave it has ended. */
  #newestUs: number | undefined;
  #interrupted = false;
  #halted = false;
  /** Whether nothing is handed on before a key picture, and before that the parameters. */
  #mustBegin = true;
  #untold = false;
  #isFull = false;
  #shed = new Shed();

  constructor(options: PipeSourceOptions) {
    this.#options = options;
  }

  get state(): SensorState {
    const { description } = this.#options;
    return {
      present: this.#run?.isHere ?? false,
      troubles: [],
      description: this.#answered ? description : undefined,
      faults: { ...this.#faults },
    };
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#open();
  }

  async finish(): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    if (this.#run !== undefined) await this.#takeLast(this.#run);
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#timer?.cancel();
    const run = this.#run;
    this.#run = undefined;
    await Promise.all([this.#ending, run && stopped(run)]);
  }

  release(durableUpTo: number): void {
    this.#handedOn.release(durableUpTo);
  }

  releaseBeyond(bytes: number): void {
    this.#handedOn.releaseBeyond(bytes);
  }

  startStream(): void {
    if (!this.#halted) return;
    this.#halted = false;
    this.#mustBegin = true;
    this.#untold = true;
  }

  stopStream(): void {
    this.#halted = true;
  }

  setBitrate(): void {}

  requestKeyFrame(): void {}

  #open(): void {
    const { open, reader, clock, randomness } = this.#options;
    const items: StreamItem[] = [];
    const run: FeedRun = {
      name: toHex(randomness.bytes(pipeLimits.runNameBytes)),
      reader: reader((item) => run.items.push(item)),
      clock: new StreamClock(),
      beganUs: clock.uptimeUs(),
      feed: undefined,
      stopped: undefined,
      sequence: 0,
      items,
      parameters: undefined,
      isHere: false,
    };
    this.#run = run;
    this.#silentTicks = 0;
    const taker: FeedTaker = {
      onData: (bytes) => this.#guarded(run, () => run.reader.push(bytes)),
      onEnd: (reason, isWhole) => {
        if (run !== this.#run) return;
        this.#guarded(run, () => run.reader.end(isWhole));
        this.#faults.programEnds += 1;
        this.#ended(run, reason);
      },
    };
    try {
      run.feed = open(taker);
    } catch (error) {
      this.#ended(run, this.#failure(error).reason);
      return;
    }
    this.#tick(run);
  }

  #tick(run: FeedRun): void {
    if (run !== this.#run) return;
    const silenceMsMax = this.#mustBegin ? pipeLimits.beginMsMax : pipeLimits.silenceMsMax;
    if (this.#silentTicks * pipeLimits.tickMs >= silenceMsMax) {
      this.#faults.silences += 1;
      const reason = `no picture came for ${silenceMsMax / 1000} s`;
      void this.#takeLast(run).then(() => this.#ended(run, reason));
      return;
    }
    if (!run.feed?.awaitsWriter) this.#silentTicks += 1;
    this.#timer = this.#options.clock.setTimer(pipeLimits.tickMs, () => this.#tick(run));
  }

  /** Ends a run; what it gives until it is over is still taken. */
  async #takeLast(run: FeedRun): Promise<void> {
    await stopped(run).catch(() => {});
    this.#guarded(run, () => run.reader.end(false));
  }

  /** Reads, and hands on what came with it. What is wrong with the stream, or with handling it, ends the run. */
  #guarded(run: FeedRun, read: () => void): void {
    if (run !== this.#run) return;
    let failure: { readonly reason: string; readonly code?: string } | undefined;
    try {
      read();
    } catch (error) {
      failure = this.#failure(error);
    }
    try {
      // What was complete before the fault is as good as ever.
      this.#handOn(run, run.items.splice(0));
    } catch (error) {
      failure ??= this.#failure(error);
    }
    if (failure !== undefined) this.#ended(run, failure.reason, failure.code);
  }

  #failure(error: unknown): { readonly reason: string; readonly code?: string } {
    if (isSealcamError(error)) {
      this.#faults.malformed += 1;
      return { reason: error.message, code: error.code };
    }
    this.#faulted(error);
    return { reason: 'what came could not be handled' };
  }

  #faulted(error: unknown): void {
    this.#faults.handlingFaults += 1;
    const says = 'A picture of the pipe made the agent fail: the pipe starts again';
    this.#options.log.alarm('sensor.faulted', says, faultFields(error));
  }

  #ended(run: FeedRun, reason: string, code?: string): void {
    if (run !== this.#run) return;
    const { clock, log } = this.#options;
    this.#run = undefined;
    this.#timer?.cancel();
    const nowUs = clock.uptimeUs();
    this.#interrupted = this.#newestUs !== undefined;
    this.#mustBegin = true;
    // One that worked for a while is started at once; one that fails again and again is not.
    if (nowUs - run.beganUs >= pipeLimits.steadyUs) this.#reopenMs = pipeLimits.reopenMsMin;
    const waitMs = this.#reopenMs;
    this.#reopenMs = Math.min(pipeLimits.reopenMsMax, 2 * waitMs);
    // No two at once: both would want the same camera.
    const again = (): void => {
      if (this.#running) this.#timer = clock.setTimer(waitMs, () => this.#open());
    };
    this.#ending = stopped(run).then(again, again);
    // Last, and guarded: whatever it makes fail, the program is started again.
    if (this.#lostAtUs !== undefined) return;
    this.#lostAtUs = nowUs;
    log.warn('sensor.away', 'The sensor is away', { reason });
    this.#tell({ type: 'lost', reason, ...(code !== undefined && { code }) });
  }

  #handOn(run: FeedRun, items: readonly StreamItem[]): void {
    const nowUs = this.#options.clock.uptimeUs();
    let behindUs = 0;
    for (const item of items) {
      if (item.type !== 'sample') continue;
      if (!run.reader.saysTimes) behindUs += run.clock.fellBehind(item.streamUs, nowUs);
      const aheadUs = run.clock.heard(item.streamUs, nowUs);
      if (aheadUs > pipeLimits.aheadUsMax) {
        throw new SealcamError(
          'PIPE_STREAM',
          `The pipe gives pictures faster than they happen, ${Math.round(aheadUs / 1_000_000)} s too much by now: let the program read at the rate of its source (ffmpeg: -re)`,
        );
      }
    }
    if (behindUs > 0) this.#fellBehind(run, behindUs);
    for (const item of items) {
      if (item.type === 'sample')
        this.#sample(run, item, portTime(item.streamUs + run.clock.offsetUs, nowUs));
      else this.#parameters(run, item);
    }
  }

  /** Pictures are missing from a stream that can't say so: from the newest one on, the loss is told, and the times go on. */
  #fellBehind(run: FeedRun, behindUs: number): void {
    if (!run.saidBehind) {
      this.#options.log.warn('pipe.behind', 'The pipe gives fewer pictures than its frame rate states', {
        behindMs: Math.round(behindUs / 1000),
      });
    }
    run.saidBehind = true;
    if (this.#halted || this.#mustBegin || this.#newestUs === undefined) return;
    const loss: SensorLoss = {
      cause: 'sensorBuffer',
      fromUs: this.#newestUs,
      toUs: this.#newestUs + Math.round(behindUs),
      atLeast: true,
    };
    this.#emit(run, { type: 'dropped', ...loss });
  }

  #parameters(run: FeedRun, item: Extract<StreamItem, { type: 'parameters' }>): void {
    run.parameters = item;
    this.#mustBegin = true;
    if (!run.isHere) this.#here(run);
    this.#untold = this.#halted;
    if (!this.#halted) this.#tellParameters(run);
  }

  #here(run: FeedRun): void {
    const { clock, log, description } = this.#options;
    run.isHere = true;
    this.#answered = true;
    if (this.#lostAtUs !== undefined) {
      const afterMs = Math.round((clock.uptimeUs() - this.#lostAtUs) / 1000);
      this.#lostAtUs = undefined;
      log.info('sensor.back', 'The sensor is back', { afterMs });
      this.#tell({ type: 'back', afterMs });
    }
    this.#tell({ type: 'here', sensor: description, resumed: false, changed: false });
  }

  #tellParameters(run: FeedRun): void {
    if (run.parameters === undefined) return;
    const { parameters, problems } = run.parameters;
    this.#emit(run, { type: 'parameters', parameters, ...(problems.length > 0 && { problems }) });
  }

  #sample(run: FeedRun, { sample }: SampleItem, capturedUs: number): void {
    const isKeyPicture = sample.track === 'video' && sample.key;
    // Sound, and pictures that nothing can be decoded with, are no sign that the camera works.
    if (isKeyPicture || (sample.track === 'video' && (this.#halted || !this.#mustBegin)))
      this.#silentTicks = 0;
    if (this.#halted) return;
    if (this.#handedOn.isFull(this.#isFull)) {
      this.#isFull = true;
      this.#mustBegin = true;
    } else if (isKeyPicture) this.#isFull = false;
    const begins = isKeyPicture && !this.#isFull;
    if (this.#mustBegin && !begins) {
      // Before the first picture of a run nothing is lost that the run's beginning does not say.
      if (this.#isFull) this.#countShed(sample, capturedUs);
      return;
    }
    if (this.#mustBegin) this.#begin(run, capturedUs);
    this.#newestUs = Math.max(this.#newestUs ?? 0, capturedUs);
    this.#emit(run, { type: 'sample', sample, capturedUs });
    this.#handedOn.add(this.#ordinal, sample.data.length);
  }

  #countShed({ track, data }: SampleItem['sample'], capturedUs: number): void {
    this.#faults.samplesShed += 1;
    this.#shed.add(track, data.length, capturedUs);
  }

  /** The stream begins, or goes on, with a key picture: what is missing before it is told first. */
  #begin(run: FeedRun, capturedUs: number): void {
    this.#mustBegin = false;
    if (this.#untold) this.#tellParameters(run);
    this.#untold = false;
    const shed = this.#shed.loss;
    this.#shed = new Shed();
    if (shed !== undefined) this.#emit(run, { type: 'dropped', ...shed });
    if (!this.#interrupted) return;
    this.#interrupted = false;
    const fromUs = Math.min(this.#newestUs ?? capturedUs, capturedUs);
    const loss: SensorLoss = { cause: 'sensorRestart', fromUs, toUs: capturedUs, atLeast: true };
    this.#emit(run, { type: 'dropped', ...loss });
  }

  #emit(run: FeedRun, content: PictureContent): void {
    this.#ordinal += 1;
    run.sequence += 1;
    const [ordinal, place] = [this.#ordinal, { run: run.name, sequence: run.sequence }];
    this.#tell({ ...content, ordinal, place });
  }

  /** Hands an event on; one that makes the rest of the agent fail is lost, which is told in its place. */
  #tell(event: SensorEvent): void {
    const { onEvent } = this.#options;
    try {
      onEvent(event);
    } catch (error) {
      this.#faulted(error);
      if (!('ordinal' in event) || event.type === 'dropped') return;
      const { ordinal, place } = event;
      try {
        onEvent({ type: 'dropped', cause: 'malformed', atLeast: true, ordinal, place });
      } catch (again) {
        this.#faulted(again);
      }
    }
  }
}
