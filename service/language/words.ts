const excessMarks = /(\p{M}{30})\p{M}+/gu;

/**
 * A text in a normalization form of Unicode, with at most 30 combining marks in a row: no script uses more (Stream-Safe Text Format,
 * UAX #15), and the time to put them in order grows with the square of their number.
 */
export const normalized = (text: string, form: 'NFC' | 'NFD') => text.replace(excessMarks, '$1').normalize(form);

/** The words of a text and where each ends. */
export function wordsOf(text: string): readonly { readonly word: string; readonly end: number }[] {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].map(({ 0: word, index }) => ({ word, end: index + word.length }));
}
