/** Hears JSON in pieces and tells each string of the array `captions` when it is finished. */
export type CaptionReader = (piece: string) => string[];

/** How far the text is understood. */
interface Place {
  /** What is open around this place: objects and arrays. */
  readonly open: ('{' | '[')[];
  /** The string being read, with its escapes; undefined outside of strings. */
  string: string | undefined;
  /** Whether the last character was a backslash that escapes the next. */
  escaped: boolean;
  /** The last whole string of the outermost object: a key, once a colon follows. */
  last: string;
  /** The key whose value comes at present, in the outermost object. */
  key: string;
}

/** The characters of a JSON string without its quotes; undefined where an escape is wrong. */
function textOf(inner: string): string | undefined {
  try {
    return String(JSON.parse(`"${inner}"`));
  } catch {
    return undefined;
  }
}

/**
 * Reads the captions out of an answer while it arrives, however it is cut into pieces. What comes before the first brace (a code
 * fence, a word of greeting) is passed over, and so is all that is not in the array; whether the whole is right is judged at its end.
 */
export function createCaptionReader(): CaptionReader {
  const place: Place = { open: [], string: undefined, escaped: false, last: '', key: '' };
  return (piece) => [...piece].flatMap((character) => read(place, character) ?? []);
}

/** One character on; a caption when it ends there. */
function read(place: Place, character: string): string | undefined {
  if (place.string !== undefined) return readInString(place, character);
  const { open } = place;
  if (character === '"' && open.length > 0) place.string = '';
  else if (character === '{' || (character === '[' && open.length > 0)) open.push(character);
  else if (character === '}' || character === ']') open.pop();
  else if (character === ':' && open.length === 1) place.key = place.last;
  return undefined;
}

function readInString(place: Place, character: string): string | undefined {
  if (place.escaped || character !== '"') {
    place.string += character;
    place.escaped = !place.escaped && character === '\\';
    return undefined;
  }
  const text = textOf(place.string ?? '');
  place.string = undefined;
  if (place.open.length === 1) place.last = text ?? '';
  const inCaptions = place.key === 'captions' && place.open.join('') === '{[';
  return inCaptions ? text : undefined;
}
