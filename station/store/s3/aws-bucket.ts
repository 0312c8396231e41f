import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  type S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { Clock } from '../../../base/clock.ts';
import { SealcamError } from '../../../base/errors.ts';
import { printable } from '../../../base/printable.ts';
import { sha256 } from '../../../evidence/crypto.ts';
import type { Bucket, ListedObject, Listing } from './bucket.ts';
import { bucketLimits } from './limits.ts';

/** How evidence is locked: until then no one can remove it or, in the mode GOVERNANCE, only those with a separate right to. */
export interface ObjectLock {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  readonly days: number;
}

/** How a bucket is reached. */
export interface AwsBucketOptions {
  readonly bucket: string;
  readonly client: S3ClientConfig;
  readonly lock?: ObjectLock | undefined;
  readonly clock: Pick<Clock, 'utcUs'>;
}

/** A bucket by Amazon's client, which this file alone loads: it is imported only for a place in a bucket. @throws SealcamError `S3_LOCK`, `S3_REQUEST`. */
export async function openAwsBucket(options: AwsBucketOptions): Promise<Bucket> {
  const bucket = new AwsBucket(options);
  if (options.lock !== undefined) await bucket.expectLock();
  return bucket;
}

class AwsBucket implements Bucket {
  readonly name: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #options: AwsBucketOptions;

  constructor(options: AwsBucketOptions) {
    this.#options = options;
    this.#bucket = options.bucket;
    this.name = `s3://${options.bucket}`;
    this.#client = new S3Client(options.client);
  }

