import { lookUp } from '../../language/lexicon.ts';
import { moodOf, sentimentOf } from './mood.ts';
import { extractScene, longestWord, plainText } from './text.ts';
import type { TextAnalysis } from './text-analysis.ts';

const determiners = new Set(
  'el la los las un una unos unas mi mis tu tus su sus nuestro nuestra nuestros nuestras este esta estos estas ese esa esos esas dos tres cuatro cinco seis varios varias muchos muchas'.split(
    ' ',
  ),
);
const prepositions = new Set('de del en con sobre por para desde hacia entre al a bajo sin junto tras y e o u'.split(' '));
const stopWords = new Set(
  'que se lo le les me te nos muy más menos ya no sí es son está están fue era hay como cuando donde mientras después antes durante cerca lejos hoy ayer todo toda todos todas también pero porque foto imagen fondo lado día vez mano gran buen mal primer primera último última mejor ambos cada otro otra otros otras fin recién estoy estamos tengo tenemos va van voy vamos'.split(
    ' ',
  ),
);
/** Adjectives that precede their noun. */
const leading = new Set(
  'viejos viejas viejo vieja buenos buenas bueno buena nuevo nueva nuevos nuevas pequeño pequeña pequeños pequeñas grandes hermoso hermosa hermosos hermosas bonito bonita bello bella dulce joven jóvenes antiguo antigua mejores queridos querida querido largo larga segundo segunda tercer tercera primer primera último última mejor gran buen'.split(
    ' ',
  ),
);

/** Endings of verbs and adverbs. */
const notNoun = /(?:ando|iendo|yendo|mente|\p{L}{3}[aei]mos|ándo\p{L}+|iéndo\p{L}+)$/u;

/** Analyzes a Spanish description by its articles, prepositions and endings: nouns, names, mood. */
export function analyzeSpanish(description: string): TextAnalysis {
  const text = plainText(description);
  const words = text.match(/[\p{L}\p{M}]+/gu) ?? [];
  const scene = extractScene(text);
  return {
    language: 'es',
    foreign: false,
    scene,
    opening: openingOf(scene, text),
    keywords: nouns(words),
    sentiment: sentimentOf(text),
    mood: moodOf(text),
  };
}

/** Endings that names of people and places rarely have. */
const commonEnding = /(?:ción|sión|dad|ida|ada|ido|ado|ando|iendo|ente|eza|aje|ista|mos|oy|ura)s?$/u;

function openingOf(scene: string, text: string): TextAnalysis['opening'] {
  const [first = '', second = ''] = scene.match(/[\p{L}\p{M}]+/gu) ?? [];
  const lower = first.toLowerCase();
  if (/mos$|^(?:estoy|tengo|hoy|ayer|por|es|era|hay)$/u.test(lower)) return 'sentence';
  if (determiners.has(lower) || prepositions.has(lower) || lookUp(lower, 'es') !== undefined) return 'common';
  // A lower-case start in the text itself is a common word.
  if (!text.includes(scene) || commonEnding.test(lower)) return 'common';
  return /^\p{Lu}/u.test(second) ? 'name' : 'unknown';
}

/** Nouns, and names of several words as one: "Sagrada Familia". */
function nouns(words: readonly string[]): string[] {
  const runs: string[][] = [];
  words.forEach((word, index) => {
    if (!isNoun(words, index)) return;
    const before = words[index - 1] ?? '';
    const last = runs.at(-1);
    if (isCapital(word) && isCapital(before) && last?.at(-1) === before) last.push(word);
    else runs.push([word]);
  });
  const names = runs.map((run) => run.join(' '));
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}

const isCapital = (word: string) => /^\p{Lu}/u.test(word);

function isNoun(words: readonly string[], index: number): boolean {
  const word = words[index] ?? '';
  const lower = word.toLowerCase();
  if (lower.length < 2 || lower.length > longestWord) return false;
  if ([determiners, prepositions, stopWords, leading].some((set) => set.has(lower)) || notNoun.test(lower)) return false;
  if (lookUp(lower, 'es') || (index > 0 && isCapital(word))) return true;
  let at = index - 1;
  while (leading.has(words[at]?.toLowerCase() ?? '')) at -= 1;
  const before = words[at]?.toLowerCase();
  // "antes de abrir": an infinitive, unlike "la mujer".
  if (/\p{L}{2}[aei]r$/u.test(lower) && before !== undefined && !determiners.has(before)) return false;
  return before === undefined ? !/oy$/.test(lower) : determiners.has(before) || prepositions.has(before);
}
