import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  provisionAgency,
  provisionCamera,
  provisionRecipient,
  provisionRoster,
  provisionStation,
} from '../../../agency/provision.ts';

/** A throwaway agency's folders: a station and cameras. */
export interface TestAgency {
  readonly folder: string;
  readonly station: string;
  camera(id: string): string;
}

/** A new temporary folder that is removed when the test ends. */
export async function temporaryFolder(t: { teardown(done: () => unknown): unknown }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sealcam-station-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Provisions an agency with a roster of one recipient, the station `station-1`, and `cameras`. */
export async function makeAgency(
  t: { teardown(done: () => unknown): unknown },
  cameras: readonly string[] = ['camera-1'],
): Promise<TestAgency> {
  const folder = await temporaryFolder(t);
  const agency = join(folder, 'agency');
  await provisionAgency({ folder: agency, name: 'Test agency' });
  await provisionRecipient({ path: join(folder, 'alice'), label: 'Alice' });
  await provisionRoster({ folder: agency }, [{ role: 'evidence', publicKeyFile: join(folder, 'alice.pub') }]);
  const station = join(folder, 'station-1');
  await provisionStation({ folder: agency }, { id: 'station-1', folder: station });
  const camera = (id: string): string => join(folder, id);
  for (const id of cameras) {
    await provisionCamera({ folder: agency }, { id, station: 'station-1', folder: camera(id) });
  }
  return { folder, station, camera };
}
