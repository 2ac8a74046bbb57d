import { describe, expect, test } from '@jest/globals';
import { analyze } from './analyze.ts';
import { readSubject } from './subject.ts';
import { articleSamples, languageSamples } from './testing/samples.ts';
import { classScores } from './testing/scores.ts';

/** Figures of the test half are in docs/decisions/news-analysis.md; these floors are somewhat lower. */
const floors = { sentiment: { en: 0.8, es: 0.84 }, topics: { en: 0.72, es: 0.72 }, language: 0.82 };
const subject = readSubject('breast-cancer');
const read = (title: string, declaredLanguage: string | null) =>
  analyze({ title, summary: '', declaredLanguage, sourceCountry: null }, subject);

describe.each(['en', 'es'] as const)('Of held-out sentences in %s', (language) => {
  const samples = articleSamples(language, 'test');

  test('the tone is right as often as documented', () => {
    const judged = samples.map(({ labels, text }) => ({
      expected: [labels.sentiment],
      predicted: [read(text, language).sentiment?.label ?? 'none'],
    }));
    expect(classScores(judged).macro.f1).toBeGreaterThan(floors.sentiment[language]);
  });

  test('the topics are right as often as documented', () => {
    const judged = samples.map(({ labels, text }) => ({
      expected: labels.topics,
      predicted: read(text, language).topics.map(({ name }) => name),
    }));
    expect(classScores(judged).macro.f1).toBeGreaterThan(floors.topics[language]);
  });
});

test('the language of held-out titles in seven languages is right as often as documented', () => {
  const judged = languageSamples('test').map(({ labels, text }) => ({
    expected: [labels],
    predicted: [read(text, null).language ?? 'none'],
  }));
  expect(classScores(judged).macro.f1).toBeGreaterThan(floors.language);
});
