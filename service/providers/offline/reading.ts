import type { Language } from '../model.ts';

/** What the offline model understood of a description. */
export interface Reading {
  readonly language: Language;
  /** The description's first sentence, capitalised, without final punctuation. */
  readonly scene: string;
  /** Whether the scene may start in lower case after a colon. */
  readonly startsCommon: boolean;
  /** Nouns and names in the order of the text, most telling first, in the text's own spelling. */
  readonly keywords: readonly string[];
  /** The description is sad or grave: jokes would be out of place. */
  readonly grave: boolean;
}
