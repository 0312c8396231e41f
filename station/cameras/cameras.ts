import type { Log } from '../../base/log.ts';
import type { Topic } from '../../proto/topics.ts';
import type { Budgets } from '../fair/budgets.ts';
import { Recurrence } from '../fair/recurrence.ts';
import { stationLimits } from '../limits.ts';
import { type CameraLocks, noLock } from './camera-lock.ts';
import { Device, type DeviceOptions } from './device.ts';
import type { Quotas } from './quotas.ts';

/** What the cameras of a station work with. */
export interface CamerasOptions
  extends Omit<DeviceOptions, 'device' | 'quota' | 'challenge' | 'charge' | 'announced' | 'lock'> {
  /** The locks of the cameras, where stations share a store. */
  readonly locks?: Pick<CameraLocks, 'of'> | undefined;
  readonly quotas: Pick<Quotas, 'of'>;
  readonly budgets: Pick<Budgets, 'charge'>;
  /** Sends a camera that has connected what the agency issued for it. */
  readonly post: { send(device: string): Promise<void>; isNewer(): Promise<boolean> };
  /** Sends a message to a camera; one that is not connected does not get it. */
  readonly publish: (topic: Topic, payload: Uint8Array) => void;
}

/** The station's part for each of its cameras, made when there is something to do for it. */
export class Cameras {
  readonly #options: CamerasOptions;
  readonly #devices = new Map<string, Device>();
  readonly #announcements = new Recurrence({
    max: stationLimits.announcementsPerMinuteMax,
    windowMs: 60_000,
    subjectsMax: stationLimits.recurrenceSubjectsMax,
  });

  constructor(options: CamerasOptions) {
    this.#options = options;
  }

  /** Makes the part for one camera. Called once for each. */
  make(device: string): Device {
    const { quotas, budgets, publish, post, locks } = this.#options;
    const made = new Device({
      ...this.#options,
      device,
      quota: quotas.of(device),
      lock: locks?.of(device) ?? noLock,
      challenge: (nonce) => publish({ device, recording: 'session', leaf: 'challenge' }, nonce),
      charge: (work) => budgets.charge(device, work),
      announced: () => {
        alarmIfRestarting(this.#announcements, this.#options, device);
        void post.send(device);
      },
    });
    this.#devices.set(device, made);
    return made;
  }

  /** The part of one camera, if it has been made. */
  of(device: string): Device | undefined {
    return this.#devices.get(device);
  }

  /** Asks each camera for a head that has not been heard for a while. */
  askSilent(): void {
    for (const device of this.#devices.values()) void device.askIfSilent();
  }

  /** Sends all cameras what the agency issued, if it is newer than at the last look; one that is away gets it later. */
  async postNewer(): Promise<void> {
    const { post } = this.#options;
    if (!(await post.isNewer())) return;
    for (const device of this.#devices.keys()) await post.send(device);
  }

  /** Gives no more late answers. */
  close(): void {
    for (const device of this.#devices.values()) device.close();
  }
}

/** Raises an alarm if a camera shows its session again and again: its connection ends soon after each of its starts. */
function alarmIfRestarting(
  announcements: Recurrence,
  { clock, log }: { readonly clock: DeviceOptions['clock']; readonly log: Log },
  device: string,
): void {
  const times = announcements.add(device, clock.uptimeUs());
  if (times === undefined) return;
  log.alarm(
    'camera.restarting',
    "A camera connects again and again, and each connection ends soon: its broker may end it, or someone else may hold the camera's TLS key",
    { device, timesInAMinute: times },
  );
}
