import { callerOf, leaving } from '../http/context.ts';
import { fileRoute } from '../http/files.ts';
import { countingWork } from '../http/rate-limit.ts';
import { type Handler, route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { graphiqlFiles, graphiqlPage } from './page.ts';
import { graphqlShapes as shapes } from './schema.ts';

/** GraphQL and, outside production, a page to try it in (guide rows API-15, API-19). Its libraries are loaded with the first call. */
export function graphqlRoutes(parts: Parts) {
  let executor: Promise<ReturnType<typeof import('./server.ts').createExecutor>> | undefined;
  const load = async () => (await import('./server.ts')).createExecutor(parts);

  const counting = countingWork(parts.counters, parts.settings, parts.metrics);
  const graphql: Handler<typeof shapes.graphql> = async ({ body }, ctx) => {
    executor ??= load();
    const execute = await executor;
    const caller = callerOf(ctx);
    return execute(body, { caller, parts, signal: leaving(ctx), requestId: ctx.state.requestId, count: counting(caller) });
  };
  return {
    graphql: route(shapes.graphql, graphql),
    graphiql: route(shapes.graphiql, (_input, ctx) => {
      ctx.set('Content-Security-Policy', graphiqlPage.policy);
      return graphiqlPage.html;
    }),
    graphiqlFile: fileRoute(shapes.graphiqlFile, graphiqlFiles),
  };
}
