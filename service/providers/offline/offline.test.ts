import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { languages } from '../../language/languages.ts';
import { audiences, type CaptionRequest, styles } from '../../models/model.ts';
import { testCard } from '../../testing/models.ts';
import { createOfflineModel } from './offline.ts';

const model = createOfflineModel(testCard({ id: 'offline' }));
const base: CaptionRequest = { description: '', style: 'casual', audience: 'general', language: undefined, count: 3 };
const write = (description: string, rest: Partial<CaptionRequest> = {}) =>
  model.writeCaptions({ ...base, description, ...rest }, new AbortController().signal);

const described = [
  {
    text: 'Sunset over the beach in Cádiz with old friends',
    language: 'en',
    words: ['sunset', 'beach', 'Cádiz', 'old friends'],
    tags: ['#Beach', '#Cádiz', '#OldFriends'],
  },
  {
    text: 'A golden retriever puppy playing in the snow',
    language: 'en',
    words: ['golden retriever puppy', 'snow'],
    tags: ['#GoldenRetrieverPuppy', '#Snow'],
  },
  {
    text: 'My grandmother baking bread in her kitchen on a rainy Sunday',
    language: 'en',
    words: ['grandmother', 'bread', 'Sunday'],
    tags: ['#Grandmother', '#Bread'],
  },
  { text: 'A photo of two cats sleeping on a red sofa', language: 'en', words: ['cats', 'red sofa'], tags: ['#Cats'] },
  { text: 'coffee', language: 'en', words: ['coffee'], tags: ['#Coffee'] },
  {
    text: 'New York skyline from the Brooklyn Bridge',
    language: 'en',
    words: ['New York skyline', 'Brooklyn Bridge'],
    tags: ['#BrooklynBridge'],
  },
  {
    text: 'Atardecer en la playa de Cádiz con viejos amigos',
    language: 'es',
    words: ['atardecer', 'playa', 'Cádiz', 'viejos amigos'],
    tags: ['#Playa', '#Cádiz', '#Amigos'],
  },
  { text: 'Perro jugando en la nieve', language: 'es', words: ['perro', 'nieve'], tags: ['#Perro', '#Nieve'] },
  {
    text: 'Mi abuela haciendo pan en su cocina un domingo de lluvia',
    language: 'es',
    words: ['abuela', 'pan', 'cocina'],
    tags: ['#Abuela', '#Pan'],
  },
  { text: 'Foto de dos gatos durmiendo en un sofá rojo', language: 'es', words: ['gatos', 'sofá rojo'], tags: ['#Gatos', '#Sofá'] },
  { text: 'café con leche', language: 'es', words: ['café con leche'], tags: ['#Café', '#Leche'] },
  { text: 'María tocando la guitarra en el balcón', language: 'es', words: ['María', 'guitarra', 'balcón'], tags: ['#María', '#Guitarra'] },
];

