import type { Language } from '../../language/languages.ts';
import type { CaptionLength, EmojiAmount, Style } from '../../models/model.ts';

/** What a description requests of its captions, in addition to what it describes. */
export interface Instructions {
  readonly language?: Language;
  readonly emoji?: EmojiAmount;
  readonly hashtags?: number;
  readonly length?: CaptionLength;
  readonly style?: Style;
}

const numbers: readonly string[] = 'no|one|two|three|four|five|six|seven|eight|nine|ten'.split('|');
const números: readonly string[] = 'sin|un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez'.split('|');
function numberOf(text: string): number | undefined {
  const word = text
    .toLowerCase()
    .replace('una', 'un')
    .replace(/^(?:without|zero|cero|ningún|0)$/, 'no');
  const found = Math.max(numbers.indexOf(word), números.indexOf(word));
  return found >= 0 ? found : /^\d{1,2}$/.test(word) ? Math.min(30, Number(word)) : undefined;
}

const styleWords: readonly (readonly [RegExp, Style])[] = [
  [/^(?:funny|playful|witty|humorous|fun|quirky|divertid[oa]|gracios[oa]|chistos[oa]|juguetón)$/i, 'playful'],
  [/^(?:professional|formal|serious|profesional|seri[oa])$/i, 'professional'],
  [/^(?:inspiring|inspirational|motivational|inspirador|inspiradora|motivador|motivadora)$/i, 'inspirational'],
  [/^(?:minimal|minimalist|minimalista|simple|sencill[oa])$/i, 'minimal'],
  [/^(?:casual|relaxed|informal|friendly|desenfadad[oa])$/i, 'casual'],
];
const lengthWords: readonly (readonly [RegExp, CaptionLength])[] = [
  [/^(?:short|brief|shorter|cort[oa]|breve|concis[oa])$/i, 'short'],
  [/^(?:long|longer|detailed|larg[oa]|detallad[oa])$/i, 'long'],
];
const languageWords: readonly (readonly [RegExp, Language])[] = [
  [/^(?:english|inglés|ingles)$/i, 'en'],
  [/^(?:spanish|español|espanol|castellano)$/i, 'es'],
];
const find = <T>(table: readonly (readonly [RegExp, T])[], words: readonly string[]): T | undefined =>
  table.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1];

const adjectives = '(?:[\\p{L}-]+,? (?:and |y )?){0,4}';
const kind =
  '(?:instagram |insta |ig |social media |photo )?(?:captions?|posts?|copy|alt text|texts?|descriptions?|titles?|stor(?:y|ies)|reels?)(?: text| caption)?(?: de instagram| para instagram)?|(?:pies? de foto|publicaci(?:ón|on|ones)|descripci(?:ón|on)|leyendas?|textos?|posts?|copys?|títulos?|captions?)(?: (?:de|para) (?:mi |un )?(?:instagram|insta|ig|post|foto|redes(?: sociales)?))?';
const inLanguage = '(?: (?:in|en) (english|spanish|inglés|ingles|español|espanol|castellano))?';
const extras =
  '(?: (?:with|con|without|sin) (?:\\p{L}+|\\d+) (?:hashtags?|emojis?|emoticonos?|etiquetas?)(?: (?:and|y|,) (?:with|con|without|sin|no)? ?(?:\\p{L}+|\\d+) (?:hashtags?|emojis?|emoticonos?|etiquetas?))?)?';
const link =
  '(?: (?:for|para) (?:my |our |mi |nuestro |nuestra )?(?:instagram|insta|ig)(?: account| post| profile)?)?(?: (?:about|on|for|of|describing|saying|that says|regarding|to go with|to announce|announcing|with|sobre|de|del|acerca de|para|que hable de|que diga|anunciando|que anuncie|con)|:| -| –)';
const opening =
  "(?:(?:hi|hello|hey|hola|buenas)[,!. ]{1,3})?(?:please,? |por favor,? )?(?:¿ ?)?(?:(?:can|could|would|will) you (?:please )?|(?:i|we) (?:need|want|would like|'d like) (?:you to )?|help me (?:to )?|(?:me )?pued(?:es|e) |podrías |podría |(?:necesito|quiero|quisiera|busco)(?: que me)? |ayúdame a )?";
