import * as z from 'zod';
import type { Context } from './context.ts';
import { Problem } from './problem.ts';
import { queryInteger } from './query-integer.ts';

/** Most items of one page. */
export const maxPageSize = 200;

const limit = queryInteger({ min: 1, max: maxPageSize }).default(50).describe('Most items of the page');

/** Query string of a list that comes in pages; `cursor` is the form of its cursors. */
export const pageQuery = <C extends z.ZodType>(cursor: C) =>
  z.strictObject({ limit, after: cursor.optional().describe('`next` of the page before') });

/** The one form of every list. A list that always fits one answer has it too: `next` is then null. */
export const listOf = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), next: z.string().nullable().describe('Send it as `after` for the next page; null: nothing follows') });

/** A list that fits one answer. */
export const wholeList = <T>(items: readonly T[]) => ({ items: [...items], next: null });

/**
 * A page of a list, and the Link header that leads to the next one (RFC 8288).
 * @param rows up to `limit` + 1 of them: one too many says that there is a next page
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

/** The item that a cursor names is gone, and with it its place in the list. */
export const cursorNotFound = () =>
  new Problem('invalid_request', {
    detail: 'The list cannot go on from there.',
    errors: [{ pointer: '/after', message: 'There is no such item any more: read the list again without `after`' }],
  });
