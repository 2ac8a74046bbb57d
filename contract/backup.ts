import * as z from 'zod';

/** Age above which the last backup is too old: one each day, and two hours for it to run. */
export const maximumBackupHours = 26;

/** Variables of `leyenda backup` and `leyenda restore`, in addition to the settings of the service that both read (S3_*, EXPORTS_DIR). */
export const backupVariables = {
  BACKUP_RECIPIENT: {
    schema: z.string().regex(/^(?:age1[a-z0-9]+|none)$/, 'must be a recipient of age (age1…), or none'),
    doc: 'Recipient of age to which sets are encrypted, or none: not encrypted. Its private key is needed for a restore only.',
    example: 'age1…',
  },
  BACKUP_DIR: {
    schema: z.string().trim().min(1).default('backups'),
    doc: 'Folder of the sets, with a folder for each target.',
    example: 'backups',
  },
  RETENTION_DAYS: {
    schema: z.string().regex(/^\d+$/).default('30').transform(Number),
    doc: 'Days that a set is stored, here and in the bucket.',
    example: '30',
  },
  RETENTION_SETS: {
    schema: z
      .string()
      .regex(/^[1-9]\d*$/, 'must be at least 1')
      .default('7')
      .transform(Number),
    doc: 'Complete sets that are stored in any case, the newest ones.',
    example: '7',
  },
  DB_NAME: { schema: z.string().optional(), doc: 'Name of the database, if DATABASE_URL does not have it.', example: 'captions' },
  DB_USER: { schema: z.string().optional(), doc: 'User of the database, if DATABASE_URL does not have it.', example: 'captions' },
} as const;

export type BackupVariable = keyof typeof backupVariables;

/** Folder of the sets in the bucket of S3_BUCKET, next to exported files; below it PRODUCT/TARGET/TIMESTAMP. */
export const bucketFolder = 'backups/';

/** PostgreSQL prints a value as text by these settings: checksums of two databases are equal only under the same ones. */
export const checksumSettings =
  "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set bytea_output = 'hex'; set extra_float_digits = 1; set search_path = pg_catalog;";

/**
 * A query for each table of the database, whose result is one JSON text: name, rows, and a checksum that does not depend on the order of
 * the rows. Partitioned tables have no rows of their own.
 */
export const tableQueries = `select format(
  'select json_build_object(''name'', %L, ''rows'', count(*), ''checksum'', coalesce(sum(hashtextextended(t::text, 0)), 0)::text)::text as "table" from %I.%I t',
  nspname || '.' || relname, nspname, relname) as query
from pg_class join pg_namespace n on n.oid = relnamespace
where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema') and nspname not like 'pg\\_%'
order by nspname, relname`;
