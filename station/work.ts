import type { Clock, Timer } from '../base/clock.ts';
import type { Lanes } from './fair/lanes.ts';
import { stationLimits } from './limits.ts';
import type { Rooms } from './rooms.ts';

/** The rooms at work: the store is read back, and the periodic work is done. */
export interface RoomsAtWork {
  /** Resolves when everything incomplete in the store has been read back; messages do not wait for that. */
  readonly readBack: Promise<void>;
  /** Stops the periodic work. Resolves when what was begun is done. */
  stop(): Promise<void>;
  /** Makes durable what was accepted, and answers it while the receiver is still connected. */
  finish(): Promise<void>;
}

/** Begins the work of the rooms. @throws SealcamError if the store cannot be listed. */
export async function startWork(rooms: Rooms, clock: Clock): Promise<RoomsAtWork> {
  const { holdings, lanes, audit } = rooms;
  // A receiver reads what its cameras send for: the rest of a shared store is with other receivers.
  const devices = holdings.locks === undefined ? await holdings.store.devices() : [];
  const readBack = restoreAll(devices, lanes);
  const watches = startWatches(rooms, clock);
  return {
    readBack,
    async stop() {
      for (const watch of watches) watch.cancel();
      await audit.settled();
      await holdings.revocations.close();
    },
    async finish() {
      await lanes.close();
      // A late answer or question would wait on for a lock that another station has.
      holdings.locks?.close();
      rooms.cameras.close();
      await readBack;
      await rooms.book.settled();
      await holdings.completed.settled();
      await rooms.checkpoints.close();
    },
  };
}

/** Starts everything that a station does periodically. */
function startWatches({ holdings, cameras, audit, checkpoints }: Rooms, clock: Clock): Timer[] {
  holdings.revocations.watch(clock);
  checkpoints.watch();
  const timers = [
    every(clock, stationLimits.silenceLookMs, () => cameras.askSilent()),
    every(clock, stationLimits.issuedLookMs, () => void cameras.postNewer()),
    every(clock, stationLimits.auditMs, () => void audit.look()),
    every(clock, stationLimits.quotaLookMs, () => void holdings.quotas.look()),
  ];
  void audit.look();
  return timers;
}

/** Has each camera's part of the store read back, some cameras at a time. */
async function restoreAll(devices: readonly string[], lanes: Lanes): Promise<void> {
  const waiting = [...devices].reverse();
  const next = async (): Promise<void> => {
    for (let device = waiting.pop(); device !== undefined; device = waiting.pop())
      await lanes.restore(device);
  };
  await Promise.all(Array.from({ length: stationLimits.camerasReadBackMax }, next));
}

/** Repeats `work`, `ms` after the previous time. */
function every(clock: Clock, ms: number, work: () => void): Timer {
  let timer = clock.setTimer(ms, again);
  function again(): void {
    work();
    timer = clock.setTimer(ms, again);
  }
  return { cancel: () => timer.cancel() };
}
