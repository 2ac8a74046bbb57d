import type { Kysely } from 'kysely';
import type { ChartLanguage } from '../../../charts/texts.ts';
import type { Tables } from '../../../database/tables.ts';
import type { Subject } from '../../analysis/subject.ts';
import { type ArticleFilters, type Period, periodOf } from '../../filters.ts';

/** What the content of an export is read from. */
export interface ContentContext {
  readonly db: Kysely<Tables>;
  readonly filters: ArticleFilters;
  readonly period: Period;
  readonly language: ChartLanguage;
  readonly subject: Subject;
}

interface Request {
  readonly filters: ArticleFilters;
  readonly language: ChartLanguage;
}

export const contextOf = (db: Kysely<Tables>, { filters, language }: Request, subject: Subject): ContentContext => ({
  db,
  filters,
  language,
  subject,
  period: periodOf(filters),
});

/** The name of a topic in the language of the export. */
export const topicTitle = ({ subject, language }: Pick<ContentContext, 'subject' | 'language'>, name: string): string =>
  subject.topics[name]?.title[language] ?? name;
