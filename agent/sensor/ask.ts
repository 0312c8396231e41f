import type { Clock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { SensorDescription, SensorEvent, SensorSource, TakeEvent } from './port.ts';

/**
 * What answers: a sensor, as it describes itself; nothing, or a sensor that cannot be used, with the reason
 * (`SENSOR_PORT_BUSY`: another program has the port); or the line itself, which sends back what is written.
 */
export type SensorAnswer =
  | { readonly kind: 'here'; readonly sensor: SensorDescription }
  | { readonly kind: 'away'; readonly reason: string; readonly code: string | undefined }
  | { readonly kind: 'echo' };

/**
 * Asks a source which sensor it reaches, and lets go of it again. To a sensor this is a run of the agent that ends at
 * once: nothing is released or ordered.
 * @param make as `makeSensor` of a configuration.
 */
export async function askSource(
  make: (surroundings: { onEvent: TakeEvent; clock: Clock; log: typeof silentLog }) => SensorSource,
  clock: Clock,
  waitMs: number,
): Promise<SensorAnswer> {
  let source: SensorSource | undefined;
  const answer = await new Promise<SensorAnswer>((resolve) => {
    const silence = { kind: 'away', reason: `nothing answers within ${waitMs} ms`, code: undefined } as const;
    const timer = clock.setTimer(waitMs, () => resolve(silence));
    const onEvent = (event: SensorEvent): void => {
      const said = answerOf(event);
      if (said === undefined) return;
      timer.cancel();
      resolve(said);
    };
    source = make({ onEvent, clock, log: silentLog });
    source.start();
  });
  await source?.stop();
  return answer;
}

function answerOf(event: SensorEvent): SensorAnswer | undefined {
  switch (event.type) {
    case 'here':
      return { kind: 'here', sensor: event.sensor };
    case 'lost':
      return { kind: 'away', reason: event.reason, code: event.code };
    case 'refused':
      return { kind: 'away', reason: event.error.message, code: event.error.code };
    case 'echo':
      return { kind: 'echo' };
    default:
      return undefined;
  }
}
