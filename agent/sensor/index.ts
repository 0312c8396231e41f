import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { SensorConfig } from './config.ts';
import { joinHalves } from './join.ts';
import { openSerialPort } from './link/serial-port.ts';
import { SerialSensor } from './link/serial-sensor.ts';
import type { Sensor, TakeEvent } from './port.ts';

export { askSource, type SensorAnswer } from './ask.ts';
export { comesBefore, isUpTo, placeName, placeSchema, type SensorPlace } from './place.ts';
export type * from './port.ts';
export { openSerialPort };

/** What the sensor of a configuration needs of the rest of the agent. */
export interface SensorSurroundings {
  readonly onEvent: TakeEvent;
  readonly clock: Clock;
  readonly log: Log;
}

/** The sensor that the configuration names; it is the caller's to start. */
export function makeSensor(config: SensorConfig, { onEvent, clock, log }: SensorSurroundings): Sensor {
  const { controls, ...pictures } = config;
  const serial =
    ({ port: path, baudRate, serial }: typeof pictures, log: Log) =>
    (onEvent: TakeEvent) =>
      new SerialSensor({ open: () => openSerialPort({ path, baudRate }), serial, onEvent, clock, log });
  if (controls === undefined) return serial(pictures, log)(onEvent);
  const halves = { pictures: serial(pictures, log), controls: serial(controls, log.child('controls')) };
  return joinHalves(halves, onEvent);
}
