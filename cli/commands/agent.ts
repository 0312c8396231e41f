import { agentConfigSchema } from '../../agent/config.ts';
import { commandLimits } from '../../agent/limits.ts';
import { startAgent } from '../../agent/main.ts';
import { parseWords, required, runCommand, usage } from '../command.ts';
import { readConfig } from '../config-file.ts';
import { daemonLog, logFormatHelp, logFormatOf } from '../daemon-log.ts';
import { endSoon, untilTold } from '../signals.ts';

/** What `sealcam agent --help` prints. */
export const help = `sealcam agent --config FILE: the daemon on the camera

  --config FILE         YAML; docs/examples/agent.yaml explains every key
${logFormatHelp}
It logs to stderr, and ends on SIGTERM or SIGINT: it closes the current recording and makes it durable, without
waiting for the network. Exits 0 then, ${commandLimits.rebootExitCode} when it has closed because a reboot was commanded, 1 if it could not start,
2 on wrong usage.
`;

/** `sealcam agent`. */
export function run(args: string[]): Promise<number> {
  return runCommand('agent', help, args, async () => {
    const { values, positionals } = parseWords('agent', args, {
      config: { type: 'string' },
      'log-format': { type: 'string' },
    });
    const format = logFormatOf(values['log-format']);
    if (positionals.length > 0)
      throw usage(`"${positionals[0]}" is one word too many: see "sealcam agent --help"`);
    const { config, at } = await readConfig(required('agent', 'config', values.config), agentConfigSchema);
    const log = daemonLog('agent', process.stderr, config.log, format);
    const agent = await startAgent(config, at, log);
    const code = await Promise.race([
      untilTold().then(() => 0),
      agent.rebootOrdered.then(() => commandLimits.rebootExitCode),
    ]);
    await agent.close();
    endSoon();
    return code;
  });
}
