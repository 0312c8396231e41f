import { SealcamError } from '../base/errors.ts';
import { idPattern } from '../evidence/limits.ts';
import { newestVault, type OpenAgency } from './agency-folder.ts';
import type { NewFile } from './folder.ts';

// In a camera's folder `vault.pub` is the vault's key of the preferred cell; each other cell's is in a file for its station.

/**
 * The files of other cells' vault keys.
 * @param preferred the station of the preferred cell, whose key is in `vault.pub`.
 * @throws SealcamError `PROVISION_NAME` if a station comes twice, `PROVISION_MISSING`.
 */
export async function vaultFilesOf(
  agency: OpenAgency,
  preferred: string,
  others: readonly string[],
): Promise<readonly NewFile[]> {
  const all = [preferred, ...others];
  if (new Set(all).size < all.length)
    throw new SealcamError('PROVISION_NAME', `The stations are ${all.join(', ')}: name each once`);
  const files: NewFile[] = [];
  for (const station of others) {
    const data = await newestVault(agency, station);
    files.push({ name: `vault-${station}.pub`, data, secret: false });
  }
  return files;
}

/** Whose vault's key is in a file of that name; undefined if it is no such file. */
export function stationOfVaultFile(name: string): string | undefined {
  const station = /^vault-(.*)\.pub$/.exec(name)?.[1];
  return station !== undefined && idPattern.test(station) ? station : undefined;
}
