import type { ListedArticle } from '../../../news/articles/schema.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { useCodeNames } from '../filters/names.ts';
import { useSubject } from '../filters/queries.ts';
import { newsAddress } from '../filters/use-filters.ts';
import { articleMessages } from './messages.ts';
import { Tone } from './tone.tsx';

/** Articles, each with a link to its details that keeps the filters. */
export function ArticleTable({ articles, query }: { readonly articles: readonly ListedArticle[]; readonly query: string }) {
  const t = useMessages(articleMessages);
  const { format } = useLanguage();
  const { countryName } = useCodeNames();
  const { topicName } = useSubject();
  return (
    <DataTable
      caption={t.articles}
      hideCaption
      columns={[
        {
          title: t.article,
          cell: (article) => (
            <>
              <a href={newsAddress(`articles/${article.id}`, query)} lang={article.language ?? undefined}>
                {article.title}
              </a>
              <Snippet article={article} />
              <Marks article={article} />
            </>
          ),
        },
        { title: t.source, cell: ({ source }) => source.name },
        { title: t.published, cell: ({ published_at }) => <span className="nowrap">{format.day(published_at)}</span> },
        { title: t.tone, cell: ({ sentiment, analyzed_at }) => (analyzed_at === null ? t.waiting : <Tone sentiment={sentiment} />) },
        { title: t.topics, cell: ({ topics }) => topics.map(topicName).join(', ') },
        { title: t.country, cell: ({ country }) => country && countryName(country) },
      ]}
      rows={articles}
      keyOf={({ id }) => id}
    />
  );
}

/** The part of the summary that matches the search. */
function Snippet({ article: { snippet, language } }: { readonly article: ListedArticle }) {
  if (snippet === null || snippet.length === 0) return null;
  let offset = 0;
  return (
    <span className="block quiet news-snippet" lang={language ?? undefined}>
      {snippet.map(({ text, is_match }) => {
        const key = offset;
        offset += text.length;
        return is_match ? <mark key={key}>{text}</mark> : <span key={key}>{text}</span>;
      })}
    </span>
  );
}

/** Why the article is only shown by filters that widen the list. */
function Marks({ article: { is_relevant, duplicate_of } }: { readonly article: ListedArticle }) {
  const t = useMessages(articleMessages);
  const marks = [...(is_relevant === false ? [t.notRelevant] : []), ...(duplicate_of === null ? [] : [t.duplicate])];
  return marks.map((mark) => (
    <span key={mark} className="badge news-mark">
      {mark}
    </span>
  ));
}
