import type { ModelCard } from '../models/model.ts';
import type { BatchItem } from './schema.ts';

/** Milliseconds that a program of an answer may take, roughly. */
const programMs = 1000;

/** The typical latency of an item in milliseconds: of the model that it names, else of the slowest one that may be chosen. */
export function latencyOf(item: BatchItem, cards: readonly ModelCard[]): number {
  if (item.kind === 'query' && item.execute) return programMs;
  const chosen = cards.filter(({ id, fallbackOnly }) => (item.model === undefined ? !fallbackOnly : id === item.model));
  return Math.max(0, ...(chosen.length > 0 ? chosen : cards).map(({ typicalLatencyMs }) => typicalLatencyMs));
}
