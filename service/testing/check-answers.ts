import type Koa from 'koa';
import * as z from 'zod';
import { type EndpointName, endpointOf } from '../contract/endpoints.ts';
import type { Context, State } from '../http/context.ts';
import type { Shape } from '../http/shape.ts';
import { problemsOf } from '../problems-of.ts';
import { shapes } from '../shapes.ts';
import { openAiErrorResponse, problemResponse } from '../system/schema.ts';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** JSON Pointers to what a value holds and its schema dropped from it. */
function undeclared(given: unknown, read: unknown, at = ''): string[] {
  if (!isObject(given) || !isObject(read)) return [];
  const kept = new Map<string, unknown>(Object.entries(read));
  return Object.entries(given).flatMap(([key, value]) =>
    kept.has(key) ? undeclared(value, kept.get(key), `${at}/${key}`) : [`${at}/${key}`],
  );
}

/** What is wrong with a value that a schema declares. */
function mistakes(schema: z.ZodType, value: unknown): string[] {
  const { success, data, error } = schema.safeParse(value);
  return success ? undeclared(value, data).map((pointer) => `${pointer} is not declared`) : [z.prettifyError(error)];
}

function mistakesOf(name: EndpointName, { status, body, response }: Context): string[] {
  const { answer }: Shape = shapes[name];
  if (status < 400 && status !== answer.status) return [`the status ${status} is not declared`];
  if (typeof body !== 'string' || !/json/.test(response.type)) return [];
  const value: unknown = JSON.parse(body);
  if (status < 400) return 'schema' in answer ? mistakes(answer.schema, value) : [];
  const isOpenAi = endpointOf(name).errorForm === 'openai';
  const code = isOpenAi ? openAiErrorResponse.safeParse(value).data?.error.code : problemResponse.safeParse(value).data?.code;
  return [
    ...mistakes(isOpenAi ? openAiErrorResponse : problemResponse, value),
    ...(problemsOf(name).some((known) => known === code)
      ? []
      : [`the problem ${code} is not declared: add it to \`problems\` of the endpoint`]),
  ];
}

/** Answers as an endpoint may not answer become a 500 that says why, so that whatever test asked fails. */
async function checkAnswers(ctx: Context, next: () => Promise<void>): Promise<void> {
  await next();
  const { endpoint } = ctx.state;
  const found = endpoint === undefined || ctx.status === 499 ? [] : mistakesOf(endpoint, ctx);
  if (endpoint === undefined || found.length === 0) return;
  ctx.status = 500;
  ctx.body = `The answer of ${endpointOf(endpoint).method} ${endpointOf(endpoint).path} (${endpoint}): ${found.join('; ')}`;
}

/** Checks each answer of an app by the schemas and problems that its endpoint declares, before it is compressed. */
export function checked(app: Koa<State>): Koa<State> {
  const compression = app.middleware.findIndex(({ name }) => name === 'compression');
  if (compression === -1) throw new Error('there is no middleware compression: where do answers leave the app?');
  app.middleware.splice(compression + 1, 0, checkAnswers);
  return app;
}
