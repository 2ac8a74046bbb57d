/** Words of a text in lower case and without accents; each sign that ends a clause is a word of its own. */
export const wordsOfText = (text: string): readonly string[] =>
  text
    .toLowerCase()
    .replaceAll('ñ', '\u0001')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('\u0001', 'ñ')
    .replace(/[’`]/g, "'")
    .match(/[\p{L}\p{N}]+(?:'[\p{L}]+)*|[.,;:!?…()\n]/gu) ?? [];

/** Whether words are in a table. */
export type WordTable = (words: readonly string[]) => boolean;

/** `war floods flood* rest_in_peace`: words, beginnings of words, and phrases. */
export function wordTable(...tables: readonly string[]): WordTable {
  const entries = tables.flatMap((table) => table.trim().split(/\s+/));
  const phrases = entries.filter((entry) => entry.includes('_')).map((entry) => ` ${entry.replaceAll('_', ' ')} `);
  const whole = new Set(entries.filter((entry) => !/[_*]/.test(entry)));
  const stems = new Set(entries.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1)));
  const lengths = [...new Set([...stems].map((stem) => stem.length))];
  const isIn = (word: string) => whole.has(word) || lengths.some((length) => word.length >= length && stems.has(word.slice(0, length)));
  return (words) => {
    if (words.some(isIn)) return true;
    const text = ` ${words.join(' ')} `;
    return phrases.some((phrase) => text.includes(phrase));
  };
}
