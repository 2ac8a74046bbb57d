import { endpoints } from '../../contract/endpoints/index.ts';
import type { Context } from './context.ts';

/** Endpoints that return one object by its id. */
type ReadName = {
  [N in keyof typeof endpoints]: (typeof endpoints)[N]['path'] extends `${string}/:id` ? N : never;
}[keyof typeof endpoints] &
  `read${string}`;

/** Sets the Location header of a response with a new object. */
export function withLocation<T extends { readonly id: string }>(ctx: Context, name: ReadName, created: T): T {
  ctx.set('Location', endpoints[name].path.replace(':id', created.id));
  return created;
}
