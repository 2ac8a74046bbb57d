import { parse as parseQuery } from 'node:querystring';
import type * as z from 'zod';
import { readBody } from './body.ts';
import type { Context } from './context.ts';
import { Problem } from './problem.ts';
import { send } from './send.ts';
import { type Input, isDeclared, type Shape, type ValueOf } from './shape.ts';

/** One endpoint's handler behind its shape. */
export interface Route<S extends Shape = Shape> {
  readonly shape: S;
  readonly handle: (ctx: Context) => Promise<void>;
}

const pointerOf = (path: readonly PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Most fields that one answer tells of. */
const mostErrors = 100;

/** Each unknown field is named by its own pointer. */
const errorsOf = (issue: z.core.$ZodIssue) =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.slice(0, mostErrors).map((key) => ({ pointer: pointerOf([...issue.path, key]), message: 'Unknown field' }))
    : [{ pointer: pointerOf(issue.path), message: issue.message }];
const fieldErrors = (error: z.ZodError) => error.issues.values().flatMap(errorsOf).take(mostErrors).toArray();

/** The value as its schema has it; else the problem that `refuse` makes of the fields. */
function parse<S extends z.ZodType>(schema: S, value: unknown, refuse: (error: z.ZodError) => Problem): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refuse(parsed.error);
  return parsed.data;
}

/** A body that does not fit its schema, field by field. */
export const invalidBody = (error: z.ZodError) => new Problem('invalid_request', { errors: fieldErrors(error) });
const invalidQuery = (error: z.ZodError) =>
  new Problem('invalid_request', { detail: 'The query string does not fit.', errors: fieldErrors(error) });
/** No object has such a name. */
const noSuchObject = () => new Problem('not_found');

export type Handler<S extends Shape> = (input: Input<S>, ctx: Context) => ValueOf<S['answer']> | Promise<ValueOf<S['answer']>>;

/** The fields of a query string. Koa's own parser reads the whole of it again for each field. */
const queryOf = ({ querystring }: Context) => ({ ...parseQuery(querystring, '&', '=', { maxKeys: 0 }) });

/** A handler whose input and answer are checked by the endpoint's shape. */
export function route<S extends Shape>(shape: S, handler: Handler<S>): Route<S> {
  const { params, query, body, linesField: linesAs, answer }: { readonly [K in keyof Shape]: S[K] } = shape;
  const [withParams, withQuery, withBody] = [params, query, body].map(isDeclared);
  return {
    shape,
    async handle(ctx) {
      const input = {
        params: parse(params, withParams ? ctx.params : undefined, noSuchObject),
        query: parse(query, withQuery ? queryOf(ctx) : undefined, invalidQuery),
        body: parse(body, withBody ? await readBody(ctx, linesAs) : undefined, invalidBody),
      };
      send(ctx, answer, await handler(input, ctx));
    },
  };
}
