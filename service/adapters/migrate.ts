import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { up as apiKeys } from './migrations/0001-api-keys.ts';
import { up as accounts } from './migrations/0002-accounts.ts';
import { up as usage } from './migrations/0003-usage.ts';
import { up as batches } from './migrations/0004-batches.ts';
import { up as idempotency } from './migrations/0005-idempotency.ts';
import type { Tables } from './tables.ts';

/** One step forward; there is no way back: a release that is taken back runs on the newer schema, or not at all. */
type Step = Migration &
  (
    | {
        /** The release before works on the schema after this step. */
        readonly compatible: true;
      }
    | {
        readonly compatible: false;
        /** Why there is no way around it: what the release before cannot do on this schema. */
        readonly because: string;
      }
  );

/** Every step in its order. */
const migrations: Readonly<Record<string, Step>> = {
  '0001-api-keys': { up: apiKeys, compatible: true },
  '0002-accounts': { up: accounts, compatible: true },
  '0003-usage': { up: usage, compatible: true },
  '0004-batches': { up: batches, compatible: true },
  '0005-idempotency': { up: idempotency, compatible: true },
};

const migrator = (db: Kysely<Tables>) => new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });

/**
 * Brings the schema up to date. Kysely holds an advisory lock meanwhile, so that of several processes one migrates
 * and the others wait.
 * @returns the names of the migrations that were applied
 */
export async function migrate(db: Kysely<Tables>): Promise<string[]> {
  const { error, results = [] } = await migrator(db).migrateToLatest();
  if (error !== undefined) throw error;
  return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
}

/** Those of the steps after which the release before cannot be taken back, and why. */
export function incompatible(names: readonly string[], steps: Readonly<Record<string, Step>> = migrations) {
  return names.flatMap((name) => {
    const step = steps[name];
    return step === undefined || step.compatible ? [] : [{ name, because: step.because }];
  });
}

/** Whether the schema has every migration that this release knows. */
export async function isMigrated(db: Kysely<Tables>): Promise<boolean> {
  const known = await migrator(db).getMigrations();
  return known.every(({ executedAt }) => executedAt !== undefined);
}
