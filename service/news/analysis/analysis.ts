import type { Sentiment } from '../../../contract/news.ts';

/** An article as the analysis reads it. */
export interface ArticleText {
  readonly title: string;
  readonly summary: string;
  /** BCP 47 tag that the article or its source declares. */
  readonly declaredLanguage: string | null;
  /** ISO 3166 code of the country of the source. */
  readonly sourceCountry: string | null;
}

/** A term of the subject in the text, with the number of its occurrences. */
export interface TermMatch {
  readonly term: string;
  readonly weight: number;
  readonly title: number;
  readonly summary: number;
}

/** A word that decided the tone; `score` includes negation and emphasis. */
export interface ToneWord {
  readonly word: string;
  readonly score: number;
}

/** The tone of an article. */
export interface Tone {
  readonly label: Sentiment;
  /** −1 to 1. */
  readonly score: number;
  /** 0 to 1: how much evidence there is, and how far it agrees. */
  readonly confidence: number;
  readonly words: readonly ToneWord[];
}

export interface TopicMatch {
  readonly name: string;
  readonly terms: readonly TermMatch[];
}

export const entityKinds = ['person', 'organization', 'place', 'drug', 'term'] as const;
export type EntityKind = (typeof entityKinds)[number];
export interface Entity {
  readonly kind: EntityKind;
  readonly text: string;
  readonly count: number;
}

export interface Analysis {
  /** ISO 639 code; null if the text is too short to decide. */
  readonly language: string | null;
  readonly languageConfidence: number;
  /** 0 to 1. */
  readonly relevance: number;
  readonly isRelevant: boolean;
  readonly matches: readonly TermMatch[];
  /** null in languages without a lexicon. */
  readonly sentiment: Tone | null;
  readonly topics: readonly TopicMatch[];
  readonly keywords: readonly string[];
  readonly entities: readonly Entity[];
  /** ISO 3166 code. */
  readonly country: string | null;
}
