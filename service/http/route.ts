import type * as z from 'zod';
import { readJson } from './body.ts';
import type { Context } from './context.ts';
import { Problem } from './problem.ts';

/** One endpoint's handler, with the schemas that the OpenAPI document is made of. */
export interface Route {
  readonly body?: z.ZodType;
  /** What a 200 holds: JSON of this schema, or text of this media type. */
  readonly answer: { readonly schema: z.ZodType } | { readonly type: string };
  readonly handle: (ctx: Context) => Promise<void> | void;
}

const pointerOf = (path: readonly PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Each unknown field is named by its own pointer. */
const fieldErrors = (error: z.ZodError) =>
  error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), message: 'Unknown field' }))
      : [{ pointer: pointerOf(issue.path), message: issue.message }],
  );

function parseBody<B>(schema: z.ZodType<B>, body: unknown): B {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new Problem('invalid_request', { errors: fieldErrors(parsed.error) });
  return parsed.data;
}

/** Answers JSON that was checked against its schema; what the schema does not declare is stripped. */
function send<I>(ctx: Context, schema: z.ZodType<unknown, I>, value: I): void {
  ctx.body = JSON.stringify(schema.parse(value));
  ctx.type = 'application/json';
}

/** A route that answers JSON of `schema`. */
export function answering<I>(schema: z.ZodType<unknown, I>, make: (ctx: Context) => NoInfer<I> | Promise<NoInfer<I>>): Route {
  return { answer: { schema }, handle: async (ctx) => send(ctx, schema, await make(ctx)) };
}

/** A route that takes a JSON body of `body` (else 422) and answers JSON of `schema`. */
export function accepting<B, I>(
  body: z.ZodType<B>,
  schema: z.ZodType<unknown, I>,
  make: (body: B, ctx: Context) => Promise<NoInfer<I>>,
): Route {
  return { body, answer: { schema }, handle: async (ctx) => send(ctx, schema, await make(parseBody(body, await readJson(ctx)), ctx)) };
}

/** A route that answers text of a media type. */
export function text(type: string, make: (ctx: Context) => string | Promise<string>): Route {
  return {
    answer: { type },
    handle: async (ctx) => {
      ctx.body = await make(ctx);
      ctx.type = type;
    },
  };
}
