import { agentConfigSchema } from '../agent/config.ts';
import { startAgent } from '../agent/main.ts';
import { parseWords, required, runCommand, usage } from './command.ts';
import { readConfig } from './config-file.ts';
import { daemonLog } from './daemon-log.ts';
import { endSoon, untilTold } from './signals.ts';

/** What `sealcam agent --help` prints. */
export const help = `sealcam agent --config FILE: the daemon on the camera

  --config FILE   YAML; docs/examples/agent.yaml explains every key

It logs JSON lines to stderr, and ends at SIGTERM or SIGINT: the present recording is closed and made durable,
the network is not waited for. Exits 0 then, 1 where it could not start, 2 on wrong usage.
`;

/** `sealcam agent`. */
export function run(args: string[]): Promise<number> {
  return runCommand('agent', help, args, async () => {
    const { values, positionals } = parseWords('agent', args, { config: { type: 'string' } });
    if (positionals.length > 0)
      throw usage(`"${positionals[0]}" is one word too many: see "sealcam agent --help"`);
    const { config, at } = await readConfig(required('agent', 'config', values.config), agentConfigSchema);
    const log = daemonLog('agent', process.stderr, config.log);
    const agent = await startAgent(config, at, log);
    await untilTold();
    await agent.close();
    endSoon();
    return 0;
  });
}
