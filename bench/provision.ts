import { join } from 'node:path';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRoster,
  provisionStation,
} from '../agency/provision.ts';

/**
 * Makes an agency in `folder` with one recipient for the role `evidence`, a station in `station`, and each of `cameras` in a
 * folder of its id.
 */
export async function provisionBench(folder: string, cameras: readonly string[] = ['camera']): Promise<void> {
  const at = (name: string): string => join(folder, name);
  const agency = { folder: at('agency') };
  await provisionAgency({ ...agency, name: 'Bench' });
  await provisionRecipient({ path: at('recipient'), label: 'Bench' });
  await provisionRoster(agency, [{ role: 'evidence', publicKeyFile: at('recipient.pub') }]);
  await provisionStation(agency, { id: 'station', folder: at('station') });
  for (const id of cameras) await provisionCamera(agency, { id, station: 'station', folder: at(id) });
}
