import { estimateTokens } from '../../models/tokens.ts';
import { relevances } from './relevance.ts';
import { type Fingerprint, isNearDuplicate } from './similarity.ts';
import { featuresOf, type TextFeatures } from './text-features.ts';

/** A text that may be added to a query. */
export interface Candidate {
  readonly text: string;
  /** Precedes the text in the prompt to explain it; not part of comparisons. */
  readonly label?: string;
  /** What it is, as a phrase for the caller. */
  readonly reason: string;
  /** 0 to 1; default: by the words in common with the query. */
  readonly relevance?: number;
}

/** A named provider of candidates, the better ones first. */
export interface Source {
  readonly name: string;
  readonly candidates: readonly Candidate[];
}

export interface Snippet {
  readonly source: string;
  /** One line. */
  readonly text: string;
  /** What it is, and the words it has in common with the query. */
  readonly reason: string;
  readonly tokens: number;
  /** 0 to 1. */
  readonly relevance: number;
}

export interface LeftOut extends Snippet {
  readonly why: 'empty' | 'irrelevant' | 'repeats_query' | 'duplicate' | 'over_budget';
}

/** The context that is added to a query for the model. */
export interface Context {
  /** The added texts, a line each, the most relevant first. */
  readonly prompt: string;
  readonly added: readonly Snippet[];
  readonly leftOut: readonly LeftOut[];
  /** Estimated tokens of the prompt; at most the budget. */
  readonly tokens: number;
  readonly budgetTokens: number;
}

/** Below it, only words of most candidates are in common. */
const leastRelevance = 0.05;

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

interface Ranked {
  readonly snippet: Snippet;
  readonly fingerprint: Fingerprint;
}

/** Every candidate with its relevance, the most relevant first; ties keep the order of sources and candidates. */
function ranked(query: TextFeatures, sources: readonly Source[]): readonly Ranked[] {
  const offered = sources.flatMap(({ name, candidates }) =>
    candidates.map((candidate) => ({ source: name, candidate, ...featuresOf(candidate.text) })),
  );
  const byWords = relevances(
    query.terms,
    offered.map(({ terms }) => terms),
  );
  const all = offered.map(({ source, candidate, fingerprint }, index): Ranked => {
    const { text: bare, label, reason, relevance: given } = candidate;
    const { relevance, shared } = byWords[index] ?? { relevance: 0, shared: [] };
    const text = oneLine(label === undefined ? bare : `${label}: ${bare}`);
    return {
      fingerprint,
      snippet: {
        source,
        text,
        reason: shared.length === 0 ? reason : `${reason}; mentions, like the query, ${shared.join(', ')}`,
        // Including the line break.
        tokens: estimateTokens(`${text}\n`),
        relevance: given ?? relevance,
      },
    };
  });
  return all.toSorted((a, b) => b.snippet.relevance - a.snippet.relevance);
}

/**
 * Selects the context of a query: the most relevant first, without duplicates, within the token budget.
 * Pure: the same arguments give the same context. Every candidate is in `added` or in `leftOut`, with the reason.
 */
export function buildContext(query: string, sources: readonly Source[], budgetTokens: number): Context {
  const queryFeatures = featuresOf(query);
  const chosen: Ranked[] = [];
  const leftOut: LeftOut[] = [];
  let tokens = 0;
  const objection = ({ snippet, fingerprint }: Ranked): LeftOut['why'] | undefined => {
    if (fingerprint.text === '') return 'empty';
    if (snippet.relevance < leastRelevance) return 'irrelevant';
    if (isNearDuplicate(fingerprint, queryFeatures.fingerprint)) return 'repeats_query';
    if (chosen.some((other) => isNearDuplicate(fingerprint, other.fingerprint))) return 'duplicate';
    return tokens + snippet.tokens <= budgetTokens ? undefined : 'over_budget';
  };
  for (const candidate of ranked(queryFeatures, sources)) {
    const why = objection(candidate);
    if (why !== undefined) leftOut.push({ ...candidate.snippet, why });
    else {
      chosen.push(candidate);
      tokens += candidate.snippet.tokens;
    }
  }
  const added = chosen.map(({ snippet }) => snippet);
  return { prompt: added.map(({ text }) => text).join('\n'), added, leftOut, tokens, budgetTokens };
}
