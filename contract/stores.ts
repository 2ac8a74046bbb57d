/** The PostgreSQL that an environment brings along (guide row DB-11). */
export const localDatabase = { user: 'captions', database: 'captions' } as const;

/**
 * Keys of the Secret `names.secrets` that the in-cluster stores read, besides the secret settings.
 * They must exist where an environment's stores are in the cluster.
 */
export const storeSecrets = {
  POSTGRES_PASSWORD: 'Password of the in-cluster PostgreSQL',
  BACKUP_ACCESS_KEY_ID: 'Access key of the object store of the backups',
  BACKUP_SECRET_ACCESS_KEY: 'Secret key of the object store of the backups',
} as const;
export type StoreSecretName = keyof typeof storeSecrets;
