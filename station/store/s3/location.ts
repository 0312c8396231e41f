import { SealcamError } from '../../../base/errors.ts';

/** A part of a bucket, as `s3://BUCKET/PREFIX` names it. */
export interface S3Location {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  /** The path that stands for it among the folders of this machine; `s3://...` is none, as a path has no double slash. */
  readonly folder: string;
}

const pattern = /^s3:\/{1,2}([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9._-]+)*)\/?$/;

/** Whether a place is meant to be in a bucket. */
export function isS3(place: string): boolean {
  return place.startsWith('s3:/');
}

/** Whether a text names a part of a bucket. */
export function isS3Location(place: string): boolean {
  return pattern.test(place);
}

/** @throws SealcamError `S3_PLACE` for one that names no bucket. */
export function parseS3(place: string): S3Location {
  const [, bucket, way = ''] = pattern.exec(place) ?? [];
  const steps = way.split('/').filter((step) => step !== '');
  if (bucket === undefined || steps.some((step) => /^\.+$/.test(step))) {
    throw new SealcamError(
      'S3_PLACE',
      `${JSON.stringify(place)} is no place in a bucket: write s3://BUCKET/PREFIX, with letters, digits, ".", "_" and "-"`,
    );
  }
  const prefix = steps.map((step) => `${step}/`).join('');
  return { bucket, prefix, folder: ['s3:', bucket, ...steps].join('/') };
}

/** The folder itself, or the path that stands for a place in a bucket. */
export function folderOf(place: string): string {
  return isS3(place) ? parseS3(place).folder : place;
}

/** A place as a configuration has it, its path resolved by `at` if it is a folder. */
export function resolvePlace(place: string, at: (path: string) => string): string {
  return isS3(place) ? place : at(place);
}
