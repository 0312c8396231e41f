import { Agent } from 'node:https';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { Clock } from '../../../base/clock.ts';
import { readOutsideFile } from '../../../base/outside-file.ts';
import type { Randomness } from '../../../base/random.ts';
import type { Files } from '../files.ts';
import { type PlacedFiles, placedFiles } from '../placed-files.ts';
import type { S3Access, S3Places } from './access.ts';
import { BucketFiles } from './bucket-files.ts';
import { readS3Credentials } from './credentials-file.ts';
import { bucketLimits } from './limits.ts';
import { isS3, parseS3, type S3Location } from './location.ts';

/** What opening a place needs of this machine. */
export interface PlaceTools {
  readonly clock: Pick<Clock, 'utcUs'>;
  readonly randomness: Randomness;
}

/** The files of a place in a bucket, by paths below its `folder`. @throws SealcamError `S3_*`; what reading its files throws. */
export async function openS3Files(
  location: S3Location,
  access: S3Access,
  { clock, randomness }: PlaceTools,
): Promise<Files> {
  const client = await clientConfig(access, clock);
  const { openAwsBucket } = await import('./aws-bucket.ts');
  const bucket = await openAwsBucket({ bucket: location.bucket, client, lock: access.lock, clock });
  return new BucketFiles({ bucket, folder: location.folder, prefix: location.prefix, randomness });
}

/**
 * The files of this machine, and of the places in buckets among a store and a vault: paths below `folderOf` of each.
 * Amazon's client is loaded only if one is in a bucket.
 */
export async function filesOfPlaces(
  own: Files,
  {
    store,
    vault,
    s3 = {},
  }: { store?: string | undefined; vault?: string | undefined; s3?: S3Places | undefined },
  tools: PlaceTools,
): Promise<Files> {
  const placed: PlacedFiles[] = [];
  for (const [place, access] of [
    [store, s3.store],
    [vault, s3.vault],
  ] as const) {
    if (place === undefined || !isS3(place)) continue;
    const location = parseS3(place);
    const files = await openS3Files(location, access ?? { pathStyle: true }, tools);
    placed.push({ folder: location.folder, files });
  }
  return placedFiles(own, placed);
}

/** Other services than Amazon's take any region; of Amazon's, its tools' own settings say which. */
function regionOf(endpoint: string | undefined, region: string | undefined): { region?: string } {
  const used = region ?? (endpoint === undefined ? undefined : 'us-east-1');
  return used === undefined ? {} : { region: used };
}

async function clientConfig(
  { endpoint, region, credentials, ca, pathStyle }: S3Access,
  clock: Pick<Clock, 'utcUs'>,
): Promise<S3ClientConfig> {
  // A missing or wrong file is a fault of the configuration, to be told at once.
  if (credentials !== undefined) await readS3Credentials(credentials);
  const provider = (path: string) => async () => ({
    ...(await readS3Credentials(path)),
    expiration: new Date(clock.utcUs() / 1_000 + bucketLimits.credentialsMs),
  });
  const authority = ca === undefined ? {} : { ca: await readOutsideFile(ca) };
  return {
    ...regionOf(endpoint, region),
    forcePathStyle: pathStyle,
    // Only what the configuration says is checked: an environment could send everything to another host, in the clear.
    ignoreConfiguredEndpointUrls: true,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials: provider(credentials) }),
    maxAttempts: bucketLimits.triesMax,
    // Other services refuse checksums that they do not know; what matters is sent and compared by ourselves.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: bucketLimits.connectMsMax,
      socketTimeout: bucketLimits.idleMsMax,
      httpsAgent: new Agent({ keepAlive: true, maxSockets: bucketLimits.socketsMax, ...authority }),
      httpAgent: { keepAlive: true, maxSockets: bucketLimits.socketsMax },
    },
  };
}
