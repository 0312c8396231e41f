import type { Clock, Timer } from '../../base/clock.ts';
import type { TrackKind } from '../../media/types.ts';
import { decidesAtUs, Late } from './late.ts';
import { joinLimits } from './limits.ts';
import type { SensorPlace, SourceMark } from './place.ts';
import type {
  ControlContent,
  ControlSource,
  Indicator,
  PictureSource,
  Sensor,
  SensorContent,
  SensorEvent,
  SensorHalf,
  SensorSource,
  SensorState,
  TakeEvent,
} from './port.ts';

/** How the source of each half is made. */
export interface Halves {
  readonly pictures: (onEvent: TakeEvent) => PictureSource;
  readonly controls: (onEvent: TakeEvent) => ControlSource;
}

/**
 * One sensor of two sources. Each is asked for its own half alone; what it sends of the other one is passed over.
 *
 * The pictures of a moment may come later than a press of the same moment. So a press or a switch is handed on only when the
 * pictures have come as far as its time, or none will come, or it has waited for `controlWaitMsMax`; what was captured before
 * it and comes later still is dropped, and told as a loss. All else of the controls keeps its place among them.
 */
export function joinHalves(
  halves: Halves,
  onEvent: TakeEvent,
  clock: Pick<Clock, 'uptimeUs' | 'setTimer'>,
): Sensor {
  return new JoinedSensor(halves, onEvent, clock);
}

const halfOf = {
  parameters: 'pictures',
  sample: 'pictures',
  dropped: 'pictures',
  reading: 'controls',
  button: 'controls',
  switches: 'controls',
  lampReport: 'controls',
} as const satisfies Record<SensorContent['type'], SensorHalf>;

/** What came of one half and is not released: its number here, and in its source. */
interface Outstanding {
  /** Undefined while it waits here: nothing that came after it is released before it. */
  ordinal: number | undefined;
  readonly own: number;
}

type ContentEvent = Extract<SensorEvent, { ordinal: number }>;

/** Something of the controls that waits. */
interface Held {
  readonly dueUs: number;
  readonly decidesUs: number | undefined;
  readonly handOn: (inTime: boolean) => void;
}

class JoinedSensor implements Sensor {
  readonly #pictures: PictureSource;
  readonly #controls: ControlSource;
  readonly #onEvent: TakeEvent;
  #ordinal = 0;
  readonly #outstanding: Record<SensorHalf, Outstanding[]> = { pictures: [], controls: [] };
  readonly #newest: Record<SensorHalf, SourceMark | undefined> = { pictures: undefined, controls: undefined };

  readonly #clock: Pick<Clock, 'uptimeUs' | 'setTimer'>;
  readonly #held: Held[] = [];
  readonly #late = new Late();
  #timer: Timer | undefined;
  /** The newest time of which something was handed on, or is known to be lost. */
  #reachedUs = -1;
  /** No picture comes: the source said that it lost its device, or it was told to stop. */
  #isGone = false;
  #isHalted = false;
  #isStopped = false;

  constructor(
    { pictures, controls }: Halves,
    onEvent: TakeEvent,
    clock: Pick<Clock, 'uptimeUs' | 'setTimer'>,
  ) {
    this.#onEvent = onEvent;
    this.#clock = clock;
    this.#pictures = pictures((event) => this.#takePictures(event));
    this.#controls = controls((event) => this.#takeControls(event));
  }

  get state(): SensorState {
    const [pictures, controls] = [this.#pictures.state, this.#controls.state];
    const faults: Record<string, number> = { ...pictures.faults };
    for (const [kind, count] of Object.entries(controls.faults)) faults[kind] = (faults[kind] ?? 0) + count;
    return {
      present: pictures.present && controls.present,
      troubles: [...new Set([...pictures.troubles, ...controls.troubles])],
      description: pictures.description,
      faults,
    };
  }

  /** Of pictures: what they take is all that counts. */
  get holdsBytes(): number {
    return this.#pictures.holdsBytes;
  }

  start(): void {
    this.#pictures.start();
    this.#controls.start();
  }

  async finish(): Promise<void> {
    await this.#pictures.finish?.();
  }

  /** What waits is not handed on, so it is not released: the source sends it to the next run. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#held.length = 0;
    await Promise.all([this.#pictures.stop(), this.#controls.stop()]);
  }

  release(durableUpTo: number): void {
    this.#release('pictures', this.#pictures, durableUpTo);
    this.#release('controls', this.#controls, durableUpTo);
  }

  releaseBeyond(bytes: number): void {
    this.#pictures.releaseBeyond(bytes);
  }

  startStream(): void {
    this.#isHalted = false;
    this.#pictures.startStream();
  }

  stopStream(): void {
    this.#pictures.stopStream();
    this.#isHalted = true;
    this.#handOnDue();
  }

  setBitrate(track: TrackKind, bitsPerSecond: number): void {
    this.#pictures.setBitrate(track, bitsPerSecond);
  }

  requestKeyFrame(): void {
    this.#pictures.requestKeyFrame();
  }

  indicate(indicator: Indicator): void {
    this.#controls.indicate(indicator);
  }

  #takePictures(event: SensorEvent): void {
    if (!('ordinal' in event)) {
      if (event.type === 'lost' || event.type === 'refused') this.#isGone = true;
      else if (event.type === 'here' || event.type === 'back') this.#isGone = false;
      this.#handOnDue();
      this.#onEvent(event);
    } else if (halfOf[event.type] !== 'pictures') {
      this.#passOver('pictures', event);
    } else if (event.type === 'sample') {
      if (this.#late.takes(event.sample, event.capturedUs)) this.#passOver('pictures', event);
      else {
        this.#reach(event.capturedUs);
        this.#content('pictures', event);
      }
    } else if (event.type === 'dropped') {
      if (event.fromUs !== undefined) this.#reach(event.fromUs);
      this.#content('pictures', event);
      if (event.toUs !== undefined) this.#reach(event.toUs);
    } else this.#content('pictures', event);
  }

  /** The pictures have come as far as this. */
  #reach(us: number): void {
    this.#isGone = false;
    this.#reachedUs = Math.max(this.#reachedUs, us);
    this.#handOnDue();
  }

