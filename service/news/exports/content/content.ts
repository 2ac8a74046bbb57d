import type { Kysely } from 'kysely';
import type { ChartLanguage } from '../../../charts/texts.ts';
import type { Reads } from '../../../database/reads.ts';
import type { Tables } from '../../../database/tables.ts';
import type { Subject } from '../../analysis/subject.ts';
import { type ArticleFilters, type Period, periodOf } from '../../filters.ts';

/** What the content of an export is read from. */
export interface ContentSource {
  readonly read: Reads['read'];
  readonly filters: ArticleFilters;
  readonly period: Period;
  readonly language: ChartLanguage;
  readonly subject: Subject;
}
/** The same while it is read. */
export type ContentContext = Omit<ContentSource, 'read'> & { readonly db: Kysely<Tables> };

interface Request {
  readonly filters: ArticleFilters;
  readonly language: ChartLanguage;
}

export const sourceOf = ({ read }: Reads, { filters, language }: Request, subject: Subject): ContentSource => ({
  read,
  filters,
  language,
  subject,
  period: periodOf(filters),
});

/** Reads at once what a file needs. */
export const readContent = <T>({ read, ...rest }: ContentSource, work: (context: ContentContext) => Promise<T>): Promise<T> =>
  read((db) => work({ ...rest, db }));

/** The name of a topic in the language of the export. */
export const topicTitle = ({ subject, language }: Pick<ContentContext, 'subject' | 'language'>, name: string): string =>
  subject.topics[name]?.title[language] ?? name;