const verb =
  '(?:please )?(?:(?:write|create|make|generate|give|draft|compose|craft|suggest|produce|prepare|come up with|escribe|escribir|escríbeme|escribeme|escribas|escriba|crea|crear|créame|genera|generar|generes|redacta|redactar|redactes|haz|hazme|hacer|hagas|hagan|dame|darme|des|prepara|preparar|sugiere|propón|inventa|pon|ponme)(?: me| us| nos)? )?';
const article =
  '(?:(?:caption |post )?ideas for |ideas para )?(?:an? |the |some |\\d{1,2} |one |two |three |four |five |unos? |unas? |el |la |dos |tres |cuatro |cinco |una? )?';
/** "Write me a short, funny caption in Spanish with three hashtags about …" */
const request = new RegExp(
  `^${opening}${verb}${article}(${adjectives})(?:${kind})( [\\p{L}-]+(?: y [\\p{L}-]+)?)??${inLanguage}(${extras})${inLanguage}${link} `,
  'iu',
);
/** Of a text that starts with a request. */
const inLanguageAtEnd = /,? (?:in|en) (english|spanish|inglés|ingles|español|espanol|castellano)[.!?]?$/iu;
/** A caption without a verb is content, "the caption of this photo", unless a colon or "for" follows. */
const isRequest = new RegExp(
  `^${opening}(?:please )?(?:write|create|make|generate|give|draft|compose|craft|suggest|produce|prepare|come up with|escrib|escríb|crea|créa|genera|redacta|haz|hac|hag|dame|darme|des |prepara|sugiere|propón|inventa|pon|(?:an? )?(?:short |funny )?(?:instagram |ig )?(?:captions?|posts?)(?: ideas?)? (?:for|about|:)|(?:(?:caption|post) )?ideas for an? (?:post|caption)|ideas para un (?:post|pie de foto)|(?:un )?pie de foto (?:para|sobre|:)|(?:caption|post|pie de foto|publicación|texto):|texto para|post sobre|post about|(?:i|we) need an? |necesito un|quiero un)`,
  'iu',
);
/** "Describe this photo:", "Caption this:" */
const others =
  /^(?:(?:please|por favor),? )?(?:caption this|describe (?:this|the|my) (?:photo|picture|image|post)|describe (?:esta|la|mi) (?:foto|imagen)|(?:turn|convert) this into an? (?:instagram )?(?:caption|post)|convierte esto en una? (?:publicación|pie de foto|post)|(?:write|escribe) (?:about|something about|sobre|algo sobre)|(?:create|generate|make) (?:something )?about|describe (?=an? |the |un |una |el |la )|haz algo sobre|habla de)(?:[:.,] ?| |)/iu;

interface Clause {
  readonly pattern: RegExp;
  readonly read: (match: RegExpExecArray) => Instructions;
}

const please = '(?: ?,? ?(?:please|por favor|porfa|gracias|thanks|thank you))?';
const amount =
  '(no|without(?: any)?|zero|sin|cero|ningún|\\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez)';
const tags = '(?:hashtags?|etiquetas?)';
const emojis = '(?:emojis?|emoticons?|emoticonos?|emoticones)';
const left = '(?:^|[,;:()–—-]|(?<=[.!?\\n])|(?<= )(?:and|but|y|pero) )';
const right = '(?: ?[.!):]|(?=[,;\\n(]| (?:and|y|but|pero) )|$)';
/** A clause: from the start, a sign or a line to the next one. */
const clause = (pattern: string) => new RegExp(`${left} ?(?:please,? |por favor,? )?(?:${pattern})${please}${right}`, 'iu');
/** A clause that is an instruction without a comma before it, too. */
const looseClause = (pattern: string) => new RegExp(`(?:${left}| ) ?(?:please,? |por favor,? )?(?:${pattern})${please}${right}`, 'iu');

