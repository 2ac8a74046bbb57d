import { randomUUID } from 'node:crypto';
import type { Usage, UsageRow } from './usage-record.ts';

const second = 1000;
const minute = 60_000;
const day = 86_400_000;

/** Aggregations that are applied one after the other until the rows are few enough. */
const folds: readonly ((row: UsageRow) => UsageRow)[] = [
  (row) => ({ ...row, at: row.at - (row.at % minute) }),
  (row) => ({ ...row, at: row.at - (row.at % minute), client_id: null }),
  (row) => ({ ...row, at: row.at - (row.at % day), client_id: null }),
];

/** PostgreSQL stores neither NUL nor lone surrogates: one such name would block all rows of its statement. */
const clean = (text: string, length: number) => text.toWellFormed().replaceAll('\0', '').slice(0, length).toWellFormed();
const whole = (value: number) => (value > 0 && Number.isFinite(value) ? Math.round(value) : 0);

function add(to: UsageRow, more: Pick<UsageRow, 'prompt_tokens' | 'completion_tokens' | 'cost_micros' | 'requests'>): void {
  to.prompt_tokens += more.prompt_tokens;
  to.completion_tokens += more.completion_tokens;
  to.cost_micros += more.cost_micros;
  to.requests += more.requests;
}

const first = ({ caller, clientId, operation, model, cached }: Usage, at: number): UsageRow => ({
  id: randomUUID(),
  at,
  caller_id: caller.id,
  key_id: caller.keyId ?? null,
  user_id: caller.userId ?? null,
  client_id: clientId === undefined ? null : clean(clientId, 100),
  operation,
  model: clean(model, 200),
  cached,
  prompt_tokens: 0,
  completion_tokens: 0,
  cost_micros: 0,
  requests: 0,
});

const kindOf = ({ at, caller_id, user_id, client_id, operation, model, cached }: UsageRow) =>
  JSON.stringify([at, caller_id, user_id, client_id, operation, model, cached]);

/**
 * Usage that is not yet written. Requests of the same kind in the same second are one row, so that a busy key adds one row per second.
 * More than `maxRows` rows are aggregated by minute, then without the client, then by day: nothing is dropped, and the totals of a key
 * and a model stay correct.
 */
export class UsageBuffer {
  #rows = new Map<string, UsageRow>();
  readonly #maxRows: number;
  #foldAt: number;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
    this.#foldAt = maxRows;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** @param now in milliseconds since the epoch */
  add(usage: Usage, now: number): void {
    const at = now - (now % second);
    const { caller, clientId = '', operation, model, cached, promptTokens, completionTokens, costMicros } = usage;
    const kind = `${at} ${operation} ${cached} ${caller.id} ${caller.userId} ${model}\n${clientId}`;
    let row = this.#rows.get(kind);
    if (row === undefined) {
      if (this.#rows.size >= this.#foldAt) this.#fold();
      row = first(usage, at);
      this.#rows.set(kind, row);
    }
    row.prompt_tokens += whole(promptTokens);
    row.completion_tokens += whole(completionTokens);
    row.cost_micros += whole(costMicros);
    row.requests += 1;
  }

  /** Removes and returns the oldest rows. */
  take(count: number): UsageRow[] {
    const taken: UsageRow[] = [];
    for (const [kind, row] of this.#rows) {
      if (taken.length === count) break;
      taken.push(row);
      this.#rows.delete(kind);
    }
    if (this.#rows.size < this.#maxRows) this.#foldAt = this.#maxRows;
    return taken;
  }

  #fold(): void {
    for (const fold of folds) {
      const folded = new Map<string, UsageRow>();
      for (const row of this.#rows.values()) {
        const coarse = fold(row);
        const kind = kindOf(coarse);
        const sum = folded.get(kind);
        if (sum === undefined) folded.set(kind, coarse);
        else add(sum, coarse);
      }
      this.#rows = folded;
      if (folded.size <= this.#maxRows / 2) break;
    }
    // Rows that cannot be aggregated further are as many as there are keys: try again when their number has doubled.
    this.#foldAt = Math.max(this.#maxRows, this.#rows.size * 2);
  }
}
