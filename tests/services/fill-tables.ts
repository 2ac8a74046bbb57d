import { Client } from 'pg';
import { hashKey } from '../../service/accounts/key-hashing.ts';

/** A UUID derived from a number. */
export const id = (number: number) => `0b0e4f7e-6e0a-4a53-9d3e-${String(number).padStart(12, '0')}`;
const idOf = (expression: string) => `('0b0e4f7e-6e0a-4a53-9d3e-' || lpad((${expression})::text, 12, '0'))::uuid`;
const users = 10_000;
const keys = 20_000;

/** Rows in the proportions of a year of use, but fewer; times are within the last 30 days. */
const statements = [
  `insert into users (id, username, email, role)
    select ${idOf('n')}, 'user' || n, 'user' || n || '@example.com', 'User' from generate_series(1, ${users}) n`,
  `insert into api_keys (id, key_hash, client_name, user_id)
    select ${idOf('n')}, 'hash-' || n, 'client', ${idOf(`1 + n % ${users}`)} from generate_series(1, ${keys}) n`,
  `insert into sessions (id, user_id, expires_at, ended_at)
    select ${idOf('n')}, ${idOf(`1 + n % ${users}`)}, now() + interval '1 day', case when n % 3 = 0 then now() end from generate_series(1, 30000) n`,
  `insert into refresh_tokens (token_hash, session_id, used_at)
    select md5(n::text), ${idOf('1 + n % 30000')}, case when n % 4 > 0 then now() end from generate_series(1, 60000) n`,
  `insert into refresh_tokens (token_hash, session_id) values ('${hashKey('known')}', ${idOf('1')})`,
  `insert into idempotency_keys (caller_id, endpoint, key_hash, fingerprint, owner, locked_until, answer, created_at)
    select 'key:' || n % 7, 'generate', n::text, n::text, ${idOf('1')}, now() + interval '1 minute', '', now() - interval '1 second' * (n % 86000)
    from generate_series(1, 30000) n`,
  `insert into idempotency_keys (caller_id, endpoint, key_hash, fingerprint, owner, locked_until)
    values ('key:1', 'generate', '77', '77', ${idOf('1')}, now() + interval '1 minute') on conflict do nothing`,
  `insert into audit_log (actor, action, object) select 'user:' || n % 500, 'key.created', 'key:' || n from generate_series(1, 50000) n`,
  `insert into usage_events (id, at, caller_id, key_id, user_id, client_id, operation, model, prompt_tokens, completion_tokens, cost_micros,
      cached, requests)
    select ${idOf('n')}, now() - interval '30 days' * (n / 200000.0), 'key:' || ${idOf(`1 + n % 2000`)}, ${idOf('1 + n % 2000')},
      ${idOf('1 + n % 1000')}, 'client' || n % 50, 'generate', 'model' || n % 3, 100, 200, 50, n % 2 = 0, 1 from generate_series(1, 200000) n`,
  `insert into metric_samples (at, process, requests_total, errors_total, cpu_percent, memory_mb, disk_usage)
    select now() - interval '1 minute' * n, 'host:' || p, n, 0, 5, 100, 10 from generate_series(1, 43000) n, generate_series(1, 2) p`,
  `insert into budgets (key_id, month) select ${idOf('n')}, date '2026-11-01' from generate_series(1, ${keys}) n`,
  `insert into budget_reservations (id, key_id, month, held_micros, reserved_until)
    select ${idOf('n')}, ${idOf('n')}, date '2026-11-01', 1, now() + interval '5 minutes' - interval '1 second' * (n % 301)
    from generate_series(1, 5000) n`,
  `insert into batches (id, owner, caller, status, total, created_at, finished_at)
    select ${idOf('n')}, 'user:' || ${idOf('11 + n % 20')}, '{}', case when n <= 100 then 'running' else 'done' end, 10,
      now() - interval '1 minute' * n, case when n > 100 then now() - interval '1 minute' * (n - 1) end from generate_series(1, 40000) n`,
  `insert into batch_items (batch_id, index, state, request, result, completion_order)
    select ${idOf('b')}, n, case when n % 5 = 0 then 'pending' else 'succeeded' end, '{}', '{}', case when n % 5 > 0 then 25 * (n / 25) end
    from generate_series(1, 10) b, generate_series(0, 4999) n`,
  'analyze',
];

/** Fills every table that the service queries. */
export async function fillTables(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}
