import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { type Randomness, systemRandomness } from '../../base/random.ts';
import { linkLimits } from '../../proto/link/limits.ts';
import type { BytePort } from '../../proto/link/port.ts';
import type { PipeConfig, SensorConfig, SerialLine } from './config.ts';
import { joinHalves } from './join.ts';
import { openSerialPort, type SerialPortOptions } from './link/serial-port.ts';
import { SerialSensor } from './link/serial-sensor.ts';
import { makePipeSource } from './pipe/make-pipe.ts';
import type { PictureSource, Sensor, TakeEvent } from './port.ts';

export { askSource, type SensorAnswer } from './ask.ts';
export { comesBefore, isUpTo, placeName, placeSchema, type SensorPlace } from './place.ts';
export type * from './port.ts';
export { openSerialPort };

/** Opens the sensor's line. Rejects where it cannot be opened now. */
export type OpenLine = (line: SerialPortOptions) => Promise<BytePort>;

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
export function makeSensor(
  config: SensorConfig,
  { onEvent, clock, randomness = systemRandomness, log, openLine = openSerialPort }: SensorSurroundings,
): Sensor {
  const { controls } = config;
  const openingsMax = controls === undefined ? linkLimits.openingsMax : linkLimits.openingsMax / 2;
  const serial =
    ({ port: path, baudRate, serial }: SerialLine, log: Log) =>
    (onEvent: TakeEvent) =>
      new SerialSensor({
        open: () => openLine({ path, baudRate }),
        ...{ serial, onEvent, clock, randomness, log, openingsMax },
      });
  if ('pipe' in config) {
    const pictures = (take: TakeEvent): PictureSource =>
      makePictures(config.pipe, { onEvent: take, clock, randomness, log });
    return joinHalves({ pictures, controls: serial(config.controls, log.child('controls')) }, onEvent, clock);
  }
  if (controls === undefined) return serial(config, log)(onEvent);
  const halves = { pictures: serial(config, log), controls: serial(controls, log.child('controls')) };
  return joinHalves(halves, onEvent, clock);
}

/** The pictures of a configuration that has them from a pipe; the caller's to start. */
export function makePictures(
  config: PipeConfig,
  { onEvent, clock, randomness = systemRandomness, log }: SensorSurroundings,
): PictureSource {
  return makePipeSource(config, { onEvent, clock, randomness, log });
}
