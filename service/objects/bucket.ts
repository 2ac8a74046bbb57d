import { AwsClient } from 'aws4fetch';
import type { Settings } from '../../contract/settings.ts';
import { StorageError, StorageFullError } from './errors.ts';

/** Bytes of a part; 10,000 parts at most make 80 GB. The API takes no smaller ones, but for the last. */
const partBytes = 8 * 1024 * 1024;
const requestMs = 120_000;
/** A client may read a file slowly. */
const downloadMs = 3_600_000;

export type BucketSettings = Pick<Settings, 'S3_ENDPOINT' | 'S3_REGION' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY'> & {
  readonly bucket: string;
};

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** The texts of the elements of this name in a response. */
const textsOf = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) =>
    text.replace(/&(\w+);/g, (whole, entity: string) => entities[entity] ?? whole),
  );

/** The content in parts of `partBytes`; the last one may be shorter, and the only part of an empty file is empty. */
async function* partsOf(content: AsyncIterable<Uint8Array | string>): AsyncIterable<Uint8Array<ArrayBuffer>> {
  let [waiting, bytes, isFirst] = [[] as Uint8Array[], 0, true];
  for await (const chunk of content) {
    const added = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    waiting.push(added);
    bytes += added.length;
    while (bytes >= partBytes) {
      const all = Buffer.concat(waiting);
      yield new Uint8Array(all.subarray(0, partBytes));
      isFirst = false;
      waiting = [all.subarray(partBytes)];
      bytes -= partBytes;
    }
  }
  if (bytes > 0 || isFirst) yield new Uint8Array(Buffer.concat(waiting));
}

interface ListedObject {
  readonly key: string;
  readonly modified: Date;
}

/** Objects in a bucket of a store with the API of S3. */
export interface Bucket {
  /** Stores an object, which exists once all of it is stored. @returns its size in bytes */
  write(key: string, content: AsyncIterable<Uint8Array | string>, signal: AbortSignal): Promise<number>;
  /** The content is requested with the first read. Undefined if there is no such object. */
  read(key: string): Promise<{ readonly bytes: number; readonly content: AsyncIterable<Uint8Array> } | undefined>;
  /** An object that does not exist is no error. */
  delete(key: string): Promise<void>;
  list(prefix?: string): AsyncIterable<ListedObject>;
  /** Uploads that did not end; `modified` is their start. */
  uploads(): AsyncIterable<ListedObject & { readonly abort: () => Promise<unknown> }>;
}

