import type { AgentConfig } from '../../agent/config.ts';
import type { AgentStatus } from '../../agent/health.ts';
import type { Clock } from '../../base/clock.ts';
import { isSealcamError, SealcamError } from '../../base/errors.ts';
import { askStatus } from '../commands/status.ts';
import type { TellStep } from './selftest.ts';

/**
 * Conditions under which a system does not count as good: those that keep a camera from recording now, and the last two, which show that
 * its service lacks a right. The others are of the way to the station, of earlier days, or of what may come.
 */
const hindering = [
  'recorder-fault',
  'storage-full',
  'storage-silent',
  'sensor-line-echoes',
  'sensor-other',
  'sensor-away',
  'sensor-no-video',
  'key-memory-unlocked',
  'process-readable',
];

const askEveryMs = 1_000;

/**
 * Waits until the agent of this configuration says that it can record, then until a station has receipted something. The first
 * must come, the second is only told.
 * @param waitMs for how long each is waited for.
 * @param ask as `askStatus`; a test answers itself.
 * @throws SealcamError `STATUS_OFF`, `STATUS_FOREIGN`.
 */
export async function runningAgent(
  { health }: Pick<AgentConfig, 'health'>,
  at: (path: string) => string,
  waitMs: number,
  clock: Pick<Clock, 'setTimer' | 'uptimeUs'>,
  tell: TellStep,
  ask: typeof askStatus = askStatus,
): Promise<void> {
  if (health === undefined) {
    throw new SealcamError(
      'STATUS_OFF',
      'The configuration has no "health": add "health: {socket: agent.sock}", and start the agent again',
    );
  }
  const look = async (): Promise<AgentStatus | string> => {
    try {
      return await ask(health, at);
    } catch (error) {
      if (isSealcamError(error, 'STATUS_AWAY')) return error.message;
      throw error;
    }
  };
  const seconds = Math.round(waitMs / 1_000);
  const able = await until(
    look,
    (status) => typeof status !== 'string' && hindrances(status) === '',
    waitMs,
    clock,
  );
  if (typeof able === 'string') return tell({ step: 'agent', state: 'fail', says: able });
  const hindered = hindrances(able);
  if (hindered !== '') {
    return tell({
      step: 'agent',
      state: 'fail',
      says: `The agent runs, and can not record for ${seconds} s: ${hindered}`,
    });
  }
  tell({ step: 'agent', state: 'ok', says: 'The agent runs, has opened its spool, and is ready to record' });
  const receipted = await until(
    look,
    (status) => typeof status !== 'string' && isSettled(status),
    waitMs,
    clock,
  );
  tell({ step: 'receipt', state: 'ok', says: receiptWords(receipted, seconds) });
}

function hindrances({ conditions }: AgentStatus): string {
  const found = conditions.filter(({ name }) => hindering.includes(name));
  return found.map(({ says, name }) => `${says} [${name}]`).join('; ');
}

/** A station has receipted something since the start, or is connected and nothing waits for a receipt. */
function isSettled({ spool, uplink }: AgentStatus): boolean {
  return uplink.lastReceiptSeconds !== null || (uplink.connected && spool.recordings === 0);
}

function receiptWords(status: AgentStatus | string, seconds: number): string {
  if (typeof status === 'string') return `No receipt was seen, which is not required: ${status}`;
  const { spool, uplink } = status;
  const { lastReceiptSeconds, connected } = uplink;
  if (lastReceiptSeconds !== null)
    return `A station has receipted what this agent sent, ${Math.round(lastReceiptSeconds)} s ago`;
  const waiting =
    spool.recordings === 0
      ? 'nothing waits for a receipt'
      : `${spool.recordings} recordings wait for a receipt`;
  return connected
    ? `The broker is connected, and ${waiting}`
    : `No station answered within ${seconds} s, which is not required; ${waiting}`;
}

/** What `look` gives once `isGood` holds of it, or what it gives at the end of the time. */
async function until<T>(
  look: () => Promise<T>,
  isGood: (found: T) => boolean,
  waitMs: number,
  clock: Pick<Clock, 'setTimer' | 'uptimeUs'>,
): Promise<T> {
  const endUs = clock.uptimeUs() + waitMs * 1_000;
  for (;;) {
    const found = await look();
    if (isGood(found) || clock.uptimeUs() >= endUs) return found;
    await new Promise<void>((resolve) => clock.setTimer(askEveryMs, resolve));
  }
}
