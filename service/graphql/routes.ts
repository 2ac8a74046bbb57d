import { callerOf, disconnectSignal } from '../http/context.ts';
import type { RateLimits } from '../http/rate-limit.ts';
import { type Handler, route } from '../http/route.ts';
import { fileRoute } from '../http/static-files.ts';
import type { Logger } from '../telemetry/log.ts';
import type { GraphqlFeatures } from './builder/builder.ts';
import { graphiqlFiles, graphiqlPage, graphiqlPolicy } from './graphiql.ts';
import type { PersistedDocuments } from './persisted-queries.ts';
import { graphqlShapes as shapes } from './schema.ts';

interface GraphqlOptions {
  readonly features: GraphqlFeatures;
  readonly documents: PersistedDocuments;
  readonly rateLimits: RateLimits;
  readonly log: Logger;
}

/** GraphQL and, outside production, the GraphiQL page. The libraries are loaded with the first request. */
export function graphqlRoutes({ features, documents, rateLimits, log }: GraphqlOptions) {
  let executor: Promise<ReturnType<typeof import('./server.ts').createExecutor>> | undefined;
  const load = async () => (await import('./server.ts')).createExecutor({ log: log.child({ module: 'graphql' }), documents });
  const graphql: Handler<typeof shapes.graphql> = async ({ body }, ctx) => {
    executor ??= load();
    const execute = await executor;
    const caller = callerOf(ctx);
    return execute(body, {
      caller,
      features,
      signal: disconnectSignal(ctx),
      requestId: ctx.state.requestId,
      trace: ctx.state.trace,
      countRequest: rateLimits.fieldCounter(caller),
    });
  };
  return {
    graphql: route(shapes.graphql, graphql),
    graphiql: route(shapes.graphiql, (_input, ctx) => {
      ctx.set('Content-Security-Policy', graphiqlPolicy);
      return graphiqlPage(ctx);
    }),
    graphiqlFile: fileRoute(shapes.graphiqlFile, graphiqlFiles),
  };
}
