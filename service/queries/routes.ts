import { route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import type { Models } from '../providers/models.ts';
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

export const queriesRoutes = ({ models }: Parts) => ({
  models: route(shapes.models, () => ({ models: models.list().map(told) })),
});
