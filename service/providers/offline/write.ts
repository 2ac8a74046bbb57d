import type { CaptionRequest, Language } from '../model.ts';
import { closings, fallbackTag, frames } from './frames.ts';
import { lookUp, themes } from './lexicon.ts';
import type { Reading } from './reading.ts';
import { capitalised, hashtag, seedOf, uncapitalised } from './text.ts';

const mostHashtags = 8;

interface Written {
  readonly captions: readonly [string, ...string[]];
  readonly hashtags: readonly string[];
  readonly language: Language;
}

/** Captions and hashtags for a reading, in the language asked for. */
export function write(request: CaptionRequest, reading: Reading): Written {
  const language = request.language ?? reading.language;
  const scene = language === reading.language ? reading : translated(reading, language);
  const seed = seedOf(request.description, request.style, request.audience, language);
  const style = reading.grave ? 'grave' : request.style;
  const choices = frames[language][style];
  const tail = reading.grave ? '' : closing(request, language, seed) + emoji(request, reading);
  const caption = (offset: number) => fill(choices[(seed + offset) % choices.length] ?? '{Scene}.', scene) + tail;
  const rest = Array.from({ length: Math.min(request.count, choices.length) - 1 }, (_, index) => caption(index + 1));
  return { captions: [caption(0), ...rest], hashtags: hashtags(reading, language), language };
}

function fill(frame: string, { scene, startsCommon }: Pick<Reading, 'scene' | 'startsCommon'>): string {
  const inside = startsCommon ? uncapitalised(scene) : scene;
  return frame
    .replace('{Scene}', () => scene)
    .replace('{scene}', () => inside)
    .replace(/…\./g, '…');
}

function closing({ audience }: CaptionRequest, language: Language, seed: number): string {
  const lines = closings[language][audience];
  return lines.length > 0 ? ` ${lines[seed % lines.length]}` : '';
}

function emoji({ style }: CaptionRequest, reading: Reading): string {
  const theme = style === 'casual' || style === 'playful' ? themesOf(reading)[0] : undefined;
  return theme ? ` ${theme.emoji}` : '';
}

const wordsOf = (reading: Reading) => reading.keywords.flatMap((keyword) => keyword.split(' '));
const themesOf = (reading: Reading) => {
  const found = new Set(wordsOf(reading).flatMap((word) => lookUp(word, reading.language)?.theme ?? []));
  return themes.filter((theme) => found.has(theme));
};

/**
 * The scene in the other language, as far as the table goes: its known nouns and its names.
 * Where it knows none, the description's own words stand in quotation marks.
 */
function translated(reading: Reading, language: Language): Pick<Reading, 'scene' | 'startsCommon'> {
  const known = reading.keywords.flatMap((keyword) => otherWords(keyword, reading));
  const unique = [...new Set(known)].slice(0, 5);
  const [open, close] = language === 'es' ? ['«', '»'] : ['“', '”'];
  if (unique.length < 2) return { scene: `${open}${reading.scene}${close}`, startsCommon: false };
  const last = unique.at(-1) ?? '';
  const and = language === 'en' ? 'and' : /^h?i(?!e)/i.test(last) ? 'e' : 'y';
  const list = `${unique.slice(0, -1).join(', ')} ${and} ${last}`;
  return { scene: capitalised(list), startsCommon: !isName(unique[0] ?? '', reading) };
}

/** What of a keyword can stand in the other language: words of the table and names. */
const otherWords = (keyword: string, reading: Reading) =>
  keyword.split(' ').flatMap((word) => lookUp(word, reading.language)?.other ?? (isName(word, reading) ? word : []));

/** Capitalised inside the text: a name, the same in both languages. */
const isName = (word: string, { scene }: Reading) => /^\p{Lu}/u.test(word) && !scene.startsWith(word);

function hashtags(reading: Reading, language: Language): string[] {
  const own = reading.keywords.map((keyword) => hashtag(language === reading.language ? keyword : otherWords(keyword, reading).join(' ')));
  const tags = [...own, ...themesOf(reading).map((theme) => theme.tag[language])].filter((tag) => tag !== undefined);
  const unique = [...new Map(tags.map((tag) => [tag.toLowerCase(), tag])).values()].slice(0, mostHashtags);
  return unique.length > 0 ? unique : [fallbackTag[language]];
}
