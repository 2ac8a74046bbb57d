const excessMarks = /(\p{M}{30})\p{M}+/gu;

/**
 * Normalizes a text with at most 30 combining marks in a row: no script uses more (Stream-Safe Text Format, UAX #15), and the time to
 * sort them grows with the square of their number.
 */
export const normalized = (text: string, form: 'NFC' | 'NFD') => text.replace(excessMarks, '$1').normalize(form);

/** The words of a text and the end offset of each. */
export function wordsOf(text: string): readonly { readonly word: string; readonly end: number }[] {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].map(({ 0: word, index }) => ({ word, end: index + word.length }));
}
