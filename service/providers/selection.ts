import type { Capability } from '../../contract/text-models.ts';
import type { ModelCard, ModelFailure } from './model.ts';
import { costMicros } from './tokens.ts';

/** Which model a caller wants. */
export interface ModelSelection {
  /** A certain model, by its id; the others only take over when it fails. Not given: the routing's choice. */
  readonly model?: string | undefined;
  /** What to choose by; not given: `quality`, which is the order of the configuration. */
  readonly prefer?: Preference | undefined;
  readonly needs: readonly Capability[];
  /** Whose turn the call takes where callers wait for a model: the id of the caller, or `batches`. */
  readonly caller: string;
  /** Whether another model may answer when the first fails; not given: yes. A named model that rejects the request ends it anyhow. */
  readonly fallback?: boolean | undefined;
}

/** The part of it that a model is chosen by. */
export type Wanted = Pick<ModelSelection, 'model' | 'prefer' | 'needs'>;

export const preferences = ['cost', 'latency', 'quality'] as const;
export type Preference = (typeof preferences)[number];

export interface Candidate {
  readonly card: ModelCard;
  /** Not left alone at present because of its failures. */
  readonly healthy: boolean;
}

/** A model by its id, and why it is tried, or not. */
export interface Choice {
  readonly model: string;
  readonly reason: string;
}

/** What the routing decided, and what came of it. */
export interface Routing extends Choice {
  /** The others that were considered, the nearest first, and why they did not answer. */
  readonly alternatives: readonly Choice[];
  /** Models that were tried before, in order. */
  readonly failed: readonly { readonly model: string; readonly failure: ModelFailure }[];
}

/** `order`: to be tried one after the other. `excluded`: cannot answer at all. */
export interface Plan {
  readonly order: readonly Choice[];
  readonly excluded: readonly Choice[];
  /** The model that would come first if none of them were failing. */
  readonly preferred: string | undefined;
}

/** About the tokens of a request and of its answer, or the most that they can be. */
export interface Size {
  readonly promptTokens: number;
  /** Not given: what the model writes at most. */
  readonly completionTokens: number | undefined;
}

/** Tokens of the answer that have to fit: no model writes more than its own limit. */
const completionOf = ({ completionTokens = Number.POSITIVE_INFINITY }: Size, { maxTokens }: ModelCard) =>
  Math.min(completionTokens, maxTokens);

/** The most that a request of this size can cost, whichever model answers, in micro-US-dollars. */
export const maxCostMicros = (cards: readonly ModelCard[], size: Size) =>
  Math.max(0, ...cards.map((card) => costMicros({ promptTokens: size.promptTokens, completionTokens: completionOf(size, card) }, card)));

function whyNot(card: ModelCard, ask: Wanted, size: Size): string | undefined {
  const lacks = ask.needs.filter((need) => !card.capabilities.includes(need));
  if (lacks.length > 0) return `cannot do ${lacks.join(', ')}`;
  const needed = size.promptTokens + completionOf(size, card);
  return needed > card.contextTokens ? `holds ${card.contextTokens} tokens, and about ${needed} are needed` : undefined;
}

interface Measure {
  of(card: ModelCard, size: Size): number;
  best: string;
  told(value: number): string;
}

const measures: Readonly<Record<Preference, Measure | undefined>> = {
  cost: {
    of: (card, size) => costMicros({ promptTokens: size.promptTokens, completionTokens: completionOf(size, card) }, card),
    best: 'the cheapest that can',
    told: (micros) => `costs at most about ${micros} micro-USD`,
  },
  latency: { of: (card) => card.typicalLatencyMs, best: 'the fastest that can', told: (ms) => `usually answers in ${ms} ms` },
  quality: undefined,
};

/**
 * Which models to try in which order, and why. Models that lack a capability or are too short are out; a named one comes first;
 * then healthy before failing ones, stand-ins last; then cost or latency, as preferred; then the order of the configuration.
 */
export function plan(ask: Wanted, candidates: readonly Candidate[], size: Size): Plan {
  const judged = candidates.map((candidate, place) => ({ ...candidate, place, excuse: whyNot(candidate.card, ask, size) }));
  const measure = measures[ask.prefer ?? 'quality'];
  const ranked = judged
    .filter(({ excuse }) => excuse === undefined)
    .map(({ card, healthy, place }) => ({
      card,
      healthy,
      rank: [Number(card.id !== ask.model), Number(!healthy), Number(card.fallbackOnly), measure?.of(card, size) ?? 0, place],
    }))
    .sort((a, b) => compare(a.rank, b.rank));
  // The second of a rank is its health.
  const [wanted] = ranked.map(({ card, rank }) => ({ id: card.id, rank: rank.toSpliced(1, 1) })).sort((a, b) => compare(a.rank, b.rank));
  const leader = ranked.find(({ card, healthy }) => healthy && !card.fallbackOnly && card.id !== ask.model)?.card;
  const reason = ({ card, healthy }: Candidate) =>
    [
      card.id === ask.model && 'named by the caller',
      !healthy && 'left alone for a while, as it failed or asked for it',
      card.fallbackOnly && 'stands in when the others fail',
      card === leader && (measure?.best ?? 'the first in the order of the configuration'),
      measure?.told(measure.of(card, size)),
    ]
      .filter((part) => typeof part === 'string')
      .join('; ') || 'later in the order of the configuration';
  return {
    order: ranked.map((candidate) => ({ model: candidate.card.id, reason: reason(candidate) })),
    preferred: wanted?.id,
    excluded: judged.flatMap(({ card, excuse }) => (excuse === undefined ? [] : [{ model: card.id, reason: excuse }])),
  };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
