import type { Reads } from '../../database/reads.ts';
import { Problem } from '../../http/problem.ts';
import type { ArticlesQuery } from './schema.ts';
import { findArticle, listArticles } from './store.ts';

/** Articles that were found, with their analysis. */
export const createArticles = (reads: Reads) => ({
  list: (query: ArticlesQuery) => reads.read((db) => listArticles(db, query)),
  /** @throws {Problem} not_found */
  async read(id: string) {
    const found = await reads.read((db) => findArticle(db, id));
    if (found === undefined) throw new Problem('not_found', { detail: 'There is no such article.' });
    return found;
  },
});
export type Articles = ReturnType<typeof createArticles>;