const clauses: readonly Clause[] = [
  {
    pattern: looseClause(
      `(?:(?:use|add|include|with|con|usa|añade|pon|incluye) )?(?:only |just |solo |sólo |up to |at most |max(?:imum)? |como máximo |máximo )?${amount} ${tags}(?: (?:at most|max|maximum|only|como máximo|máximo))?`,
    ),
    read: ([, text = '']) => ({ hashtags: numberOf(text.replace(/ any$/i, '')) ?? 0 }),
  },
  {
    pattern: looseClause(`(?:don['’]?t|do not) (?:use|add|include|put) (?:any )?${tags}|no (?:uses|pongas|añadas|incluyas) ${tags}`),
    read: () => ({ hashtags: 0 }),
  },
  {
    pattern: looseClause(
      `(?:with |con )?(?:no|without(?: any)?|zero|sin|cero) ${emojis}|(?:don['’]?t|do not|never) (?:use|add|include|put) (?:any )?${emojis}|no (?:uses|pongas|añadas|incluyas|quiero) ${emojis}|avoid ${emojis}|evita (?:los )?${emojis}`,
    ),
    read: () => ({ emoji: 'none' }),
  },
  {
    pattern: looseClause(
      `(?:(?:use|add|include|with|con|usa|añade|pon|incluye) )?(?:lots of|many|plenty of|muchos|bastantes|un montón de) ${emojis}`,
    ),
    read: () => ({ emoji: 'many' }),
  },
  {
    pattern: clause(`(?:use|add|include|with|con|usa|añade|pon|incluye) (?:some |a few |algunos |algún |unos |pocos |an? )?${emojis}`),
    read: () => ({ emoji: 'few' }),
  },
  {
    pattern: clause(
      `(?:(?:write|answer|reply|respond|caption|make it|keep it|escríbelo|escribe|responde|hazlo|ponlo|que sea|que esté|todo)(?: it)? )?(?:in|en) (english|spanish|inglés|ingles|español|espanol|castellano)(?: (?:only|solo|language))?|translate (?:it |this )?(?:in)?to (english|spanish)|tradúcelo al (?:inglés|español)`,
    ),
    read: ([whole]) => ({ language: find(languageWords, whole.split(/[^\p{L}]+/u)) ?? 'en' }),
  },
  {
    pattern: /,? (?:in|en) (english|spanish|inglés|ingles|español|espanol|castellano),? (?:please|por favor|porfa)[.!]?/iu,
    read: ([, word = '']) => ({ language: find(languageWords, [word]) ?? 'en' }),
  },
  {
    pattern: clause(
      `(?:keep it|make it|should be|make the caption|que sea|hazlo|hazla|tiene que ser|que quede) (?:very |really |super |muy |más )?([\\p{L}]+)(?: (?:and|y) ([\\p{L}]+))?`,
    ),
    read: ([, first = '', second = '']) => tone([first, second]),
  },
  {
    pattern: clause('(?:(?:in|with) an? |en (?:un )?tono )([\\p{L}]+)(?: (?:tone|style|way|voice))|(?:en )?(?:un )?tono ([\\p{L}]+)'),
    read: ([, first = '', second = '']) => tone([first, second]),
  },
  {
    pattern: clause(
      '(?:max(?:imum)?|at most|under|less than|up to|máximo|menos de|como máximo) \\d+ (?:words|characters|chars|palabras|caracteres|lines|líneas)',
    ),
    read: () => ({ length: 'short' }),
  },
  {
    pattern: clause('short(?: and sweet)?(?: caption)?|(?:frase |texto )?cort[oa]|corto y directo|breve'),
    read: () => ({ length: 'short' }),
  },
  {
    pattern: clause(
      'for (?:my )?(?:instagram|insta|ig)(?: post| feed| story| account)?|para (?:mi )?(?:instagram|insta|ig)|thanks in advance|gracias de antemano',
    ),
    read: () => ({}),
  },
  {
    pattern: clause(
      '(?:write|make|create|generate|escribe|haz|crea|genera) (?:me )?(?:an? |un |una )?(?:[\\p{L}]+ )?(?:caption|post|pie de foto|publicación|texto)(?: (?:for|about) (?:this|it)| para esto| sobre esto)?',
    ),
    read: () => ({}),
  },
];

