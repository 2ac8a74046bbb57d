import { callerOf, disconnectSignal } from '../http/context.ts';
import { wholeList } from '../http/pagination.ts';
import { route } from '../http/route.ts';
import { createStream, streamSignal, wantsEvents } from '../http/stream.ts';
import type { Models } from '../models/models.ts';
import type { Queries, QueryEvent } from './queries.ts';
import { queriesShapes as shapes } from './schema.ts';

const modelBody = (model: ReturnType<Models['list']>[number]) => {
  const { pricePerMillion, priceKnown, typicalLatencyMs, contextTokens, maxTokens, fallbackOnly, ...rest } = model;
  return {
    ...rest,
    capabilities: [...rest.capabilities],
    languages: rest.languages === undefined ? null : [...rest.languages],
    price_per_million: pricePerMillion,
    price_known: priceKnown,
    typical_latency_ms: typicalLatencyMs,
    context_tokens: contextTokens,
    max_tokens: maxTokens,
    fallback_only: fallbackOnly,
  };
};

export const queriesRoutes = (queries: Queries, models: Models) => ({
  query: route(shapes.query, async ({ body: { stream, ...request } }, ctx) => {
    const caller = callerOf(ctx);
    if (!wantsEvents(ctx, stream)) return queries.answer(request, { caller, signal: disconnectSignal(ctx) });
    const signal = streamSignal(ctx);
    const events = await createStream<QueryEvent>(async (emit) => {
      await emit({ event: 'done', data: await queries.answer(request, { caller, signal }, emit) });
    });
    return { events };
  }),
  models: route(shapes.models, () => wholeList(models.list().map(modelBody))),
});
