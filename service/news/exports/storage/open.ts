import type { Settings } from '../../../../contract/settings.ts';
import { folderStorage } from './folder.ts';
import { type S3Settings, s3Storage } from './s3.ts';
import type { Storage } from './storage.ts';

type StorageSettings = Pick<Settings, 'EXPORTS_DIR' | 'S3_BUCKET'> & Omit<S3Settings, 'bucket'>;

/** The storage of the settings. */
export const openStorage = ({ EXPORTS_DIR, S3_BUCKET: bucket, ...rest }: StorageSettings): Storage =>
  bucket === undefined ? folderStorage(EXPORTS_DIR) : s3Storage({ ...rest, bucket });
