import t from 'tap';
import { openSerialPort } from '../../agent/sensor/index.ts';
import { openPtyPort } from '../../hardware-sim/link/pty-port.ts';
import type { BytePort } from '../../proto/link/port.ts';
import { portPair } from '../support/link.ts';
import { type Cable, sensorContract } from './sensor.ts';

/** Both ends in memory. */
function fakeSensor(): Cable {
  let plugged: BytePort | undefined;
  return {
    name: 'in memory',
    async open(device) {
      const [far, near] = portPair();
      plugged = far;
      device.attach(far);
      return near;
    },
    unplug: () => plugged?.close(),
    dispose: () => plugged?.close(),
  };
}

/** A real terminal in between, opened with serialport. */
function ptySensor(): Cable {
  let plugged: BytePort | undefined;
  return {
    name: 'pseudo-terminal',
    async open(device) {
      const far = openPtyPort();
      plugged = far;
      device.attach(far);
      return openSerialPort({ path: far.path, baudRate: 3_000_000 });
    },
    unplug: () => plugged?.close(),
    dispose: () => plugged?.close(),
  };
}

for (const make of [fakeSensor, ptySensor]) sensorContract(t, make);
