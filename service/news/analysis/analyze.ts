import type { Analysis, ArticleText } from './analysis.ts';
import { detectLanguage } from './language.ts';
import { createMatcher, fieldsOf, type Matcher } from './match.ts';
import { relevanceOf } from './relevance.ts';
import type { Subject } from './subject.ts';
import { stemmerOf } from './tokens.ts';

/** The terms of a subject, prepared for the search in texts. */
interface CompiledSubject {
  readonly matchers: ReadonlyMap<string, Matcher>;
}

const compile = (subject: Subject): CompiledSubject => ({
  matchers: new Map(Object.entries(subject.terms).map(([language, terms]) => [language, createMatcher(terms, stemmerOf(language))])),
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

/**
 * Analyzes an article about the subject without any model: the same input has the same result. In languages that the subject has no terms
 * in, the relevance is 0.
 */
export function analyze(article: ArticleText, subject: Subject): Analysis {
  const text = { title: article.title.slice(0, maxTitle), summary: article.summary.slice(0, maxSummary) };
  const { language, confidence } = detectLanguage(`${text.title}. ${text.summary}`, article.declaredLanguage);
  const { matchers } = compiledSubject(subject);
  const fields = fieldsOf(text);
  const own = language === null ? [...matchers.values()] : [matchers.get(language)].filter((matcher) => matcher !== undefined);
  return {
    language,
    languageConfidence: confidence,
    ...relevanceOf(own, fields, subject.threshold),
    sentiment: null,
    topics: [],
    keywords: [],
    entities: [],
    country: article.sourceCountry,
  };
}
