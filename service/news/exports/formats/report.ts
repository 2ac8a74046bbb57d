import type { ChartNode } from '../../../charts/node.ts';
import type { ChartLanguage } from '../../../charts/texts.ts';

export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface ReportArticle {
  readonly title: string;
  readonly url: string;
  /** Source, day, tone: a line below the title. */
  readonly about: string;
}

/** The content of a PDF, in the words of its language. */
export interface Report {
  readonly language: ChartLanguage;
  readonly title: string;
  readonly period: string;
  readonly createdAt: Date;
  readonly filters: readonly (readonly [name: string, value: string])[];
  readonly figures: readonly (readonly [name: string, value: string])[];
  readonly charts: readonly ChartNode[];
  readonly tables: readonly ReportTable[];
  readonly articlesTitle: string;
  readonly articles: readonly ReportArticle[];
  /** Shown in place of figures, charts and tables if there is no article. */
  readonly noData: string;
  /** The footer of a page, with the placeholders {page} and {pages}. */
  readonly page: string;
}
