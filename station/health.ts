import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import type { Alarms } from '../base/monitoring/alarms.ts';
import type { HealthAnswers } from '../base/monitoring/health-server.ts';
import { byLabel, Metrics } from '../base/monitoring/metrics.ts';
import type { Counts } from './counts.ts';

/** The facts from which a station's health is derived. */
export interface StationHealthOptions {
  readonly counts: Readonly<Counts>;
  /** The folders that must be writable. */
  readonly folders: readonly string[];
  /** The receiver's subscription is active. */
  readonly brokerConnected: () => boolean;
  /** Sentences about certificates that have expired or will soon expire. */
  readonly certificates: () => readonly string[];
  /** Sentences about folders that are away. */
  readonly away: () => readonly string[];
  /** How many recordings that their cameras may have deleted are lost. */
  readonly lost: () => number;
  /** The cameras that have used up their quota. */
  readonly full: () => readonly string[];
  readonly alarms: () => Alarms;
  readonly uptimeUs: () => number;
}

/**
 * A station's report on itself: it contains no recording and no name, and only the ids of cameras that need attention.
 */
export function stationHealth(options: StationHealthOptions): HealthAnswers {
  const { counts, folders, brokerConnected, certificates, away, lost, full, alarms, uptimeUs } = options;
  const metrics = new Metrics();
  const counter = (name: string, help: string, read: () => number): void =>
    metrics.counter(`sealcam_station_${name}`, help, read);
  counter('messages_total', 'Messages taken from the broker.', () => counts.messages);
  counter('stored_total', 'Records and key envelopes that were new and made durable.', () => counts.stored);
  counter('repeated_total', 'Those that were there already.', () => counts.repeated);
  counter('early_total', 'Those that could not be placed yet, and are sent again.', () => counts.early);
  counter('dropped_total', 'Those of cameras that had overdrawn their budget.', () => counts.dropped);
  metrics.counter('sealcam_station_refused_total', 'Those that were refused, by code.', () =>
    byLabel('code', counts.refused),
  );
  counter('conflicts_total', 'Two contents for one place.', () => counts.conflicts);
  counter('receipts_total', 'Receipts signed.', () => counts.receipts);
  counter('faults_total', 'Writes that failed.', () => counts.faults);
  counter('alarms_total', 'Alarms raised.', () => alarms().count);
  metrics.gauge('sealcam_station_broker_connected', '1 while the broker delivers.', () =>
    brokerConnected() ? 1 : 0,
  );
  metrics.gauge(
    'sealcam_station_certificates_expiring',
    'Certificates that have expired or soon will.',
    () => certificates().length,
  );
  metrics.gauge(
    'sealcam_station_folders_away',
    'Folders of store and vault that are away.',
    () => away().length,
  );
  metrics.gauge(
    'sealcam_station_recordings_lost',
    'Recordings that were receipted as complete and of which evidence or keys are gone.',
    lost,
  );
  metrics.gauge('sealcam_station_quota_used_up', '1 for each camera that has used up its quota.', () =>
    full().map((camera) => ({ value: 1, labels: { camera } })),
  );
  const conditions = (): string[] => [
    ...certificates(),
    ...away(),
    ...full().map(
      (camera) =>
        `the camera ${camera} has used up its quota: move recordings of it to an archive, or raise the quota`,
    ),
    ...(lost() > 0
      ? [
          `${lost()} recordings that their cameras may have deleted are not whole any more: see "sealcam inventory"`,
        ]
      : []),
  ];
  return {
    ready: async () => ({
      store: away().length === 0 && (await writable(folders)),
      broker: brokerConnected(),
    }),
    metrics: () => metrics.text(),
    status: () => {
      const { count, newest } = alarms();
      const newestSeconds = newest === undefined ? null : (uptimeUs() - newest.atUs) / 1e6;
      return {
        daemon: 'station',
        brokerConnected: brokerConnected(),
        ...counts,
        conditions: conditions(),
        alarms: { count, newest: newest?.sentence ?? null, newestSeconds },
      };
    },
  };
}

/** May be written, and has room: asking must change nothing, so what only a write would show is not tried. */
async function writable(folders: readonly string[]): Promise<boolean> {
  try {
    for (const folder of folders) {
      await access(folder, constants.W_OK);
      if ((await statfs(folder)).bavail === 0) return false;
    }
    return true;
  } catch {
    return false;
  }
}
