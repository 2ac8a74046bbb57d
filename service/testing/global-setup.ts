import { prepareDatabaseImage } from './database-image.ts';

/** Before the tests: no request of a test waits while migrations run. */
export default prepareDatabaseImage;
