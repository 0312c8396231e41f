import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSerialPort } from '../../../agent/sensor/index.ts';
import { systemClock } from '../../../base/clock.ts';
import { watchedAtAgent } from '../../../hardware-sim/conformance/agent-watch.ts';
import type { Finding } from '../../../hardware-sim/conformance/check.ts';
import { checkAgentLink } from '../../../hardware-sim/conformance/check-agent.ts';
import { checkSensorLink } from '../../../hardware-sim/conformance/check-sensor.ts';
import { watchedAtSensor } from '../../../hardware-sim/conformance/sensor-watch.ts';
import { openPtyPort } from '../../../hardware-sim/link/pty-port.ts';
import { Site } from '../../../scenario/processes/site.ts';
import { program } from '../../support/scenario.ts';
import { rulesBroken } from '../../support/sensor/rule-tries.ts';
import type { Row } from '../row.ts';

/** How long agent and camera may take to come. */
const waitMs = 60_000;

const setup = { agentClockUtcMs: undefined, ringSeconds: 0, dwellingRoles: [] };

/** A side of the link that is checked, each time with processes of its own in a new folder. */
interface Side {
  readonly name: string;
  readonly watched: Readonly<Record<string, string>>;
  readonly check: (folder: string) => Promise<readonly Finding[]>;
}

/** An agent with its recorder, sealer and spool; it needs no station to speak to its sensor. */
async function checkAgent(folder: string): Promise<readonly Finding[]> {
  const port = openPtyPort();
  const options = { folder, program, agentCommand: undefined, tty: port.path, setup, hear: () => {} };
  const site = await Site.prepare(options);
  try {
    await site.startAgent(site.port, 'spool', undefined);
    return await checkAgentLink({ port, clock: systemClock(), waitMs, onFinding: () => {} });
  } finally {
    await site.end();
  }
}

/** The simulated camera, as it is started by hand. */
async function checkCamera(folder: string, args: readonly string[]): Promise<readonly Finding[]> {
  const options = { folder, program, agentCommand: undefined, tty: undefined, setup, hear: () => {} };
  const site = await Site.prepare(options);
  try {
    const part = site.startCamera(args);
    await part.says('tty');
    const port = await openSerialPort({ path: site.tty, baudRate: 3_000_000 });
    return await checkSensorLink({ port, clock: systemClock(), onFinding: () => {} });
  } finally {
    await site.end();
  }
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcam-conformance-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function camera(...args: readonly string[]): Side {
  const name = `the camera ${args.join(' ')}`.trimEnd();
  return { name, watched: watchedAtSensor, check: (folder) => checkCamera(folder, args) };
}

const sides: readonly Side[] = [
  { name: 'the agent', watched: watchedAtAgent, check: checkAgent },
  camera(),
  camera('--buffer-bytes', '262144'),
  camera('--no-video'),
];

/** The commands `sealcam link check-agent` and `check-sensor` against real processes, in real time. */
export const conformanceRows: readonly Row[] = [
  {
    row: 'conformance',
    what: 'the rules of the sensor link, at a real agent and at simulated cameras',
    expected:
      'no rule is broken; one that asks for an answer in time may be, on a busy machine, two times of three',
    async run(scale) {
      const faults: string[] = [];
      let tried = 0;
      for (const { name, watched, check } of sides) {
        const { broken, findings } = await rulesBroken(() => inFolder(check), watched);
        const ok = findings.filter(({ outcome }) => outcome.verdict === 'ok').length;
        tried += ok;
        scale.say(`${name}: ${ok} of ${findings.length} rules tried and kept`);
        for (const { rule, says, outcome } of findings) {
          if (outcome.verdict === 'skip') scale.say(`  not tried: ${rule} ${says} (${outcome.reason})`);
        }
        faults.push(...broken.map((what) => `${name}: ${what}`));
      }
      return { figure: `${tried} rules kept`, faults };
    },
  },
];
