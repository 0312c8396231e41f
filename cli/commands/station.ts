import { rateLimitedLog } from '../../base/log.ts';
import { brokerUrl } from '../../proto/mqtt-address.ts';
import { resolvePaths } from '../../station/config.ts';
import { type Station, startStation, stationConfigSchema } from '../../station/index.ts';
import { parseWords, required, runCommand, usage } from '../command.ts';
import { readConfig } from '../config-file.ts';
import { daemonLog, logFormatHelp, logFormatOf } from '../daemon-log.ts';
import { fastestHasher, nativeLock } from '../evidence/hasher.ts';
import { endSoon, untilTold } from '../signals.ts';

/** What `sealcam station --help` prints. */
export const help = `sealcam station: receives, verifies and stores recordings, and signs receipts

  sealcam station --config FILE

  --config FILE         YAML; docs/examples/station.yaml explains every key
${logFormatHelp}
It reads the revocation list again on SIGHUP, and by itself. It runs until SIGTERM or SIGINT, then makes durable what it
has taken and ends within 5 s. It logs to stdout. Exits 0 when it was ended, 1 when it could not run, 2 on wrong usage.
`;

/** `sealcam station ...`; returns the exit code. */
export function run(args: string[]): Promise<number> {
  return runCommand('station', help, args, async () => {
    const { values, positionals } = parseWords('station', args, {
      config: { type: 'string' },
      'log-format': { type: 'string' },
    });
    const format = logFormatOf(values['log-format']);
    if (positionals.length > 0) {
      throw usage(`"${positionals[0]}" is one word too many: see "sealcam station --help"`);
    }
    const path = required('station', 'config', values.config);
    const { config, at } = await readConfig(path, stationConfigSchema);
    const lines = daemonLog('station', process.stdout, config.log, format);
    const log = rateLimitedLog(lines, () => Number(process.hrtime.bigint() / 1000n));
    const told = untilTold();
    // Listen from here on: an earlier signal would end the station without closing it.
    let running: Station | undefined;
    const reload = (): void => void running?.reload();
    process.on('SIGHUP', reload);
    const hasher = await fastestHasher();
    const tryLock = await nativeLock();
    const station = await startStation(resolvePaths(config, at), { log, hasher, tryLock });
    running = station;
    log.info('station.ready', 'The station runs', {
      id: station.id,
      hashing: hasher.name,
      broker: config.broker.url ?? brokerUrl(station.address),
    });
    await told;
    process.off('SIGHUP', reload);
    await station.close();
    log.info('station.ended', 'The station has ended');
    endSoon();
    return 0;
  });
}