describe('The offline model', () => {
  test.each(described)('writes about "$text" in its own language', async ({ text, language, words, tags }) => {
    for (const style of styles) {
      const draft = await write(text, { style, count: 5 });
      expect(draft.language).toBe(language);
      expect(draft.captions).toHaveLength(5);
      for (const caption of draft.captions) for (const word of words) expect(caption.toLowerCase()).toContain(word.toLowerCase());
      expect(draft.hashtags).toEqual(expect.arrayContaining(tags));
    }
  });

  test('says that it is the offline model', async () => expect((await write('coffee')).model).toContain('offline'));

  test('translates if the other language is requested', async () => {
    const spanish = await write('Sunset over the beach in Cádiz with old friends', { language: 'es' });
    expect(spanish.language).toBe('es');
    expect(spanish.captions[0].toLowerCase()).toContain('atardecer sobre la playa en cádiz con viejos amigos');
    expect(spanish.hashtags).toEqual(expect.arrayContaining(['#Atardecer', '#Playa', '#ViejosAmigos']));
    const english = await write('Dos gatos en el sofá', { language: 'en' });
    expect(english.captions[0].toLowerCase()).toContain('two cats on the sofa');
  });

  test('quotes what it cannot translate', async () => {
    expect((await write('Homemade lasagna fresh out of the oven', { language: 'es' })).captions[0]).toContain(
      '«Homemade lasagna fresh out of the oven»',
    );
  });

  test.each(["I am at my father's funeral", 'Despedida de mi abuelo en el cementerio'])('makes no jokes about "%s"', async (text) => {
    const { captions } = await write(text, { style: 'playful', audience: 'food', count: 5 });
    for (const caption of captions) expect(caption).not.toMatch(/hungry|hambre|Plot twist|Giro|recommend|\p{Extended_Pictographic}/u);
  });

  test('describes unpleasant events soberly, unless the text itself is glad', async () => {
    const sober = await write('My boss crying in the meeting', { style: 'playful', count: 5 });
    for (const caption of sober.captions) expect(caption).not.toMatch(/[!?]|\p{Extended_Pictographic}/u);
    const glad = await write('Exhausted but happy runner with a medal', { style: 'playful', count: 5 });
    expect(glad.captions.join(' ')).toMatch(/!/);
  });

  test.each([
    ['שקיעה על החוף עם חברים', '#חברים'],
    ['日本の夕日', '#日本の夕日'],
    ['Un petit chien qui court sur la neige avec ses copains', '#chien'],
  ])('quotes "%s", which it cannot read', async (text, tag) => {
    const { captions, hashtags } = await write(text, { count: 5 });
    for (const caption of captions) expect(caption).toContain(`“${text}”`);
    expect(hashtags.map((each) => each.toLowerCase())).toContain(tag);
  });

  test.each([
    ['iPhone on a wooden table', /^iPhone on a wooden table/],
    ['Happy Halloween from our pumpkin patch', /^Happy Halloween from our pumpkin patch\. /m],
    ['Tormenta sobre la meseta castellana', /^Tormenta sobre la meseta castellana\. /m],
    ['BEACH DAY WITH FRIENDS', /^Beach day with friends/],
    ['¡Por fin vacaciones! Maletas listas', /^Por fin vacaciones\. /],
    ['¿Quién viene a la playa?', /^¿Quién viene a la playa\? [^.]/],
    ['{Scene} and {scene}', /^\{Scene\} and \{scene\}\. /],
    ['...', /^No words\. /],
  ])('starts a caption about "%s" as a person would', async (text, start) =>
    expect((await write(text, { style: 'inspirational' })).captions.join('\n')).toMatch(start),
  );

  test('leaves out "a photo of" and repeats only the first sentence', async () => {
    const { captions } = await write('A photo of a market full of spices. We walked for hours. Then it rained.', { style: 'minimal' });
    expect(captions[0]).toMatch(/market full of spices/);
    expect(captions[0]).not.toMatch(/photo|walked/);
  });

  test('adds a line for its audience', async () =>
    expect((await write('paella', { audience: 'food' })).captions[0]).toMatch(/hungry|seconds|hambre|repetir/));

  test('stops when the caller has left', async () => {
    await expect(model.writeCaptions({ ...base, description: 'coffee' }, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  });

  test('gives every text, however odd, different non-empty captions and valid hashtags, the same each time', async () => {
    const request = fc.record({
      description: fc.oneof(
        fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
        fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
      ),
      style: fc.constantFrom(...styles),
      audience: fc.constantFrom(...audiences),
      language: fc.constantFrom(undefined, ...languages),
      count: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const draft = await model.writeCaptions(given, new AbortController().signal);
        expect(draft.captions).toHaveLength(given.count);
        expect(new Set(draft.captions).size).toBe(given.count);
        for (const caption of draft.captions) expect(caption.trim()).not.toBe('');
        expect(draft.hashtags.length).toBeGreaterThan(0);
        for (const tag of draft.hashtags) expect(tag).toMatch(/^#[\p{L}\p{M}\p{N}]+$/u);
        expect(new Set(draft.hashtags.map((tag) => tag.toLowerCase())).size).toBe(draft.hashtags.length);
        expect(await model.writeCaptions(given, new AbortController().signal)).toEqual(draft);
      }),
      { numRuns: 150 },
    );
  });
});
