/** Widths of characters in parts of the font size, on the safe side for common fonts without serifs. */
const widthOf = (sign: string) => (/[ilj.,:;'|!() ]/.test(sign) ? 0.36 : /[mwMW@%—]/.test(sign) ? 1 : sign > '\u{2E80}' ? 1.1 : 0.66);

/** About how wide a text is, in pixels: charts are drawn without a font at hand. */
export const textWidth = (text: string, fontSize: number): number => [...text].reduce((width, sign) => width + widthOf(sign), 0) * fontSize;

/** The text, cut with an ellipsis if it is wider. */
export function shorten(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const signs = [...text];
  while (signs.length > 0 && textWidth(`${signs.join('')}…`, fontSize) > width) signs.pop();
  return signs.length > 0 ? `${signs.join('').trimEnd()}…` : '';
}
