import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Sample<T> {
  readonly labels: T;
  readonly text: string;
}

/** The terms and rules are tuned with the development half only; figures are those of the test half. */
export type Half = 'development' | 'test';

/** By the number of the line, so that a sentence and its translation are in the same half. */
const halfOf = (line: number): Half => ((createHash('sha256').update(String(line)).digest()[0] ?? 0) % 2 === 0 ? 'development' : 'test');

function rows(file: string, half: Half): readonly string[][] {
  const text = readFileSync(new URL(`../samples/${file}.tsv`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .filter((_, index) => halfOf(index) === half)
    .map((line) => line.split('\t'));
}

export interface ArticleLabels {
  readonly sentiment: string;
  readonly topics: readonly string[];
}

/** Sentences of news in a language, with their tone and topics. */
export const articleSamples = (language: 'en' | 'es', half: Half): readonly Sample<ArticleLabels>[] =>
  rows(`articles.${language}`, half).map(([sentiment = '', topics = '', text = '']) => ({
    labels: { sentiment, topics: topics === '-' ? [] : topics.split(',') },
    text,
  }));

/** Short titles with the code of their language. */
export const languageSamples = (half: Half): readonly Sample<string>[] =>
  rows('languages', half).map(([labels = '', text = '']) => ({ labels, text }));
