/** A description and what its captions must and must not be. */
export interface Description {
  readonly text: string;
  readonly language: 'en' | 'es';
  /** `sober`: no joke, exclamation or emoji, no hashtag about the event. `happy`: styles may show. */
  readonly tone: 'sober' | 'neutral' | 'happy';
  /** What captions say, if the description also has instructions, markup or file names; else its own words. */
  readonly says?: string;
  /** Hashtags that the answer has. */
  readonly tags?: readonly string[];
  /** Hashtags that it must not have. */
  readonly notTags?: readonly string[];
}

type Rest = Omit<Description, 'text' | 'language' | 'tone'>;
type Row = string | readonly [text: string, rest: Rest];

export const describedIn = (language: Description['language'], tone: Description['tone'], rows: readonly Row[]): readonly Description[] =>
  rows.map((row) => (typeof row === 'string' ? { text: row, language, tone } : { text: row[0], language, tone, ...row[1] }));
