import { prepareDatabaseImage } from './database-image.ts';

/** Runs migrations once before all tests. */
export default prepareDatabaseImage;
