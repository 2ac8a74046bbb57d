import type { TokenUsage } from '../providers/model.ts';
import { type ModelResult, RoutedError } from '../providers/models.ts';
import type { Meter } from './metering.ts';
import type { Usage } from './usage-record.ts';

/** For whom a model works, and as part of what. */
export type BillingContext = Pick<Usage, 'caller' | 'clientId' | 'operation'>;

/** What an answer from a cache costs. */
export const zeroUsage = { promptTokens: 0, completionTokens: 0, costMicros: 0 } as const;

/**
 * Has a model work on the caller's budget: holds the most that it may cost, then settles and records what it did cost, also where it
 * failed halfway. Throws as `work` does.
 * @throws {Problem} budget_exhausted
 */
export async function withBilling<T extends { readonly model: string; readonly usage: TokenUsage }>(
  metering: Meter,
  to: BillingContext,
  mostMicros: number,
  work: () => Promise<ModelResult<T>>,
): Promise<ModelResult<T>> {
  const reservation = await metering.reserve(to.caller, mostMicros);
  const bill = (model: string, usage: TokenUsage, costMicros: number) => {
    reservation.settle(costMicros);
    metering.record({ ...to, model, ...usage, costMicros, cached: false });
  };
  try {
    const routed = await work();
    bill(routed.answer.model, routed.answer.usage, routed.costMicros);
    return routed;
  } catch (error) {
    if (error instanceof RoutedError && error.spent !== undefined) bill(error.routing?.model ?? 'none', error.spent, error.costMicros);
    reservation.release();
    throw error;
  }
}
