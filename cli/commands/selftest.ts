import { agentConfigSchema } from '../../agent/config.ts';
import { systemClock } from '../../base/clock.ts';
import { parseWords, required, runCommand, usage, wholeNumber } from '../command.ts';
import { readConfig } from '../config-file.ts';
import { say, sayJson } from '../output.ts';
import type { SelfTestStep } from '../selftest/selftest.ts';

/** What `sealcam selftest --help` prints. */
export const help = `sealcam selftest --config FILE: tests that this program can record on this camera

  --config FILE   the agent's configuration
  --running       asks the agent that runs instead: whether it can record, and whether a station has receipted something since
                  its start, which is told and not required
  --wait SECONDS  with --running, for how long each is waited for, 1 to 600 (default 60)
  --json          the steps as JSON

Before the agent starts: signs with the camera's key, makes keys for its roster, records two seconds of the sensor's pictures,
reads them back from the disk, verifies and opens them, and erases them. They are sealed with keys of this test alone, in a
folder of their own in the spool's, and are neither evidence nor counted as such. A sensor that does not answer is replaced by
synthetic pictures.

Exits 0 when all of it passed, 4 when it passed with synthetic pictures, 1 when a step failed, 2 on wrong usage.
`;

/** `sealcam selftest`. */
export function run(args: string[]): Promise<number> {
  return runCommand('selftest', help, args, async () => {
    const { values, positionals } = parseWords('selftest', args, {
      config: { type: 'string' },
      running: { type: 'boolean' },
      wait: { type: 'string' },
      json: { type: 'boolean' },
    });
    if (positionals.length > 0)
      throw usage(`"${positionals[0]}" is one word too many: see "sealcam selftest --help"`);
    if (values.wait !== undefined && !values.running) throw usage('"--wait" belongs to "--running"');
    const waitMs = 1_000 * (wholeNumber('wait', values.wait, 1, 600) ?? 60);
    const { config, at } = await readConfig(required('selftest', 'config', values.config), agentConfigSchema);
    const steps: SelfTestStep[] = [];
    const tell = (step: SelfTestStep): void => {
      steps.push(step);
      if (!values.json) say(`${step.state.padEnd(5)}${step.step.padEnd(10)} ${step.says}`);
    };
    if (values.running) {
      const { runningAgent } = await import('../selftest/running-agent.ts');
      await runningAgent(config, at, waitMs, systemClock(), tell);
    } else {
      const { selfTest } = await import('../selftest/selftest.ts');
      await selfTest(config, at, tell);
    }
    const code = codeOf(steps);
    if (values.json) sayJson({ exitCode: code, steps });
    return code;
  });
}

function codeOf(steps: readonly SelfTestStep[]): 0 | 1 | 4 {
  if (steps.some(({ state }) => state === 'fail')) return 1;
  return steps.some(({ state }) => state === 'warn') ? 4 : 0;
}
