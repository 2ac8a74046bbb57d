import * as z from 'zod';
import { sorts } from '../../../news/articles/schema.ts';
import { articleFilters } from '../../../news/filters.ts';

/** Days of the periods to choose from; each ends today. */
export const periods = [7, 30, 90, 365] as const;
export type Period = (typeof periods)[number];
export const defaultPeriod: Period = 30;

/** The filters in the address, by their name in the API; those that only have a default there are not in it. */
const addressFilters = z.object({
  ...articleFilters.shape,
  relevant: z.literal('any').optional(),
  duplicates: z.literal('include').optional(),
});
type Values = z.output<typeof addressFilters>;
export type FilterName = keyof Values;
const filterNames: readonly FilterName[] = addressFilters.keyof().options;

/** Which articles are shown. */
export interface Filters extends Readonly<Values> {
  /** Without own dates: the last days, so many. */
  readonly days: Period;
  /** The order of a list; not set: newest first. */
  readonly sort?: Sort | undefined;
}

export type Sort = (typeof sorts)[number];
/** The first is the default. The rank is that of a search. */
export const sortsOf = ({ q }: Pick<Values, 'q'>): readonly Sort[] => (q === undefined ? sorts.filter((each) => each !== 'rank') : sorts);

/** The order in an address; undefined if it is the default, or another one than the filters permit. */
const sortIn = (query: URLSearchParams, filters: Pick<Values, 'q'>) =>
  sortsOf(filters).find((each, index) => index > 0 && each === query.get('sort'));

/** The filters of an address; values that are invalid are left out, as are unknown names. @param query what follows the `?` */
export function parseFilters(query: string): Filters {
  const given = new URLSearchParams(query);
  const valid = filterNames.flatMap((name) => {
    const value = given.get(name);
    return value !== null && addressFilters.shape[name].safeParse(value).success ? [[name, value] as const] : [];
  });
  const days = periods.find((each) => String(each) === given.get('days')) ?? defaultPeriod;
  const filters = addressFilters.parse(Object.fromEntries(valid));
  const sort = sortIn(given, filters);
  return { days, ...filters, ...(sort !== undefined && { sort }) };
}

/** The query of an address, in a fixed order and without defaults: equal filters have equal addresses. */
export function formatFilters(filters: Filters): string {
  const query = new URLSearchParams();
  if (filters.days !== defaultPeriod && !hasOwnDates(filters)) query.set('days', String(filters.days));
  for (const name of filterNames) if (filters[name]) query.set(name, filters[name]);
  if (filters.sort !== undefined && filters.sort !== sorts[0]) query.set('sort', filters.sort);
  return query.toString();
}

/** Whether the period is of dates that the visitor chose. */
export const hasOwnDates = ({ from, to }: Filters): boolean => from !== undefined || to !== undefined;

/** Changes filters; undefined or '' removes one. A period of days replaces own dates. */
export function changeFilters(filters: Filters, change: Partial<Filters>): Filters {
  const { from, to, ...others } = filters;
  const merged = { ...(change.days === undefined ? filters : others), ...change };
  return parseFilters(formatFilters(merged));
}

const dayMs = 86_400_000;

/** The filters as the API takes them: the period as dates. @param now milliseconds since 1970 */
export function toQuery({ days, sort: _, ...filters }: Filters, now: number): Values {
  if (filters.from !== undefined || filters.to !== undefined) return filters;
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return { from: day(now - (days - 1) * dayMs), to: day(now), ...filters };
}

/** The filters other than the period that are in use. */
export const activeFilters = (filters: Filters): readonly (readonly [FilterName, string])[] =>
  filterNames.flatMap((name) => (name !== 'from' && name !== 'to' && filters[name] ? [[name, filters[name]] as const] : []));
