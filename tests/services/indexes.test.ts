import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CompiledQuery as Compiled, type CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely';
import { Pool } from 'pg';
import * as z from 'zod';
import { userRoles } from '../../contract/roles.ts';
import { ApiKeys } from '../../service/accounts/api-keys.ts';
import { createAudit } from '../../service/accounts/audit.ts';
import { createKeyStore } from '../../service/accounts/key-store.ts';
import { createLastUsed } from '../../service/accounts/last-used.ts';
import { Sessions } from '../../service/accounts/sessions.ts';
import { resultsAfter } from '../../service/batches/item-store.ts';
import { countUnfinishedItems, deleteExpiredBatches, listBatches } from '../../service/batches/store.ts';
import { ensurePartitions } from '../../service/database/partitions.ts';
import type { Tables } from '../../service/database/tables.ts';
import { Problem } from '../../service/http/problem.ts';
import { createIdempotencyStore } from '../../service/idempotency/store.ts';
import { readMetricsSamples } from '../../service/system/metrics-samples.ts';
import { testCaller } from '../../service/testing/usage-events.ts';
import { maintainUsage } from '../../service/usage/maintenance.ts';
import { createUsageStore } from '../../service/usage/store.ts';
import { fillTables, id } from './fill-tables.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { startServers } from './test-servers.ts';

type Db = Kysely<Tables>;
const quota = { requests: 1000, windowSeconds: 3600 };
const now = new Date();
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const aDay = { from: daysAgo(11), to: daysAgo(10), bucket: 'hour', limit: 100 } as const;
const user = { caller: testCaller({ userId: id(11) }), requestId: undefined };
const admin = testCaller({ permissions: userRoles.Admin });
const sessionsOf = (db: Db) => new Sessions({ db, sessionDays: 30, invalidate: async () => {} });
function isRejected(error: unknown) {
  if (!(error instanceof Problem)) throw error;
}
const slot = { callerId: 'key:1', endpoint: 'generate', keyHash: '77', fingerprint: '77', secret: new Uint8Array() };
const hold = { id: id(999_999_999), keyId: id(7), month: '2026-11-01' };

/**
 * Operation → the indexes that its statements must use; no statement may scan a whole table. The operations are the service's own code:
 * their statements are recorded and explained afterwards.
 */
const work: Readonly<Record<string, readonly [(db: Db) => Promise<unknown>, readonly string[]]>> = {
  'finding out whose API key it is': [
    (db) => createKeyStore(db, quota).find('hash-77'),
    ['api_keys_key_hash_key', 'api_keys_previous_hash_key', 'users_pkey'],
  ],
  'finding a session and its user': [(db) => sessionsOf(db).find(id(5)), ['sessions_pkey', 'users_pkey']],
  'listing the sessions of a user': [(db) => sessionsOf(db).list(user, { limit: 50 }), ['sessions_user_id']],
  'opening a session': [(db) => sessionsOf(db).start(db, id(12), { userAgent: undefined, networkHash: 'hash' }), ['sessions_user_id']],
  'opening a session of a key without a user': [
    (db) => sessionsOf(db).startWithCookie(db, { userId: null, keyHash: 'hash-77' }, { userAgent: undefined, networkHash: null }),
    ['sessions_user_id'],
  ],
  'finding a session by its cookie': [(db) => sessionsOf(db).findByCookie('hash-77'), ['sessions_cookie_hash_key', 'users_pkey']],
  'refreshing a session': [(db) => sessionsOf(db).refresh('known', undefined), ['refresh_tokens_pkey', 'sessions_pkey', 'users_pkey']],
  'rejecting a used refresh token': [
    (db) => sessionsOf(db).refresh('known', undefined).catch(isRejected),
    ['refresh_tokens_pkey', 'sessions_pkey'],
  ],
  'listing the API keys of a user': [(db) => new ApiKeys(db, async () => {}).list(user, { limit: 50 }), ['api_keys_user_id']],
  'writing down which keys were used': [
    async (db) => {
      const lastUsed = createLastUsed(db);
      for (const key of [id(3), id(4)]) lastUsed.record(key);
      await lastUsed.flush();
    },
    ['api_keys_pkey'],
  ],
  'looking an idempotency key up': [
    async (db) => {
      const keys = createIdempotencyStore(db);
      await keys.claim(slot, id(2));
      await keys.renew(slot, id(1));
    },
    ['idempotency_keys_pkey'],
  ],
  'forgetting old idempotency keys': [(db) => createIdempotencyStore(db).deleteExpired(), ['idempotency_keys_created']],
  'listing the audit log': [(db) => createAudit(db).list({ limit: 50, after: '40000' }), ['audit_log_pkey']],
  'reading the usage of all callers': [(db) => createUsageStore(db).read({ ...aDay, groupBy: 'model' }), ['usage_events_pkey']],
  'reading the usage of a key': [
    (db) => createUsageStore(db).read({ ...aDay, from: daysAgo(30), bucket: 'day', of: ['caller_id', `key:${id(7)}`] }),
    ['usage_events_caller'],
  ],
  'reading the usage of a user': [
    (db) => createUsageStore(db).read({ ...aDay, from: daysAgo(30), bucket: 'day', of: ['user_id', id(9)] }),
    ['usage_events_user'],
  ],
  'holding a part of a budget': [(db) => createUsageStore(db).budgets.reserve(hold, 10, 1000), ['budgets_pkey']],
  'looking for expired reservations': [
    (db) => createUsageStore(db).budgets.reserve(hold, 2000, 1000),
    ['budgets_pkey', 'budget_reservations_until'],
  ],
  'settling holds': [
    (db) =>
      createUsageStore(db).budgets.settle([
        { ...hold, micros: 5 },
        { ...hold, id: id(1), micros: 5 },
      ]),
    ['budget_reservations_pkey', 'budgets_pkey'],
  ],
  'forgetting old holds': [(db) => maintainUsage(db, now, 13), ['budget_reservations_until']],
  'counting the items that a caller has waiting': [(db) => countUnfinishedItems(db, user.caller), ['batches_finished']],
  'listing the batches of a user': [(db) => listBatches(db, user.caller, { limit: 50 }), ['batches_of_owner']],
  'listing the batches of all owners': [(db) => listBatches(db, admin, { limit: 50 }), ['batches_created']],
  'reading the results of a batch': [
    async (db) => Array.fromAsync(await resultsAfter(db, id(3), 1234)),
    ['batch_items_ended', 'batch_items_pkey'],
  ],
  'removing old batches': [(db) => deleteExpiredBatches(db, 365), ['batches_finished', 'batches_pkey']],
  'reading samples of metrics': [(db) => readMetricsSamples(db, daysAgo(11), daysAgo(10)), ['metric_samples_pkey']],
};

