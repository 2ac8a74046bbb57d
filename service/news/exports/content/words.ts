import type { Sentiment } from '../../../../contract/news.ts';
import type { ExportDataset } from '../../../../contract/news-exports.ts';
import type { ChartLanguage } from '../../../charts/texts.ts';
import type { ArticleFilters } from '../../filters.ts';

interface Words {
  readonly datasets: Readonly<Record<ExportDataset, string>>;
  readonly columns: Readonly<Record<string, string>>;
  readonly sentiments: Readonly<Record<Sentiment, string>>;
  readonly filters: Readonly<Record<Exclude<keyof ArticleFilters, 'from' | 'to'>, string>>;
  readonly values: Readonly<Record<'any' | 'include', string>>;
  readonly period: (from: string, to: string) => string;
  readonly figures: Readonly<Record<'articles' | 'before' | 'sources' | 'countries' | 'languages' | 'score', string>>;
  readonly newest: (count: number) => string;
  readonly noData: string;
  /** With placeholders: a function cannot be sent to a thread. */
  readonly page: string;
}

/** Texts of spreadsheets, charts and reports. */
export const words: Readonly<Record<ChartLanguage, Words>> = {
  en: {
    datasets: {
      articles: 'Articles',
      sentiment: 'Articles by tone',
      topics: 'Articles by topic',
      countries: 'Articles by country',
      sources: 'Articles by source',
      weeks: 'Articles by week',
      report: 'Report',
    },
    columns: {
      id: 'Id',
      published_at: 'Published (UTC)',
      is_date_known: 'Date known',
      title: 'Title',
      summary: 'Summary',
      url: 'URL',
      source: 'Source',
      author: 'Author',
      language: 'Language',
      country: 'Country',
      relevance: 'Relevance',
      is_relevant: 'Relevant',
      sentiment: 'Tone',
      sentiment_score: 'Tone from -1 to 1',
      sentiment_confidence: 'Confidence of tone',
      topics: 'Topics',
      keywords: 'Keywords',
      day: 'Day',
      week: 'Week from',
      topic: 'Topic',
      articles: 'Articles',
      positive: 'Positive',
      neutral: 'Neutral',
      negative: 'Negative',
      score: 'Mean tone from -1 to 1',
    },
    sentiments: { positive: 'Positive', neutral: 'Neutral', negative: 'Negative' },
    filters: {
      source: 'Source',
      language: 'Language',
      country: 'Country',
      topic: 'Topic',
      sentiment: 'Tone',
      q: 'Words',
      relevant: 'Relevance',
      duplicates: 'Duplicates',
    },
    values: { any: 'also irrelevant articles', include: 'counted' },
    period: (from, to) => `${from} – ${to}`,
    figures: {
      articles: 'Articles',
      before: 'Articles in the period of the same length before',
      sources: 'Sources',
      countries: 'Countries',
      languages: 'Languages',
      score: 'Mean tone from -1 to 1',
    },
    newest: (count) => `The ${count} newest articles`,
    noData: 'No article matches the filters in this period.',
    page: 'Page {page} of {pages}',
  },
  es: {
    datasets: {
      articles: 'Artículos',
      sentiment: 'Artículos por tono',
      topics: 'Artículos por tema',
      countries: 'Artículos por país',
      sources: 'Artículos por fuente',
      weeks: 'Artículos por semana',
      report: 'Informe',
    },
    columns: {
      id: 'Id',
      published_at: 'Publicado (UTC)',
      is_date_known: 'Fecha conocida',
      title: 'Título',
      summary: 'Resumen',
      url: 'URL',
      source: 'Fuente',
      author: 'Autor',
      language: 'Idioma',
      country: 'País',
      relevance: 'Relevancia',
      is_relevant: 'Relevante',
      sentiment: 'Tono',
      sentiment_score: 'Tono de -1 a 1',
      sentiment_confidence: 'Confianza del tono',
      topics: 'Temas',
      keywords: 'Palabras clave',
      day: 'Día',
      week: 'Semana desde',
      topic: 'Tema',
      articles: 'Artículos',
      positive: 'Positivos',
      neutral: 'Neutros',
      negative: 'Negativos',
      score: 'Tono medio de -1 a 1',
    },
    sentiments: { positive: 'Positivos', neutral: 'Neutros', negative: 'Negativos' },
    filters: {
      source: 'Fuente',
      language: 'Idioma',
      country: 'País',
      topic: 'Tema',
      sentiment: 'Tono',
      q: 'Palabras',
      relevant: 'Relevancia',
      duplicates: 'Duplicados',
    },
    values: { any: 'también artículos no relevantes', include: 'contados' },
    period: (from, to) => `${from} – ${to}`,
    figures: {
      articles: 'Artículos',
      before: 'Artículos en el periodo anterior de la misma duración',
      sources: 'Fuentes',
      countries: 'Países',
      languages: 'Idiomas',
      score: 'Tono medio de -1 a 1',
    },
    newest: (count) => `Los ${count} artículos más recientes`,
    noData: 'Ningún artículo de este periodo cumple los filtros.',
    page: 'Página {page} de {pages}',
  },
};
