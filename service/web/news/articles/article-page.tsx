import type { ReactNode } from 'react';
import type { ArticleDetails } from '../../../news/articles/schema.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { useCodeNames } from '../filters/names.ts';
import { useSubject } from '../filters/queries.ts';
import { articlesAddress, newsAddress } from '../filters/use-filters.ts';
import { type Explanation, readExplanation } from './explanation.ts';
import { articleMessages } from './messages.ts';
import { Tone } from './tone.tsx';

interface ArticleProps {
  readonly article: ArticleDetails;
  /** The filters of the list that it was found in. */
  readonly query: string;
}

/** An article, how its analysis came to its result, and where else its content was published. */
export function ArticlePage({ article, query }: ArticleProps) {
  const t = useMessages(articleMessages);
  const found = readExplanation(article.analysis);
  return (
    <>
      <section className="card" aria-labelledby="article-title">
        <h2 id="article-title" lang={article.language ?? undefined}>
          {article.title}
        </h2>
        {article.summary && (
          <p className="caption-text" lang={article.language ?? undefined}>
            {article.summary}
          </p>
        )}
        <Facts article={article} />
        <div>
          <a className="button primary" href={article.url} target="_blank" rel="noreferrer">
            {t.open} <span className="visually-hidden">{t.opensTab}</span>
          </a>
        </div>
      </section>
      {article.analyzed_at === null ? (
        <p className="quiet">{t.waiting}</p>
      ) : (
        <div className="news-charts">
          <Relevance article={article} found={found} />
          <ToneReasons article={article} found={found} />
          <TopicReasons article={article} found={found} query={query} />
          <Names article={article} found={found} />
        </div>
      )}
      <Duplicates article={article} query={query} />
    </>
  );
}

const FactList = ({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) => (
  <dl className="facts">
    {facts.map(([name, value]) => (
      <div className="fact" key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

function Facts({ article }: Pick<ArticleProps, 'article'>) {
  const t = useMessages(articleMessages);
  const { format } = useLanguage();
  const { languageName, countryName } = useCodeNames();
  const { source, author, published_at, is_date_known, language, country } = article;
  return (
    <FactList
      facts={[
        [t.source, source.name],
        ...(author === null ? [] : [[t.author, author] as const]),
        [t.published, is_date_known ? format.time(published_at) : t.foundOn(format.day(published_at))],
        ...(language === null ? [] : [[t.language, languageName(language)] as const]),
        ...(country === null ? [] : [[t.country, countryName(country)] as const]),
      ]}
    />
  );
}

interface FoundProps extends Pick<ArticleProps, 'article'> {
  readonly found: Explanation;
}

function TermTable({ title, terms }: { readonly title: string; readonly terms: Explanation['matches'] }) {
  const t = useMessages(articleMessages);
  const { format } = useLanguage();
  return (
    <DataTable
      caption={title}
      hideCaption
      narrow="scroll"
      columns={[
        { title: t.term, cell: ({ term }) => term },
        { title: t.weight, cell: ({ weight }) => format.number(weight), isNumber: true },
        { title: t.occurrences, cell: (match) => format.number(match.title + match.summary), isNumber: true },
      ]}
      rows={terms}
      keyOf={({ term }) => term}
    />
  );
}

function Relevance({ article: { relevance, is_relevant }, found }: FoundProps) {
  const t = useMessages(articleMessages);
  const { format } = useLanguage();
  const { threshold } = useSubject().subject ?? {};
  if (relevance === null) return null;
  return (
    <section className="card">
      <h2>{t.why}</h2>
      <p>
        {threshold === undefined
          ? t.relevanceOnly(format.percent(relevance))
          : t.relevanceOf(format.percent(relevance), format.percent(threshold))}{' '}
        {is_relevant === false && <span className="badge">{t.notRelevant}</span>}
      </p>
      <meter min={0} max={1} value={relevance} aria-label={t.relevance} />
      {found.matches.length === 0 ? <p className="quiet">{t.noTerms}</p> : <TermTable title={t.why} terms={found.matches} />}
      <p className="hint">{found.refined_by ? t.refinedBy(found.refined_by) : t.byRules}</p>
    </section>
  );
}

function ToneReasons({ article: { sentiment, sentiment_confidence }, found }: FoundProps) {
  const t = useMessages(articleMessages);
  const { format } = useLanguage();
  return (
    <section className="card">
      <h2>{t.tone}</h2>
      <p>
        <Tone sentiment={sentiment} />
        {sentiment !== null && sentiment_confidence !== null && (
          <span className="block quiet">{t.toneOf(t[sentiment], format.percent(sentiment_confidence))}</span>
        )}
      </p>
      {found.tone.length > 0 && (
        <DataTable
          caption={t.toneWords}
          narrow="scroll"
          columns={[
            { title: t.word, cell: ({ word }) => word },
            { title: t.score, cell: ({ score }) => format.number(score), isNumber: true },
          ]}
          rows={found.tone}
          keyOf={({ word }) => word}
        />
      )}
    </section>
  );
}

function TopicReasons({ article: { topics, keywords }, found, query }: FoundProps & Pick<ArticleProps, 'query'>) {
  const t = useMessages(articleMessages);
  const { topicName } = useSubject();
  return (
    <section className="card">
      <h2>{t.topics}</h2>
      {topics.length === 0 && <p className="quiet">{t.none}</p>}
      {topics.map((name) => {
        const terms = found.topics.find((topic) => topic.name === name)?.terms ?? [];
        return (
          <div key={name}>
            <h3>{topicName(name)}</h3>
            {terms.length > 0 && <p className="quiet">{terms.map(({ term }) => term).join(', ')}</p>}
          </div>
        );
      })}
      {keywords.length > 0 && (
        <div>
          <h3>{t.keywords}</h3>
          <p className="row">
            {keywords.map((word) => (
              <a key={word} className="badge" href={articlesAddress(query, { q: word })}>
                {word}
              </a>
            ))}
          </p>
        </div>
      )}
    </section>
  );
}

function Names({ article: { language }, found }: FoundProps) {
  const t = useMessages(articleMessages);
  const { format } = useLanguage();
  const titles: Readonly<Record<string, string>> = {
    person: t.person,
    organization: t.organization,
    place: t.place,
    drug: t.drug,
    term: t.termKind,
  };
  const kinds = [...Map.groupBy(found.entities, ({ kind }) => kind)].filter(([kind]) => kind in titles);
  if (kinds.length === 0) return null;
  return (
    <section className="card">
      <h2>{t.entities}</h2>
      <FactList
        facts={kinds.map(([kind, entities]) => [
          titles[kind] ?? kind,
          <span key={kind} lang={language ?? undefined}>
            {entities.map(({ text, count }) => (count > 1 ? `${text} (${format.number(count)})` : text)).join(', ')}
          </span>,
        ])}
      />
    </section>
  );
}

function Duplicates({ article: { duplicate_of, duplicates }, query }: ArticleProps) {
  const t = useMessages(articleMessages);
  const { format } = useLanguage();
  if (duplicates.length === 0) return null;
  return (
    <section className="card">
      <DataTable
        caption={duplicate_of === null ? t.duplicates : t.duplicateOf}
        columns={[
          { title: t.article, cell: ({ id, title }) => <a href={newsAddress(`articles/${id}`, query)}>{title}</a> },
          { title: t.source, cell: ({ source }) => source.name },
          { title: t.published, cell: ({ published_at }) => format.time(published_at) },
        ]}
        rows={duplicates}
        keyOf={({ id }) => id}
      />
    </section>
  );
}
