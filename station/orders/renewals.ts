import { join } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { type CheckedCertificate, checkCertificate } from '../../evidence/certificate.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';
import { stationLimits } from '../limits.ts';
import type { Files } from '../store/files.ts';

/** As the agency names what it has issued: a second one over a key has a number. */
const namePattern = /^camera\.(.+)\.(device|tls-client)\.([0-9a-f]{64})(?:\.[1-9][0-9]{0,8})?\.crt$/;

/**
 * The certificates of a camera's keys in `folder`, DER: of each key the one that is valid longest, and those of the newest
 * keys alone. The camera takes what renews one of its own.
 * @param tools.nowMs UTC: what is not valid yet is left out.
 * @throws SealcamError `CERTIFICATE_*` if one of them is not of this root; what the system throws.
 */
export async function certificatesOf(
  device: string,
  folder: string,
  { root, files, nowMs }: { readonly root: Root; readonly files: Files; readonly nowMs: number },
): Promise<readonly Uint8Array[]> {
  const ofKeys = new Map<string, CheckedCertificate>();
  for (const name of await namesIn(files, folder)) {
    const [, camera, purpose, key = ''] = namePattern.exec(name) ?? [];
    if (camera !== device || (purpose !== 'device' && purpose !== 'tls-client')) continue;
    const path = join(folder, name);
    const size = await files.size(path);
    if (size === undefined || size > stationLimits.certificateFileBytesMax) continue;
    const file = Buffer.from(await files.readAt(path, 0, size));
    const certificate = checkCertificate(certificateDer(file), root, purpose);
    // The camera prefers it at once, and every broker would refuse one that is not valid yet.
    if (certificate.validFrom.getTime() > nowMs) continue;
    const known = ofKeys.get(key);
    if (certificate.name === device && (known === undefined || certificate.validTo > known.validTo))
      ofKeys.set(key, certificate);
  }
  return [...ofKeys.values()]
    .sort((a, b) => b.validFrom.getTime() - a.validFrom.getTime())
    .slice(0, stationLimits.certificatesSentMax)
    .map(({ der }) => der);
}

async function namesIn(files: Files, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
