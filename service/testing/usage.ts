import { readUsage } from '../usage/read-usage.ts';
import type { UsageStore } from '../usage/store.ts';
import type { UsageRow } from '../usage/usage-record.ts';
import { testDatabase } from './database.ts';

/**
 * Usage and budgets in memory, for tests that only record usage: `read` queries the test database, which has none of it. Tests that read
 * usage use `databaseUsage(testDatabase)`.
 */
export function memoryUsage(): UsageStore & { readonly rows: () => readonly UsageRow[] } {
  const rows = new Map<string, UsageRow>();
  const holds = new Map<string, number>();
  const spent = new Map<string, number>();
  const of = (keyId: string, month: string) => `${keyId} ${month}`;
  return {
    rows: () => [...rows.values()],
    async write(given) {
      for (const row of given) if (!rows.has(row.id)) rows.set(row.id, row);
    },
    read: (question) => readUsage(testDatabase, question),
    budgets: {
      async reserve({ id, keyId, month }, micros, budgetMicros) {
        const taken = spent.get(of(keyId, month)) ?? 0;
        if (taken + micros > budgetMicros) return false;
        spent.set(of(keyId, month), taken + micros);
        holds.set(id, micros);
        return true;
      },
      async settle(settlements) {
        for (const { id, keyId, month, micros } of settlements) {
          const held = holds.get(id);
          if (held === undefined) continue;
          holds.delete(id);
          spent.set(of(keyId, month), (spent.get(of(keyId, month)) ?? 0) - held + micros);
        }
      },
    },
  };
}
