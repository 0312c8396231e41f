import type { Sensor, SensorHalf, TakeEvent } from '../../../agent/sensor/index.ts';
import { joinHalves } from '../../../agent/sensor/join.ts';
import { openSerialPort } from '../../../agent/sensor/link/serial-port.ts';
import { SerialSensor } from '../../../agent/sensor/link/serial-sensor.ts';
import { type Clock, systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import { SensorLink } from '../../../hardware-sim/link/index.ts';
import { openPtyPort } from '../../../hardware-sim/link/pty-port.ts';
import type { BytePort } from '../../../proto/link/port.ts';
import { type DeviceHand, identity, type SensorRig } from '../../contract/sensor.ts';
import { portPair } from './link.ts';

/** How the two ends get at each other: each call connects the device over a new line. */
export type Cable = (device: SensorLink) => Promise<{ readonly near: BytePort; readonly far: BytePort }>;

/** Both ends in memory. */
export const memoryCable: Cable = async (device) => {
  const [far, near] = portPair();
  device.attach(far);
  return { near, far };
};

/** A real terminal in between, opened with serialport. */
export const ptyCable: Cable = async (device) => {
  const far = openPtyPort();
  device.attach(far);
  return { near: await openSerialPort({ path: far.path, baudRate: 3_000_000 }), far };
};

/** A device that speaks the sensor link, with a clock of its own, at the end of a cable. */
class LinkEnd {
  device: SensorLink;
  readonly #cable: Cable;
  readonly #makeDevice: () => SensorLink;
  #plugged = true;
  #far: BytePort | undefined;

  constructor(cable: Cable, makeDevice: () => SensorLink) {
    this.#cable = cable;
    this.#makeDevice = makeDevice;
    this.device = makeDevice();
  }

  readonly open = async (): Promise<BytePort> => {
    if (!this.#plugged) throw new Error('nothing is plugged in');
    const { near, far } = await this.#cable(this.device);
    this.#far = far;
    return near;
  };

  unplug(): void {
    this.#plugged = false;
    this.#far?.close();
  }

  plug(): void {
    this.#plugged = true;
  }

  restart(): void {
    this.unplug();
    this.device.detach();
    this.device = this.#makeDevice();
    this.plug();
  }

  dispose(): void {
    this.device.detach();
    this.#far?.close();
  }
}

/**
 * A rig of the serial link: one device for both halves, or, with `joined`, one for each.
 * @param bufferBytes what a device can keep; 8 MiB unless given.
 */
export function linkRig(name: string, cable: Cable, joined = false, bufferBytes?: number): SensorRig {
  const clock = systemClock();
  const orders: string[] = [];
  const aheadUs = { pictures: 3 * 3_600_000_000, controls: (joined ? 1 : 3) * 3_600_000_000 };
  const clockOf = (half: SensorHalf): Clock => ({
    ...clock,
    uptimeUs: () => clock.uptimeUs() + aheadUs[half],
  });
  const order = (what: string): void => {
    orders.push(what);
    rig.onOrder();
  };
  const makeDevice = (half: SensorHalf) => (): SensorLink =>
    new SensorLink({
      identity,
      clock: clockOf(half),
      ...(bufferBytes && { bufferBytes }),
      onIndicator: ({ lamp, beepMs }) => order(`lamp ${lamp} ${beepMs}`),
      onStartStream: () => order('start'),
      onStopStream: () => order('stop'),
      onBitrate: (track, bits) => order(`${track} ${bits}`),
      onKeyFrameRequest: (track) => order(`key ${track}`),
    });
  const first = new LinkEnd(cable, makeDevice('pictures'));
  const ends = { pictures: first, controls: joined ? new LinkEnd(cable, makeDevice('controls')) : first };
  const all = new Set(Object.values(ends));
  const source =
    (half: SensorHalf) =>
    (onEvent: TakeEvent): Sensor =>
      new SerialSensor({ open: ends[half].open, onEvent, clock, log: silentLog });
  const device: DeviceHand = {
    parameters: (said) => ends.pictures.device.sendParameters(said),
    sample: (sample, captureUs) => ends.pictures.device.sendSample(sample, captureUs),
    reading: ({ atUs: captureUs, ...reading }) =>
      ends.controls.device.sendTelemetry({ captureUs, ...reading }),
    button: (button, captureUs, pressed) => ends.controls.device.sendButton(button, captureUs, pressed),
    lampReport: (lamp, captureUs) => ends.controls.device.sendLampReport(lamp, captureUs),
  };
  const rig: SensorRig = {
    name,
    holds: { pictures: true, controls: true },
    device,
    orders,
    onOrder: () => {},
    deviceUs: (half) => clockOf(half).uptimeUs(),
    aheadUs: (half) => aheadUs[half],
    heldBytes: (half) => ends[half].device.keptBytes,
    connect: (take) =>
      joined
        ? joinHalves({ pictures: source('pictures'), controls: source('controls') }, take, clock)
        : source('pictures')(take),
    unplug: (half) => ends[half].unplug(),
    plug: (half) => ends[half].plug(),
    restart() {
      for (const end of all) end.restart();
    },
    dispose() {
      for (const end of all) end.dispose();
    },
  };
  return rig;
}
