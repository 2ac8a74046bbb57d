import { languages } from '../../service/language/languages.ts';
import { themeNames, themes } from '../../service/language/themes.ts';
import { audiences, type CaptionDraft, type CaptionRequest, styles } from '../../service/models/model.ts';
import { callsToAction } from '../../service/providers/offline/calls-to-action.ts';
import {
  closingLines,
  noticeLines,
  plainLines,
  questionLines,
  sceneLines,
  soberLines,
} from '../../service/providers/offline/caption-lines.ts';
import { isRude } from '../../service/providers/offline/moderation.ts';
import { themeLines } from '../../service/providers/offline/theme-lines.ts';
import type { Description } from './description.ts';

export const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const joke =
  /ten out of ten|diez sobre diez|plot twist|breaking news|you are welcome|de nada|hungry|hambre|jealous|envidia|no notes|your sign|my day is going/i;
const themeTags: ReadonlySet<string> = new Set(themeNames.flatMap((name) => languages.map((language) => themes[name].tag[language])));
const junkTag =
  /^#(?:\d.*|.|i|the|a|an|and|of|in|on|my|our|is|are|it|this|that|what|when|where|which|who|why|how|many|much|time|hour|hours|el|la|los|las|un|una|de|del|y|en|mi|su|qué|que|quién|cuándo|cuánto|cuántos|cuántas|dónde|cómo|por|para|con|sin|no|hoy|today|day|días?|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miércoles|jueves|viernes|sábado|domingo|write|caption|escribe|pie|foto|photo|img.*|jpe?g|https?|www|com|die|dead|death|war|muerte|guerra|accidente|accident)$/i;

/** Every sentence that the model may add, by language. */
const added = Object.fromEntries(
  languages.map((language) => {
    const lines = [sceneLines, plainLines, noticeLines].flatMap((table) => Object.values(table[language]).flat());
    const themed = Object.values(themeLines[language]).flatMap((each) => Object.values(each));
    const calls = Object.values(callsToAction).flatMap((each) => each[language]);
    const others = [questionLines[language], ...Object.values(soberLines[language]), ...Object.values(closingLines[language])].flat();
    return [language, new Set([...lines, ...themed, ...calls, ...others])];
  }),
);

/** Without the hashtags at its end, which follow the added sentences. */
const withoutLastTags = (text: string) => text.replace(/(?:\s*#[\p{L}\p{M}\p{N}_]+)+$/u, '');
/** Letters and digits only, in lower case: how the words are written is tested apart. */
const bare = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
const tokens = /https?:\/\/\S*[\p{L}\p{N}/]|www\.\S*[\p{L}\p{N}/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[@#][\p{L}\p{N}_]+(?:\.[\p{L}\p{N}_]+)*/gu;

const optionSets: readonly Partial<CaptionRequest>[] = [
  {},
  { length: 'short' },
  { length: 'long', emoji: 'many' },
  { emoji: 'none', hashtags: 0 },
  { emoji: 'few', hashtags: 3, callToAction: 'Visit example.com' },
  ...audiences.map((audience) => ({ audience })),
];

/** What must never happen, as messages. */
export function mistakesOf(
  { text, language, tone, tags = [], notTags = [], ...rest }: Description,
  draft: CaptionDraft,
  options: Partial<CaptionRequest>,
): string[] {
  const found: string[] = [];
  const says = withoutLastTags(rest.says ?? text);
  const require = (isRight: boolean, message: string) => {
    if (!isRight) found.push(message);
  };
  const sober = tone === 'sober';
  require(draft.language === language, `is labelled ${draft.language}`);
  require(new Set(draft.captions).size === 5, 'has equal captions');
  for (const caption of draft.captions) {
    const shown = JSON.stringify(caption);
    require(bare(caption).includes(bare(says)) || bare(caption).includes(bare(says.replaceAll('•', ''))), `loses words: ${shown}`);
    for (const [token] of text.matchAll(tokens)) require(caption.includes(token), `alters ${token}: ${shown}`);
    for (const [price] of says.matchAll(/[€$£] ?\d[\d.,]*\d|\d[\d.,:/-]*\d(?: ?[€%])?/gu))
      require(caption.includes(price), `alters ${price}: ${shown}`);
    const outside = caption.replace(tokens, 'x');
    require(!/[.,;:!?]{2,}|…[.,;:!?]|\s[,.;!?]/u.test(outside.replace(/[ap]\.m\.|\b(?:\p{L}\.){2,}/giu, '')), `punctuation: ${shown}`);
    require(!/\b(?:undefined|null|NaN)\b|\{|<\/?\w|\*\*/.test(caption), `holds markup or a placeholder: ${shown}`);
    require(/^(?:[^\p{L}]|\p{Lu}|iPhone)/u.test(caption), `starts with a small letter: ${shown}`);
    require(caption.length <= 2200 && caption.trim() === caption, `is too long or has outer space: ${shown}`);
    if (sober) {
      require(!/[!¡]/.test(caption), `exclaims: ${shown}`);
      require(!emoji.test(caption), `has emoji: ${shown}`);
      require(!joke.test(caption), `jokes: ${shown}`);
    }
    if (tone !== 'happy') require(!joke.test(caption.replace(says, '')), `jokes: ${shown}`);
    if (options.emoji === 'none') require(!emoji.test(caption), `has emoji: ${shown}`);
    if (options.callToAction) require(caption.includes(options.callToAction), `has no call to action: ${shown}`);
    const last = says
      .replace(/[^\p{L}\p{N}]+$/u, '')
      .slice(-12)
      .toLowerCase();
    const at = caption.toLowerCase().indexOf(last);
    const end = at === -1 ? caption.length : at + last.length;
    const after = caption
      .slice(end)
      .replace(/#\S+/g, '')
      .replace(options.callToAction ?? '', '');
    for (const line of after.split(/(?<=[.!?])\s+/u)) {
      const sentence = line
        .replace(new RegExp(emoji, 'gu'), '')
        .replaceAll('\ufe0f', '')
        .replace(/^[\s.!?)"”…»%€]+/u, '')
        .trim();
      require(sentence === '' || added[language]?.has(sentence) === true, `adds ${JSON.stringify(sentence)}: ${shown}`);
    }
  }
  const list = draft.hashtags.map((tag) => tag.toLowerCase());
  require(list.length <= (options.hashtags ?? 8), `has ${list.length} hashtags`);
  require(new Set(list).size === list.length, 'repeats a hashtag');
  for (const tag of draft.hashtags) {
    require(/^#[\p{L}\p{M}\p{N}_]+$/u.test(tag) && /\p{L}/u.test(tag) && tag.length <= 41, `is no hashtag: ${tag}`);
    require(!junkTag.test(tag) && !isRude(tag.slice(1)), `has the hashtag ${tag}`);
    if (sober) require(!themeTags.has(tag), `has the hashtag ${tag}`);
  }
  if (options.hashtags === undefined)
    for (const tag of tags) require(list.includes(tag.toLowerCase()), `misses ${tag} in ${list.join(' ')}`);
  for (const tag of notTags) require(!list.includes(tag.toLowerCase()), `has the hashtag ${tag}`);
  return found;
}

/** Every style with each of the options. */
export const variants: readonly Partial<CaptionRequest>[] = styles.flatMap((style) => optionSets.map((options) => ({ style, ...options })));
