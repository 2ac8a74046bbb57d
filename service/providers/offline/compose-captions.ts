import { hash } from 'node:crypto';
import { detectLanguage } from '../../language/detect-language.ts';
import { type Language, languageOf } from '../../language/languages.ts';
import { type ThemeName, themes } from '../../language/themes.ts';
import type { CaptionRequest } from '../../models/model.ts';
import { ModelError } from '../../models/model-error.ts';
import { callsToAction } from './calls-to-action.ts';
import { closingLines, type Kind, linesFor } from './caption-lines.ts';
import { hashtagsOf } from './hashtags.ts';
import { type Instructions, readInstructions } from './instructions.ts';
import { endsWithToken, partsOf, plainLines, withoutTokens } from './plain-lines.ts';
import { hasEmoji, polished, withoutEmoji, withoutExclamation } from './polish.ts';
import { themeLines } from './theme-lines.ts';
import { isSober, type Tone, toneOf } from './tone.ts';
import { themesOf, topicsOf } from './topics.ts';
import { translateText } from './translate-text.ts';
import { unusableReason, withoutFileNames } from './unusable.ts';

interface Written {
  readonly captions: readonly [string, ...string[]];
  readonly hashtags: readonly string[];
  readonly language: Language;
}

/** Longer descriptions are invalid. */
const longestDescription = 2000;
/** Longer texts and the sentence after them are two paragraphs. */
const longestParagraph = 200;

/** What captions are written from. */
interface Source {
  /** The caller's words, finished, without the hashtags at their end. */
  readonly body: string;
  readonly ownTags: readonly string[];
  readonly language: Language;
  readonly tone: Tone;
  readonly kind: Kind;
  readonly themes: readonly ThemeName[];
}

/** @throws {ModelError} `unusable_description` with what to do */
function readDescription(description: string): { readonly text: string; readonly instructions: Instructions } {
  const lines = plainLines(description.slice(0, longestDescription));
  const read = readInstructions(lines);
  const reason = unusableReason(read.text, read.text !== lines);
  if (reason !== undefined) throw new ModelError('unusable_description', reason, { pointer: '/content_description' });
  return { ...read, text: withoutFileNames(read.text.replace(medium, '')) };
}

/** "A photo of a dog" is about the dog. */
const medium =
  /^(?:(?:this|here) is )?(?:an? |the |this |my |our )?(?:beautiful |nice |great |close-up )?(?:photo(?:graph)?|picture|image|shot|selfie) (?:of|showing) |^(?:(?:esto es |aquí va )?(?:una?|la|el|esta|mi) )?(?:bonita |preciosa )?(?:foto(?:graf[ií]a)?|imagen|selfi) (?:de|que muestra) /iu;

const notice =
  /(?<!\p{L})(?:\d{1,2}:\d{2}|\d ?[ap]\.?m|\d ?(?:€|%|\$|£|euros?|dollars?|h(?!\p{L})|horas|eur|usd|mxn|pesos)|[€$£] ?\d|\d{1,2}[/.-]\d{1,2}|\d{4}|\d ?x ?\d|link in (?:our |the |my )?bio|enlace en (?:la |nuestra |mi )?(?:bio|perfil)|(?:call|book|order|visit|buy|join|sign up|register|reserve|pre-order|shop now|dm|subscribe|send|follow|open|available|sale|offer|discount|hiring|vacanc|tickets|giveaway|for sale|for rent|wanted|looking for|se vende|se alquila|se busca|se traspasa|vendo|alquilo|busco|abierto|abrimos|reserva|reservas|llama|compra|pide|apúntate|inscríbete|inscripciones|visita|síguenos|envía|escríbenos|disponible|rebajas|oferta|descuento|buscamos|contratamos|entradas|sorteo|vacante|aforo|horario)(?!\p{L}))/iu;

