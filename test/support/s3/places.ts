import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../base/clock.ts';
import type { Randomness } from '../../../base/random.ts';
import type { Files } from '../../../station/store/files.ts';
import type { S3Access } from '../../../station/store/s3/access.ts';
import { parseS3 } from '../../../station/store/s3/location.ts';
import { openS3Files } from '../../../station/store/s3/open-place.ts';
import type { S3Server } from './server.ts';

/** Writes a file of credentials, as Amazon's tools have it. */
export function writeCredentials(
  folder: string,
  keyId = 'station',
  secret = 'a secret of the tests',
): string {
  const path = join(folder, `${keyId}.credentials`);
  const lines = [
    '[default]',
    `aws_access_key_id = ${keyId}`,
    `aws_secret_access_key = ${secret.replaceAll(' ', '-')}`,
  ];
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** How the server is reached. */
export function accessTo({ endpoint }: Pick<S3Server, 'endpoint'>, credentials: string): S3Access {
  return { endpoint, region: 'us-east-1', credentials, pathStyle: true };
}

/** A station's view of a place at a server; each one is that of another process. */
export function filesAt(
  server: Pick<S3Server, 'endpoint'>,
  place: string,
  credentials: string,
  randomness: Randomness,
  access: Partial<S3Access> = {},
): Promise<Files> {
  const clock = systemClock();
  return openS3Files(parseS3(place), { ...accessTo(server, credentials), ...access }, { clock, randomness });
}
