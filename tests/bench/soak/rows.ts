import { Client } from 'pg';

/** Usage of other keys within the last 25 days. */
const fill = `insert into usage_events (id, at, caller_id, key_id, user_id, client_id, operation, model, prompt_tokens, completion_tokens, cost_micros,
    cached, requests)
  select gen_random_uuid(), now() - interval '25 days' * random(), 'key:other-' || n % 2000, null, null, 'client' || n % 50, 'generate',
    'model' || n % 3, 100, 200, 50, n % 2 = 0, 1 from generate_series(1, $1::integer) n`;

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(url);
  await client.connect();
  return use(client).finally(() => client.end());
}

export const fillUsage = (url: string, rows: number) =>
  withClient(url, async (client) => {
    await client.query(fill, [rows]);
    await client.query('analyze usage_events');
  });

/** Requests in the tables of usage, and their rows. */
export const countUsage = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      'select coalesce(sum(requests), 0)::integer as requests, count(*)::integer as rows from usage_events',
    );
    return { requests: Number(rows[0].requests), rows: Number(rows[0].rows) };
  });
