import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { type Budgets, createBudgets } from './budgets.ts';
import { type ReadUsage, readUsage } from './read-usage.ts';
import type { UsageRow } from './usage-record.ts';

/** Stores usage and budgets. */
export interface UsageStore {
  /** Writes rows; existing rows are not changed. */
  write(rows: readonly UsageRow[]): Promise<void>;
  readonly read: ReadUsage;
  readonly budgets: Budgets;
}

/** One parameter for all rows, so that the statement is always the same. */
export const insertUsage = (rows: readonly UsageRow[]) => sql`
  insert into usage_events (id, at, caller_id, key_id, user_id, client_id, operation, model, prompt_tokens, completion_tokens,
    cost_micros, cached, requests)
  select id, to_timestamp(at / 1000.0), caller_id, key_id, user_id, client_id, operation, model, prompt_tokens, completion_tokens,
    cost_micros, cached, requests
  from json_to_recordset(${JSON.stringify(rows)}::json) as given (id uuid, at bigint, caller_id text, key_id uuid, user_id uuid,
    client_id text, operation text, model text, prompt_tokens bigint, completion_tokens bigint, cost_micros bigint, cached boolean,
    requests integer)
  on conflict (at, id) do nothing`;

export function createUsageStore(db: Kysely<Tables>): UsageStore {
  return {
    write: async (rows) => void (await insertUsage(rows).execute(db)),
    read: (question) => readUsage(db, question),
    budgets: createBudgets(db),
  };
}
