import { sentiments } from '../../contract/news.ts';
import { builder } from '../graphql/builder/builder.ts';

export const sentimentType = builder.enumType('ArticleSentiment', { description: 'Tone of an article.', values: sentiments });

/** The filters of REST. */
export const filtersInput = builder.inputType('ArticleFiltersInput', {
  description: 'Which articles count; default: relevant articles without duplicates.',
  fields: (t) => ({
    from: t.string(),
    to: t.string(),
    source: t.id(),
    language: t.string(),
    country: t.string(),
    topic: t.string(),
    sentiment: t.field({ type: sentimentType }),
    q: t.string(),
    relevant: t.field({
      type: builder.enumType('ArticleRelevance', { description: 'Whether irrelevant articles count.', values: ['only', 'any'] as const }),
    }),
    duplicates: t.field({
      type: builder.enumType('ArticleDuplicates', { description: 'Whether duplicates count.', values: ['exclude', 'include'] as const }),
    }),
  }),
});

interface SourceName {
  readonly id: string;
  readonly name: string;
}
export const sourceNameType = builder.objectRef<SourceName>('SourceName').implement({
  description: 'A source of news.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the source.' }),
    name: t.exposeString('name', { description: 'The name of the source.' }),
  }),
});
