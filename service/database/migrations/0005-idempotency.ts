import { type Kysely, sql } from 'kysely';

/** Requests with an Idempotency-Key. `answer` is the encrypted response, once the request succeeded. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table idempotency_keys (
      caller_id varchar(100) not null,
      endpoint varchar(100) not null,
      key_hash varchar(64) not null,
      fingerprint varchar(64) not null,
      owner uuid not null,
      locked_until timestamptz not null,
      answer bytea,
      created_at timestamptz not null default now(),
      primary key (caller_id, endpoint, key_hash)
    )`.execute(db);
  await sql`create index idempotency_keys_created on idempotency_keys (created_at)`.execute(db);
}
