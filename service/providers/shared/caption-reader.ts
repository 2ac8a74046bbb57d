import { JSONParser } from '@streamparser/json';

/** Reads pieces of an answer; returns the captions that each piece completes. */
export type CaptionReader = (piece: string) => string[];

/** The high half of a surrogate pair whose low half is in the next piece. */
const splitPair = /[\uD800-\uDBFF]$/;

/**
 * Reads the array `captions` of a JSON answer while it arrives, wherever it is cut into pieces. Text before the first brace (a code
 * fence, a greeting) is skipped. Reading stops at the first mistake: the answer as a whole is then invalid.
 */
export function createCaptionReader(): CaptionReader {
  let complete: string[] = [];
  let pending = '';
  let hasStarted = false;
  const parser = new JSONParser({ paths: ['$.captions.*'], keepStack: false });
  parser.onValue = ({ value }) => {
    if (typeof value === 'string') complete.push(value);
  };
  parser.onError = () => {};
  return (piece) => {
    complete = [];
    let text = pending + piece;
    if (!hasStarted) text = text.replace(/^[^{]*/, '');
    hasStarted ||= text !== '';
    pending = splitPair.exec(text)?.[0] ?? '';
    if (text !== pending && !parser.isEnded) parser.write(text.slice(0, text.length - pending.length));
    return complete;
  };
}