function tone(words: readonly string[]): Instructions {
  const style = find(styleWords, words);
  const length = find(lengthWords, words);
  return { ...(style && { style }), ...(length && { length }) };
}

/** A clause with a tone that says nothing to this program is content: "make it rain". */
const isKnown = (pattern: RegExp, found: Instructions) => Object.keys(found).length > 0 || !/keep it|tone/.test(pattern.source);

function ofPrefix(match: RegExpExecArray): Instructions {
  const [, before = '', after = '', language1, extra = '', language2] = match;
  const words = `${before} ${after}`.split(/[ ,]+/);
  const language = find(languageWords, [language1 ?? '', language2 ?? '', ...words]);
  const tagsFound = new RegExp(`${amount} ${tags}`, 'iu').exec(extra)?.[1];
  const emojiFound = new RegExp(`(\\p{L}+) ${emojis}`, 'iu').exec(extra)?.[1];
  const hashtags = /(?:without|sin) hashtags/i.test(extra) ? 0 : tagsFound && numberOf(tagsFound);
  return {
    ...tone(words),
    ...(language && { language }),
    ...(hashtags !== undefined && hashtags !== '' && { hashtags }),
    ...(emojiFound && {
      emoji: /^(?:without|sin|no)$/i.test(emojiFound) ? 'none' : /^(?:many|muchos)$/i.test(emojiFound) ? 'many' : 'few',
    }),
  };
}

/** A text without any of these has no clause: most texts. */
const mayInstruct =
  /emoji|emotic|hashtag|etiqueta|english|spanish|ingl[eé]s|espa[nñ]ol|castellano|keep it|make it|should be|make the|que sea|hazl[oa]|que ser|que quede|tone|tono|style|way|voice|max|m[aá]x|at most|under|less than|up to|menos de|short|cort[oa]|breve|insta|(?<!\p{L})ig(?!\p{L})|caption|post|pie de foto|publicaci|texto|thanks in|de antemano/iu;

/** What is left around a removed clause. */
function joined(before: string, after: string, endsSentence: boolean): string {
  const start = before.trimEnd();
  const end = endsSentence && start !== '' && !/[.!?…\n]$/.test(start) ? '.' : '';
  return `${start}${end}${after}`.replace(/^[ ,.;:–—-]+/, '').replace(/^(?:and|y) /i, '');
}

/** Removes the instructions of a description, and reads them. */
export function readInstructions(description: string): { readonly text: string; readonly instructions: Instructions } {
  let text = description;
  let instructions: Instructions = {};
  const prefix = isRequest.test(text) ? request.exec(text) : null;
  if (prefix) {
    instructions = ofPrefix(prefix);
    text = text.slice(prefix[0].length);
    text = text.replace(/, ?(?:please|por favor|thanks|gracias)[.!]?$/i, '');
    const last = inLanguageAtEnd.exec(text);
    if (last) {
      instructions = { ...instructions, language: find(languageWords, [last[1] ?? '']) ?? 'en' };
      text = text.slice(0, last.index);
    }
  } else text = text.replace(others, '');
  const isWhole = () => text.trim() === '';
  for (const { pattern, read } of mayInstruct.test(text) ? clauses : []) {
    for (let match = pattern.exec(text); match && !isWhole(); match = pattern.exec(text)) {
      const found = read(match);
      if (!isKnown(pattern, found)) break;
      instructions = { ...instructions, ...found };
      text = joined(text.slice(0, match.index), text.slice(match.index + match[0].length), /[.!]$/.test(match[0]));
    }
  }
  // The question mark of "Can you write a caption about my dog?" belongs to the instruction.
  const isQuestion = prefix && /^(?:please,? )?(?:can|could|would|will|¿|pued|podr|me pued)/i.test(description.trim());
  return { text: (isQuestion ? text.replace(/\?$/, '') : text).trim(), instructions };
}
