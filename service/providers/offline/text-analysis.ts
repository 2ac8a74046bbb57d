import type { Language } from '../../language/languages.ts';

/** What the offline model understood of a description. */
export interface TextAnalysis {
  readonly language: Language;
  /** Neither English nor Spanish: its words are quoted, not read. */
  readonly foreign: boolean;
  /** The description's first sentence, capitalised, without final punctuation. */
  readonly scene: string;
  /** How the scene starts, for where it follows a colon: lower case after all but a name; `unknown` cannot tell. */
  readonly opening: 'common' | 'sentence' | 'name' | 'unknown';
  /** Nouns and names in the order of the text, in the text's own spelling. */
  readonly keywords: readonly string[];
  /** From -1, all bad, to 1, all good. */
  readonly sentiment: number;
  /** `sober`: trouble, `grave`: grief; jokes would be out of place in both. */
  readonly mood: 'bright' | 'sober' | 'grave';
}
