import type { SensorConfig } from '../../agent/sensor/config.ts';
import type {
  OpenLine,
  PictureSource,
  SensorContent,
  SensorEvent,
  TakeEvent,
} from '../../agent/sensor/index.ts';
import type { Clock } from '../../base/clock.ts';
import { type Log, silentLog } from '../../base/log.ts';
import type { Randomness } from '../../base/random.ts';

/** What a self-test records from. */
export interface TestPictures {
  /** As a person reads it. */
  readonly name: string;
  readonly make: (onEvent: TakeEvent) => TestSource;
}

/** What the recording's line uses of a source. */
export type TestSource = Pick<
  PictureSource,
  'holdsBytes' | 'requestKeyFrame' | 'start' | 'startStream' | 'stop'
>;

/** Parts of the machine that the source of pictures needs. */
export interface PictureParts {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly openLine?: OpenLine | undefined;
}

/** How long a sensor at a line may take to answer; it says hello four times a second. A program takes longer to begin. */
const answerMsMax = { line: 3_000, program: 10_000 };

/** The pictures of the sensor in the configuration; or, if it gives none, why not. */
export async function sensorPictures(
  config: SensorConfig,
  parts: PictureParts,
): Promise<TestPictures | string> {
  // Loaded here alone, as a computer without a sensor need not have what it takes.
  const { askSource, makePictures, makeSensor } = await import('../../agent/sensor/index.ts');
  const make = (surroundings: PictureParts & { onEvent: TakeEvent; log: Log }): PictureSource => {
    if ('pipe' in config || 'v4l2' in config) return makePictures(config, surroundings);
    // Buttons that are at a line of their own are left alone: a press there goes to one reader.
    const { controls: _, ...line } = config;
    return makeSensor(line, surroundings);
  };
  const waitMs = 'pipe' in config || 'v4l2' in config ? answerMsMax.program : answerMsMax.line;
  const answer = await askSource((asked) => make({ ...parts, ...asked }), parts.clock, waitMs);
  if (answer.kind === 'echo') return 'its line sends back what is written to it';
  if (answer.kind === 'away') return answer.reason;
  if (answer.sensor.noVideo) return 'it has no video track';
  return { name: 'the sensor', make: (onEvent) => make({ ...parts, onEvent, log: silentLog }) };
}

const picturesPerSecond = 25;
const syntheticSeconds = 3;
const pictureBytes = { key: 40_000, other: 4_000 };

/** Three seconds of pictures that no lens saw: random bytes in the frame of H.264, which nothing can show. */
export function syntheticPictures({ clock, randomness }: PictureParts): TestPictures {
  const make = (onEvent: TakeEvent): TestSource => {
    let sequence = 0;
    const hand = (content: SensorContent): void => {
      sequence += 1;
      onEvent({ ...content, ordinal: sequence, place: { run: 'self-test', sequence } });
    };
    const send = (): void => {
      const fromUs = clock.uptimeUs() - syntheticSeconds * 1_000_000;
      onEvent(syntheticSensor);
      hand({ type: 'parameters', parameters: { video: syntheticVideo } });
      for (let n = 0; n < syntheticSeconds * picturesPerSecond; n += 1)
        hand({
          type: 'sample',
          sample: syntheticPicture(n, randomness),
          capturedUs: fromUs + (n * 1_000_000) / picturesPerSecond,
        });
    };
    // No picture is older than this machine's clock.
    const waitMs = Math.max(0, syntheticSeconds * 1_000 - clock.uptimeUs() / 1_000);
    let timer: ReturnType<Clock['setTimer']> | undefined;
    return {
      holdsBytes: Number.POSITIVE_INFINITY,
      requestKeyFrame() {},
      startStream() {},
      start() {
        timer = clock.setTimer(waitMs, send);
      },
      async stop() {
        timer?.cancel();
      },
    };
  };
  return { name: 'synthetic pictures', make };
}

const syntheticSensor: SensorEvent = {
  type: 'here',
  sensor: { model: 'synthetic', serial: '', firmware: '', capabilities: [] },
  resumed: false,
  changed: false,
};

const syntheticVideo = {
  kind: 'video',
  codec: 'h264',
  timescale: 90_000,
  width: 1_280,
  height: 720,
  // An avcC record with one sequence and one picture parameter set that describe nothing.
  description: Uint8Array.from([1, 100, 0, 31, 0xff, 0xe1, 0, 2, 0x67, 1, 1, 0, 1, 0x68]),
  codecString: 'avc1.64001f',
} as const;

/** NAL unit types of a picture that can be decoded alone, and of one that can't. */
const nalTypes = { key: 0x65, other: 0x41 };

function syntheticPicture(n: number, randomness: Randomness) {
  const key = n % picturesPerSecond === 0;
  const unit = randomness.bytes(key ? pictureBytes.key : pictureBytes.other);
  unit[0] = key ? nalTypes.key : nalTypes.other;
  const data = Buffer.alloc(4 + unit.length);
  data.writeUInt32BE(unit.length);
  data.set(unit, 4);
  const duration = syntheticVideo.timescale / picturesPerSecond;
  const dts = n * duration;
  return { track: 'video', pts: dts, dts, duration, key, data: new Uint8Array(data) } as const;
}
