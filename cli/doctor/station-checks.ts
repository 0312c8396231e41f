import { join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { systemRandomness } from '../../base/random.ts';
import { resolvePaths } from '../../station/config.ts';
import * as station from '../../station/index.ts';
import { folderOf, isS3 } from '../../station/store/s3/location.ts';
import { filesOfPlaces } from '../../station/store/s3/open-place.ts';
import { readConfig } from '../config-file.ts';
import { readRootFile } from '../files.ts';
import { checkCertificateFile, checkDisk, type DoctorCheck, type DoctorFinding } from './checks.ts';

/** The checks of a station's configuration. @param path of its file. */
export async function stationChecks(path: string): Promise<DoctorCheck[]> {
  const { config, at } = await readConfig(path, station.stationConfigSchema);
  const folder = at(config.station);
  const root = await readRootFile(join(folder, 'root.crt'));
  return [
    { check: 'receipts', run: () => checkCertificateFile(join(folder, 'receipt.crt'), root, 'receipt') },
    { check: 'TLS', run: () => checkCertificateFile(join(folder, 'tls.crt'), root, 'tls-client') },
    {
      check: 'revocations',
      run: async () => {
        if (config.revocations === undefined) {
          return { state: 'warn', says: 'no list is configured: no key counts as revoked' };
        }
        const source = at(config.revocations);
        const { version, revoked } = await station.readRevocationSource(station.systemFiles, source, root);
        return { state: 'ok', says: `list ${version} of this root, with ${revoked.size} keys` };
      },
    },
    isS3(config.store)
      ? { check: 'bucket', run: () => checkBucket(resolvePaths(config, at)) }
      : { check: 'disk', run: () => checkDisk(at(config.store)) },
  ];
}

/** Whether the store's bucket answers, with these credentials. */
async function checkBucket(config: station.StationConfig): Promise<DoctorFinding> {
  const tools = { clock: systemClock(), randomness: systemRandomness };
  const files = await filesOfPlaces(station.systemFiles, config, tools);
  await files.list(folderOf(config.store));
  return { state: 'ok', says: `${config.store} answers` };
}
