/**
 * Keys of the Secret `names.secrets` that in-cluster stores read, in addition to the secret settings.
 * Environments with in-cluster stores require them.
 */
export const storeSecrets = {
  POSTGRES_PASSWORD: 'Password of the in-cluster PostgreSQL',
  BACKUP_ACCESS_KEY_ID: 'Access key of the object store of the backups',
  BACKUP_SECRET_ACCESS_KEY: 'Secret key of the object store of the backups',
} as const;
export type StoreSecretName = keyof typeof storeSecrets;
