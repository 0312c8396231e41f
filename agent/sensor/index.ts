export type * from './link/events.ts';
export { Sensor, type SensorCounts, type SensorOptions } from './link/sensor.ts';
export { openSerialPort, type SerialPortOptions } from './link/serial-port.ts';
