/** The PostgreSQL that the `local` environment brings along. */
export const localDatabase = { user: 'captions', database: 'captions' } as const;

/**
 * Keys of the Secret `names.secrets` that the in-cluster stores read, besides the secret settings.
 * They must exist where an environment's stores are in the cluster.
 */
export const storeSecrets = { POSTGRES_PASSWORD: 'Password of the in-cluster PostgreSQL' } as const;
export type StoreSecretName = keyof typeof storeSecrets;
