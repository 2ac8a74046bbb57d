import { JSONParser } from '@streamparser/json';
import { captionOf, textIn } from './caption-text.ts';

/** Reads pieces of an answer; returns the captions that each piece completes. */
export type CaptionReader = (piece: string) => string[];

/** The high half of a surrogate pair whose low half is in the next piece. */
const splitPair = /[\uD800-\uDBFF]$/;

/** Reasoning that the provider did not separate, or the start of an object. */
const landmark = /<(\/?)(?:think|thinking|thought|reasoning|reflection)>|\{\s{0,50}"/g;
/** Characters of the longest landmark. */
const longestLandmark = 60;
/** Longer prose before the JSON is probably reasoning, whose opening tag the model's template has hidden. */
const longestPreamble = 300;

/** Objects without captions after which reading ends. */
const maxObjects = 20;

/** Looks for the start of the JSON, behind prose and reasoning. */
class Preamble {
  #kept = '';
  #length = 0;
  #isReasoning = false;

  /** @returns the text from the first brace of an object on; undefined if it has not arrived */
  read(piece: string): string | undefined {
    const text = this.#kept + piece;
    let end = 0;
    for (const { 0: found, 1: slash, index } of text.matchAll(landmark)) {
      this.#length += index - end;
      end = index + found.length;
      if (slash === undefined) {
        if (!this.#isReasoning && this.#length <= longestPreamble) return text.slice(index);
        this.#length += found.length;
      } else {
        this.#isReasoning = slash === '';
        this.#length = 0;
      }
    }
    const from = Math.max(end, text.length - longestLandmark);
    this.#length += from - end;
    this.#kept = text.slice(from);
    return undefined;
  }
}

/** Reads one object, and ends at its end or its first mistake. */
class CaptionObject {
  readonly #parser = new JSONParser({ paths: ['$.captions', '$.captions.*', '$.*.captions.*'], keepStack: false });
  #complete: string[] = [];
  #position = 0;
  #depth: number | undefined;
  #pending = '';
  isEnded = false;

  constructor() {
    this.#parser.onValue = ({ value, key, stack }) => {
      // The end of a list, which may be empty.
      if (stack.length === 1) this.#depth ??= 2;
      this.#depth ??= stack.length;
      const text = stack.length === this.#depth && typeof key === 'number' ? textIn(value) : undefined;
      const caption = text === undefined ? undefined : captionOf(text, this.#position++);
      if (caption !== undefined) this.#complete.push(caption);
    };
    this.#parser.onError = () => {
      this.isEnded = true;
    };
  }

  get hasCaptions(): boolean {
    return this.#position > 0;
  }

  read(piece: string): string[] {
    this.#complete = [];
    const text = this.#pending + piece;
    this.#pending = splitPair.exec(text)?.[0] ?? '';
    if (text !== this.#pending) this.#parser.write(text.slice(0, text.length - this.#pending.length));
    this.isEnded ||= this.#parser.isEnded;
    return this.#complete;
  }
}

/**
 * Reads the captions of a JSON answer while it arrives, wherever it is cut into pieces: the first object with captions. Text before it is
 * skipped. Reading stops at the first mistake: only the whole answer can be repaired.
 */
export function createCaptionReader(): CaptionReader {
  let preamble = new Preamble();
  let object: CaptionObject | undefined;
  let isEnded = false;
  let objects = 0;
  /** @param part has no text behind a closing brace, so that it ends no later than the object */
  function readPart(part: string): string[] {
    const text = object === undefined ? preamble.read(part) : part;
    if (text === undefined) return [];
    object ??= new CaptionObject();
    const captions = object.read(text);
    if (object.isEnded) {
      objects += 1;
      isEnded = object.hasCaptions || objects === maxObjects;
      object = undefined;
      preamble = new Preamble();
    }
    return captions;
  }
  return (piece) => piece.split(/(?<=\})/).flatMap((part) => (isEnded ? [] : readPart(part)));
}
