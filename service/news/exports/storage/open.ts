import type { Settings } from '../../../../contract/settings.ts';
import { type BucketSettings, openBucket } from '../../../objects/bucket.ts';
import { bucketStorage } from './bucket.ts';
import { folderStorage } from './folder.ts';
import type { Storage } from './storage.ts';

type StorageSettings = Pick<Settings, 'EXPORTS_DIR' | 'S3_BUCKET'> & Omit<BucketSettings, 'bucket'>;

/** The storage of the settings. */
export const openStorage = ({ EXPORTS_DIR, S3_BUCKET: bucket, ...rest }: StorageSettings): Storage =>
  bucket === undefined ? folderStorage(EXPORTS_DIR) : bucketStorage(openBucket({ ...rest, bucket }));
