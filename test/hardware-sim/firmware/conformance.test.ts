import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openSerialPort } from '../../../agent/sensor/link/serial-port.ts';
import { systemClock } from '../../../base/clock.ts';
import type { Finding } from '../../../hardware-sim/conformance/check.ts';
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

t.setTimeout(fileLimitMs);
// Each takes half a minute of waiting, and hardly any work.
t.jobs = 2;

const folder = mkdtempSync(join(tmpdir(), 'sealcam-conformance-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

/** A busy machine is late at some of the rules that ask for an answer in time: those must be broken each time. */
const triesMax = 3;
/** All others count at once, so that a fault of chance is not hidden by a try without it. */
const watched: readonly string[] = Object.entries(watchedAtSensor).map(([rule, says]) => `${rule} ${says}`);

/** Expects `sealcam link check-sensor` to find nothing wrong with the sensor behind `open`. */
async function keepsTheRules(t: Test, open: () => Promise<BytePort>): Promise<void> {
  let late: string[] | undefined;
  const broken = new Set<string>();
  let most = 0;
  for (let tries = 0; tries < triesMax && late?.length !== 0; tries += 1) {
    const findings: Finding[] = [];
    const onFinding = (finding: Finding): number => findings.push(finding);
    await checkSensorLink({ port: await open(), clock: systemClock(), onFinding });
    most = Math.max(most, findings.filter(({ outcome }) => outcome.verdict !== 'skip').length);
    const fails = findings.filter(({ outcome }) => outcome.verdict === 'fail');
    const now = fails.map(({ rule, says }) => `${rule} ${says}`);
    for (const rule of now) if (watched.includes(rule)) broken.add(rule);
    const others = now.filter((rule) => !watched.includes(rule));
    late = late?.filter((rule) => others.includes(rule)) ?? others;
  }
  t.same([...broken], [], 'it breaks no rule that is watched');
  t.same(late, [], 'it breaks no other rule each time');
  t.ok(most >= 35, `${most} rules were tried`);
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
