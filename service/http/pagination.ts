import * as z from 'zod';
import type { Context } from './context.ts';
import { Problem } from './problem.ts';
import { queryInteger } from './query-integer.ts';

/** Maximum number of items of a page. */
export const maxPageSize = 200;

const limit = queryInteger({ min: 1, max: maxPageSize }).default(50).describe('Maximum number of items');

/** Query string of a paginated list. */
export const pageQuery = <C extends z.ZodType>(cursor: C) =>
  z.strictObject({ limit, after: cursor.optional().describe('`next` of the previous page') });

/** The schema of every list. In lists without pages, `next` is null. */
export const listOf = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item).describe('This page of the list'),
    next: z.string().nullable().describe('Send it as `after` to get the next page; null on the last page'),
  });

/** A list without pages. */
export const wholeList = <T>(items: readonly T[]) => ({ items: [...items], next: null });

/**
 * A page of a list; sets the Link header to the next page (RFC 8288).
 * @param rows up to `limit` + 1 rows: an additional row means that there is a next page
 */
export function toPage<T>(ctx: Context, rows: readonly T[], limit: number, cursorOf: (item: T) => string) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last !== undefined ? cursorOf(last) : null;
  if (next !== null) {
    const query = new URLSearchParams(ctx.querystring);
    query.set('after', next);
    ctx.set('Link', `<${ctx.path}?${query}>; rel="next"`);
  }
  return { items, next };
}

/** The item of a cursor was deleted, so that its position in the list is unknown. */
export const cursorNotFound = () =>
  new Problem('invalid_request', {
    detail: 'The list cannot be continued from this item.',
    errors: [{ pointer: '/after', message: 'This item no longer exists: read the list again without `after`' }],
  });
