import { toPage } from '../../http/pagination.ts';
import { route } from '../../http/route.ts';
import type { Articles } from './articles.ts';
import { newsArticlesShapes as shapes } from './schema.ts';

export const newsArticlesRoutes = (articles: Articles) => ({
  listArticles: route(shapes.listArticles, async ({ query }, ctx) =>
    toPage(ctx, await articles.list({ ...query, limit: query.limit + 1 }), query.limit, ({ id }) => id),
  ),
  readArticle: route(shapes.readArticle, ({ params }) => articles.read(params.id)),
});
