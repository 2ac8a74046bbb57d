import type { Reads } from '../../database/reads.ts';
import type { Logger } from '../../telemetry/log.ts';
import { articlesQuery } from './schema.ts';
import { listArticles } from './store.ts';

const weekMs = 7 * 86_400_000;
const limits = { items: 5, words: 12, characters: 200 } as const;

/** Distinct words of at least four letters: shorter ones are in most texts. */
function wordsIn(text: string): string[] {
  const words = text.slice(0, 2000).match(/\p{L}{4,30}/gu) ?? [];
  return [...new Set(words.map((word) => word.toLowerCase()))].slice(0, limits.words);
}

/** Articles of the last week that match words of a text, the best match first; empty if the database does not respond. */
export const createFindNews = (reads: Reads, log: Logger) => async (text: string) => {
  const words = wordsIn(text);
  if (words.length === 0) return [];
  const query = articlesQuery.parse({
    q: words.join(' or ').slice(0, limits.characters),
    from: new Date(Date.now() - weekMs).toISOString().slice(0, 10),
    sort: 'rank',
    limit: String(limits.items),
  });
  try {
    const found = await reads.read((db) => listArticles(db, query));
    return found.map(({ title, source, published_at }) => ({ title, source: source.name, at: new Date(published_at) }));
  } catch (error) {
    log.warn({ error }, 'News cannot be read: a query has none as context');
    return [];
  }
};
