import type { Bucket } from '../../../objects/bucket.ts';
import { isKey } from '../../../objects/export-keys.ts';
import type { Storage } from './storage.ts';

/** Files in a bucket, in which other files may be too. */
export const bucketStorage = ({ list, uploads, ...bucket }: Bucket): Storage => ({
  ...bucket,
  async *list(before) {
    for await (const { key, modified } of list()) if (isKey(key) && modified < before) yield key;
  },
  async abortUploads(before) {
    for await (const { key, modified, abort } of uploads()) if (isKey(key) && modified < before) await abort();
  },
});
