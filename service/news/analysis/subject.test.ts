import { describe, expect, test } from '@jest/globals';
import { analysisVersion, readSubject, subjects } from './subject.ts';

describe('The subject of the news', () => {
  test.each([...subjects.keys()])('%s is built in, with terms in each of its languages', (name) => {
    const { languages, terms, topics } = readSubject(name);
    expect(Object.keys(terms).sort()).toEqual([...languages].sort());
    for (const topic of Object.values(topics)) expect(Object.keys(topic.terms).sort()).toEqual([...languages].sort());
  });

  test('can be given as JSON', () => {
    const given = {
      name: 'beekeeping',
      title: { en: 'Bees', es: 'Abejas' },
      languages: ['en'],
      threshold: 0.4,
      terms: { en: { 'honey bee': 5 } },
      topics: {},
    };
    expect(readSubject(JSON.stringify(given))).toEqual({ ...given, neutral: {} });
  });

  test.each([
    ['astronomy', /no built-in subject: use breast-cancer or renewable-energy/],
    ['{"name":', /JSON is invalid/],
    ['{"name":"x"}', /NEWS_SUBJECT\.title:/],
    [JSON.stringify({ ...readSubject('breast-cancer'), threshold: 2 }), /NEWS_SUBJECT\.threshold:/],
    [JSON.stringify({ ...readSubject('breast-cancer'), terms: { en: { 'a  b': 1 } } }), /NEWS_SUBJECT\.terms\.en\.a {2}b:/],
    [
      JSON.stringify({ ...readSubject('breast-cancer'), languages: ['fr'] }),
      /NEWS_SUBJECT\.terms: must have terms in each of the languages/,
    ],
  ])('is rejected with the path of each error: %.30s', (text, message) => {
    expect(() => readSubject(text)).toThrow(message);
  });

  test('has a version that changes with its terms', () => {
    const subject = readSubject('breast-cancer');
    expect(analysisVersion(subject)).toBe(analysisVersion(readSubject(JSON.stringify(subject))));
    expect(analysisVersion({ ...subject, threshold: 0.6 })).not.toBe(analysisVersion(subject));
  });
});
