import type { TermMatch } from './analysis.ts';
import { type Fields, findTerms, type Matcher } from './match.ts';

/** A term in the title counts as much as so many in the summary. */
const titleFactor = 2;

/** The terms in an article, heaviest first, each once with the number of its occurrences. */
export function matchTerms(matcher: Matcher, { title, summary }: Fields): readonly TermMatch[] {
  const [inTitle, inSummary] = [findTerms(matcher, title), findTerms(matcher, summary)];
  const count = (found: readonly { readonly term: string }[], term: string) => found.filter((one) => one.term === term).length;
  const weights = new Map([...inTitle, ...inSummary].map(({ term, weight }) => [term, weight]));
  return [...weights]
    .map(([term, weight]) => ({ term, weight, title: count(inTitle, term), summary: count(inSummary, term) }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.term < b.term ? -1 : 1));
}

/** The sum of the weights; repeating a term adds nothing. */
export const pointsOf = (matches: readonly TermMatch[]): number =>
  matches.reduce((sum, { weight, title, summary }) => sum + weight * ((title > 0 ? titleFactor : 0) + (summary > 0 ? 1 : 0)), 0);
