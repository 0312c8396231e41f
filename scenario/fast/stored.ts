import type { EvidenceSource } from '../../evidence/verify/index.ts';
import type { StoredEvidence } from '../evidence.ts';
import type { Backup } from './disks/station-disk.ts';
import { stationFolders } from './sim-station.ts';

/** What a station stored on its simulated disk. */
export function storedOn(disk: Backup): StoredEvidence {
  const { store, vault } = stationFolders;
  const evidence = [...disk.keys()]
    .filter((path) => path.startsWith(`${store}/`) && /[.](seal|receipts)$/.test(path))
    // What a station keeps aside, and its own journal, belong to no recording.
    .filter((path) => !path.includes('/.'))
    .sort();
  return {
    sources: evidence.map((path) =>
      sourceOf(path.slice(store.length + 1), disk.get(path) ?? new Uint8Array()),
    ),
    async keys(recordingId) {
      const path = evidence.find((one) => one.endsWith(`${recordingId}.seal`));
      return path === undefined ? undefined : disk.get(path.replace(store, vault).replace(/seal$/, 'keys'));
    },
  };
}

function sourceOf(name: string, bytes: Uint8Array): EvidenceSource {
  return {
    name,
    readAt: async (offset, length) => bytes.subarray(offset, offset + length),
    async *stream() {
      yield bytes;
    },
  };
}
