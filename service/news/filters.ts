import * as z from 'zod';
import { sentiments } from '../../contract/news.ts';
import { Problem } from '../http/problem.ts';

const date = z.iso.date().refine((text) => /^(?:19|20|21)/.test(text), 'must be in the years 1900 to 2199');

/** The filters that the lists, the analytics and the exports of articles share. They cannot be combined with OR. */
export const articleFilters = z.strictObject({
  from: date.optional().describe('First day of publication, in UTC. Default: as many days before `to` as the endpoint says'),
  to: date.optional().describe('Last day of publication, in UTC. Default: today'),
  source: z.uuid().optional().describe('The id of a source'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}$/)
    .optional()
    .describe('Language of the article: ISO 639, in lower case'),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .optional()
    .describe('Country that the article is about: ISO 3166-1 alpha-2, in upper case'),
  topic: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\0]*$/)
    .optional()
    .describe('The name of a topic of the subject'),
  sentiment: z.enum(sentiments).optional().describe('Tone of the article'),
  q: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\0]*$/)
    .optional()
    .describe(
      'Words that title or summary contain, in any inflection; `"a phrase"`, `or`, and `-word` for words that they must not contain',
    ),
  relevant: z
    .enum(['only', 'any'])
    .default('only')
    .describe(
      '`only`: articles whose analysis found them relevant to the subject; `any`: also others, and those that wait for their analysis',
    ),
  duplicates: z
    .enum(['exclude', 'include'])
    .default('exclude')
    .describe('Whether articles count that repeat the content of an earlier one'),
});
export type ArticleFilters = z.output<typeof articleFilters>;

const dayMs = 86_400_000;

/** Days of publication. */
export interface Period {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

const startOf = (day: string) => new Date(`${day}T00:00:00Z`);
const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const addDays = (at: Date, days: number) => new Date(at.getTime() + days * dayMs);

export const daysIn = ({ from, to }: Period) => (to.getTime() - from.getTime()) / dayMs;
/** The period of the same length before this one. */
export const periodBefore = (period: Period): Period => ({ from: addDays(period.from, -daysIn(period)), to: period.from });
/** The last days of a period. */
export const endOf = (period: Period, days: number): Period =>
  daysIn(period) <= days ? period : { from: addDays(period.to, -days), to: period.to };
/** First and last day, as in requests. */
export const toDays = ({ from, to }: Period) => ({ from: dayOf(from), to: dayOf(addDays(to, -1)) });

interface PeriodLimits {
  /** Length if the request has no `from`. */
  readonly defaultDays?: number;
  readonly maxDays?: number;
}

/**
 * The period of a request.
 * @throws {Problem} invalid_request if it is empty or too long
 */
export function periodOf(
  { from, to }: Pick<ArticleFilters, 'from' | 'to'>,
  { defaultDays = 30, maxDays = Number.POSITIVE_INFINITY }: PeriodLimits = {},
  now = new Date(),
): Period {
  const end = addDays(startOf(to ?? dayOf(now)), 1);
  const period = { from: from === undefined ? addDays(end, -defaultDays) : startOf(from), to: end };
  const days = daysIn(period);
  const message = days < 1 ? 'must not be after `to`' : `at most ${maxDays} days before the end of the period`;
  if (days < 1 || days > maxDays)
    throw new Problem('invalid_request', { detail: 'The period is invalid or too long.', errors: [{ pointer: '/from', message }] });
  return period;
}
