import * as v from 'valibot';
import { isLiteralPath, literalPathRule } from '../../base/literal-path.ts';

// Which sensor the camera has. docs/examples/agent.yaml explains every key.

const text = v.pipe(v.string(), v.nonEmpty('expected a text that is not empty'));

const line = {
  /** The serial port's device file. */
  port: v.pipe(text, v.check(isLiteralPath, literalPathRule)),
  baudRate: v.optional(v.pipe(v.number(), v.integer(), v.minValue(9_600)), 3_000_000),
  /** The only sensor that is accepted at the port; any unless given. */
  serial: v.optional(text),
};

/** The form of the configuration's `sensor`. */
export const sensorConfigSchema = v.strictObject({
  ...line,
  /** Buttons, lamp and measurements, where they are at a port of their own; else `port` serves them too. */
  controls: v.optional(v.strictObject(line)),
});

export type SensorConfig = v.InferOutput<typeof sensorConfigSchema>;
