import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import * as z from 'zod';
import type { Tables } from '../../../service/database/tables.ts';
import { operations } from './operations.ts';

const planRows = z.array(z.object({ 'QUERY PLAN': z.string() }));
const namesIn = (plans: string, pattern: RegExp) => [...new Set([...plans.matchAll(pattern)].map(([, name = '']) => name))].join(' ');

const isSearch = (text: string) => /^\s*(select|with)\b/.test(text);

export interface QueryFigures {
  readonly name: string;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly indexes: string;
  /** Tables that are read whole. */
  readonly scanned: string;
  /** Plans of its statements, as they ran. */
  readonly plans: string;
}

/** Measures each operation on one connection, and explains its statements. */
export async function* measureQueries(url: string, rounds: number): AsyncIterable<QueryFigures> {
  const recorded: CompiledQuery[] = [];
  const dialect = new PostgresDialect({ pool: new Pool({ connectionString: url, max: 1, options: '-c timezone=UTC' }) });
  const db = new Kysely<Tables>({ dialect, log: ({ query }) => void recorded.push(query) });
  try {
    for (const [name, run] of Object.entries(operations)) {
      recorded.length = 0;
      await run(db);
      const statements = [...recorded];
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const start = performance.now();
        await run(db);
        times.push(performance.now() - start);
      }
      times.sort((a, b) => a - b);
      const at = (part: number) => times[Math.floor((times.length - 1) * part)] ?? Number.NaN;
      const plans: string[] = [];
      for (const statement of statements) {
        const { sql, parameters } = statement;
        if (!isSearch(sql)) {
          // The begin, settings and end of a transaction: there is one connection.
          await db.executeQuery(statement);
          continue;
        }
        const { rows } = await db.executeQuery(CompiledQuery.raw(`explain (analyze, buffers) ${sql}`, [...parameters]));
        plans.push(
          planRows
            .parse(rows)
            .map((row) => row['QUERY PLAN'])
            .join('\n'),
        );
      }
      const text = plans.join('\n\n');
      yield {
        name,
        p50: at(0.5),
        p95: at(0.95),
        indexes: namesIn(text, /(?:using|Bitmap Index Scan on) (\w+)/g),
        scanned: namesIn(text, /Seq Scan on (\w+)/g),
        plans: text,
      };
    }
  } finally {
    await db.destroy();
  }
}
