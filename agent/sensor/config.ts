import * as v from 'valibot';
import { isLiteralPath, isLiteralWord, literalPathRule } from '../../base/outside-file.ts';
import { isUtf8Text, utf8TextRule } from '../../evidence/encoding/utf8-text.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import { localConfigSchema } from './local/config.ts';

export { keyName, switchName } from './local/config.ts';

// Which sensor the camera has. docs/examples/agent.yaml explains every key.

const text = v.pipe(v.string(), v.nonEmpty('expected a text that is not empty'));
const argument = v.pipe(
  text,
  v.check(isLiteralWord, 'expected words as the program takes them: no shell expands ~ and $VARIABLES'),
);
const { textBytesMax } = linkLimits;
/** What a sensor says of itself on the link is bounded in the same way. */
const identity = v.pipe(
  text,
  v.check((said) => isUtf8Text(said, textBytesMax), `expected ${utf8TextRule(textBytesMax)}`),
);
const path = v.pipe(text, v.check(isLiteralPath, literalPathRule));

const baudMax = 100_000_000;
const baudRule = `expected a whole number from 9600 to ${baudMax}`;

const line = {
  /** The serial port's device file. */
  port: path,
  baudRate: v.optional(
    v.pipe(
      v.number(baudRule),
      v.integer(baudRule),
      v.minValue(9_600, baudRule),
      v.maxValue(baudMax, baudRule),
    ),
    3_000_000,
  ),
  /** The only sensor that is accepted at the port; any unless given. */
  serial: v.optional(identity),
};

/** Controls that are at a serial port, or that are devices of this machine. */
const controls = v.lazy((input) =>
  typeof input === 'object' && input !== null && 'local' in input
    ? v.strictObject({ local: localConfigSchema })
    : v.strictObject(line),
);

const serialSchema = v.strictObject({
  ...line,
  /** Buttons, lamp and measurements, where they are not at `port` too. */
  controls: v.optional(controls),
});

const rateRule = 'expected a whole number, or a fraction such as "30000/1001"';
const rateText = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/;

/** Pictures a second, as a fraction: 30, or "30000/1001". */
const rate = v.pipe(
  v.union(
    [v.pipe(v.number(), v.integer(rateRule)), v.pipe(v.string(), v.regex(rateText, rateRule))],
    rateRule,
  ),
  v.transform((said) => {
    const [, pictures, seconds] = rateText.exec(String(said)) ?? [];
    return pictures === undefined
      ? { pictures: Number(said), seconds: 1 }
      : { pictures: Number(pictures), seconds: Number(seconds) };
  }),
  v.check(
    ({ pictures, seconds }) => pictures >= seconds && pictures <= 1000 * seconds,
    'expected 1 to 1000 pictures a second',
  ),
);

const format = v.optional(v.picklist(['mp4', 'h264', 'h265']), 'mp4');

const pipeSchema = v.pipe(
  v.strictObject({
    /** A program and its arguments, which is started without a shell and writes to its standard output; or ... */
    program: v.optional(v.pipe(v.array(argument), v.minLength(1), v.maxLength(256))),
    /** ... the path of a FIFO that another program writes to. */
    fifo: v.optional(path),
    /** Fragmented MP4, or a byte stream of H.264 or H.265 (Annex B), which needs `frameRate` or `times`. */
    format,
    frameRate: v.optional(rate),
    /** The path of a FIFO into which the program writes the time of each picture (`rpicam-vid --save-pts`). */
    times: v.optional(path),
    /** What the camera says that it is, in its status and in its recordings. */
    model: v.optional(identity, 'pipe'),
    serial: v.optional(v.union([v.literal(''), identity]), ''),
  }),
  v.check(
    ({ program, fifo }) => (program === undefined) !== (fifo === undefined),
    'expected either "program" or "fifo"',
  ),
  v.check(
    ({ format, frameRate, times }) =>
      [frameRate, times].filter((one) => one !== undefined).length === (format === 'mp4' ? 0 : 1),
    'expected "frameRate" or "times" with the formats h264 and h265, which have no times, and with no other',
  ),
);

const pipedSchema = v.strictObject({
  /** Pictures and sound from a program or a FIFO. */
  pipe: pipeSchema,
  /** Buttons, lamp and measurements, which a pipe has not. */
  controls,
});

const whole = (least: number, most: number) => {
  const rule = `expected a whole number from ${least} to ${most}`;
  return v.optional(v.pipe(v.number(rule), v.integer(rule), v.minValue(least, rule), v.maxValue(most, rule)));
};

const v4l2Schema = v.strictObject({
  /** The device file, which gives H.264 or H.265 itself. What is left out below, the device decides. */
  device: path,
  format: v.optional(v.picklist(['h264', 'h265'])),
  width: whole(16, 16_384),
  height: whole(16, 16_384),
  frameRate: v.optional(rate),
  /** Bits a second at the start. */
  bitrate: whole(10_000, 1_000_000_000),
  /** Pictures from one key picture to the next. */
  keyEvery: whole(1, 1_000),
  ...{ model: v.optional(identity, 'v4l2'), serial: v.optional(v.union([v.literal(''), identity]), '') },
});

const v4l2SensorSchema = v.strictObject({
  /** Pictures from a Video4Linux device. */
  v4l2: v4l2Schema,
  /** Buttons, lamp and measurements, which such a device has not. */
  controls,
});

/** The form of the configuration's `sensor`. */
export const sensorConfigSchema = v.lazy((input) => {
  const names = (key: string): boolean => typeof input === 'object' && input !== null && key in input;
  return names('pipe') ? pipedSchema : names('v4l2') ? v4l2SensorSchema : serialSchema;
});

export type SensorConfig = v.InferOutput<typeof serialSchema> | PicturesConfig;
/** Pictures from a source that has no controls. */
export type PicturesConfig = v.InferOutput<typeof pipedSchema> | v.InferOutput<typeof v4l2SensorSchema>;
export type V4l2Config = v.InferOutput<typeof v4l2Schema>;
export type SerialLine = Omit<v.InferOutput<typeof serialSchema>, 'controls'>;
export type ControlsConfig = v.InferOutput<typeof controls>;
export type PipeConfig = v.InferOutput<typeof pipeSchema>;
