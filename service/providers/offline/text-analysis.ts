import type { Language } from '../../language/languages.ts';

/** The offline model's analysis of a description. */
export interface TextAnalysis {
  readonly language: Language;
  /** Neither English nor Spanish: its words are quoted, not analyzed. */
  readonly foreign: boolean;
  /** The description's first sentence, capitalised, without final punctuation. */
  readonly scene: string;
  /** How the scene starts: after a colon it is written in lower case unless it is a name. */
  readonly opening: 'common' | 'sentence' | 'name' | 'unknown';
  /** Nouns and names in the order of the text, in the text's own spelling. */
  readonly keywords: readonly string[];
  /** From -1, all bad, to 1, all good. */
  readonly sentiment: number;
  /** `sober`: unpleasant, `grave`: grief; jokes are inappropriate in both. */
  readonly mood: 'bright' | 'sober' | 'grave';
}
