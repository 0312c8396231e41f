import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSerialPort } from '../../../agent/sensor/index.ts';
import { systemClock } from '../../../base/clock.ts';
import type { Finding } from '../../../hardware-sim/conformance/check.ts';
import { checkAgentLink } from '../../../hardware-sim/conformance/check-agent.ts';
import { checkSensorLink } from '../../../hardware-sim/conformance/check-sensor.ts';
import { openPtyPort } from '../../../hardware-sim/link/pty-port.ts';
import { Site } from '../../../scenario/processes/site.ts';
import { program } from '../../support/scenario.ts';
import type { Row } from '../row.ts';

/** How long agent and camera may take to come. */
const waitMs = 60_000;

const setup = { agentClockUtcMs: undefined, ringSeconds: 0, dwellingRoles: [] };

interface Checked {
  readonly side: string;
  readonly findings: readonly Finding[];
}

/** An agent with its recorder, sealer and spool; it needs no station to speak to its sensor. */
async function checkAgent(folder: string): Promise<Checked> {
  const port = openPtyPort();
  const options = { folder, program, agentCommand: undefined, tty: port.path, setup, hear: () => {} };
  const site = await Site.prepare(options);
  try {
    await site.startAgent(site.port, 'spool', undefined);
    const findings = await checkAgentLink({ port, clock: systemClock(), waitMs, onFinding: () => {} });
    return { side: 'the agent', findings };
  } finally {
    await site.end();
  }
}

/** The simulated camera, as it is started by hand. */
async function checkCamera(folder: string, ...args: string[]): Promise<Checked> {
  const options = { folder, program, agentCommand: undefined, tty: undefined, setup, hear: () => {} };
  const site = await Site.prepare(options);
  try {
    const part = site.startCamera(args);
    await part.says('tty');
    const port = await openSerialPort({ path: site.tty, baudRate: 3_000_000 });
    const findings = await checkSensorLink({ port, clock: systemClock(), onFinding: () => {} });
    return { side: `the camera ${args.join(' ')}`.trimEnd(), findings };
  } finally {
    await site.end();
  }
}

/** The commands `sealcam link check-agent` and `check-sensor` against real processes, in real time: the machine must be quiet. */
export const conformanceRows: readonly Row[] = [
  {
    row: 'conformance',
    what: 'the rules of the sensor link, at a real agent and at simulated cameras',
    expected: 'no rule is broken',
    async run(scale) {
      const faults: string[] = [];
      let tried = 0;
      const sides = [
        checkAgent,
        checkCamera,
        (folder: string) => checkCamera(folder, '--buffer-bytes', '262144'),
        (folder: string) => checkCamera(folder, '--no-video'),
      ];
      for (const check of sides) {
        const folder = await mkdtemp(join(tmpdir(), 'sealcam-conformance-'));
        try {
          const { side, findings } = await check(folder);
          const ok = findings.filter(({ outcome }) => outcome.verdict === 'ok').length;
          tried += ok;
          scale.say(`${side}: ${ok} of ${findings.length} rules tried and kept`);
          for (const { rule, says, outcome } of findings) {
            if (outcome.verdict === 'skip') scale.say(`  not tried: ${rule} ${says} (${outcome.reason})`);
            if (outcome.verdict === 'fail') faults.push(`${side}: ${rule} ${says}: ${outcome.happened}`);
          }
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      }
      return { figure: `${tried} rules kept`, faults };
    },
  },
];
