import { callerOf, disconnectSignal } from '../http/context.ts';
import { wholeList } from '../http/pagination.ts';
import { route } from '../http/route.ts';
import { createStream, streamSignal, wantsEvents } from '../http/stream.ts';
import type { Models } from '../providers/models.ts';
import type { Query, QueryEvent } from './query.ts';
import { queriesShapes as shapes } from './schema.ts';

const told = ({
  pricePerMillion,
  typicalLatencyMs,
  contextTokens,
  maxTokens,
  fallbackOnly,
  ...card
}: ReturnType<Models['list']>[number]) => ({
  ...card,
  capabilities: [...card.capabilities],
  price_per_million: pricePerMillion,
  typical_latency_ms: typicalLatencyMs,
  context_tokens: contextTokens,
  max_tokens: maxTokens,
  fallback_only: fallbackOnly,
});

export const queriesRoutes = ({ models, query }: { readonly models: Models; readonly query: Query }) => ({
  query: route(shapes.query, async ({ body: { stream, ...request } }, ctx) => {
    const caller = callerOf(ctx);
    if (!wantsEvents(ctx, stream)) return query(request, caller, disconnectSignal(ctx));
    const signal = streamSignal(ctx);
    const events = await createStream<QueryEvent>(async (tell) => {
      await tell({ event: 'done', data: await query(request, caller, signal, tell) });
    });
    return { events };
  }),
  models: route(shapes.models, () => wholeList(models.list().map(told))),
});
