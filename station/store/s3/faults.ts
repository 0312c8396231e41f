import { SealcamError } from '../../../base/errors.ts';
import { changed } from '../files.ts';
import { bucketLimits } from './limits.ts';

// What is wrong with a file in a bucket, as errors.

/** @param how which of its bytes cannot be had. */
export function damagedFile(path: string, how: string): SealcamError {
  return new SealcamError(
    'STORE_DAMAGED',
    `"${path}" ${how}, in objects that are gone from the bucket or altered: put them back from an older version or a copy`,
  );
}

/** Of two writers of a file, the one that is to give way. */
export function takenFile(path: string): SealcamError {
  return changed(path, 'is being written to by another station');
}

/** As the system says it of a file that is not there. */
export function absentFile(path: string): Error {
  return Object.assign(new Error(`ENOENT: no such file in the bucket, "${path}"`), { code: 'ENOENT' });
}

/** Somebody has put an object there that claims the last turn. */
export function noTurnLeft(path: string): SealcamError {
  return new SealcamError(
    'S3_TURNS',
    `"${path}" has an object of the turn ${bucketLimits.turnNumberMax}, after which there is none: no station wrote it, remove it`,
  );
}
