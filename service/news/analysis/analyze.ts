import type { Analysis, ArticleText } from './analysis.ts';
import { countryOf } from './country.ts';
import { type EntityField, entitiesOf } from './entities.ts';
import { keywordsOf } from './keywords.ts';
import { detectLanguage } from './language.ts';
import { lexiconOf } from './lexicon.ts';
import { createMatcher, fieldsOf, findTerms, type Matcher } from './match.ts';
import { findPlaces } from './places.ts';
import { relevanceOf } from './relevance.ts';
import { sentimentOf } from './sentiment.ts';
import type { Subject } from './subject.ts';
import { fold, stemmerOf, type Token } from './tokens.ts';
import { topicsOf } from './topics.ts';

/** The terms of a subject, prepared for the search in texts. */
interface CompiledSubject {
  readonly matchers: ReadonlyMap<string, Matcher>;
  readonly topics: readonly { readonly name: string; readonly matchers: ReadonlyMap<string, Matcher> }[];
  readonly neutral: ReadonlyMap<string, ReadonlySet<string>>;
}

const matchersOf = (terms: Subject['terms']) =>
  new Map(Object.entries(terms).map(([language, list]) => [language, createMatcher(list, stemmerOf(language))]));

const compile = ({ terms, topics, neutral }: Subject): CompiledSubject => ({
  matchers: matchersOf(terms),
  topics: Object.entries(topics).map(([name, topic]) => ({ name, matchers: matchersOf(topic.terms) })),
  neutral: new Map(Object.entries(neutral).map(([language, words]) => [language, new Set(words.map(fold))])),
});

const compiled = new WeakMap<Subject, CompiledSubject>();
function compiledSubject(subject: Subject): CompiledSubject {
  const known = compiled.get(subject) ?? compile(subject);
  compiled.set(subject, known);
  return known;
}

/** Longer texts are cut: the time of an analysis is bounded. */
const maxTitle = 500;
const maxSummary = 4000;

/** Terms of the subject with such a weight are entities. */
const leastEntityWeight = 3;

/** Abbreviations of countries as one word: their dots end no sentence. */
const withoutDots = (text: string) =>
  text
    .replace(/\bU\. ?S\.(?: ?A\.)?/g, 'US')
    .replace(/\bU\. ?K\./g, 'UK')
    .replace(/\bEE\. ?UU\./g, 'EEUU');

/**
 * Analyzes an article about the subject without any model: the same input has the same result. In languages that the subject has no terms
 * in, the relevance is 0.
 */
export function analyze(article: ArticleText, subject: Subject): Analysis {
  const text = { title: withoutDots(article.title.slice(0, maxTitle)), summary: withoutDots(article.summary.slice(0, maxSummary)) };
  const { language, confidence } = detectLanguage(`${text.title}. ${text.summary}`, article.declaredLanguage, subject.languages);
  const { matchers, topics, neutral } = compiledSubject(subject);
  const fields = fieldsOf(text);
  const own = language === null ? [...matchers.values()] : [matchers.get(language)].filter((matcher) => matcher !== undefined);
  const lexicon = language === null ? undefined : lexiconOf(language);
  const entityField = (name: 'title' | 'summary', tokens: readonly Token[]): EntityField => ({
    tokens,
    text: text[name],
    places: findPlaces(tokens),
    terms: own.flatMap((matcher) => findTerms(matcher, tokens)).filter(({ weight }) => weight >= leastEntityWeight),
  });
  const [title, summary] = [entityField('title', fields.title), entityField('summary', fields.summary)];
  return {
    language,
    languageConfidence: confidence,
    ...relevanceOf(own, fields, subject.threshold),
    sentiment:
      lexicon === undefined ? null : sentimentOf(lexicon, fields, /\?\s*$/.test(text.title), neutral.get(language ?? '') ?? new Set()),
    topics: language === null ? [] : topicsOf(topics, language, fields),
    keywords: keywordsOf(fields, language),
    entities: entitiesOf([title, summary]),
    country: countryOf(title.places, summary.places, article.sourceCountry),
  };
}
