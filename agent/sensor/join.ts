import type { TrackKind } from '../../media/types.ts';
import type { SensorPlace, SourceMark } from './place.ts';
import type {
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

/** One sensor of two sources. Each is asked for its own half alone; what it sends of the other one is passed over. */
export function joinHalves(halves: Halves, onEvent: TakeEvent): Sensor {
  return new JoinedSensor(halves, onEvent);
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
  readonly ordinal: number;
  readonly own: number;
}

class JoinedSensor implements Sensor {
  readonly #pictures: PictureSource;
  readonly #controls: ControlSource;
  readonly #onEvent: TakeEvent;
  #ordinal = 0;
  readonly #outstanding: Record<SensorHalf, Outstanding[]> = { pictures: [], controls: [] };
  readonly #newest: Record<SensorHalf, SourceMark | undefined> = { pictures: undefined, controls: undefined };

  constructor({ pictures, controls }: Halves, onEvent: TakeEvent) {
    this.#onEvent = onEvent;
    this.#pictures = pictures((event) => this.#take('pictures', event));
    this.#controls = controls((event) => this.#take('controls', event));
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

  async stop(): Promise<void> {
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
    this.#pictures.startStream();
  }

  stopStream(): void {
    this.#pictures.stopStream();
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

  #take(half: SensorHalf, event: SensorEvent): void {
    if ('ordinal' in event) this.#content(half, event);
    else if (half === 'pictures') this.#onEvent(event);
    else this.#controlStatus(event);
  }

  #content(half: SensorHalf, event: Extract<SensorEvent, { ordinal: number }>): void {
    const { run, sequence } = event.place;
    this.#newest[half] = { run, sequence };
    // A loss of controls says that a press may be missing, and no sample is.
    const handedOn = halfOf[event.type] === half || event.type === 'dropped';
    if (handedOn) this.#ordinal += 1;
    // What is passed over is released with what came before it.
    this.#outstanding[half].push({ ordinal: this.#ordinal, own: event.ordinal });
    if (!handedOn) return;
    const place: SensorPlace = { half, run, sequence, beside: this.#newest[other[half]] };
    const ofControls = event.type === 'dropped' && half === 'controls' && { ofControls: true };
    this.#onEvent({ ...event, ...ofControls, ordinal: this.#ordinal, place });
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
    const kept = queue.findIndex(({ ordinal }) => ordinal > durableUpTo);
    const released = queue.splice(0, kept < 0 ? queue.length : kept).at(-1);
    if (released !== undefined) source.release(released.own);
  }
}

const other = { pictures: 'controls', controls: 'pictures' } as const;
