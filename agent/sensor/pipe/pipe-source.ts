import { toHex } from '../../../base/bytes.ts';
import type { Clock, Timer } from '../../../base/clock.ts';
import { isSealcamError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { Randomness } from '../../../base/random.ts';
import type { TrackKind } from '../../../media/types.ts';
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
import type { FeedTaker, OpenFeed } from './feed.ts';
import { discarded, type FeedRun, hearTimes, reportApart, stopped, takenItems } from './feed-run.ts';
import { HandedOn, Shed } from './handed-on.ts';
import { pipeLimits } from './limits.ts';
import type { MissingItem, SampleItem, StreamItem, StreamReader, TakeItem } from './stream.ts';
import { StreamClock } from './stream-clock.ts';
import { TrackStep } from './track-step.ts';

export interface PipeSourceOptions<T = Uint8Array> {
  /** Starts the program, or opens the FIFO or device. */
  readonly open: OpenFeed<T>;
  /** The reader of what it gives. */
  readonly reader: (take: TakeItem) => StreamReader<T>;
  readonly description: SensorDescription;
  readonly onEvent: TakeEvent;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
}

/**
 * Pictures (and sound) from a program's output, a FIFO or a video device. It holds nothing and can't be made to wait, so:
 *
 * - Orders for bitrate and key pictures reach a device alone: what a program gives is set in its arguments. `stopStream`
 *   throws away what comes, `startStream` goes on from parameters and the next key picture.
 * - A slow agent may hold up to `outstandingBytesMax` that it has not released. What comes beyond that is counted and thrown
 *   away, up to the next key picture for which there is room; a loss (`sensorBuffer`) takes its place. So memory is bounded,
 *   and the recording has a signed gap.
 * - A program that ends, gives no picture, or gives something else is ended and started again, after a wait that grows.
 *   What it would have given meanwhile is a loss of unknown size (`sensorRestart`) before the next picture.
 * - A picture counts as captured when the stream says, where the stream's clock is as far off as its fastest sample shows;
 *   a device says it by our clock.
 */
export class PipeSource<T = Uint8Array> implements PictureSource {
  readonly holdsBytes = 0;
  readonly #options: PipeSourceOptions<T>;
  readonly #handedOn = new HandedOn();
  readonly #faults = {
    ...{ programEnds: 0, silences: 0, malformed: 0, samplesShed: 0, handlingFaults: 0 },
    timesReplaced: 0,
  };
  #run: FeedRun<T> | undefined;
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
  #bitsPerSecond: number | undefined;

  constructor(options: PipeSourceOptions<T>) {
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
    await Promise.all([this.#ending, run && discarded(run)]);
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
    this.requestKeyFrame();
  }

  stopStream(): void {
    this.#halted = true;
  }

  setBitrate(track: TrackKind, bitsPerSecond: number): void {
    if (track !== 'video') return;
    this.#bitsPerSecond = bitsPerSecond;
    this.#run?.feed?.setBitrate?.(bitsPerSecond);
  }

  requestKeyFrame(): void {
    this.#run?.feed?.requestKeyFrame?.();
  }

  #open(): void {
    const { open, reader, clock, randomness } = this.#options;
    const items: StreamItem[] = [];
    const run: FeedRun<T> = {
      name: toHex(randomness.bytes(pipeLimits.runNameBytes)),
      reader: reader((item) => run.items.push(item)),
      clock: new StreamClock(),
      step: new TrackStep(),
      beganUs: clock.uptimeUs(),
      feed: undefined,
      stopped: undefined,
      // Not from 0: places are kept, and would tell how many pictures were discarded before.
      sequence: Buffer.from(randomness.bytes(4)).readUInt32BE(),
      items,
      parameters: undefined,
      isHere: false,
    };
    this.#run = run;
    this.#silentTicks = 0;
    const taker: FeedTaker<T> = {
      onData: (data) => this.#guarded(run, () => run.reader.push(data)),
      onEnd: (reason, isWhole) => {
        if (run !== this.#run) return;
        this.#guarded(run, () => run.reader.end(isWhole));
        this.#faults.programEnds += 1;
        this.#ended(run, reason);
      },
    };
    try {
      run.feed = open(taker);
      if (this.#bitsPerSecond !== undefined) run.feed.setBitrate?.(this.#bitsPerSecond);
    } catch (error) {
      this.#ended(run, this.#failure(error).reason);
      return;
    }
    this.#tick(run);
  }

  #tick(run: FeedRun<T>): void {
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
  async #takeLast(run: FeedRun<T>): Promise<void> {
    await stopped(run).catch(() => {});
    this.#guarded(run, () => run.reader.end(false));
  }

  /** Reads, and hands on what came with it. What is wrong with the stream, or with handling it, ends the run. */
  #guarded(run: FeedRun<T>, read: () => void): void {
    if (run !== this.#run) return;
    let failure: { readonly reason: string; readonly code?: string } | undefined;
    try {
      read();
    } catch (error) {
      failure = this.#failure(error);
    }
    try {
      // What was complete before the fault is as good as ever.
      this.#handOn(run);
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

  #ended(run: FeedRun<T>, reason: string, code?: string): void {
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
    this.#ending = discarded(run).then(again, again);
    // Last, and guarded: whatever it makes fail, the program is started again.
    if (this.#lostAtUs !== undefined) return;
    this.#lostAtUs = nowUs;
    log.warn('sensor.away', 'The sensor is away', { reason });
    this.#tell({ type: 'lost', reason, ...(code !== undefined && { code }) });
  }

  #handOn(run: FeedRun<T>): void {
    const nowUs = this.#options.clock.uptimeUs();
    const { behindUs, apartUs } = hearTimes(run, run.items, nowUs);
    if (behindUs > 0) this.#fellBehind(run, behindUs);
    if (Math.abs(apartUs) > pipeLimits.trackStepUsMax) reportApart(run, apartUs, this.#options.log);
    for (const item of takenItems(run)) {
      if (item.type === 'sample' && item.timeReplaced === true) this.#faults.timesReplaced += 1;
      if (item.type === 'sample')
        this.#sample(run, item, portTime(item.capturedUs ?? item.streamUs + run.clock.offsetUs, nowUs));
      else if (item.type === 'parameters') this.#parameters(run, item);
      else if (item.type === 'missing') this.#missing(run, item, portTime(item.toUs, nowUs));
      else if (!run.isHere) this.#here(run);
    }
  }

  /** Pictures are missing from a stream that can't say so: from the newest one on, the loss is told, and the times go on. */
  #fellBehind(run: FeedRun<T>, behindUs: number): void {
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

  /** A device counts what it lost. What follows may not be decoded up to the next key picture, which is asked for. */
  #missing(run: FeedRun<T>, { cause, pictures, reason }: MissingItem, toUs: number): void {
    this.#faults.samplesShed += pictures;
    if (this.#isFull && !this.#halted) this.#shed.add('video', 0, toUs, pictures);
    if (this.#halted || this.#mustBegin || this.#newestUs === undefined) return;
    const video = { samples: pictures, bytes: 0 };
    const samples = { video, audio: { samples: 0, bytes: 0 } };
    const loss = { fromUs: Math.min(this.#newestUs, toUs), toUs, samples, atLeast: true };
    this.#emit(run, { type: 'dropped', cause, ...loss, ...(reason !== undefined && { reason }) });
    this.requestKeyFrame();
  }

  #parameters(run: FeedRun<T>, item: Extract<StreamItem, { type: 'parameters' }>): void {
    run.parameters = item;
    this.#mustBegin = true;
    if (!run.isHere) this.#here(run);
    this.#untold = this.#halted;
    if (!this.#halted) this.#tellParameters(run);
  }

  #here(run: FeedRun<T>): void {
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

  #tellParameters(run: FeedRun<T>): void {
    if (run.parameters === undefined) return;
    const { parameters, problems } = run.parameters;
    this.#emit(run, { type: 'parameters', parameters, ...(problems.length > 0 && { problems }) });
  }

  #sample(run: FeedRun<T>, { sample }: SampleItem, capturedUs: number): void {
    const isKeyPicture = sample.track === 'video' && sample.key;
    // Sound, and pictures that nothing can be decoded with, are no sign that the camera works.
    if (isKeyPicture || (sample.track === 'video' && (this.#halted || !this.#mustBegin)))
      this.#silentTicks = 0;
    if (this.#halted) {
      sample.data.fill(0);
      return;
    }
    if (this.#handedOn.isFull(this.#isFull)) {
      this.#isFull = true;
      this.#mustBegin = true;
    } else if (isKeyPicture) this.#isFull = false;
    const begins = isKeyPicture && !this.#isFull;
    if (this.#mustBegin && !begins) {
      // Before the first picture of a run nothing is lost that the run's beginning does not say.
      if (this.#isFull) this.#countShed(sample, capturedUs);
      sample.data.fill(0);
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
  #begin(run: FeedRun<T>, capturedUs: number): void {
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

  #emit(run: FeedRun<T>, content: PictureContent): void {
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