  /** @throws SealcamError `S3_LOCK` if the bucket has no object lock. */
  async expectLock(): Promise<void> {
    const command = new GetObjectLockConfigurationCommand({ Bucket: this.#bucket });
    const found = await this.#client.send(command, within()).catch((error: unknown) => {
      if (statusOf(error) === 404) return undefined;
      throw this.#failed('say how it locks', error);
    });
    if (found?.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled') return;
    throw new SealcamError(
      'S3_LOCK',
      `${this.name} has no object lock, and "lock" asks for it: create a bucket with object lock, or leave "lock" out`,
    );
  }

  async put(key: string, parts: readonly Uint8Array[], hash: Uint8Array, isKept: boolean): Promise<void> {
    const body = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
    const place = { Bucket: this.#bucket, Key: key };
    if (body.length > bucketLimits.partBytes) return this.#putInParts(place, body, isKept);
    const command = new PutObjectCommand({
      ...place,
      Body: body,
      ContentLength: body.length,
      ChecksumSHA256: base64(hash),
      ...this.#lock(isKept),
    });
    await this.#done('store an object', this.#client.send(command, within()));
  }

  async #putInParts(
    place: { Bucket: string; Key: string },
    body: Uint8Array,
    isKept: boolean,
  ): Promise<void> {
    const begin = new CreateMultipartUploadCommand({
      ...place,
      ChecksumAlgorithm: 'SHA256',
      ...this.#lock(isKept),
    });
    const begun = await this.#done('begin an object in parts', this.#client.send(begin, within()));
    const upload = { ...place, UploadId: begun.UploadId };
    try {
      const parts: { PartNumber: number; ETag: string | undefined; ChecksumSHA256: string }[] = [];
      for (let at = 0; at < body.length; at += bucketLimits.partBytes) {
        const bytes = body.subarray(at, at + bucketLimits.partBytes);
        const named = { PartNumber: parts.length + 1, ChecksumSHA256: base64(sha256(bytes)) };
        const part = new UploadPartCommand({ ...upload, ...named, Body: bytes, ContentLength: bytes.length });
        const { ETag } = await this.#done('store a part of an object', this.#client.send(part, within()));
        parts.push({ ...named, ETag });
      }
      const end = new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } });
      await this.#done('complete an object in parts', this.#client.send(end, within()));
    } catch (error) {
      const abort = new AbortMultipartUploadCommand(upload);
      await this.#client.send(abort, within()).catch(() => {});
      throw error;
    }
  }

  #lock(isKept: boolean) {
    const { lock, clock } = this.#options;
    if (!isKept || lock === undefined) return {};
    const until = new Date(clock.utcUs() / 1_000 + lock.days * 86_400_000);
    return { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate: until };
  }

  async get(key: string, bytesMax: number): Promise<Uint8Array | undefined> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
    try {
      const { Body, ContentLength } = await this.#client.send(command, within());
      if (Body !== undefined && ContentLength !== undefined && ContentLength <= bytesMax)
        return await Body.transformToByteArray();
      if (Body instanceof Readable) Body.destroy();
      return undefined;
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw this.#failed('hand out an object', error);
    }
  }

  async list(prefix: string, after: string, most: number): Promise<Listing> {
    const command = new ListObjectsV2Command({
      Bucket: this.#bucket,
      Prefix: prefix,
      MaxKeys: most,
      ...(after !== '' && { StartAfter: `${prefix}${after}` }),
    });
    const page = await this.#done('list its objects', this.#client.send(command, within()));
    const objects = (page.Contents ?? []).map(
      ({ Key = '', Size = 0, ETag = '', LastModified }): ListedObject => ({
        key: Key.slice(prefix.length),
        bytes: Size,
        tag: ETag,
        modifiedMs: LastModified?.getTime() ?? 0,
      }),
    );
    // Some servers begin with the key itself, or ignore where to begin; and no listing may go on for ever.
    const wanted = objects.filter(({ key }) => after === '' || key > after);
    const isListing =
      (page.Contents ?? []).every(({ Key }) => Key?.startsWith(prefix) === true) &&
      wanted.every(({ key }, at) => at === 0 || key > (wanted[at - 1]?.key ?? ''));
    if (!isListing || (page.IsTruncated === true && wanted.length === 0))
      throw this.#unlike('a listing of other objects, or not in their order');
    return { objects: wanted.slice(0, most), more: page.IsTruncated === true || wanted.length > most };
  }

  async names(prefix: string): Promise<string[]> {
    const names: string[] = [];
    for (let token: string | undefined; ; ) {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: prefix,
        Delimiter: '/',
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await this.#done('list its folders', this.#client.send(command, within()));
      for (const one of page.CommonPrefixes ?? []) names.push((one.Prefix ?? '').slice(prefix.length, -1));
      token = page.NextContinuationToken;
      if (names.length > bucketLimits.namesMax)
        throw this.#unlike(`more than ${bucketLimits.namesMax} names`);
      if (page.IsTruncated !== true || token === undefined)
        return names.filter((name) => name !== '' && !name.startsWith('..'));
    }
  }

  async remove(key: string): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.#bucket, Key: key });
    await this.#done('remove an object', this.#client.send(command, within()));
  }

  async purge(prefix: string): Promise<void> {
    let failed: unknown;
    for (const version of await this.#versions(prefix)) {
      const command = new DeleteObjectCommand({ Bucket: this.#bucket, ...version });
      await this.#client.send(command, within()).catch((error: unknown) => {
        failed = error;
      });
    }
    const [left] = await this.#versions(prefix);
    if (left === undefined) return;
    throw new SealcamError(
      'S3_KEPT',
      `${this.name} still has "${printable(left.Key).slice(0, 1_024)}", which was to be destroyed: look for an object lock or a missing right to remove versions`,
      failed === undefined ? {} : { cause: this.#failed('remove a version', failed) },
    );
  }

  async #versions(prefix: string): Promise<{ Key: string; VersionId: string | undefined }[]> {
    const found: { Key: string; VersionId: string | undefined }[] = [];
    for (let after: { KeyMarker?: string; VersionIdMarker?: string } = {}; ; ) {
      const place = { Bucket: this.#bucket, Prefix: prefix, ...after };
      const command = new ListObjectVersionsCommand(place);
      const page = await this.#done('list its versions', this.#client.send(command, within()));
      for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])])
        if (Key !== undefined) found.push({ Key, VersionId });
      const { NextKeyMarker: key, NextVersionIdMarker: version } = page;
      if (found.length > bucketLimits.namesMax)
        throw this.#unlike(`more than ${bucketLimits.namesMax} versions`);
      if (page.IsTruncated !== true || key === undefined) return found;
      after = { KeyMarker: key, ...(version !== undefined && { VersionIdMarker: version }) };
    }
  }

  async #done<R>(what: string, sent: Promise<R>): Promise<R> {
    try {
      return await sent;
    } catch (error) {
      throw this.#failed(what, error);
    }
  }

  #unlike(what: string): SealcamError {
    return new SealcamError('S3_REQUEST', `${this.name} answered with ${what}: check the server`);
  }

  /** Without the server's own words, which may quote a credential. */
  #failed(what: string, error: unknown): SealcamError {
    if (error instanceof SealcamError) return error;
    const status = statusOf(error);
    // A name, too, may be the server's.
    const why = error instanceof Error ? printable(error.name).slice(0, 64) : 'an unknown error';
    const answered = status === undefined ? why : `${why}, status ${status}`;
    return new SealcamError(
      'S3_REQUEST',
      `${this.name} did not ${what} (${answered}): check the server, the bucket's name and the credentials`,
    );
  }
}

/** A limit for a whole request with all its tries: one that trickles must not last for ever. */
function within(): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(bucketLimits.requestMsMax) };
}

function statusOf(error: unknown): number | undefined {
  const isAnswer = error instanceof Error && '$metadata' in error;
  return isAnswer ? (error as S3ServiceException).$metadata.httpStatusCode : undefined;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
