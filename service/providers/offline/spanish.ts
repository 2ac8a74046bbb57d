import { isGrave } from './english.ts';
import { lookUp } from './lexicon.ts';
import type { Reading } from './reading.ts';
import { firstWord, plainText, sceneOf } from './text.ts';

const determiners = new Set(
  'el la los las un una unos unas mi mis tu tus su sus nuestro nuestra nuestros nuestras este esta estos estas ese esa esos esas dos tres cuatro cinco seis varios varias muchos muchas'.split(
    ' ',
  ),
);
const prepositions = new Set('de del en con sobre por para desde hacia entre al a bajo sin junto tras y e o u'.split(' '));
const stopWords = new Set(
  'que se lo le les me te nos muy más menos ya no sí es son está están fue era hay como cuando donde mientras después antes durante cerca lejos hoy ayer todo toda todos todas también pero porque foto imagen fondo lado día vez mano gran buen mal primer primera último última mejor ambos cada otro otra otros otras estoy estamos tengo tenemos va van voy vamos'.split(
    ' ',
  ),
);
/** Adjectives that stand before their noun. */
const leading = new Set(
  'viejos viejas viejo vieja buenos buenas bueno buena nuevo nueva nuevos nuevas pequeño pequeña pequeños pequeñas grandes hermoso hermosa hermosos hermosas bonito bonita bello bella dulce joven jóvenes antiguo antigua mejores queridos querida querido largo larga'.split(
    ' ',
  ),
);

/** Endings of verbs and adverbs: not what a picture shows. */
const notNoun = /(?:ando|iendo|yendo|mente|ándo\p{L}+|iéndo\p{L}+)$/u;

/** Reads a Spanish description by its articles, prepositions and endings: nouns, names, mood. */
export function readSpanish(description: string): Reading {
  const text = plainText(description);
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  const scene = sceneOf(text);
  const first = firstWord(scene);
  return {
    language: 'es',
    scene,
    startsCommon: determiners.has(first) || lookUp(first, 'es') !== undefined,
    keywords: nouns(words),
    grave: isGrave(text),
  };
}

function nouns(words: readonly string[]): string[] {
  const found = words.filter((word, index) => {
    const lower = word.toLowerCase();
    if (lower.length < 2 || [determiners, prepositions, stopWords, leading].some((set) => set.has(lower)) || notNoun.test(lower))
      return false;
    if (lookUp(lower, 'es') || (index > 0 && word !== lower)) return true;
    const before = words
      .slice(0, index)
      .map((each) => each.toLowerCase())
      .filter((each) => !leading.has(each))
      .at(-1);
    return before === undefined || determiners.has(before) || prepositions.has(before);
  });
  return [...new Map(found.map((word) => [word.toLowerCase(), word])).values()];
}
