import * as v from 'valibot';
import { isLiteralPath, literalPathRule } from '../../../base/outside-file.ts';
import { isS3, isS3Location } from './location.ts';

const text = v.pipe(v.string(), v.nonEmpty('expected a text that is not empty'));
const path = v.pipe(text, v.check(isLiteralPath, literalPathRule));

/** A folder, or a place in a bucket. */
export const storePlaceSchema = v.pipe(
  path,
  v.check((place) => !isS3(place) || isS3Location(place), 'expected s3://BUCKET/PREFIX, or a folder'),
);

const daysRule = 'expected a whole number of days from 1 to 36500';

/** How the bucket of a place is reached. Its credentials are in a file of their own, or where Amazon's tools look for them. */
export const s3AccessSchema = v.strictObject({
  /** Of another service than Amazon's. */
  endpoint: v.optional(
    v.pipe(
      text,
      v.check(isEndpoint, 'expected https://HOST[:PORT], or http://127.0.0.1:PORT of this machine'),
    ),
  ),
  region: v.optional(text),
  /** A file as Amazon's tools have it: [default], aws_access_key_id, aws_secret_access_key. */
  credentials: v.optional(path),
  /** The certificate of the authority that the endpoint's certificate is from, PEM. */
  ca: v.optional(path),
  /** HOST/BUCKET instead of BUCKET.HOST. */
  pathStyle: v.optional(v.boolean(), true),
  /** Evidence is locked from the moment in which it is stored; the bucket must be one with object lock. */
  lock: v.optional(
    v.strictObject({
      mode: v.picklist(['GOVERNANCE', 'COMPLIANCE']),
      days: v.pipe(v.number(), v.integer(daysRule), v.minValue(1, daysRule), v.maxValue(36_500, daysRule)),
    }),
  ),
});

/** A checked access; its paths are as written. */
export type S3Access = v.InferOutput<typeof s3AccessSchema>;

function isEndpoint(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, pathname, search, username, password } = new URL(endpoint);
  if (pathname !== '/' || search !== '' || username !== '' || password !== '') return false;
  const isOwn = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isOwn);
}

function resolveAccess(access: S3Access, at: (path: string) => string): S3Access {
  return {
    ...access,
    ...(access.credentials !== undefined && { credentials: at(access.credentials) }),
    ...(access.ca !== undefined && { ca: at(access.ca) }),
  };
}

/** How the buckets of a station's store and vault are reached. */
export const s3PlacesSchema = v.strictObject({
  store: v.optional(s3AccessSchema),
  vault: v.optional(
    v.pipe(
      s3AccessSchema,
      v.check(({ lock }) => lock === undefined, 'expected no "lock": an order must be able to destroy a key'),
    ),
  ),
});

/** Checked accesses; their paths are as written. */
export type S3Places = v.InferOutput<typeof s3PlacesSchema>;

/** Accesses whose paths have been resolved by `at`. */
export function resolveS3Places({ store, vault }: S3Places, at: (path: string) => string): S3Places {
  return {
    ...(store !== undefined && { store: resolveAccess(store, at) }),
    ...(vault !== undefined && { vault: resolveAccess(vault, at) }),
  };
}
