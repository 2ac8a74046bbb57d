import { describe, expect, test } from '@jest/globals';
import { analyze } from './analyze.ts';
import { readSubject, type Subject } from './subject.ts';

const breastCancer = readSubject('breast-cancer');
const read = (title: string, summary = '', subject: Subject = breastCancer) =>
  analyze({ title, summary, declaredLanguage: null, sourceCountry: null }, subject);

describe('An article is relevant', () => {
  test.each([
    ['Breast cancer deaths fall in Europe'],
    ['New mammography guidelines published'],
    ['Women with breast tumours live longer with the new pill'],
    ['El cáncer de mama, más frecuente en mujeres jóvenes'],
    ['Las MAMOGRAFIAS gratuitas llegan a los pueblos de la provincia'],
    ['Una unidad móvil hará mamografías en la comarca'],
    ['Nuevos tumores mamarios detectados por una prueba de sangre'],
  ])('if its title has terms of the subject: %s', (title) => {
    expect(read(title)).toMatchObject({ isRelevant: true });
  });

  test.each([
    ['The government presents the budget for next year', 'Taxes on fuel will rise.'],
    ['How to grill a chicken breast', 'The breast stays juicy with this recipe.'],
    ['Horóscopo de hoy para el signo Cáncer', 'Buen día para los nacidos bajo este signo.'],
    ['Prostate cancer screening by blood test', 'The trial included 5,000 men.'],
    ['Los abreastados del pueblo celebran su fiesta', ''],
  ])('not if it is about something else: %s', (title, summary) => {
    expect(read(title, summary)).toMatchObject({ isRelevant: false });
  });

  test('by points that its matched terms explain, those of the title twice', () => {
    const { relevance, matches } = read('Mammograms for women over 40', 'A mammogram detects breast cancer early.');
    expect(matches).toEqual([
      { term: 'breast cancer', weight: 6, title: 0, summary: 1 },
      { term: 'mammogra*', weight: 5, title: 1, summary: 1 },
    ]);
    expect(relevance).toBeCloseTo(21 / 26);
  });

  test('to another subject by its own terms', () => {
    const energy = readSubject('renewable-energy');
    expect(read('A new wind farm off the coast of Scotland', '', energy)).toMatchObject({ isRelevant: true });
    expect(read('Un eclipse solar total se verá en España', '', energy)).toMatchObject({ isRelevant: false });
    expect(read('Breast cancer deaths fall in Europe', '', energy)).toMatchObject({ isRelevant: false, matches: [] });
  });

  test('not if the subject has no terms in its language', () => {
    const article = read('Le dépistage du cancer du sein recule en France depuis deux ans', 'Les femmes attendent trop longtemps.');
    expect(article).toMatchObject({ language: 'fr', relevance: 0, isRelevant: false });
  });

  test('not across the end of a sentence', () => {
    expect(read('He beat his breast. Cancer research needs money.').matches.map(({ term }) => term)).not.toContain('breast cancer');
  });
});
