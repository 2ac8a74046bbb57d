import { describe, expect, test } from '@jest/globals';
import { analyze } from './analyze.ts';
import { readSubject } from './subject.ts';

const subject = readSubject('breast-cancer');
const read = (title: string, summary = '', rest: { declaredLanguage?: string; sourceCountry?: string } = {}) =>
  analyze({ title, summary, declaredLanguage: null, sourceCountry: null, ...rest }, subject);
const toneOf = (title: string, declaredLanguage: string) => read(title, '', { declaredLanguage }).sentiment?.label;

describe('The tone of an article', () => {
  test.each([
    ['en', 'Deaths from the disease fell by a third', 'positive'],
    ['en', 'Survival falls in poor districts', 'negative'],
    ['en', 'The tablets did not help and caused harm', 'negative'],
    ['en', 'No side effects were seen', 'positive'],
    ['en', 'What is breast cancer and how is a tumour treated', 'neutral'],
    ['en', 'Dairy products neither raise nor lower the risk', 'neutral'],
    ['es', 'Bajan las muertes por la enfermedad', 'positive'],
    ['es', 'Cae la supervivencia en los barrios', 'negative'],
    ['es', 'El fármaco no es eficaz', 'negative'],
    ['es', 'Sin efectos secundarios', 'positive'],
    ['es', 'Qué es el cáncer de mama y cómo se trata un tumor', 'neutral'],
    ['es', 'Los lácteos ni aumentan ni reducen el riesgo', 'neutral'],
  ])('in %s: "%s" is %s', (language, title, label) => {
    expect(toneOf(title, language)).toBe(label);
  });

  test('lists the words that decided', () => {
    expect(read('An excellent result, but patients suffer', '', { declaredLanguage: 'en' }).sentiment?.words).toEqual([
      { word: 'excellent', score: expect.any(Number) },
      { word: 'suffer', score: expect.any(Number) },
    ]);
  });

  test.each([
    ['pt', 'Excelente notícia: cai a mortalidade por câncer de mama no Brasil'],
    ['fr', 'Excellente nouvelle : la mortalité par cancer du sein recule en France'],
  ])('is null in %s, which has no lexicon', (language, title) => {
    expect(read(title)).toMatchObject({ language, sentiment: null });
  });
});

describe('The language of an article', () => {
  test('is the declared one if several languages could have written the title', () => {
    expect(read('La vacuna entra en fase dos', '', { declaredLanguage: 'ca' }).language).toBe('ca');
    expect(read('La vacuna entra en fase dos', '', { declaredLanguage: 'es' }).language).toBe('es');
  });
  test('is that of the text if the source declares another one', () => {
    const summary = 'El programa de la comarca llega este año a todas las mujeres de entre 45 y 74 años.';
    expect(read('Nueva unidad de mamografías en el hospital', summary, { declaredLanguage: 'en-GB' }).language).toBe('es');
  });
  test.each(['', '2026', '★ ★ ★', 'https://example.org/#a'])('is unknown without words: %j', (title) => {
    expect(read(title)).toMatchObject({ language: null, languageConfidence: 0, sentiment: null });
  });
});

describe('Entities are', () => {
  const { entities, keywords, country } = read(
    'Ribociclib alarga la vida, según el Hospital Virgen del Mar',
    'La doctora Elena Robledo presentó en Sevilla los datos de olaparib. La OMS y la ministra Paula Ferrer los valoran; Robledo no.',
  );
  const of = (kind: string) => entities.filter((one) => one.kind === kind).map(({ text }) => text);

  test('persons after a title or with a given name', () => expect(of('person')).toEqual(['Elena Robledo', 'Paula Ferrer']));
  test('organizations', () => expect(of('organization')).toEqual(['Hospital Virgen del Mar', 'OMS']));
  test('places', () => expect(of('place')).toEqual(['Sevilla']));
  test('drugs by the stems of their names', () => expect(of('drug')).toEqual(['ribociclib', 'olaparib']));
  test('no words of a headline in title case', () =>
    expect(read('Mary Smith Presents The New Plan For Cancer Care').entities.filter(({ kind }) => kind === 'person')).toEqual([]));
  test('without stop words in the keywords', () => {
    expect(keywords).toContain('olaparib');
    for (const keyword of keywords) expect(keyword).not.toMatch(/^(?:la|el|los|de|en|y|según)\b|\b(?:la|el|los|de|en|y)$/);
  });
  test('next to a country', () => expect(country).toBe('ES'));
});

describe('The country of an article', () => {
  test.each([
    ['Researchers in Germany and Berlin find a gene', 'DE'],
    ['The U.S. approves the drug', 'US'],
    ['La EE. UU. y México firman un acuerdo con México', 'MX'],
    ['Spanish women wait longer', 'ES'],
    ['Join us and say what you think about the pill', 'AU'],
    ['A chile pepper a day', 'AU'],
  ])('is the one that it mentions most, else that of the source: %s', (title, country) => {
    expect(read(title, '', { sourceCountry: 'AU' }).country).toBe(country);
  });
});

test('The same article has the same analysis', () => {
  const article = [
    'Mammograms for all women in Wales',
    'The minister promises shorter waiting lists. “At last”, says Dr. Ann Price.',
  ] as const;
  expect(read(...article)).toEqual(read(...article));
});
