import { describe, expect, test } from '@jest/globals';
import { translate } from './translate.ts';

describe('A scene in the other language', () => {
  test.each([
    ['Two cats sleeping on a red sofa', 'dos gatos durmiendo en un sofá rojo'],
    ['My grandmother baking bread on a rainy Sunday', 'mi abuela horneando pan un domingo de lluvia'],
    [
      'Team celebrating the launch of our new product at the office',
      'equipo celebrando el lanzamiento de nuestro nuevo producto en la oficina',
    ],
    ['Children playing the guitar under the stars', 'niños tocando la guitarra bajo las estrellas'],
    ['The first snow of the winter', 'la primera nieve del invierno'],
    ['Apple pie and tea', 'pastel de manzana y té'],
    ['Neon lights in Tokyo at night', 'luces de neón en Tokyo de noche'],
  ])('says "%s" in Spanish with articles and adjectives that agree', (english, spanish) => expect(translate(english, 'en')).toBe(spanish));

  test.each([
    ['Perro jugando en la nieve', 'dog playing in the snow'],
    ['Tapas y vino en una terraza de Sevilla', 'tapas and wine on a terrace in Sevilla'],
    ['María tocando la guitarra en el balcón', 'María playing the guitar on the balcony'],
    ['Una taza de cerámica sobre una mesa de madera', 'a ceramic cup on a wooden table'],
    ['la Sagrada Familia al atardecer', 'the Sagrada Familia at sunset'],
    ['Una naranja', 'an orange'],
    ['Concierto de Rosalía en Madrid', 'concert of Rosalía in Madrid'],
  ])('says "%s" in English', (spanish, english) => expect(translate(spanish, 'es')).toBe(english));

  test.each([
    ['An old fisherman mending his nets', 'en'],
    ['New York skyline from the Brooklyn Bridge', 'en'],
    ['Subida al Teide antes del amanecer', 'es'],
  ] as const)('leaves "%s" alone, because a word is missing from the tables', (scene, from) =>
    expect(translate(scene, from)).toBeUndefined(),
  );
});
