import { statfsSync } from 'node:fs';
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
import type { StationConfig } from '../../../station/index.ts';

/** A throwaway agency's folders: a station and cameras. */
export interface TestAgency {
  readonly folder: string;
  readonly station: string;
  camera(id: string): string;
}

/**
 * Where folders are kept in memory, if this system has a place for it with room: what is tested here is what the station
 * does with its files, not the disk, which takes longer over each sync than the station over all else.
 */
const inMemory = '/dev/shm';
const roomBytesMin = 512 * 1024 * 1024;

function place(): string {
  try {
    const { bavail, bsize } = statfsSync(inMemory);
    return bavail * bsize >= roomBytesMin ? inMemory : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** A new temporary folder that is removed when the test ends. */
export async function temporaryFolder(t: { teardown(done: () => unknown): unknown }): Promise<string> {
  const folder = await mkdtemp(join(place(), 'sealcam-station-'));
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

/** A configuration of the agency's station: with a broker of its own, on any free port, unless another is given. */
export function stationConfig(
  { station, folder }: TestAgency,
  broker: StationConfig['broker'] = { embedded: { host: '127.0.0.1', port: 0 } },
): StationConfig {
  return {
    station,
    vaultKeys: [],
    rosters: [],
    quota: { bytesMax: 2 ** 40, recordingsMax: 100_000 },
    store: join(folder, 'evidence'),
    vault: join(folder, 'vault'),
    broker,
    log: 'alarm',
  };
}
