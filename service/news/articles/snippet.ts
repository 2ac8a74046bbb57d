import { type RawBuilder, sql } from 'kysely';

/** Characters of a private use area, which no text of a language has. */
const [start, end] = ['\uE000', '\uE001'];
const options = `StartSel="${start}", StopSel="${end}", MaxWords=40, MinWords=20`;

/** The text search configuration of an article, as in its column `search`. */
const configuration = sql`case news_articles.language when 'es' then 'spanish'::regconfig when 'en' then 'english'::regconfig
  else 'simple'::regconfig end`;

/** The words of `q` in the language of the article. */
export const wordsOf = (q: string): RawBuilder<unknown> => sql`websearch_to_tsquery(${configuration}, ${q})`;

/** The part of the summary that matches `q` best, with marks. */
export const markedSummary = (q: string): RawBuilder<string> =>
  sql`ts_headline(${configuration}, translate(news_articles.summary, ${start + end}, ''), ${wordsOf(q)}, ${options})`;

/** The parts of a marked text: those between marks match. */
export const toSnippet = (marked: string) =>
  marked
    .split(start)
    .flatMap((part, index) => {
      const [match = '', rest = ''] = index === 0 ? ['', part] : part.split(end);
      return [
        { text: match, is_match: true },
        { text: rest, is_match: false },
      ];
    })
    .filter(({ text }) => text !== '');
