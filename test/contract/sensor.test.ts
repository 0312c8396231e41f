import '../native/support/testing-addon.ts';
import t from 'tap';
import { linkRig, memoryCable, ptyCable } from '../support/sensor/link-rig.ts';
import { localRig } from '../support/sensor/local-rig.ts';
import { memoryRig } from '../support/sensor/memory-sensor.ts';
import { pipeRig } from '../support/sensor/pipe-rig.ts';
import { v4l2Rig } from '../support/sensor/v4l2-rig.ts';
import { sensorContract } from './sensor.ts';

for (const makeRig of [
  () => linkRig('the serial link in memory', memoryCable),
  () => linkRig('the serial link over a terminal', ptyCable),
  () => linkRig('a serial link for each half', memoryCable, true),
  () => linkRig('the serial link of a sensor that keeps 1 MiB', memoryCable, false, 1024 * 1024),
  memoryRig,
  () => pipeRig('memory'),
  () => pipeRig('fifo'),
  () => pipeRig('program'),
  localRig,
  v4l2Rig,
]) {
  sensorContract(t, makeRig);
}
