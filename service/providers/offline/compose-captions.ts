import { type Language, languageOf } from '../../language/languages.ts';
import { lookUp } from '../../language/lexicon.ts';
import { type ThemeName, themes } from '../../language/themes.ts';
import type { CaptionRequest } from '../../models/model.ts';
import { callsToAction, captionTemplates, fallbackTag, type Tone } from './caption-templates.ts';
import { capitalised, hashtag, seedOf, uncapitalised } from './text.ts';
import type { TextAnalysis } from './text-analysis.ts';
import { themeLines } from './theme-lines.ts';
import { translate, translatePhrase } from './translate.ts';
import { cues } from './vocabulary.ts';

const mostHashtags = 8;
const mostThemeTags = 2;
/** With fewer nouns, a quotation is better than a list. */
const fewestInList = 3;

interface Written {
  readonly captions: readonly [string, ...string[]];
  readonly hashtags: readonly string[];
  readonly language: Language;
}

/** The scene as part of a caption. */
type Opening = Pick<TextAnalysis, 'scene' | 'opening'>;

/** Captions and hashtags for an analyzed text, in the requested language. */
export function composeCaptions(request: CaptionRequest, analysis: TextAnalysis): Written {
  const language = languageOf(request.language) ?? analysis.language;
  const scene = language === analysis.language && !analysis.foreign ? analysis : inLanguage(analysis, language);
  const seed = seedOf(request.description, request.style, request.audience, language);
  const tone: Tone = analysis.mood === 'bright' ? request.style : analysis.mood;
  const found = themesOf(analysis);
  const sentences = [...themeSentences(tone, language, found), ...rotated(templatesFor(tone, language, scene), seed)];
  const caption = (at: number) => {
    const tail = analysis.mood === 'bright' ? closing(request, language, found, seed + at) + emoji(request, found) : '';
    return fill(sentences[at] ?? '{Scene}.', scene) + tail;
  };
  const rest = Array.from({ length: Math.min(request.count, sentences.length) - 1 }, (_, index) => caption(index + 1));
  return { captions: [caption(0), ...rest], hashtags: hashtags(analysis, language, found), language };
}

/** The line of the first theme. */
function themeSentences(tone: Tone, language: Language, found: readonly ThemeName[]): string[] {
  if (tone === 'minimal' || tone === 'sober' || tone === 'grave') return [];
  return found.slice(0, 1).map((theme) => `{Scene}. ${themeLines[language][theme][tone]}`);
}

/** The templates of a tone: those that read well with this scene, and the others. */
function templatesFor(tone: Tone, language: Language, { scene, opening }: Opening): { good: readonly string[]; other: readonly string[] } {
  const all = captionTemplates[language][tone];
  const isQuestion = scene.includes('?');
  const words = new Set(scene.toLowerCase().match(/\p{L}{4,}/gu));
  const good = all.filter(
    (template) =>
      // A capital after a colon is right for names only, and "We adopted a dog?" is not a natural question.
      (template.includes('{Scene}') || (!isQuestion && (opening === 'common' || opening === 'name'))) &&
      !((opening === 'sentence' || isQuestion) && template.includes('?')) &&
      !(template.toLowerCase().match(/\p{L}{4,}/gu) ?? []).some((word) => word !== 'scene' && words.has(word)),
  );
  return { good, other: all.filter((template) => !good.includes(template)) };
}

function rotated({ good, other }: { good: readonly string[]; other: readonly string[] }, seed: number): string[] {
  const start = good.length > 0 ? seed % good.length : 0;
  return [...good.slice(start), ...good.slice(0, start), ...other];
}

