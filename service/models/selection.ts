import type { Capability } from '../../contract/text-models.ts';
import { languageName, primaryLanguage } from '../language/language-tags.ts';
import type { Choice, ModelCard } from './model.ts';
import { ModelError } from './model-error.ts';
import { costMicros, type Size } from './tokens.ts';

export const preferences = ['cost', 'latency', 'quality'] as const;
export type Preference = (typeof preferences)[number];

/** Which model a caller wants. */
export interface ModelSelection {
  /** The id of a model that is tried first; default: the best by `prefer`. */
  readonly model?: string | undefined;
  /** Default: `quality`, the order of the configuration. */
  readonly prefer?: Preference | undefined;
  readonly needs: readonly Capability[];
  /** Language of captions, a BCP 47 tag; default: that of the request's text. */
  readonly language?: string | undefined;
}

export interface Candidate {
  readonly card: ModelCard;
  /** False while its circuit is open. */
  readonly healthy: boolean;
}

export interface Selection {
  /** The models to try, in order. */
  readonly order: readonly Choice[];
  /** The models that do not support the request. */
  readonly excluded: readonly Choice[];
  /** The model that would come first if all were healthy. */
  readonly preferred: string | undefined;
}

/** Tokens of an answer without any limit, as the budget assumes. */
const unlimitedAnswer = 4096;

const completionOf = ({ completionTokens = unlimitedAnswer }: Size, { maxTokens }: ModelCard) => Math.min(completionTokens, maxTokens);
const maxCostOf = (card: ModelCard, size: Size) =>
  costMicros({ promptTokens: size.promptTokens, completionTokens: completionOf(size, card) }, card);

/** The maximum cost of a request of this size, whichever model answers, in micro-US-dollars. */
export const maxCostMicros = (cards: readonly ModelCard[], size: Size) => Math.max(0, ...cards.map((card) => maxCostOf(card, size)));

const cannotWrite = ({ languages }: ModelCard, language: string | undefined) =>
  language !== undefined && languages !== undefined && !languages.includes(primaryLanguage(language));
const listed = (tags: readonly string[]) => tags.map((tag) => `${languageName(tag)} (${tag})`).join(' and ');

/** Why a model cannot answer the request; undefined if it can. */
function exclusionReason(card: ModelCard, { needs, language }: ModelSelection, size: Size): string | undefined {
  const missing = needs.filter((need) => !card.capabilities.includes(need));
  if (missing.length > 0) return `does not support ${missing.join(', ')}`;
  if (cannotWrite(card, language)) return `writes captions only in ${listed(card.languages ?? [])}`;
  const { promptTokens, completionTokens = 1 } = size;
  if (completionTokens > card.maxTokens) return `writes at most ${card.maxTokens} tokens`;
  const needed = promptTokens + completionTokens;
  return needed > card.contextTokens ? `has a context window of ${card.contextTokens} tokens, about ${needed} are needed` : undefined;
}

interface Metric {
  value(card: ModelCard, size: Size): number;
  readonly best: string;
  describe(value: number): string;
}

const metrics: Readonly<Record<Preference, Metric | undefined>> = {
  cost: { value: maxCostOf, best: 'cheapest', describe: (micros) => `costs at most about ${micros} micro-USD` },
  latency: { value: (card) => card.typicalLatencyMs, best: 'fastest', describe: (ms) => `usually answers in ${ms} ms` },
  quality: undefined,
};

/** Negative if `a` comes first: by the first number that differs. */
const compare = (a: readonly number[], b: readonly number[]) =>
  a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;

/**
 * Which models to try in which order, and why: the named one first, healthy before failing ones, those for fallback only last; then by
 * cost or latency if preferred, else in the order of the configuration.
 */
export function rankModels(selection: ModelSelection, candidates: readonly Candidate[], size: Size): Selection {
  const metric = metrics[selection.prefer ?? 'quality'];
  const isNamed = (card: ModelCard) => card.id === selection.model;
  const rank = ({ card, healthy }: Candidate) => [
    Number(!isNamed(card)),
    Number(!healthy),
    Number(card.fallbackOnly),
    metric?.value(card, size) ?? 0,
  ];
  const judged = candidates.map((candidate) => ({ ...candidate, exclusion: exclusionReason(candidate.card, selection, size) }));
  const ranked = judged.filter(({ exclusion }) => exclusion === undefined).toSorted((a, b) => compare(rank(a), rank(b)));
  const ifHealthy = (candidate: Candidate) => rank({ ...candidate, healthy: true });
  const best = ranked.find(({ card, healthy }) => healthy && !card.fallbackOnly && !isNamed(card));
  const reasonOf = (candidate: Candidate) => {
    const { card, healthy } = candidate;
    const parts = [
      isNamed(card) && 'named by the caller',
      !healthy && 'circuit open: it failed repeatedly or requires a pause',
      card.fallbackOnly && 'fallback only',
      candidate === best && (metric?.best ?? 'first in the configuration'),
      metric?.describe(metric.value(card, size)),
    ];
    return parts.filter((part) => typeof part === 'string').join('; ') || 'later in the configuration';
  };
  return {
    order: ranked.map((candidate) => ({ model: candidate.card.id, reason: reasonOf(candidate) })),
    excluded: judged.flatMap(({ card, exclusion }) => (exclusion === undefined ? [] : [{ model: card.id, reason: exclusion }])),
    preferred: ranked.toSorted((a, b) => compare(ifHealthy(a), ifHealthy(b)))[0]?.card.id,
  };
}

/** The field of a request that needs a capability, as a JSON Pointer. */
const fieldOf: Readonly<Partial<Record<Capability, string>>> = {
  tools: '/tools',
  json: '/response_format',
  vision: '/messages',
  logprobs: '/logprobs',
  embeddings: '/model',
};

/** Names the field and the models that support the request. */
function unsuitable(
  { model, needs, language }: ModelSelection,
  { order, excluded }: Selection,
  candidates: readonly Candidate[],
): ModelError {
  const concerned = candidates.filter(({ card }) => model === undefined || card.id === model);
  const missing = needs.find((need) => concerned.every(({ card }) => !card.capabilities.includes(need)));
  const reasons = excluded.filter((choice) => model === undefined || choice.model === model).map((each) => `${each.model} ${each.reason}`);
  const able = order.map((choice) => choice.model).join(', ');
  const unwritten = missing === undefined && concerned.every(({ card }) => cannotWrite(card, language)) ? language : undefined;
  const remedy = unwritten
    ? `. For ${listed([unwritten])}, the operator connects a language model with OPENAI_BASE_URL or TEXT_MODELS`
    : '';
  const message = `no model supports the request: ${reasons.join('; ')}${remedy}`;
  return new ModelError('unsuitable', able === '' ? message : `${reasons.join('; ')}; models that support the request: ${able}`, {
    pointer: unwritten ? '/language' : missing && (needs.includes('captions') && missing === 'vision' ? '/image' : fieldOf[missing]),
  });
}

/** @throws {ModelError} `unknown_model`; `unsuitable` if the named model, or every model, does not support the request */
export function selectModels(selection: ModelSelection, candidates: readonly Candidate[], size: Size): Selection {
  const { model } = selection;
  if (model !== undefined && !candidates.some(({ card }) => card.id === model)) {
    throw new ModelError('unknown_model', `there is no model ${JSON.stringify(model)}`);
  }
  const selected = rankModels(selection, candidates, size);
  const isNamedExcluded = selected.excluded.some((choice) => choice.model === model);
  if (isNamedExcluded || selected.order.length === 0) throw unsuitable(selection, selected, candidates);
  return selected;
}
