import type { CameraStatus, TelemetryLog } from '../../agent/recorder/telemetry.ts';

/** What the golden telemetry of bookmarks says. */
export const bookmarked: readonly [TelemetryLog, CameraStatus] = [
  {
    readings: [],
    events: [
      { kind: 'bookmark', atUs: 1_000_000, category: undefined },
      { kind: 'bookmark', atUs: 1_400_000, category: 99 },
      { kind: 'storageLow', atUs: 2_000_000 },
      { kind: 'storageAmple', atUs: 3_000_000 },
    ],
    surroundings: [],
    omitted: 0,
    context: undefined,
  },
  {
    lampCommanded: 'recording',
    lampReported: 'recording',
    muted: false,
    dwelling: false,
    stoppedUs: undefined,
    mergedPresses: 0,
  },
];