/** A node of a plan (EXPLAIN, format JSON). */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly Plans?: readonly PlanNode[] | undefined;
}
const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Index Name': z.string().optional(),
    Plans: z.array(planNode).optional(),
  }),
);
const explained = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: planNode })]) })]);
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

async function planOf(db: Db, { sql: text, parameters }: CompiledQuery): Promise<PlanNode[]> {
  const { rows } = await db.executeQuery(Compiled.raw(`explain (format json) ${text}`, [...parameters]));
  return nodesOf(explained.parse(rows)[0]['QUERY PLAN'][0].Plan);
}

/** The index of the partitioned table to which the index of a partition belongs. */
async function parentsOf(db: Db): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql<{ child: string; parent: string }>`
    select child.relname as child, parent.relname as parent from pg_inherits
    join pg_class child on child.oid = inhrelid join pg_class parent on parent.oid = inhparent where parent.relkind in ('I', 'p')`.execute(
    db,
  );
  return new Map(rows.map(({ child, parent }) => [child, parent]));
}

/** Whether a statement searches rows of the service's tables. */
const isSearch = ({ sql: text }: CompiledQuery) => /^\s*(select|update|delete|with)\b/i.test(text) && !/pg_(inherits|advisory)/.test(text);

async function indexesOf(db: Db, run: (db: Db) => Promise<unknown>, before?: string) {
  const from = recorded.length;
  await run(db);
  const searches = recorded.slice(from).filter(isSearch);
  const parents = await parentsOf(db);
  const nodes: PlanNode[] = [];
  await sql`begin`.execute(db);
  if (before !== undefined) await sql.raw(before).execute(db);
  for (const query of searches) nodes.push(...(await planOf(db, query)));
  await sql`rollback`.execute(db);
  return {
    searches: searches.length,
    used: new Set(nodes.flatMap(({ 'Index Name': name }) => (name === undefined ? [] : (parents.get(name) ?? name)))),
    readWhole: nodes
      .filter(({ 'Node Type': type }) => type === 'Seq Scan')
      .map(({ 'Relation Name': name = '' }) => parents.get(name) ?? name),
  };
}

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
let fresh: FreshDatabase | undefined;
/** Recorded statements. */
const recorded: CompiledQuery[] = [];
const pool = async () => new Pool({ connectionString: fresh?.url, max: 1, options: '-c timezone=UTC' });
const db: Db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), log: ({ query }) => void recorded.push(query) });

beforeAll(async () => {
  if (given === undefined) return;
  fresh = await freshDatabase(given);
  await ensurePartitions(fresh.database.db, daysAgo(30), 0);
  await fillTables(fresh.url);
});
afterAll(async () => {
  await db.destroy();
  await fresh?.remove();
  await given?.end();
});

withServers('indexes over filled tables', () => {
  test.each(Object.entries(work))('serve %s', async (_name, [run, indexes]) => {
    const { searches, used, readWhole } = await indexesOf(db, run);
    expect(searches).toBeGreaterThan(0);
    expect([...used]).toEqual(expect.arrayContaining([...indexes]));
    expect(readWhole).toEqual([]);
  });

  test('are checked in the plan itself: a dropped index is noticed', async () => {
    const [run] = work['reading the usage of a key'] ?? [];
    if (run === undefined) throw new Error('no such work');
    const { used } = await indexesOf(db, run, 'drop index usage_events_caller');
    expect(used).not.toContain('usage_events_caller');
  });
});
