import { places } from './places.ts';
import { outsideTokens, partsOf } from './plain-lines.ts';

/** With a capital first letter, except for words like "iPhone" that have a capital elsewhere. */
export function capitalised(text: string): string {
  if (/^\p{Ll}\p{L}*\p{Lu}/u.test(text)) return text;
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase() + rest.join('');
}

const opening = /^[¡¿"“«'(•\s]*/u;

/** A text that starts with a capital, unless it starts with a link or a name. */
export function startingWithCapital(text: string): string {
  const [first = ''] = partsOf(text);
  const before = opening.exec(first)?.[0] ?? '';
  if (first.length === before.length) return text;
  return before + capitalised(text.slice(before.length));
}

/** Words that stay in capitals in a text in capitals: initialisms. */
const initialism =
  /^(?:\p{Lu}\.)+$|^(?:USA?|UK|EU|UE|UN|ONU|NASA|FBI|DJ|TV|VIP|IPA|BBQ|FAQ|CEO|DIY|OMG|LGBTQ|NYC|LA|NBA|NFL|FC|CF|SA|SL|AM|PM|AI|IA|3D|4K|WIFI|SPA|ONG|DNI|IVA|EEUU)$/u;
const capitalWords = new Set(
  'monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december christmas easter halloween english spanish'.split(
    ' ',
  ),
);

/** A word of a text in capitals, in lower case; names of countries, cities, days and months keep a capital. */
function calmedWord(word: string): string {
  if (initialism.test(word) && !/^(?:LA|AM|SA|IA|SPA)$/.test(word)) return word;
  const lower = word.toLocaleLowerCase();
  if (lower === 'i') return 'I';
  return capitalWords.has(lower) || places.has(lower) ? capitalised(lower) : lower;
}

/** Converts a text in capitals to sentences. */
export function calmed(text: string): string {
  const words = text.match(/\p{Lu}{2,}/gu) ?? [];
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const lower = text.match(/\p{Ll}/gu)?.length ?? 0;
  if (words.length < 3 || lower * 4 > letters) return text;
  const calm = outsideTokens(text, (part) => part.replace(/[\p{L}\p{M}'’]+/gu, calmedWord));
  return calm.replace(
    /(^|[.!?…] |\n)([¡¿]?)(\p{Ll})/gu,
    (_, before: string, mark: string, letter: string) => before + mark + letter.toLocaleUpperCase(),
  );
}

/** Removes repeated punctuation and space before punctuation. */
const tidy = (part: string) =>
  part
    .replace(/([!?])\1+/g, '$1')
    .replace(/([¡¿])\1+/g, '$1')
    .replace(/,{2,}/g, ',')
    .replace(/;{2,}/g, ';')
    .replace(/\.{2,}/g, '…')
    .replace(/ ([,;.!?…])(?=[\s,]|$)/g, '$1')
    .replace(/(…)[.…]+/g, '$1')
    .replace(/ {2,}/g, ' ');

/** The caller's words with the punctuation of a finished text. */
export function polished(text: string): string {
  const tidied = outsideTokens(calmed(text), tidy)
    .split('\n')
    .map((line) => line.trim().replace(/^[,;:.]+ ?/, ''))
    .join('\n')
    .trim();
  return startingWithCapital(tidied);
}

const emoji =
  /(?:\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)*)\ufe0f?/gu;

export const hasEmoji = (text: string) => /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(text.replace(/[©®™]/g, ''));
export const withoutEmoji = (text: string) =>
  text
    .replace(emoji, (found) => (/^[©®™]/.test(found) ? found : '\u0000'))
    // An emoji between two sentences without a sign separates them.
    .replace(/(?<=[\p{L}\p{N}]) ?(?:\0 ?)+(?=\p{Lu}\p{Ll})/gu, '. ')
    .replace(/(?<=[\p{L}\p{N}]) ?(?:\0 ?)+(?=[\p{L}\p{N}])/gu, ' – ')
    .replaceAll('\0', ' ')
    .replace(/ {2,}/g, ' ')
    .replace(/ (?=[,.;:!?…)\n]|$)/g, '')
    .replace(/\n /g, '\n')
    .trim();

/** Sober: no exclamation. */
export const withoutExclamation = (text: string) =>
  outsideTokens(text, (part) =>
    part
      .replaceAll('¡', '')
      .replaceAll('!?', '?')
      .replaceAll('?!', '?')
      .replace(/!+/g, '.')
      .replace(/\.{2,}/g, '.'),
  );