export function openBucket(settings: BucketSettings): Bucket {
  const { bucket, S3_ENDPOINT, S3_REGION: region, S3_ACCESS_KEY_ID = '', S3_SECRET_ACCESS_KEY = '' } = settings;
  const client = new AwsClient({
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    service: 's3',
    region,
    retries: 3,
  });
  const endpoint = S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`;
  const urlOf = (key: string, query: Readonly<Record<string, string>> = {}) => {
    const url = new URL(`${endpoint.replace(/\/$/, '')}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`.replace(/\/$/, ''));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  };

  const rejection = (code: string) => new StorageError(`The object store responds with ${code} for bucket ${bucket}`);
  const codeOf = async (response: Response) => textsOf(await response.text(), 'Code')[0] ?? String(response.status);

  async function send(url: string, init: RequestInit, signal?: AbortSignal, ms = requestMs): Promise<Response> {
    const timeout = AbortSignal.timeout(ms);
    const response = await client
      .fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        throw new StorageError('The object store cannot be reached', { cause: error });
      });
    if (response.ok || response.status === 404) return response;
    const code = await codeOf(response);
    if (response.status === 507 || /StorageFull|InsufficientStorage|QuotaExceeded/.test(code)) {
      throw new StorageFullError(`The object store is full: ${code}`);
    }
    throw rejection(code);
  }
  async function required(url: string, init: RequestInit, signal?: AbortSignal, ms = requestMs): Promise<Response> {
    const response = await send(url, init, signal, ms);
    if (response.status === 404) throw rejection(await codeOf(response));
    return response;
  }

  const abortUpload = (key: string, uploadId: string) => send(urlOf(key, { uploadId }), { method: 'DELETE' });

  /** The pages of a list. @param next the parameters of the next page, by the element of this one that has their value */
  async function* pages(query: Readonly<Record<string, string>>, next: Readonly<Record<string, string>>): AsyncIterable<string> {
    let [position, isTruncated] = [{}, true];
    while (isTruncated) {
      const xml = await (await required(urlOf('', { ...query, ...position }), { method: 'GET' })).text();
      yield xml;
      position = Object.fromEntries(Object.entries(next).flatMap(([element, name]) => textsOf(xml, element).map((text) => [name, text])));
      isTruncated = textsOf(xml, 'IsTruncated')[0] === 'true';
    }
  }

  async function uploadParts(
    key: string,
    first: Uint8Array<ArrayBuffer>,
    rest: AsyncIterator<Uint8Array<ArrayBuffer>>,
    signal: AbortSignal,
  ) {
    const [uploadId = ''] = textsOf(await (await required(urlOf(key, { uploads: '' }), { method: 'POST' }, signal)).text(), 'UploadId');
    try {
      const etags: string[] = [];
      let bytes = 0;
      for (let part = first; ; ) {
        const query = { partNumber: String(etags.length + 1), uploadId };
        const response = await required(urlOf(key, query), { method: 'PUT', body: part }, signal);
        etags.push(response.headers.get('ETag') ?? '');
        bytes += part.length;
        const next = await rest.next();
        if (next.done) break;
        part = next.value;
      }
      const parts = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
      const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`;
      const completed = await (await required(urlOf(key, { uploadId }), { method: 'POST', body }, signal)).text();
      // The store may send 200 before it finds an error.
      if (textsOf(completed, 'ETag').length === 0) throw rejection(textsOf(completed, 'Code')[0] ?? 'no ETag');
      return bytes;
    } catch (error) {
      await abortUpload(key, uploadId).catch(() => {});
      throw error;
    }
  }

  return {
    async write(key, content, signal) {
      const parts = partsOf(content)[Symbol.asyncIterator]();
      const first = await parts.next();
      if (first.done) throw new Error('a file has at least one part');
      if (first.value.length === partBytes) return uploadParts(key, first.value, parts, signal);
      await required(urlOf(key), { method: 'PUT', body: first.value }, signal);
      return first.value.length;
    },
    async read(key) {
      const head = await send(urlOf(key), { method: 'HEAD' });
      if (head.status === 404) return undefined;
      async function* content() {
        const { body } = await required(urlOf(key), { method: 'GET' }, undefined, downloadMs);
        if (body !== null) yield* body;
      }
      return { bytes: Number(head.headers.get('Content-Length')), content: content() };
    },
    delete: async (key) => void (await send(urlOf(key), { method: 'DELETE' })),
    async *list(prefix = '') {
      const query = { 'list-type': '2', ...(prefix !== '' && { prefix }) };
      for await (const xml of pages(query, { NextContinuationToken: 'continuation-token' })) {
        const modified = textsOf(xml, 'LastModified');
        yield* textsOf(xml, 'Key').map((key, index) => ({ key, modified: new Date(modified[index] ?? Date.now()) }));
      }
    },
    async *uploads() {
      for await (const xml of pages({ uploads: '' }, { NextKeyMarker: 'key-marker', NextUploadIdMarker: 'upload-id-marker' })) {
        const [ids, initiated] = [textsOf(xml, 'UploadId'), textsOf(xml, 'Initiated')];
        for (const [index, key] of textsOf(xml, 'Key').entries()) {
          const id = ids[index];
          if (id !== undefined) yield { key, modified: new Date(initiated[index] ?? Date.now()), abort: () => abortUpload(key, id) };
        }
      }
    },
  };
}