function kindOf(text: string): Kind {
  const bare = withoutTokens(text).trim();
  if (/\?["”»)]?$/.test(withoutEmoji(bare))) return 'question';
  const hasAddress = partsOf(text).some(
    (part, index) => index % 2 === 1 && !part.startsWith('#') && (!part.startsWith('@') || part.length < 2),
  );
  return hasAddress || notice.test(bare) || bare.length > longestParagraph || bare.split('\n').length > 2 ? 'notice' : 'scene';
}

/** The text without the hashtags at its end, and these. */
function splitTags(text: string): { readonly body: string; readonly ownTags: readonly string[] } {
  const parts = text.split(/(\s+)/);
  let end = parts.length;
  while (end > 0 && /^(?:\s*|#[\p{L}\p{M}\p{N}_]+[,.]?)$/u.test(parts[end - 1] ?? '')) end -= 1;
  const tags =
    parts
      .slice(end)
      .join('')
      .match(/#[\p{L}\p{M}\p{N}_]+/gu) ?? [];
  return { body: parts.slice(0, end).join(''), ownTags: tags };
}

const endsWithEmoji = /\p{Extended_Pictographic}\p{M}?$/u;

/** With a full stop, unless the text ends with a sign, an emoji, a link or a name. */
function finished(text: string): string {
  const open = text.replace(/(?<![,;:–—-])[,;:–—-]+$/, '').trimEnd();
  if (
    open === '' ||
    endsWithToken(open) ||
    /[.!?…][)"”»']*$/.test(open) ||
    !/[\p{L}\p{N})"”»'’%€$£+]\p{M}?$/u.test(open) ||
    endsWithEmoji.test(open)
  )
    return open;
  return `${open}.`;
}

function sourceOf(text: string, language: Language, request: Options): Source {
  const { body, ownTags } = splitTags(text);
  const tone = toneOf(text, language);
  const clean = request.emoji === 'none' || isSober(tone) ? withoutEmoji(body) : body;
  const said = polished(isSober(tone) ? withoutExclamation(clean) : clean);
  return {
    body: finished(said),
    ownTags,
    language,
    tone,
    kind: kindOf(body),
    themes: tone === 'happy' ? themesOf(topicsOf(withoutTokens(body), language)) : [],
  };
}

type Options = CaptionRequest & { readonly style: CaptionRequest['style'] };

/** The options of the request; those of the description, unless the request has them; a voice without emoji has none. */
function optionsOf(request: CaptionRequest, { language, style, ...described }: Instructions): Options {
  const voice = request.brandVoice === undefined ? {} : readInstructions(`x, ${request.brandVoice}`).instructions;
  return {
    ...request,
    emoji: request.emoji ?? described.emoji ?? voice.emoji,
    hashtags: request.hashtags ?? described.hashtags,
    length: request.length ?? described.length,
    language: request.language ?? language,
    style: style ?? request.style,
  };
}

/** Lines in an order that depends on the whole request, without those that repeat a word of the text. */
function ordered(lines: readonly string[], seed: number, text: string): readonly string[] {
  const words = new Set(text.toLowerCase().match(/\p{L}{5,}/gu));
  const repeats = (line: string) => (line.toLowerCase().match(/\p{L}{5,}/gu) ?? []).some((word) => words.has(word));
  const good = lines.filter((line) => !repeats(line));
  const start = good.length === 0 ? 0 : seed % good.length;
  return [...good.slice(start), ...good.slice(0, start), ...lines.filter(repeats)];
}

/** The sentences that may follow the text. */
function linesOf({ language, tone, kind, themes: about }: Source, { style, length }: Options): readonly string[] {
  const shown = length === 'short' && !isSober(tone) ? 'minimal' : style;
  const lines = linesFor(language, shown, tone, kind);
  if (tone !== 'happy' || kind !== 'scene' || shown === 'minimal') return lines;
  const own = about.slice(0, 1).map((theme) => themeLines[language][theme][shown]);
  return [...own, ...lines];
}

function callsOf({ language, tone, kind, themes: about }: Source, { audience, callToAction, length }: Options): readonly string[] {
  if (audience === 'general' || callToAction !== undefined || length === 'short' || tone !== 'happy' || kind !== 'scene') return [];
  const calls = callsToAction[audience];
  return calls.themes.length === 0 || about.some((theme) => calls.themes.includes(theme)) ? calls[language] : [];
}

function emojiOf({ tone, kind, themes: about, body }: Source, { style, emoji }: Options): string {
  if (emoji === 'none' || isSober(tone)) return '';
  const [theme] = about;
  if (emoji === undefined)
    return theme && kind === 'scene' && (style === 'casual' || style === 'playful') && !hasEmoji(body) ? ` ${themes[theme].emoji}` : '';
  const found = about.map((each) => themes[each].emoji);
  const wanted = emoji === 'few' ? 1 : 3;
  return ` ${[...new Set([...found, '✨', '📌', '👇'])].slice(0, wanted).join(' ')}`;
}

/** Captions and hashtags for a request. @throws {ModelError} `unusable_description` */
export function composeCaptions(request: CaptionRequest): Written {
  const { text, instructions } = readDescription(request.description);
  const options = optionsOf(request, instructions);
  const own = detectLanguage(text);
  const wanted = languageOf(options.language) ?? own;
  const translated = wanted === own ? undefined : translateText(text, own);
  const source = translated === undefined ? sourceOf(text, own, options) : sourceOf(translated, wanted, options);
  const said = translated ?? text;
  const seed = hash('sha256', JSON.stringify({ ...request, count: 0, like: '', avoid: [] }), 'buffer').readUInt32BE(0);
  const lines = ordered(linesOf(source, options), seed, source.body).filter((line) => line !== '' || source.body !== '');
  const calls = callsOf(source, options);
  const sober = isSober(source.tone);
  const closing = ordered(closingLines[source.language][sober ? 'sober' : source.tone === 'happy' ? 'happy' : 'plain'], seed, source.body);
  const caption = (at: number) => {
    const line = lines[at % lines.length] ?? '';
    const call = calls[(seed + at) % Math.max(1, calls.length)] ?? '';
    const more = options.length === 'long' ? (closing[at % closing.length] ?? '') : '';
    const after = [line, call, options.callToAction === undefined ? more : ''].filter((part) => part !== '').join(' ');
    const apart =
      options.length === 'long' || source.body.length > longestParagraph || source.body.includes('\n') || endsWithToken(source.body);
    const prose = [source.body, after].filter((part) => part !== '').join(apart ? '\n\n' : ' ') + emojiOf(source, options);
    return [prose, options.callToAction, source.ownTags.join(' ')].filter(Boolean).join('\n\n');
  };
  const avoided = new Set(request.avoid);
  const all = Array.from({ length: Math.max(lines.length, request.count) }, (_, index) => caption(index));
  const [first = caption(0), ...rest] = all.toSorted((one, other) => Number(avoided.has(one)) - Number(avoided.has(other)));
  return {
    captions: [first, ...rest.slice(0, request.count - 1)],
    hashtags: hashtagsOf(said, source.language, source.tone, options.hashtags),
    language: source.language,
  };
}
