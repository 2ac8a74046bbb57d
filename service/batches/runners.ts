import { problems } from '../../contract/errors.ts';
import type { Generate } from '../captions/captions.ts';
import type { Caller } from '../http/caller.ts';
import { toProblem } from '../http/to-problem.ts';
import type { Query } from '../queries/query.ts';
import type { Budgets } from '../usage/budgets.ts';
import { createLedger, type Ledger } from '../usage/ledger.ts';
import type { Meter } from '../usage/metering.ts';
import type { ItemOutcome, PendingItem } from './item-store.ts';
import type { BatchItem } from './schema.ts';

/** For whom an item is answered, who is told what it costs, and when to leave it. */
interface Work {
  readonly caller: Caller;
  readonly payer: Meter;
  readonly signal: AbortSignal;
}

/** How items of each kind are answered: as the endpoint of that kind does. A kind without a runner does not compile. */
export type ItemRunners = { readonly [K in BatchItem['kind']]: (item: Extract<BatchItem, { kind: K }>, work: Work) => Promise<object> };

interface Answering {
  readonly generateOn: (payer: Meter) => Generate;
  readonly queryOn: (payer: Meter) => Query;
}

export const createItemRunners = ({ generateOn, queryOn }: Answering): ItemRunners => ({
  generate: (item, { caller, payer, signal }) => generateOn(payer)(item, caller, signal),
  query: (item, { caller, payer, signal }) => queryOn(payer)(item, caller, signal),
});

function failureOf(index: number, error: unknown): ItemOutcome {
  const { code, message: detail } = toProblem(error);
  return { index, state: problems[code].transient ? 'pending' : 'failed', result: { code, detail } };
}

/** What became of an item, and what it cost. */
export interface ItemRun {
  readonly outcome: ItemOutcome;
  readonly ledger: Ledger;
  /** What nobody expected. */
  readonly error?: unknown;
}

/** Answers one item. Throws only when `signal` aborts. */
export async function runItem(
  runners: ItemRunners,
  { index, request }: PendingItem,
  { budgets, ...work }: Omit<Work, 'payer'> & { readonly budgets: Budgets },
): Promise<ItemRun> {
  const ledger = createLedger(budgets, 'batch');
  try {
    const told = { ...work, payer: ledger };
    const result = await (request.kind === 'query' ? runners.query(request, told) : runners.generate(request, told));
    return { outcome: { index, state: 'succeeded', result }, ledger };
  } catch (error) {
    work.signal.throwIfAborted();
    return { outcome: failureOf(index, error), ledger, ...(toProblem(error).code === 'internal' ? { error } : {}) };
  }
}
