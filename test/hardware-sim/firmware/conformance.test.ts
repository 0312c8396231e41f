import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openSerialPort } from '../../../agent/sensor/link/serial-port.ts';
import { systemClock } from '../../../base/clock.ts';
import { checkSensorLink } from '../../../hardware-sim/conformance/check-sensor.ts';
import { watchedAtSensor } from '../../../hardware-sim/conformance/sensor-watch.ts';
import type { BytePort } from '../../../proto/link/port.ts';
import { fileLimitMs } from '../../support/patience.ts';
import {
  buildFirmware,
  FirmwareSensor,
  lacking,
  lackingBoard,
  startBoard,
} from '../../support/sensor/firmware.ts';
import { rulesBroken } from '../../support/sensor/rule-tries.ts';

t.setTimeout(fileLimitMs);
// Each takes half a minute of waiting, and hardly any work.
t.jobs = 2;

const folder = mkdtempSync(join(tmpdir(), 'sealcam-conformance-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

/** Expects `sealcam link check-sensor` to find nothing wrong with the sensor at the terminal that `open` gives. */
async function keepsTheRules(t: Test, open: () => Promise<BytePort>): Promise<void> {
  const { broken, findings } = await rulesBroken(
    async () => checkSensorLink({ port: await open(), clock: systemClock(), onFinding: () => {} }),
    watchedAtSensor,
  );
  t.same(broken, [], 'it breaks no rule');
  const tried = findings.filter(({ outcome }) => outcome.verdict !== 'skip').length;
  t.ok(tried >= 35, `${tried} rules were tried`);
}

const tooLong = process.env.SEALCAM_CHECKS !== 'all' && 'it takes half a minute: set SEALCAM_CHECKS=all';

t.test(
  'the firmware library keeps the rules of the link',
  { skip: tooLong || lacking('cc', 'make') },
  async (t) => {
    await buildFirmware('sensor', folder);
    const sensor = new FirmwareSensor(folder, '--memory', '300000');
    t.teardown(() => sensor.end());
    // Ten pictures a second in groups of ten, while the agent wants them.
    let running = false;
    let n = 0;
    sensor.onTold = () => {
      const order = sensor.told.at(-1) ?? '';
      if (order === 'start' && !running) sensor.say('parameters');
      if (order === 'start') running = true;
      if (order === 'stop') running = false;
      if (order === 'start' || order.startsWith('key')) n = Math.ceil(n / 10) * 10;
    };
    const camera = setInterval(() => {
      const isKey = n % 10 === 0;
      if (running) sensor.say(`sample now ${n * 9000} ${isKey ? 1 : 0} ${isKey ? 5000 : 1000}`);
      if (running) n += 1;
    }, 100);
    t.teardown(() => clearInterval(camera));
    await keepsTheRules(t, sensor.open);
  },
);

t.test(
  'the demo on a Cortex-M3 keeps the rules of the link',
  { skip: tooLong || lackingBoard() },
  async (t) => {
    await buildFirmware('demo', folder);
    const board = await startBoard(folder);
    t.teardown(() => board.end());
    await keepsTheRules(t, () => openSerialPort({ path: board.path, baudRate: 1_000_000 }));
  },
);