function fill(template: string, { scene, opening }: Opening): string {
  const inside = opening === 'common' || opening === 'sentence' ? uncapitalised(scene) : scene;
  return template.replace(/\{[Ss]cene\}/, (slot) => (slot === '{Scene}' ? scene : inside)).replace(/([….!?][”»"]?)\.(?= |$)/, '$1');
}

function closing({ audience, style }: CaptionRequest, language: Language, found: readonly ThemeName[], at: number): string {
  const { themes: about, fitting, other } = callsToAction[language][audience];
  const fits = fitting.length > 0 && found.some((theme) => about.includes(theme));
  // A minimal caption has no call to action, unless the picture has a theme of the audience.
  if (style === 'minimal' && !fits) return '';
  const choices = fits ? fitting : other;
  return choices.length > 0 ? ` ${choices[at % choices.length]}` : '';
}

function emoji({ style }: CaptionRequest, found: readonly ThemeName[]): string {
  const theme = style === 'casual' || style === 'playful' ? found[0] : undefined;
  return theme ? ` ${themes[theme].emoji}` : '';
}

/** The themes of a text: by its cues, then by its nouns, the most frequent first, then in the order of the text. */
function themesOf({ keywords, language, scene }: TextAnalysis): ThemeName[] {
  const cued = cues.filter(([cue]) => cue.test(scene)).map(([, theme]) => theme);
  const named = keywords.flatMap((keyword) => themeOf(keyword, language) ?? []);
  const count = (theme: ThemeName) => named.filter((each) => each === theme).length;
  return [...new Set([...cued, ...[...new Set(named)].sort((a, b) => count(b) - count(a))])];
}

function themeOf(keyword: string, language: Language): ThemeName | undefined {
  const words = keyword.split(' ');
  // A Spanish keyword of several words is a name: the Sagrada Familia is not a family.
  if (language === 'es') return words.length === 1 ? lookUp(keyword, 'es')?.theme : undefined;
  // The last words are the head of a noun phrase: "vanilla ice cream".
  const parts = [words.slice(-2).join(' '), ...words.toReversed()];
  return parts.map((part) => lookUp(part, 'en')).find((noun) => noun?.theme !== undefined)?.theme;
}

/**
 * The scene in the other language: translated if the tables have every word, else a list of its known nouns and names, else the
 * description's own words in quotation marks.
 */
function inLanguage(analysis: TextAnalysis, language: Language): Opening {
  const whole = analysis.foreign ? undefined : translate(analysis.scene, analysis.language);
  if (whole !== undefined) return { scene: capitalised(whole), opening: /^\p{Lu}/u.test(whole) ? 'name' : 'common' };
  const known = analysis.foreign ? [] : analysis.keywords.flatMap((keyword) => otherWord(keyword, analysis) ?? []);
  const unique = [...new Set(known)].slice(0, 4);
  const [open, close] = language === 'es' ? ['«', '»'] : ['“', '”'];
  if (unique.length < fewestInList || analysis.opening === 'sentence')
    return { scene: `${open}${analysis.scene}${close}`, opening: 'name' };
  const last = unique.at(-1) ?? '';
  const and = language === 'en' ? 'and' : /^h?i(?!e)/i.test(last) ? 'e' : 'y';
  const list = `${unique.slice(0, -1).join(', ')} ${and} ${last}`;
  return { scene: capitalised(list), opening: /^\p{Lu}/u.test(list) ? 'name' : 'common' };
}

const otherWord = (keyword: string, analysis: TextAnalysis) =>
  isName(keyword, analysis) ? keyword : translatePhrase(keyword, analysis.language);

/** Capitalised inside the text: a name, the same in both languages. */
const isName = (keyword: string, { scene }: TextAnalysis) => /^\p{Lu}/u.test(keyword) && !scene.startsWith(keyword);

function hashtags(analysis: TextAnalysis, language: Language, found: readonly ThemeName[]): string[] {
  const same = language === analysis.language || analysis.foreign;
  const own = analysis.keywords.map((keyword) => hashtag(same ? keyword : (otherWord(keyword, analysis) ?? '')));
  const tags = [
    ...own.slice(0, mostHashtags - mostThemeTags),
    ...found.slice(0, mostThemeTags).map((theme) => themes[theme].tag[language]),
  ];
  const unique = [...new Map(tags.filter((tag) => tag !== undefined).map((tag) => [tag.toLowerCase(), tag])).values()];
  return unique.length > 0 ? unique : [fallbackTag[language]];
}
