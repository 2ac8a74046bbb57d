import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openDatabase } from '../../service/database/database.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { insertArticle, insertSource } from '../../service/testing/news.ts';
import { testSettings } from '../../service/testing/service.ts';
import { type OwnServer, postgresBin } from './servers.ts';

const database = 'captions';

/** A machine with a service: a PostgreSQL and a folder of exported files. */
export interface Machine {
  readonly server: OwnServer;
  readonly url: string;
  readonly exports: string;
  readonly env: NodeJS.ProcessEnv;
  query<T extends object>(text: string, values?: readonly unknown[]): Promise<T[]>;
  databases(): Promise<string[]>;
}

async function query<T extends object>(url: string, text: string, values: readonly unknown[] = []): Promise<T[]> {
  const client = new Client(url);
  await client.connect();
  const { rows } = await client.query<T>(text, [...values]).finally(() => client.end());
  return rows;
}

export function machineOn(server: OwnServer): Machine {
  const location = new URL(server.url);
  location.pathname = `/${database}`;
  const url = location.href;
  const exports = mkdtempSync(join(tmpdir(), 'leyenda-exports-'));
  const secret = { OPENAI_API_KEY: 'sk-a-secret-of-the-tests' };
  return {
    server,
    url,
    exports,
    env: { PATH: `${postgresBin()}:${process.env.PATH}`, DATABASE_URL: url, EXPORTS_DIR: exports, LOG_LEVEL: 'warn', ...secret },
    query: (text, values) => query(url, text, values),
    databases: async () =>
      (await query<{ datname: string }>(server.url, 'select datname from pg_database where not datistemplate order by 1')).map(
        ({ datname }) => datname,
      ),
  };
}

const statements = [
  `insert into users (username, email, role) select 'user' || n, 'user' || n || '@example.com', 'User' from generate_series(1, 500) n`,
  `insert into audit_log (actor, action, object) select 'user:' || n % 50, 'key.created', 'key:' || n from generate_series(1, 2000) n`,
  `insert into usage_events (id, at, caller_id, client_id, operation, model, prompt_tokens, completion_tokens, cost_micros, cached, requests)
    select gen_random_uuid(), now() - interval '1 day' * (n % 28), 'key:1', 'client', 'generate', 'model', 100, 200, 50, n % 2 = 0, 1
    from generate_series(1, 5000) n`,
  `insert into batches (id, owner, caller, status, total) select gen_random_uuid(), 'user:1', '{}', 'running', 10 from generate_series(1, 100) n`,
  `insert into batch_items (batch_id, index, state, request) select id, n, 'pending', '{"text":"ñandú 🦤"}' from batches, generate_series(0, 9) n`,
];

/** A migrated database with rows of each feature, and exported files. */
export async function fillMachine(machine: Machine): Promise<void> {
  await query(machine.server.url, `create database ${database}`);
  const { db, migrate, close } = await openDatabase(
    testSettings({ DATABASE_URL: machine.url }),
    createLogger('silent', { write: () => {} }),
  );
  await migrate();
  const source_id = await insertSource(db);
  for (let article = 0; article < 50; article += 1) await insertArticle(db, { source_id });
  await close();
  for (const statement of statements) await machine.query(statement);
  for (let file = 0; file < 20; file += 1) writeFileSync(join(machine.exports, `file-${file}.csv`), `row ${file}\n`.repeat(1000));
  writeFileSync(join(machine.exports, 'empty.csv'), '');
  writeFileSync(join(machine.exports, 'unfinished.csv.part'), 'half');
}
