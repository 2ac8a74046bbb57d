import { parse as parseQuery } from 'node:querystring';
import type * as z from 'zod';
import { readBody } from './body.ts';
import type { Context } from './context.ts';
import { formOf } from './form.ts';
import { Problem } from './problem.ts';
import { send } from './send.ts';
import { type Input, isDeclared, type Shape, type ValueOf } from './shape.ts';

/** The handler of one endpoint, and the shape that validates its input and output. */
export interface Route<S extends Shape = Shape> {
  readonly shape: S;
  readonly handle: (ctx: Context) => Promise<void>;
}

const pointerOf = (path: readonly PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Maximum number of errors in one response. */
const maxErrors = 100;

/** The issues inside of a value that has the type of one branch of a union only; else that of the union. */
function insideUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [branch, ...others] = issue.errors.filter((issues) => issues.every(({ path }) => path.length > 0));
  if (branch === undefined || others.length > 0) return [issue];
  return branch.flatMap((inner) => insideUnion({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Each unknown field has a pointer of its own. */
const errorsOf = (issue: z.core.$ZodIssue) =>
  insideUnion(issue).flatMap((inner) =>
    inner.code === 'unrecognized_keys'
      ? inner.keys.slice(0, maxErrors).map((key) => ({ pointer: pointerOf([...inner.path, key]), message: 'Unknown field' }))
      : [{ pointer: pointerOf(inner.path), message: inner.message }],
  );
const fieldErrors = (error: z.ZodError) => error.issues.values().flatMap(errorsOf).take(maxErrors).toArray();

/** Parses a value. @throws what `toProblem` returns if it is invalid */
function parse<S extends z.ZodType>(schema: S, value: unknown, toProblem: (error: z.ZodError) => Problem): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw toProblem(parsed.error);
  return parsed.data;
}

/** An invalid body, with an error per field. */
export const invalidBody = (error: z.ZodError) => new Problem('invalid_request', { errors: fieldErrors(error) });
const invalidQuery = (error: z.ZodError) =>
  new Problem('invalid_request', { detail: 'The query string is invalid.', errors: fieldErrors(error) });
/** An id of the wrong form names no object. */
const noSuchObject = () => new Problem('not_found');

export type Handler<S extends Shape> = (input: Input<S>, ctx: Context) => ValueOf<S['answer']> | Promise<ValueOf<S['answer']>>;

/** The fields of a query string. Koa's own parser parses all of it again for each field. */
const queryOf = ({ querystring }: Context) => ({ ...parseQuery(querystring, '&', '=', { maxKeys: 0 }) });

/** A handler whose input and output are validated by the endpoint's shape. */
export function route<S extends Shape>(shape: S, handler: Handler<S>): Route<S> {
  const { params, query, body, linesField, fileField, answer }: { readonly [K in keyof Shape]: S[K] } = shape;
  const form = fileField === undefined ? undefined : formOf(body, fileField);
  const [withParams, withQuery, withBody] = [params, query, body].map(isDeclared);
  return {
    shape,
    async handle(ctx) {
      const input = {
        params: parse(params, withParams ? ctx.params : undefined, noSuchObject),
        query: parse(query, withQuery ? queryOf(ctx) : undefined, invalidQuery),
        body: parse(body, withBody ? await readBody(ctx, { linesField, form }) : undefined, invalidBody),
      };
      send(ctx, answer, await handler(input, ctx));
    },
  };
}
