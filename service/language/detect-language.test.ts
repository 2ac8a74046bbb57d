import { describe, expect, test } from '@jest/globals';
import { certainLanguage } from './detect-language.ts';

describe('The language of a text is', () => {
  test.each([
    ['The sun over the sea with my friends.', 'en'],
    ['El sol sobre el mar con mis amigos.', 'es'],
    ['A day at the beach in Cádiz with the dog. #playa #perro #sol #mar', 'en'],
    ['Una tarde en la playa de Tarifa, sin prisa. #the #of #and #with', 'es'],
  ])('certain: %s', (text, language) => {
    expect(certainLanguage(text)).toBe(language);
  });

  test.each([
    ['Cádiz'],
    [''],
    ['La plage de Nice et la mer en hiver'],
    ['Uma tarde de sol na praia com os amigos de sempre'],
    ['La spiaggia di Amalfi e la luna'],
    ['Golden hour'],
    ['Beach mode ☀️'],
    ['Dinner at La Casa de la Abuela with friends'],
    ['Playa, sol y the best friends of the world'],
  ])('uncertain: %j', (text) => {
    expect(certainLanguage(text)).toBeUndefined();
  });
});
