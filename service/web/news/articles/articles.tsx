import { useQuery } from '@tanstack/react-query';
import { client } from '../../api/client.ts';
import { useHashPath } from '../../browser/hash-path.ts';
import { Loaded, LoadedList } from '../../data/loaded.tsx';
import { usePages } from '../../data/queries.ts';
import { useMessages } from '../../language/provider.tsx';
import { Select } from '../../ui/field.tsx';
import { FilterPanel } from '../filters/filter-panel.tsx';
import { sortsOf, toQuery } from '../filters/filters.ts';
import { newsAddress, useFilters } from '../filters/use-filters.ts';
import { ArticlePage } from './article-page.tsx';
import { ArticleTable } from './article-table.tsx';
import { articleMessages } from './messages.ts';

/** `#/news/articles` lists the articles of the filters, `#/news/articles/ID` shows one. */
export function Articles() {
  const id = useHashPath()[2];
  return id ? <OneArticle key={id} id={id} /> : <ArticleList />;
}

function ArticleList() {
  const t = useMessages(articleMessages);
  const { filters, query, change } = useFilters();
  const { sort } = filters;
  const articles = usePages(
    'articles',
    (after, signal) => client.call('listArticles', { query: { ...toQuery(filters, Date.now()), sort, after }, signal }),
    query,
  );
  return (
    <>
      <FilterPanel />
      <LoadedList query={articles} empty={t.empty}>
        {(items) => (
          <section className="card stack" aria-label={t.articles}>
            <Select<string>
              label={t.sort}
              value={sort ?? 'newest'}
              options={Object.fromEntries(sortsOf(filters).map((each) => [each, t[each]]))}
              onChange={(next) => change({ sort: sortsOf(filters).find((each) => each === next) })}
            />
            <ArticleTable articles={items} query={query} />
          </section>
        )}
      </LoadedList>
    </>
  );
}

function OneArticle({ id }: { readonly id: string }) {
  const t = useMessages(articleMessages);
  const { query } = useFilters();
  const article = useQuery({
    queryKey: ['articles', 'one', id],
    queryFn: ({ signal }) => client.call('readArticle', { params: { id }, signal }),
  });
  return (
    <>
      <p>
        <a href={newsAddress('articles', query)}>{t.back}</a>
      </p>
      <Loaded query={article}>{(data) => <ArticlePage article={data} query={query} />}</Loaded>
    </>
  );
}
