import { join } from 'node:path';
import * as station from '../../station/index.ts';
import { readConfig } from '../config-file.ts';
import { readRootFile } from '../files.ts';
import { checkCertificateFile, checkDisk, type DoctorCheck } from './checks.ts';

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
    { check: 'disk', run: () => checkDisk(at(config.store)) },
  ];
}
