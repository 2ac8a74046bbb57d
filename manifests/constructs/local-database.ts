import type { Environment } from '../environments/environment.ts';

/** User and database of an in-cluster PostgreSQL. */
export const localDatabase = { user: 'captions', database: 'captions' } as const;

/** The same of an environment. */
export const databaseNames = ({ database }: Pick<Environment, 'database'>): { readonly user: string; readonly database: string } =>
  (database.kind === 'cloudnative-pg' && database.names) || localDatabase;
