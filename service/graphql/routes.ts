import type { AppDependencies } from '../app-dependencies.ts';
import { callerOf, disconnectSignal } from '../http/context.ts';
import { createFieldLimiter } from '../http/rate-limit.ts';
import { type Handler, route } from '../http/route.ts';
import { fileRoute } from '../http/static-files.ts';
import { graphiqlFiles, graphiqlPage } from './graphiql.ts';
import { graphqlShapes as shapes } from './schema.ts';

/** GraphQL and, outside production, the GraphiQL page. The libraries are loaded with the first call. */
export function graphqlRoutes(parts: AppDependencies) {
  let executor: Promise<ReturnType<typeof import('./server.ts').createExecutor>> | undefined;
  const load = async () => (await import('./server.ts')).createExecutor(parts);

  const limiterFor = createFieldLimiter(parts.counters, parts.settings, parts.metrics);
  const graphql: Handler<typeof shapes.graphql> = async ({ body }, ctx) => {
    executor ??= load();
    const execute = await executor;
    const caller = callerOf(ctx);
    return execute(body, {
      caller,
      parts,
      signal: disconnectSignal(ctx),
      requestId: ctx.state.requestId,
      countRequest: limiterFor(caller),
    });
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
