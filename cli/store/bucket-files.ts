import { systemClock } from '../../base/clock.ts';
import { systemRandomness } from '../../base/random.ts';
import { type Files, systemFiles } from '../../station/store/files.ts';
import { resolveS3Places, s3PlacesSchema } from '../../station/store/s3/access.ts';
import { filesOfPlaces } from '../../station/store/s3/open-place.ts';
import { readConfig } from '../config-file.ts';

/** The files of this machine and of places in buckets, reached as the file `s3` says. Loaded only for these. */
export async function bucketFiles(
  places: { readonly store?: string | undefined; readonly vault?: string | undefined },
  s3: string | undefined,
): Promise<Files> {
  const read = s3 === undefined ? undefined : await readConfig(s3, s3PlacesSchema);
  const access = read && resolveS3Places(read.config, read.at);
  const tools = { clock: systemClock(), randomness: systemRandomness };
  return filesOfPlaces(systemFiles, { ...places, s3: access }, tools);
}
