import { jsonrepair } from 'jsonrepair';

/** A JSON value in a text. */
export interface FoundValue {
  readonly value: unknown;
  /** The text that ended before the value did; the last string in it may be incomplete. */
  readonly cutText: string | undefined;
}

/** The time of a repair grows with the square of the text and faster with brackets: so many of one answer are repaired. */
const [maxRepaired, maxBrackets] = [16_000, 200];
/** Places in a text without complete JSON from which reading is tried. */
const maxStarts = 8;

/** The text parsed as JSON; undefined if it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Fragment {
  readonly text: string;
  readonly isComplete: boolean;
}

/** An array of other things than strings, objects and arrays is a bracket in prose. */
const startsValue = (text: string, at: number) => text[at] === '{' || /^\[\s{0,50}["'“[{]/.test(text.slice(at, at + 60));

/** The outermost objects and arrays of a text, in order; of a value that does not end, the rest of the text. */
function fragments(text: string): Fragment[] {
  const found: Fragment[] = [];
  let [start, depth, isString] = [0, 0, false];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (isString) {
      if (sign === '\\') at += 1;
      else if (sign === '"') isString = false;
    } else if (depth > 0 && sign === '"') isString = true;
    else if (sign === '{' || sign === '[') {
      if (depth === 0 && !startsValue(text, at)) continue;
      if (depth === 0) start = at;
      depth += 1;
    } else if (depth > 0 && (sign === '}' || sign === ']')) {
      depth -= 1;
      if (depth === 0) found.push({ text: text.slice(start, at + 1), isComplete: true });
    }
  }
  if (depth > 0) found.push({ text: text.slice(start), isComplete: false });
  return found;
}

const beforeFence = (text: string) => {
  const fence = text.indexOf('```');
  return fence < 0 ? text : text.slice(0, fence);
};

/** Texts that may be the value of a fragment, the most probable first. */
function readings({ text, isComplete }: Fragment): string[] {
  if (isComplete) return [text];
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1;
  const whole = beforeFence(text).trimEnd();
  // An odd quotation mark hides the end of the value; prose may follow it.
  return end > 0 && !text.includes('"', end) ? [text.slice(0, end), whole] : [whole];
}

/** Repairs JSON as long as it is allowed to. */
class Repairer {
  #left = maxRepaired;

  /** The value of a JSON text with mistakes; undefined if it has too many. */
  repaired(text: string): unknown {
    if (text.length > this.#left || (text.match(/[{[]/g)?.length ?? 0) > maxBrackets) return undefined;
    this.#left -= text.length;
    try {
      return JSON.parse(jsonrepair(text));
    } catch {
      return undefined;
    }
  }
}

function* valuesOf(fragment: Fragment, repairer: Repairer): Generator<FoundValue> {
  for (const text of readings(fragment)) {
    const value = parseJson(text) ?? repairer.repaired(text);
    if (value !== undefined) yield { value, cutText: fragment.isComplete ? undefined : text };
  }
}

function* outermost(text: string, repairer: Repairer): Generator<FoundValue> {
  for (const fragment of fragments(text).toReversed()) yield* valuesOf(fragment, repairer);
}

/** From each sign on with which an object may start. */
function* fromEachStart(text: string, repairer: Repairer): Generator<FoundValue> {
  const starts = [...text.matchAll(/\{\s{0,50}["'“]?\w/g)].slice(-maxStarts);
  for (const { index } of starts.toReversed()) {
    const [first] = fragments(text.slice(index));
    if (first !== undefined) yield* valuesOf(first, repairer);
  }
}

/**
 * The JSON values of a text with prose, code fences or mistakes in it, the last first. Mistakes are repaired.
 * @returns several ways to read the text, the most probable first
 */
export function jsonValues(text: string): Iterable<FoundValue>[] {
  const whole = parseJson(text);
  // Some models write the JSON into a string.
  if (typeof whole === 'string') return jsonValues(whole);
  if (whole !== undefined) return [[{ value: whole, cutText: undefined }]];
  const repairer = new Repairer();
  return [outermost(text, repairer), fromEachStart(text, repairer)];
}
