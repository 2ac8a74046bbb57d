import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type { UserRole } from '../../contract/roles.ts';

/** A column that need not be given and can be empty. */
type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** Guide row DB-05, and the role and permissions of AUTH-13..AUTH-15. Times are UTC. */
interface ApiKeysTable {
  id: Generated<string>;
  key_hash: string;
  client_name: string;
  /** Not set: the default quota. */
  rate_limit_requests: Optional<number>;
  rate_limit_window: Optional<number>;
  created_at: Generated<Date>;
  expires_at: Date | null;
  is_active: Generated<boolean>;
  role: Generated<string>;
  /** Not set: those of the role. */
  permissions: string[] | null;
  /** Who holds it; not set: nobody, as with keys from before there were users. */
  user_id: Optional<string>;
  last_used_at: Optional<Date>;
  /** The hash before the last rotation, valid until `previous_until`. */
  previous_hash: Optional<string>;
  previous_until: Optional<Date>;
  /** Millionths of the currency that it may spend in a calendar month; not set: no limit. A bigint, read as text. */
  budget_micros: ColumnType<string | null, number | null | undefined, number | null>;
}

interface UsersTable {
  id: Generated<string>;
  username: string;
  email: Optional<string>;
  role: UserRole;
  /** PHC string; not set: no login. */
  password_hash: Optional<string>;
  is_active: Generated<boolean>;
  created_at: Generated<Date>;
}

interface SessionsTable {
  id: Generated<string>;
  user_id: string;
  user_agent: Optional<string>;
  /** SHA-256 of the network that it was started from. */
  network_hash: Optional<string>;
  created_at: Generated<Date>;
  refreshed_at: Generated<Date>;
  expires_at: Date;
  ended_at: Optional<Date>;
}

interface RefreshTokensTable {
  token_hash: string;
  session_id: string;
  used_at: Optional<Date>;
}

interface AuditLogTable {
  id: GeneratedAlways<string>;
  at: GeneratedAlways<Date>;
  actor: string;
  action: string;
  object: string;
  details: ColumnType<unknown, string | null, never>;
  request_id: Optional<string>;
}

/** Requests that were metered: one row for all of the same kind within a second, or longer when rows had to wait. */
interface UsageEventsTable {
  /** Made by the process: a row that is written again is the same row. */
  id: string;
  at: Date;
  caller_id: string;
  key_id: string | null;
  user_id: string | null;
  client_id: string | null;
  operation: string;
  model: string;
  prompt_tokens: number;
  completion_tokens: number;
  cost_micros: number;
  cached: boolean;
  requests: number;
}

/** What a key spent in a month, and what it holds now. */
interface BudgetsTable {
  key_id: string;
  /** Its first day. */
  month: Date;
  spent_micros: Generated<number>;
  reserved_micros: Generated<number>;
}

/** What is held of a budget, until it is settled or its time is over. */
interface BudgetReservationsTable {
  id: string;
  key_id: string;
  month: Date;
  held_micros: number;
  reserved_until: Date;
}

/** Figures of one process at one time (guide rows W-06, DB-03). */
interface MetricSamplesTable {
  at: Date;
  /** `host:pid`. */
  process: string;
  /** Since the process started. */
  requests_total: number;
  errors_total: number;
  cpu_percent: number;
  memory_mb: number;
  disk_usage: number;
}

/** A request that carried an Idempotency-Key, and its encrypted answer once there is one. */
interface IdempotencyKeysTable {
  caller_id: string;
  endpoint: string;
  /** SHA-256 of the key, which the answer is encrypted with. */
  key_hash: string;
  /** HMAC-SHA-256 of what makes it the same request. */
  fingerprint: string;
  owner: string;
  locked_until: Date;
  answer: Optional<Uint8Array>;
  created_at: Generated<Date>;
}

interface BatchesTable {
  id: string;
  /** Who may see it: `user:…`, or the key's own name where no user owns the key. */
  owner: string;
  /** Who handed it in: a Caller. */
  caller: JSONColumnType<object>;
  status: Generated<string>;
  total: number;
  succeeded: Generated<number>;
  failed: Generated<number>;
  created_at: Generated<Date>;
  started_at: Date | null;
  finished_at: Date | null;
}

interface BatchItemsTable {
  batch_id: string;
  /** Its place in the batch, from 0. */
  index: number;
  /** pending, succeeded or failed. */
  state: Generated<string>;
  request: JSONColumnType<object>;
  /** The answer or the problem; of a pending item, what the last attempt met. */
  result: JSONColumnType<object> | null;
  /** Its place in the order in which the items of the batch ended; null until it ends. Set by a trigger. */
  completion_order: ColumnType<number | null, never, never>;
}

export interface Tables {
  api_keys: ApiKeysTable;
  users: UsersTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
  audit_log: AuditLogTable;
  usage_events: UsageEventsTable;
  metric_samples: MetricSamplesTable;
  budgets: BudgetsTable;
  budget_reservations: BudgetReservationsTable;
  idempotency_keys: IdempotencyKeysTable;
  batches: BatchesTable;
  batch_items: BatchItemsTable;
}