  #takeControls(event: SensorEvent): void {
    const dueUs = this.#clock.uptimeUs() + joinLimits.controlWaitMsMax * 1_000;
    if (!('ordinal' in event)) {
      this.#hold({ dueUs, decidesUs: undefined, handOn: () => this.#controlStatus(event) });
      return;
    }
    const outstanding: Outstanding = { ordinal: undefined, own: event.ordinal };
    this.#outstanding.controls.push(outstanding);
    if (isControl(event)) {
      const handOn = (inTime: boolean): void => {
        this.#tellLate();
        this.#late.passed(event, inTime);
        this.#content('controls', event, outstanding);
      };
      this.#hold({ dueUs, decidesUs: decidesAtUs(event), handOn });
    } else if (event.type === 'dropped') {
      const handOn = (): void => this.#content('controls', event, outstanding);
      this.#hold({ dueUs, decidesUs: undefined, handOn });
    } else {
      // Without the bytes of what is passed over.
      const { ordinal, place } = event;
      const handOn = (): void => this.#passOver('controls', { ordinal, place }, outstanding);
      this.#hold({ dueUs, decidesUs: undefined, handOn });
    }
  }

  #hold(held: Held): void {
    this.#held.push(held);
    this.#handOnDue();
  }

  /** Hands on what need not wait any more, in order. */
  #handOnDue(): void {
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      const { dueUs, decidesUs, handOn } = first;
      const inTime = decidesUs === undefined || decidesUs <= this.#reachedUs;
      const waitedUs = dueUs - this.#clock.uptimeUs();
      const isFull = this.#held.length > joinLimits.controlsHeldMax;
      if (!inTime && !this.#isGone && !this.#isHalted && !isFull && waitedUs > 0) {
        this.#timer?.cancel();
        if (this.#isStopped) return;
        this.#timer = this.#clock.setTimer(Math.ceil(waitedUs / 1_000), () => this.#handOnDue());
        return;
      }
      this.#held.shift();
      handOn(inTime);
    }
    this.#timer?.cancel();
  }

  #tellLate(): void {
    const loss = this.#late.takeLoss();
    const [mark, last] = [this.#newest.pictures, this.#outstanding.pictures.at(-1)];
    if (loss === undefined || mark === undefined) return;
    this.#ordinal += 1;
    // What was dropped is released with the loss that tells of it.
    if (last !== undefined) last.ordinal = this.#ordinal;
    const place: SensorPlace = { half: 'pictures', ...mark, beside: this.#newest.controls };
    this.#onEvent({ type: 'dropped', ...loss, ordinal: this.#ordinal, place });
  }

  /** It is released with what came before it. */
  #passOver(
    half: SensorHalf,
    { ordinal: own, place }: Pick<ContentEvent, 'ordinal' | 'place'>,
    outstanding?: Outstanding,
  ): void {
    this.#newest[half] = { run: place.run, sequence: place.sequence };
    if (outstanding === undefined) this.#outstanding[half].push({ ordinal: this.#ordinal, own });
    else outstanding.ordinal = this.#ordinal;
  }

  #content(half: SensorHalf, event: ContentEvent, outstanding?: Outstanding): void {
    if (half === 'pictures') this.#tellLate();
    this.#ordinal += 1;
    this.#passOver(half, event, outstanding);
    const { run, sequence } = event.place;
    const place: SensorPlace = { half, run, sequence, beside: this.#newest[other[half]] };
    // A loss of controls says that a press may be missing, and no sample is.
    const ofControls = event.type === 'dropped' && half === 'controls' && { ofControls: true };
    const unkept = event.type === 'button' && this.#controls.holdsBytes === 0 && { unkept: true };
    this.#onEvent({ ...event, ...ofControls, ...unkept, ordinal: this.#ordinal, place });
  }

  /** The controls' coming and going is no gap in the pictures. */
  #controlStatus(event: SensorEvent): void {
    if (event.type === 'here') this.#onEvent({ type: 'controls', present: true, changed: event.changed });
    else if (event.type === 'back') this.#onEvent({ type: 'controls', present: true, changed: false });
    else if (event.type === 'lost') this.#onEvent({ type: 'controls', present: false, changed: false });
    else this.#onEvent(event);
  }

  #release(half: SensorHalf, source: SensorSource, durableUpTo: number): void {
    const queue = this.#outstanding[half];
    const kept = queue.findIndex(({ ordinal }) => ordinal === undefined || ordinal > durableUpTo);
    const released = queue.splice(0, kept < 0 ? queue.length : kept).at(-1);
    if (released !== undefined) source.release(released.own);
  }
}

function isControl(event: ContentEvent): event is ContentEvent & ControlContent {
  return halfOf[event.type] === 'controls';
}

const other = { pictures: 'controls', controls: 'pictures' } as const;
