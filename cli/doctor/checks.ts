import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { expiryWarningMs } from '../../base/monitoring/expiry.ts';
import { readOutsideFile } from '../../base/outside-file.ts';
import { checkCertificate, type Purpose } from '../../evidence/certificate.ts';
import { certificateDer, type Root } from '../../evidence/root.ts';

// What a check of `sealcam doctor` is, and the checks that a camera and a station have in common.

/** What a check found. */
export interface DoctorFinding {
  readonly state: 'ok' | 'warn' | 'fail';
  readonly says: string;
}

/** A check; what it throws becomes a finding that failed. */
export interface DoctorCheck {
  readonly check: string;
  readonly run: () => Promise<DoctorFinding>;
}

const spoolBytesLow = 2 * 1024 ** 3;

/** Whether the certificate in the file is of this root, for this purpose, and how long it is still valid. */
export async function checkCertificateFile(
  path: string,
  root: Root,
  purpose: Purpose,
): Promise<DoctorFinding> {
  const { name, validTo } = checkCertificate(certificateDer(await readOutsideFile(path)), root, purpose);
  const until = `certificate of ${name}, valid until ${validTo.toISOString().slice(0, 10)}`;
  const left = validTo.getTime() - Date.now();
  if (left < 0) return { state: 'fail', says: `${until}: it has expired; recordings go on, renew it` };
  return { state: left < expiryWarningMs ? 'warn' : 'ok', says: until };
}

/** How much room there is. @param folder which the daemon makes when it first starts. */
export async function checkDisk(folder: string): Promise<DoctorFinding> {
  const there = await existingAbove(folder);
  const made = there === folder ? '' : ', which will be made';
  if (!(await stat(there)).isDirectory()) {
    return { state: 'fail', says: `${there} is not a folder: move it, or configure another one` };
  }
  await access(there, constants.W_OK);
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const says = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${folder}${made}`;
  return free < spoolBytesLow ? { state: 'warn', says: `${says}: make room` } : { state: 'ok', says };
}

/** `path`, or the nearest folder above it that exists. */
export async function existingAbove(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    const code = systemCode(error);
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || dirname(path) === path) throw error;
    return existingAbove(dirname(path));
  }
}
