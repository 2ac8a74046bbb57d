import { prepareDatabaseImage } from './database-image.ts';
import createTemporaryFolder from './temporary-folder.ts';

/** Runs migrations once before all tests. */
export default async function prepare(): Promise<void> {
  createTemporaryFolder();
  await prepareDatabaseImage();
}
