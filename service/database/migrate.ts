import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { type SchemaStep, type SchemaStepName, schemaSteps } from '../../contract/schema.ts';
import { up as apiKeys } from './migrations/0001-api-keys.ts';
import { up as accounts } from './migrations/0002-accounts.ts';
import { up as usage } from './migrations/0003-usage.ts';
import { up as batches } from './migrations/0004-batches.ts';
import { up as idempotency } from './migrations/0005-idempotency.ts';
import { up as sessionNetworks } from './migrations/0006-session-networks.ts';
import { up as completionOrder } from './migrations/0007-completion-order.ts';
import { up as sessionCookies } from './migrations/0008-session-cookies.ts';
import { up as news } from './migrations/0009-news.ts';
import { up as newsAnalytics } from './migrations/0010-news-analytics.ts';
import { up as newsFetching } from './migrations/0012-news-fetching.ts';
import { up as newsAnalysis } from './migrations/0013-news-analysis.ts';
import { up as newsExports } from './migrations/0014-news-exports.ts';
import { up as backups } from './migrations/0015-backups.ts';
import type { Tables } from './tables.ts';

/** The migration of each step of the contract. */
const ups: Readonly<Record<SchemaStepName, Migration['up']>> = {
  '0001-api-keys': apiKeys,
  '0002-accounts': accounts,
  '0003-usage': usage,
  '0004-batches': batches,
  '0005-idempotency': idempotency,
  '0006-session-networks': sessionNetworks,
  '0007-completion-order': completionOrder,
  '0008-session-cookies': sessionCookies,
  '0009-news': news,
  '0010-news-analytics': newsAnalytics,
  '0012-news-fetching': newsFetching,
  '0013-news-analysis': newsAnalysis,
  '0014-news-exports': newsExports,
  '0015-backups': backups,
};
const migrations: Readonly<Record<string, Migration>> = Object.fromEntries(schemaSteps.map(({ name }) => [name, { up: ups[name] }]));

const migrator = (db: Kysely<Tables>) => new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });

/**
 * Brings the schema up to date. Kysely holds an advisory lock: one process migrates, the others wait.
 * @returns the names of the applied migrations
 */
export async function migrate(db: Kysely<Tables>): Promise<string[]> {
  const { error, results = [] } = await migrator(db).migrateToLatest();
  if (error !== undefined) throw error;
  return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName);
}

/** Steps after which the previous release no longer works, and why. */
export function incompatibleSteps(names: readonly string[], steps: readonly SchemaStep[] = schemaSteps) {
  return steps.flatMap((step) => (names.includes(step.name) && !step.compatible ? [{ name: step.name, because: step.because }] : []));
}

/** Whether every migration of this release is applied. */
export async function isMigrated(db: Kysely<Tables>): Promise<boolean> {
  const known = await migrator(db).getMigrations();
  return known.every(({ executedAt }) => executedAt !== undefined);
}
