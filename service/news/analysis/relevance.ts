import type { TermMatch } from './analysis.ts';
import type { Fields, Matcher } from './match.ts';
import { matchTerms, pointsOf } from './score-terms.ts';

/** Points that result in a relevance of 0.5. */
const halfPoints = 5;

export interface Relevance {
  readonly relevance: number;
  readonly isRelevant: boolean;
  readonly matches: readonly TermMatch[];
}

/** Relevance = points / (points + 5), where points are the weights of the terms found; a term in the title counts twice. */
export function relevanceOf(matchers: readonly Matcher[], fields: Fields, threshold: number): Relevance {
  const results = matchers.map((matcher) => {
    const matches = matchTerms(matcher, fields);
    const points = Math.max(0, pointsOf(matches));
    return { matches, relevance: points / (points + halfPoints) };
  });
  const [best = { matches: [], relevance: 0 }] = results.sort((a, b) => b.relevance - a.relevance);
  return { ...best, isRelevant: best.relevance >= threshold };
}
