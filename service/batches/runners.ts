import type { Caller } from '../accounts/caller.ts';
import type { Generate } from '../captions/captions.ts';
import { asProblem } from '../http/as-problem.ts';
import type { Query } from '../queries/query.ts';
import type { Budgets } from '../usage/budgets.ts';
import { createLedger, type Ledger } from '../usage/ledger.ts';
import type { Payer } from '../usage/metering.ts';
import type { Outcome, PendingItem } from './item-store.ts';
import type { BatchItem } from './schema.ts';

/** For whom an item is answered, who is told what it costs, and when to leave it. */
interface Work {
  readonly caller: Caller;
  readonly payer: Payer;
  readonly signal: AbortSignal;
}

/** How items of each kind are answered: as the endpoint of that kind does. A kind without a runner does not compile. */
export type Runners = { readonly [K in BatchItem['kind']]: (item: Extract<BatchItem, { kind: K }>, work: Work) => Promise<object> };

interface Answering {
  readonly generateOn: (payer: Payer) => Generate;
  readonly queryOn: (payer: Payer) => Query;
}

export const createRunners = ({ generateOn, queryOn }: Answering): Runners => ({
  generate: (item, { caller, payer, signal }) => generateOn(payer)(item, caller, signal),
  query: (item, { caller, payer, signal }) => queryOn(payer)(item, caller, signal),
});

/** Failures that another attempt may not meet. */
const passing = new Set(['rate_limited', 'model_failed', 'unavailable', 'timeout']);

function failureOf(index: number, error: unknown): Outcome {
  const { code, message: detail } = asProblem(error);
  return { index, state: passing.has(code) ? 'pending' : 'failed', result: { code, detail } };
}

/** What became of an item, and what it cost. */
export interface Ran {
  readonly outcome: Outcome;
  readonly ledger: Ledger;
  /** What nobody expected. */
  readonly error?: unknown;
}

/** Answers one item. Throws only when `signal` aborts. */
export async function run(
  runners: Runners,
  { index, request }: PendingItem,
  { budgets, ...work }: Omit<Work, 'payer'> & { readonly budgets: Budgets },
): Promise<Ran> {
  const ledger = createLedger(budgets, 'batch');
  try {
    const told = { ...work, payer: ledger };
    const result = await (request.kind === 'query' ? runners.query(request, told) : runners.generate(request, told));
    return { outcome: { index, state: 'succeeded', result }, ledger };
  } catch (error) {
    work.signal.throwIfAborted();
    return { outcome: failureOf(index, error), ledger, ...(asProblem(error).code === 'internal' ? { error } : {}) };
  }
}
