import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Objects, type S3Request } from './objects.ts';

// Enough of S3 for Amazon's client: objects, listings, parts, versions, locks. What it is told to do wrongly is what servers do.

/** How a server differs from its defaults. */
interface S3ServerOptions {
  readonly versioned?: boolean;
  readonly lock?: boolean;
  /** The key ids that may ask, by bucket; any unless given. */
  readonly allowed?: Readonly<Record<string, string>>;
}

/** A server on a port of loopback, with a bucket for each name that is asked for. */
export class S3Server extends S3Objects {
  endpoint = '';
  readonly #options: S3ServerOptions;
  readonly #uploads = new Map<string, { headers: IncomingMessage['headers']; parts: Map<number, Buffer> }>();
  #uploaded = 0;

  private constructor(options: S3ServerOptions) {
    super(options.versioned);
    this.#options = options;
  }

  static async start(
    t: { teardown(done: () => unknown): unknown },
    options: S3ServerOptions = {},
  ): Promise<S3Server> {
    const server = new S3Server(options);
    const http = createServer((request, response) => {
      server.#serve(request, response).catch((error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    server.endpoint = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    t.teardown(() => {
      http.closeAllConnections();
      http.close();
    });
    return server;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const body = await bodyOf(request);
    const url = new URL(request.url ?? '/', 'http://s3');
    const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const asked = { method: request.method ?? '', key: rest.join('/'), query: url.searchParams };
    if (!this.#mayAsk(bucket, request)) return void answerError(response, 403, 'AccessDenied');
    await this.before(asked);
    const fault = this.fault(asked);
    if (fault === 'busy') return void answerError(response, 503, 'SlowDown');
    if (fault === 'late') {
      this.delay(() => this.#put(bucket, asked.key, body, request.headers));
      request.socket.destroy();
      return;
    }
    if (asked.method === 'PUT' && fault === 'alter' && body.length > 0)
      body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
    if (fault === 'lose') return void answer(response, 200, '', { etag: '"lost"' });
    this.#carryOut(bucket, asked, body, request, fault === 'no answer' ? undefined : response);
    if (fault === 'no answer') request.socket.destroy();
  }

  #mayAsk(bucket: string, request: IncomingMessage): boolean {
    const { allowed } = this.#options;
    const [, id] = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
    return allowed === undefined ? id !== undefined : id === allowed[bucket];
  }

  /** @param response none for a request that gets no answer. */
  #carryOut(
    bucket: string,
    { method, key, query }: S3Request,
    body: Buffer,
    { headers }: IncomingMessage,
    response: ServerResponse | undefined,
  ): void {
    const upload = query.get('uploadId');
    if (key === '') this.#bucketRequest(bucket, query, response);
    else if (query.has('uploads')) this.#begin(key, headers, response);
    else if (upload !== null) this.#part(bucket, key, { method, query, body, upload }, response);
    else if (method === 'PUT') {
      const tag = this.#put(bucket, key, body, headers);
      answer(response, 200, `<CopyObjectResult><ETag>"${tag}"</ETag></CopyObjectResult>`, {
        etag: `"${tag}"`,
      });
    } else if (method === 'GET') this.#get(bucket, key, headers.range, response);
    else if (method === 'DELETE') this.#remove(bucket, key, query.get('versionId'), response);
    else answerError(response, 501, 'NotImplemented');
  }

