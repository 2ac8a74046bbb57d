import type { TopicMatch } from './analysis.ts';
import type { Fields, Matcher } from './match.ts';
import { matchTerms, pointsOf } from './score-terms.ts';

/** Points from which on an article has a topic: one term of weight 1, or a weaker one in the title. */
const leastPoints = 1;
/** More would say nothing. */
const maxTopics = 4;

interface Topic {
  readonly name: string;
  readonly matchers: ReadonlyMap<string, Matcher>;
}

/** The topics of an article with the terms that decide, most points first. */
export function topicsOf(topics: readonly Topic[], language: string, fields: Fields): readonly TopicMatch[] {
  const scored = topics.flatMap(({ name, matchers }) => {
    const matcher = matchers.get(language);
    const terms = matcher === undefined ? [] : matchTerms(matcher, fields);
    return [{ name, terms, points: pointsOf(terms) }];
  });
  return scored
    .filter(({ points }) => points >= leastPoints)
    .sort((a, b) => b.points - a.points)
    .slice(0, maxTopics)
    .map(({ name, terms }) => ({ name, terms }));
}
