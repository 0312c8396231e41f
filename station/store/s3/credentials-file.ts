import { SealcamError } from '../../../base/errors.ts';
import { readOutsideFile } from '../../../base/outside-file.ts';
import { printable } from '../../../base/printable.ts';

const bytesMax = 65_536;

/** What requests are signed with. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * Reads the section `[default]`, or the only one, of a file of credentials as Amazon's tools have it.
 * @throws SealcamError `S3_CREDENTIALS`, without anything of its content; what reading throws.
 */
export async function readS3Credentials(path: string): Promise<S3Credentials> {
  const lines = (await readOutsideFile(path, bytesMax)).toString('utf8').split(/\r?\n/);
  const sections = new Map<string, Map<string, string>>();
  let section = '';
  for (const line of lines) {
    const [, name] = /^\s*\[([^\]]*)\]/.exec(line) ?? [];
    section = name?.trim() ?? section;
    const [, key, value] = /^\s*([a-z_]+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    sections.set(section, (sections.get(section) ?? new Map<string, string>()).set(key, value));
  }
  const found = sections.get('default') ?? (sections.size === 1 ? [...sections.values()][0] : undefined);
  const accessKeyId = found?.get('aws_access_key_id');
  const secretAccessKey = found?.get('aws_secret_access_key');
  const sessionToken = found?.get('aws_session_token');
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new SealcamError(
      'S3_CREDENTIALS',
      `${printable(path)} has no aws_access_key_id and aws_secret_access_key below [default]: write them there`,
    );
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}
