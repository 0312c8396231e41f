import { SealcamError } from '../../../base/errors.ts';
import type { Bucket } from '../../../station/store/s3/bucket.ts';
import type { S3Objects } from './objects.ts';

/** A bucket without the client and the network between, with the same faults. */
export function directBucket(objects: S3Objects, bucket: string): Bucket {
  const failed = () => new SealcamError('S3_REQUEST', `s3://${bucket} gave no answer`);
  /** @returns whether it is to be done. */
  const asked = async (method: string, key: string, late: () => void = () => {}): Promise<boolean> => {
    const request = { method, key, query: new URLSearchParams() };
    objects.requests += 1;
    await objects.before(request);
    const fault = objects.fault(request);
    if (fault === 'late') objects.delay(late);
    if (fault === 'no answer') late();
    if (fault === 'late' || fault === 'busy' || fault === 'no answer') throw failed();
    return fault !== 'lose';
  };
  return {
    name: `s3://${bucket}`,
    async put(key, parts) {
      const bytes = Buffer.concat(parts);
      if (!(await asked('PUT', key, () => objects.store(bucket, key, bytes)))) return;
      const isAltered = objects.fault({ method: 'PUT', key, query: new URLSearchParams() }) === 'alter';
      if (isAltered && bytes.length > 0) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      objects.store(bucket, key, bytes);
    },
    async get(key, bytesMax) {
      await asked('GET', key);
      const bytes = objects.objects(bucket).get(key);
      return bytes !== undefined && bytes.length <= bytesMax ? bytes : undefined;
    },
    async list(prefix, after, most) {
      await asked('GET', '');
      const from = after === '' ? '' : `${prefix}${after}`;
      const { keys, more } = objects.page(bucket, { prefix, delimiter: null, after: from, most });
      const found = keys.map((key) => {
        const { bytes, tag = '', modifiedMs = 0 } = objects.in(bucket).get(key)?.at(-1) ?? {};
        return { key: key.slice(prefix.length), bytes: bytes?.length ?? 0, tag: `"${tag}"`, modifiedMs };
      });
      return { objects: found, more };
    },
    async names(prefix) {
      await asked('GET', '');
      const page = { prefix, delimiter: '/', after: '', most: Number.POSITIVE_INFINITY };
      return objects.page(bucket, page).prefixes.map((one) => one.slice(prefix.length, -1));
    },
    async remove(key) {
      if (await asked('DELETE', key)) objects.store(bucket, key, undefined);
    },
    async purge(prefix) {
      for (const key of [...objects.in(bucket).keys()].filter((one) => one.startsWith(prefix)))
        if (await asked('DELETE', key)) objects.tamper(bucket, key, undefined);
      const left = [...objects.in(bucket).keys()].find((one) => one.startsWith(prefix));
      if (left !== undefined) throw new SealcamError('S3_KEPT', `s3://${bucket} still has "${left}"`);
    },
  };
}
