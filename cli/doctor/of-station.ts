import type { DaemonChecks } from './doctor.ts';

/** `sealcam doctor --station`: what a station needs. */
export const ofStation: DaemonChecks = {
  option: 'station',
  help: `  --station FILE  a station's configuration: checks its certificates, revocation list and disk too`,
  load: async (path) => (await import('./station-checks.ts')).stationChecks(path),
};
