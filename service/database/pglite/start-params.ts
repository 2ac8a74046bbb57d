import { PGlite } from '@electric-sql/pglite';

/** `shared_buffers`: PostgreSQL's default of 128 MB fills with time. The system caches the files too. */
export const startParams = [...PGlite.defaultStartParams, '-c', 'timezone=UTC', '-c', 'shared_buffers=16MB'];
