import type { Clock, Timer } from '../clock.ts';
import { SealcamError, systemCode } from '../errors.ts';
import type { Log } from '../log.ts';
import {
  type HealthAddress,
  type HealthAnswers,
  type HealthServer,
  startHealthServer,
} from './health-server.ts';

/** How long to wait before trying an address again. */
export const healthRetryMs = 10_000;

/**
 * A health server for a daemon that must also work without it: if it cannot listen on the address, it raises an
 * alarm and tries again until it can. Resolves after the first try.
 */
export async function keepHealthServer(
  address: HealthAddress,
  answers: HealthAnswers,
  clock: Clock,
  log: Log,
): Promise<{ close(): Promise<void> }> {
  let server: HealthServer | undefined;
  let timer: Timer | undefined;
  let ended = false;
  let alarmed = false;
  const attempt = async (): Promise<void> => {
    try {
      server = await startHealthServer(address, answers);
      if (alarmed) log.info('health.served', 'Health is served');
    } catch (error) {
      const code = error instanceof SealcamError ? error.code : systemCode(error);
      if (code === undefined) throw error;
      const reason = error instanceof Error ? error.message : undefined;
      if (!alarmed)
        log.alarm('health.not-served', 'The health address cannot be served: it is tried again', {
          code,
          reason,
        });
      alarmed = true;
      if (!ended) timer = clock.setTimer(healthRetryMs, again);
    }
  };
  const again = (): void => {
    trying = attempt();
  };
  let trying = attempt();
  await trying;
  return {
    async close() {
      ended = true;
      timer?.cancel();
      await trying;
      await server?.close();
    },
  };
}
