import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { type Randomness, systemRandomness } from '../../base/random.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import type { BytePort } from '../../proto/link/port.ts';
import type { ControlsConfig, PicturesConfig, SensorConfig, SerialLine } from './config.ts';
import { type Halves, joinHalves } from './join.ts';
import { type OpenLine, openSerialPort } from './link/serial-port.ts';
import { SerialSensor } from './link/serial-sensor.ts';
import { makeLocalControls } from './local/make-local.ts';
import { makePipeSource } from './pipe/make-pipe.ts';
import type { ControlSource, PictureSource, Sensor, TakeEvent } from './port.ts';
import { makeV4l2Source } from './v4l2/make-v4l2.ts';

export { askSource, type SensorAnswer } from './ask.ts';
export { encodeInputEvent } from './local/input-event.ts';
export { comesBefore, isUpTo, placeName, placeSchema, type SensorPlace } from './place.ts';
export type * from './port.ts';
export { type OpenLine, openSerialPort };

/** What the sensor of a configuration needs of the rest of the agent. */
export interface SensorSurroundings {
  readonly onEvent: TakeEvent;
  readonly clock: Clock;
  /** The system's unless given. */
  readonly randomness?: Randomness;
  readonly log: Log;
  /** A real serial port unless given. */
  readonly openLine?: OpenLine | undefined;
}

/** The sensor that the configuration names; it is the caller's to start. */
export function makeSensor(config: SensorConfig, surroundings: SensorSurroundings): Sensor {
  const { onEvent, clock, log } = surroundings;
  const join = (pictures: Halves['pictures'], config: ControlsConfig): Sensor => {
    const parts = { ...surroundings, log: log.child('controls') };
    const controls = (onEvent: TakeEvent): ControlSource => makeControls(config, { ...parts, onEvent });
    return joinHalves({ pictures, controls }, onEvent, clock);
  };
  if ('pipe' in config || 'v4l2' in config)
    return join((onEvent) => makePictures(config, { ...surroundings, onEvent }), config.controls);
  const { controls, ...line } = config;
  if (controls === undefined) return makeSerial(line, surroundings);
  return join((onEvent) => makeSerial(line, { ...surroundings, onEvent }, halfOpenings), controls);
}

const halfOpenings = linkLimits.openingsMax / 2;

function makeSerial(
  { port: path, baudRate, serial }: SerialLine,
  { onEvent, clock, randomness = systemRandomness, log, openLine = openSerialPort }: SensorSurroundings,
  openingsMax: number = linkLimits.openingsMax,
): Sensor {
  const open = (): Promise<BytePort> => openLine({ path, baudRate });
  return new SerialSensor({ open, serial, onEvent, clock, randomness, log, openingsMax });
}

/** The controls of a configuration that has them apart from the pictures; the caller's to start. */
export function makeControls(config: ControlsConfig, surroundings: SensorSurroundings): ControlSource {
  const { onEvent, clock, randomness = systemRandomness, log, openLine = openSerialPort } = surroundings;
  if ('local' in config)
    return makeLocalControls(config.local, { onEvent, clock, randomness, log, openLine });
  return makeSerial(config, surroundings, halfOpenings);
}

/** The pictures of a configuration that has them from a pipe or a video device; the caller's to start. */
export function makePictures(
  config: PicturesConfig,
  { onEvent, clock, randomness = systemRandomness, log }: SensorSurroundings,
): PictureSource {
  const parts = { onEvent, clock, randomness, log };
  return 'pipe' in config ? makePipeSource(config.pipe, parts) : makeV4l2Source(config.v4l2, parts);
}
