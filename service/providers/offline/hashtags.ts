import type { Language } from '../../language/languages.ts';
import { lookUp } from '../../language/lexicon.ts';
import { themes } from '../../language/themes.ts';
import { isRude } from './moderation.ts';
import { places } from './places.ts';
import { withoutTokens } from './plain-lines.ts';
import { calmed, capitalised } from './polish.ts';
import { isSober, isUnhappy, type Tone } from './tone.ts';
import { affirmed, themesOf, topicsOf } from './topics.ts';
import { adjectives } from './vocabulary.ts';
import { wordsOfText } from './word-table.ts';

/** Hashtags of an answer unless a number is requested. */
const defaultTags = 8;
const mostThemeTags = 2;

/** Nouns that say nothing as a hashtag. */
const dull = new Set(
  'monday tuesday wednesday thursday friday saturday sunday lunes martes miércoles jueves viernes sábado domingo day days line lines class group person people product products session hand hands eye eyes photo photos moment moments box bag world life wall door chair table water girl boy woman man color colour corner shop store heart window plate bottle glass house home screen customer customers boss meeting project company business phone menu dish egg eggs sauce día días línea clase grupo persona personas gente producto productos sesión mano manos ojo ojos foto fotos momento momentos caja bolso mundo vida pared puerta silla mesa agua niña niño mujer hombre color rincón tienda corazón ventana plato botella vaso casa cliente clientes jefe reunión proyecto empresa negocio teléfono menú salsa huevo huevos tarde tardes mañana night noche morning afternoon light luz wind viento center centro'.split(
    ' ',
  ),
);
const fillers: Readonly<Record<Language, readonly string[]>> = {
  en: ['#PhotoOfTheDay', '#Moments', '#EverydayMoments', '#PhotoDiary', '#ShareTheMoment'],
  es: ['#FotoDelDía', '#Momentos', '#DíaADía', '#DiarioDeFotos', '#Instantes'],
};

/** `old friends` → `#OldFriends`; letters and digits only, accents stay. Undefined if nothing is left. */
export function hashtag(words: string): string | undefined {
  const joined = words
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(capitalised)
    .join('');
  return /\p{L}/u.test(joined) && joined.length <= 40 ? `#${joined}` : undefined;
}

const describing = new Set(adjectives.split(' ').map((pair) => pair.split('=')[0] ?? ''));
const weak = new Set('first best big small little new full open empty long first hot'.split(' '));

/** A noun with the adjective before it: "old friends". */
function withAdjective(text: string, noun: string): string {
  const at = text.toLowerCase().indexOf(noun.toLowerCase());
  const before = /(?<!\p{L})\p{L}+(?= $)/u.exec(text.slice(Math.max(0, at - 20), at))?.[0] ?? '';
  return describing.has(before.toLowerCase()) && !weak.has(before.toLowerCase()) ? `${before} ${noun}` : noun;
}

const name =
  /(?<=(?:^| )(?:in|at|near|from|of|to|visiting|en|de|a|desde|por|hacia|cerca de) (?:the |el |la |los |las )?)\p{Lu}[\p{L}\p{M}'’]{2,}(?: \p{Lu}[\p{L}\p{M}'’]{2,}){0,2}/gu;
const calendar =
  /^(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|lunes|martes|miércoles|jueves|viernes|sábado|domingo|spanish|english)$/iu;

/** Names of places and venues after a preposition. None in a title, in which each word has a capital. */
export function namesIn(text: string): readonly string[] {
  const words = text.match(/\p{L}{3,}/gu) ?? [];
  const capitals = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  const isTitle = words.length > 3 && capitals * 10 > words.length * 7;
  const found = (text.match(name) ?? []).filter((each) => !calendar.test(each) && (!isTitle || places.has(each.toLowerCase())));
  return found.filter((each) => !/^\p{Lu}+$/u.test(each) || places.has(each.toLowerCase()));
}

/** Hashtags for a text in a language, without those that the caption itself has. */
export function hashtagsOf(text: string, language: Language, tone: Tone, requested: number | undefined): readonly string[] {
  const bare = calmed(withoutTokens(text));
  const sober = isSober(tone);
  const topics = topicsOf(bare, language);
  const nouns = topics.filter(({ word }) => !dull.has(word.toLowerCase()) && (!sober || lookUp(word, language)?.theme !== 'people'));
  const phrases = nouns.map(({ word }) => (language === 'en' ? withAdjective(bare, word) : word));
  const names = tone === 'rude' || sober ? [] : namesIn(affirmed(bare));
  const found =
    tone === 'happy'
      ? themesOf(topics)
          .slice(0, mostThemeTags)
          .map((theme) => themes[theme].tag[language])
      : [];
  const most = requested ?? defaultTags;
  const own =
    tone === 'rude' || (sober && tone === 'grave')
      ? []
      : [...phrases, ...names].filter((words) => !isRude(words) && !isUnhappy(wordsOfText(words)));
  const tags = [...own.map((words) => hashtag(words)).slice(0, Math.max(1, most - found.length)), ...found];
  const more = sober
    ? []
    : requested === undefined
      ? tags.length === 0 && tone === 'happy'
        ? fillers[language].slice(0, 1)
        : []
      : fillers[language];
  const written = new Set((text.match(/#[\p{L}\p{M}\p{N}_]+/gu) ?? []).map((tag) => tag.toLowerCase()));
  const unique = new Map(
    [...tags, ...more].flatMap((tag) => (tag === undefined || written.has(tag.toLowerCase()) ? [] : [[tag.toLowerCase(), tag] as const])),
  );
  return [...unique.values()].slice(0, most);
}
