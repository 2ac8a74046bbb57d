import { problems } from '../../contract/errors.ts';
import type { Captions } from '../captions/captions.ts';
import type { Caller } from '../http/caller.ts';
import { toProblem } from '../http/to-problem.ts';
import type { CallContext } from '../models/models.ts';
import type { Queries } from '../queries/queries.ts';
import type { Budgets } from '../usage/budgets.ts';
import { createLedger, type Ledger } from '../usage/ledger.ts';
import type { ItemOutcome, PendingItem } from './item-store.ts';
import type { BatchItem } from './schema.ts';

/** Answers items of each kind as the endpoint of that kind does. A kind without a runner does not compile. */
export type ItemRunners = {
  readonly [K in BatchItem['kind']]: (item: Extract<BatchItem, { kind: K }>, context: CallContext) => Promise<object>;
};

export const createItemRunners = (captions: Captions, queries: Queries): ItemRunners => ({
  generate: (item, context) => captions.generate(item, context),
  query: (item, context) => queries.answer(item, context),
});

function failureOf(index: number, error: unknown): ItemOutcome {
  const { code, detail } = toProblem(error);
  return { index, state: problems[code].transient ? 'pending' : 'failed', result: { code, detail } };
}

/** The outcome of an item and its cost. */
export interface ItemRun {
  readonly outcome: ItemOutcome;
  readonly ledger: Ledger;
  /** An unexpected error. */
  readonly error?: unknown;
}

interface Work {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly budgets: Budgets;
}

/** Answers one item. Throws only if `signal` aborts. */
export async function runItem(runners: ItemRunners, { index, request }: PendingItem, { caller, signal, budgets }: Work): Promise<ItemRun> {
  const ledger = createLedger(budgets, 'batch');
  // All batches together take turns at the models as one caller.
  const context: CallContext = { caller, signal, meter: ledger, fairnessKey: 'batches' };
  try {
    const result = await (request.kind === 'query' ? runners.query(request, context) : runners.generate(request, context));
    return { outcome: { index, state: 'succeeded', result }, ledger };
  } catch (error) {
    signal.throwIfAborted();
    return { outcome: failureOf(index, error), ledger, ...(toProblem(error).code === 'internal' ? { error } : {}) };
  }
}
