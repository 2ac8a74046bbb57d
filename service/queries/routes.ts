import { callerOf, leaving } from '../http/context.ts';
import { wholeList } from '../http/list.ts';
import { route } from '../http/route.ts';
import { streaming, streamOf, wantsEvents } from '../http/stream.ts';
import type { Parts } from '../parts.ts';
import type { Models } from '../providers/models.ts';
import type { QueryEvent } from './query.ts';
import { queriesShapes as shapes } from './schema.ts';

const told = ({ pricePerMillion, typicalLatencyMs, contextTokens, maxTokens, standIn, ...card }: ReturnType<Models['list']>[number]) => ({
  ...card,
  capabilities: [...card.capabilities],
  price_per_million: pricePerMillion,
  typical_latency_ms: typicalLatencyMs,
  context_tokens: contextTokens,
  max_tokens: maxTokens,
  stand_in: standIn,
});

export const queriesRoutes = ({ models, query }: Parts) => ({
  query: route(shapes.query, async ({ body: { stream, ...request } }, ctx) => {
    const caller = callerOf(ctx);
    if (!wantsEvents(ctx, stream)) return query(request, caller, leaving(ctx));
    const signal = streaming(ctx);
    const events = await streamOf<QueryEvent>(async (tell) => {
      await tell({ event: 'done', data: await query(request, caller, signal, tell) });
    });
    return { events };
  }),
  models: route(shapes.models, () => wholeList(models.list().map(told))),
});