  #put(bucket: string, key: string, body: Buffer, headers: IncomingMessage['headers']): string {
    const source = headers['x-amz-copy-source'];
    const until = Date.parse(String(headers['x-amz-object-lock-retain-until-date'] ?? '')) || 0;
    if (typeof source !== 'string') return this.store(bucket, key, body, until);
    const from = decodeURIComponent(source).slice(bucket.length + 1);
    return this.store(bucket, key, this.objects(bucket).get(from) ?? Buffer.alloc(0), until);
  }

  #get(bucket: string, key: string, range = '', response: ServerResponse | undefined): void {
    const bytes = this.objects(bucket).get(key);
    if (bytes === undefined) return void answerError(response, 404, 'NoSuchKey');
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    if (from === undefined) return void answer(response, 200, bytes);
    if (Number(from) >= bytes.length) return void answerError(response, 416, 'InvalidRange');
    const part = bytes.subarray(Number(from), Number(to) + 1);
    answer(response, 206, part, { 'content-range': `bytes ${from}-${to}/${bytes.length}` });
  }

  #remove(bucket: string, key: string, version: string | null, response: ServerResponse | undefined): void {
    const versions = this.in(bucket).get(key) ?? [];
    if (version !== null) {
      if (versions.some(({ id, lockedUntilMs }) => id === version && lockedUntilMs > Date.now()))
        return void answerError(response, 403, 'AccessDenied');
      const left = versions.filter(({ id }) => id !== version);
      if (left.length === 0) this.in(bucket).delete(key);
      else this.in(bucket).set(key, left);
    } else if (versions.length > 0) this.store(bucket, key, undefined, 0);
    answer(response, 204, '');
  }

  #begin(key: string, headers: IncomingMessage['headers'], response: ServerResponse | undefined): void {
    this.#uploaded += 1;
    const id = `upload-${this.#uploaded}`;
    this.#uploads.set(id, { headers, parts: new Map() });
    const named = `<Key>${escaped(key)}</Key><UploadId>${id}</UploadId>`;
    answer(response, 200, `<InitiateMultipartUploadResult>${named}</InitiateMultipartUploadResult>`);
  }

  #part(
    bucket: string,
    key: string,
    asked: { method: string; query: URLSearchParams; body: Buffer; upload: string },
    response: ServerResponse | undefined,
  ): void {
    const upload = this.#uploads.get(asked.upload);
    if (upload === undefined) return void answerError(response, 404, 'NoSuchUpload');
    if (asked.method === 'PUT') {
      upload.parts.set(Number(asked.query.get('partNumber')), asked.body);
      return void answer(response, 200, '', { etag: '"part"' });
    }
    this.#uploads.delete(asked.upload);
    if (asked.method === 'DELETE') return void answer(response, 204, '');
    const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes);
    const tag = this.#put(bucket, key, Buffer.concat(parts), upload.headers);
    const result = `<ETag>"${tag}"</ETag>`;
    answer(response, 200, `<CompleteMultipartUploadResult>${result}</CompleteMultipartUploadResult>`);
  }

  #bucketRequest(bucket: string, query: URLSearchParams, response: ServerResponse | undefined): void {
    if (query.has('object-lock')) {
      const enabled = '<ObjectLockEnabled>Enabled</ObjectLockEnabled>';
      if (this.#options.lock !== true)
        return void answerError(response, 404, 'ObjectLockConfigurationNotFoundError');
      return void answer(response, 200, `<ObjectLockConfiguration>${enabled}</ObjectLockConfiguration>`);
    }
    const prefix = query.get('prefix') ?? '';
    if (query.has('versions')) return void answer(response, 200, this.#versionsXml(bucket, prefix));
    const delimiter = query.get('delimiter');
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const most = Number(query.get('max-keys') ?? 1_000);
    const { keys, prefixes, last, more } = this.page(bucket, { prefix, delimiter, after, most });
    const objects = keys.map((key) => this.#contents(bucket, key));
    const folders = prefixes.map(
      (one) => `<CommonPrefixes><Prefix>${escaped(one)}</Prefix></CommonPrefixes>`,
    );
    const next = more ? `<NextContinuationToken>${escaped(last)}</NextContinuationToken>` : '';
    const listed = `${objects.join('')}${folders.join('')}<IsTruncated>${more}</IsTruncated>${next}`;
    answer(response, 200, `<ListBucketResult>${listed}</ListBucketResult>`);
  }

  #contents(bucket: string, key: string): string {
    const { bytes, tag, modifiedMs } = this.in(bucket).get(key)?.at(-1) ?? {};
    const when = new Date(modifiedMs ?? 0).toISOString();
    const said = `<Size>${bytes?.length}</Size><ETag>"${tag}"</ETag><LastModified>${when}</LastModified>`;
    return `<Contents><Key>${escaped(key)}</Key>${said}</Contents>`;
  }

  #versionsXml(bucket: string, prefix: string): string {
    const lines = [...this.in(bucket)].flatMap(([key, versions]) =>
      key.startsWith(prefix)
        ? versions.map(({ id, bytes }) => {
            const named = `<Key>${escaped(key)}</Key><VersionId>${id}</VersionId>`;
            return bytes === undefined
              ? `<DeleteMarker>${named}</DeleteMarker>`
              : `<Version>${named}</Version>`;
          })
        : [],
    );
    return `<ListVersionsResult>${lines.join('')}<IsTruncated>false</IsTruncated></ListVersionsResult>`;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function answer(
  response: ServerResponse | undefined,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  const length = String(Buffer.byteLength(body));
  response?.writeHead(status, { 'content-type': 'application/xml', 'content-length': length, ...headers });
  response?.end(body);
}

function answerError(response: ServerResponse | undefined, status: number, code: string): void {
  answer(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
